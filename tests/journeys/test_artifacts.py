"""What a run left behind can be looked at where it lies, and harms nobody."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts, files
from tests.journeys.browsing import Watch, clipboard, toast
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


@pytest.fixture
def browser_page(page: Page, world: World) -> Page:
    """The artifacts of the run that has one of everything."""
    page.goto(f"{world.run_path(facts.RICH)}?tab=artifacts")
    expect(page.get_by_role("tree")).to_be_visible()
    return page


def test_a_log_is_text_with_line_numbers(browser_page: Page) -> None:
    open_file(browser_page, "train.log")
    text = browser_page.get_by_role("region", name="Text")
    expect(text).to_contain_text("epoch 1 loss 1.00000")
    text.press("Control+End")
    expect(text).to_contain_text("epoch 500 loss 0.00200")


def test_json_folds(browser_page: Page) -> None:
    open_file(browser_page, "config.json")
    tree = browser_page.get_by_role("region", name="JSON")
    expect(tree).to_contain_text('activation: "relu"')
    tree.get_by_role("button", name="model").click()
    expect(tree).not_to_contain_text("relu")
    browser_page.get_by_role("button", name="Text", exact=True).click()
    expect(browser_page.get_by_role("region", name="Text")).to_contain_text('"activation": "relu"')


def test_a_csv_of_two_megabytes_is_a_table_that_says_what_is_missing(browser_page: Page) -> None:
    open_file(browser_page, "predictions.csv")
    table = browser_page.get_by_role("region", name="Table")
    expect(table.get_by_role("row").nth(1)).to_contain_text('blurred, "maybe" a 1')
    expect(browser_page.get_by_text(re.compile(r"first [\d,]+ rows: 1024 KiB of \d\.\d MiB"))).to_be_visible()
    browser_page.get_by_role("button", name="Read on").click()
    expect(browser_page.get_by_text(f"{files.CSV_ROWS:,} rows")).to_be_visible()
    table.press("Control+End")
    expect(table.get_by_role("row").last).to_contain_text(f"{files.CSV_ROWS - 1}")
    assert table.get_by_role("row").count() < 100


def test_parquet_is_a_table_of_which_only_a_part_is_read(browser_page: Page) -> None:
    open_file(browser_page, "scores.parquet")
    expect(browser_page.get_by_text(f"{files.PARQUET_ROWS:,} rows in 1 row group · 3 of 3 columns")).to_be_visible()
    table = browser_page.get_by_role("region", name="Table")
    expect(table.get_by_role("row").filter(has_text="digit 7").first).to_contain_text("7")
    table.press("Control+End")
    expect(table.get_by_role("row").last).to_contain_text(f"digit {(files.PARQUET_ROWS - 1) % 10}")


def test_pictures_are_shown_alone_and_side_by_side(browser_page: Page) -> None:
    open_file(browser_page, "plots")
    browser_page.get_by_role("list", name="Pictures").get_by_role("button", name="roc.png").click()
    stage = browser_page.get_by_role("region", name="Pictures")
    expect(stage).to_contain_text(re.compile(r"roc\.png · 240 . 160"))
    browser_page.get_by_role("button", name="weights.png").click()
    expect(stage.get_by_role("img")).to_have_count(2)
    browser_page.reload()
    expect(stage.get_by_role("img")).to_have_count(2)


def test_markdown_is_set_and_its_scripts_are_dropped(browser_page: Page) -> None:
    open_file(browser_page, "README.md")
    expect(browser_page.get_by_role("heading", name="What was tried")).to_be_visible()
    expect(browser_page.get_by_role("cell", name="128")).to_be_visible()
    expect(browser_page).to_have_title(re.compile(facts.RICH))


def test_a_script_in_html_runs_without_any_rights(browser_page: Page, watch: Watch) -> None:
    watch.expects("Content Security Policy", "Failed to fetch")
    open_file(browser_page, "report.html")
    report = browser_page.frame_locator("iframe")
    expect(report.get_by_role("heading", name="A report from the run")).to_be_visible()
    expect(report.get_by_role("listitem").filter(has_text="refused")).to_have_count(files.SCRIPT_ATTEMPTS)
    expect(report.get_by_text("allowed")).to_have_count(0)


def test_html_opened_alone_has_no_rights_either(browser_page: Page, watch: Watch) -> None:
    watch.expects("Content Security Policy", "Failed to fetch")
    open_file(browser_page, "report.html")
    with browser_page.expect_popup() as popup:
        browser_page.get_by_role("link", name="Open the file alone").click()
    expect(popup.value.get_by_role("listitem").filter(has_text="refused")).to_have_count(files.SCRIPT_ATTEMPTS)
    expect(popup.value.get_by_text("allowed")).to_have_count(0)


def test_what_nobody_can_show_is_shown_as_bytes(browser_page: Page) -> None:
    open_file(browser_page, "weights.bin")
    expect(browser_page.get_by_role("heading", name="weights.bin")).to_be_visible()
    expect(browser_page.get_by_role("main")).to_contain_text("00 01 02 03")
    open_file(browser_page, "empty.txt")
    expect(browser_page.get_by_text("This file is empty.")).to_be_visible()


def test_a_file_can_be_taken_along(browser_page: Page) -> None:
    open_file(browser_page, "config.json")
    with browser_page.expect_download() as download:
        browser_page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "config.json"
    assert download.value.path().read_text() == files.config_text()
    browser_page.get_by_role("button", name="Copy Python that downloads this file").click()
    expect(toast(browser_page)).to_contain_text("copied")
    assert "config.json" in clipboard(browser_page)


def test_the_files_of_a_model_are_among_those_of_its_run(browser_page: Page) -> None:
    item(browser_page, facts.MODEL).click()
    item(browser_page, "requirements.txt").click()
    expect(browser_page.get_by_role("region", name="Text")).to_contain_text("numpy==2.2")


def test_the_keyboard_walks_the_tree(browser_page: Page) -> None:
    browser_page.get_by_role("treeitem").first.focus()
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("ArrowRight")
    expect(item(browser_page, "confusion.png")).to_be_visible()
    browser_page.keyboard.press("ArrowDown")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("region", name="Pictures")).to_contain_text(
        re.compile(r"confusion\.png · 240 . 160")
    )
    expect(browser_page).to_have_url(re.compile("path=plots/confusion.png"))


def test_a_run_without_files_says_how_to_keep_some(page: Page, world: World) -> None:
    page.goto(f"{world.run_path(facts.PARENT)}?tab=artifacts")
    expect(page.get_by_role("heading", name="No artifacts")).to_be_visible()
    expect(page.get_by_text("mlflow.log_artifact")).to_be_visible()


def open_file(page: Page, name: str) -> None:
    """Choose a file or a folder in the tree."""
    item(page, name).click()


def item(page: Page, name: str) -> Locator:
    """A line of the tree."""
    return page.get_by_role("treeitem").filter(has_text=name)
