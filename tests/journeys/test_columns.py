"""What one wants to see of each run is a column; the rest is not."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import Watch, choose, column_head, run_row, runs_table
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


@pytest.fixture
def table_page(page: Page, world: World) -> Page:
    """The sweep's table over the whole width."""
    page.goto(f"{world.experiment_path()}?layout=table")
    runs_table(page)
    expect(column_head(page, "lr")).to_be_visible()
    return page


def test_a_parameter_becomes_a_column_and_goes_again(table_page: Page) -> None:
    row = run_row(table_page, "mlp-22")
    expect(column_head(table_page, "data")).to_have_count(0)
    tick(table_page, "data")
    expect(column_head(table_page, "data")).to_contain_text("parameter")
    expect(row).to_contain_text("digits-v2")
    choose(table_page, "Options of data", "Take out")
    expect(column_head(table_page, "data")).to_have_count(0)
    expect(row).not_to_contain_text("digits-v2")


def test_a_column_without_differences_is_not_chosen_by_itself(table_page: Page) -> None:
    expect(column_head(table_page, "lr")).to_be_visible()
    expect(column_head(table_page, "data")).to_have_count(0)


def test_columns_move(table_page: Page) -> None:
    before = headings(table_page)
    choose(table_page, f"Options of {before[1]}", "Move left")
    expect(table_page.get_by_role("columnheader").nth(3)).to_contain_text(before[1])
    assert headings(table_page)[:2] == [before[1], before[0]]


def test_the_choice_can_be_left_to_the_page_again(table_page: Page) -> None:
    before = headings(table_page)
    tick(table_page, "data")
    expect(column_head(table_page, "data")).to_be_visible()
    table_page.get_by_role("button", name="Columns", exact=True).click()
    table_page.get_by_role("button", name="Choose for me").click()
    expect(column_head(table_page, "data")).to_have_count(0)
    assert headings(table_page) == before


def test_the_last_and_the_best_of_a_metric_stand_side_by_side(table_page: Page) -> None:
    table_page.get_by_role("button", name="Columns", exact=True).click()
    table_page.get_by_role("button", name="last of val/acc", exact=True).click()
    table_page.keyboard.press("Escape")
    heads = column_head(table_page, "val/acc")
    expect(heads).to_have_count(2)
    expect(heads.nth(0)).to_contain_text("best (max)")
    expect(heads.nth(1)).to_contain_text("last")
    last = f"{facts.accuracy(int(facts.BEST_EVER[-2:]), facts.STEPS - 1):.5f}"
    expect(run_row(table_page, facts.BEST_EVER)).to_contain_text(f"{facts.BEST_EVER_ACC}{last}")


def test_a_column_is_made_wider_by_keys_and_fits_again(table_page: Page) -> None:
    edge = edge_of(table_page, "lr")
    before = width_of(edge)
    edge.focus()
    table_page.keyboard.press("Shift+ArrowRight")
    table_page.keyboard.press("ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", str(before + 32))
    expect(table_page).to_have_url(re.compile(rf"width=params\.lr:{before + 32}\b"))
    table_page.reload()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 32))
    edge.focus()
    table_page.keyboard.press("Enter")
    expect(edge).to_have_attribute("aria-valuenow", str(before))
    expect(table_page).not_to_have_url(re.compile("width="))


def test_a_column_is_dragged_and_names_too(table_page: Page) -> None:
    for column in ("Run", "lr"):
        edge = edge_of(table_page, column)
        before, box = width_of(edge), edge.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        table_page.mouse.move(x, y)
        table_page.mouse.down()
        table_page.mouse.move(x + 45, y, steps=4)
        table_page.mouse.up()
        expect(edge).to_have_attribute("aria-valuenow", str(before + 45))
    expect(table_page).to_have_url(re.compile(r"width=attributes\.run_name:\d+,params\.lr:\d+"))


def test_curves_stand_beside_values_and_come_in_one_request(page: Page, watch: Watch, world: World) -> None:
    page.goto(f"{world.experiment_path()}?layout=table")
    runs_table(page)
    curves = run_row(page, "mlp-07").locator("svg path[d^=M][d*=L]:not([class*=lucide])")
    expect(curves.first).to_be_attached()
    page.wait_for_timeout(500)
    asked = [request for request in watch.requests if request.url.endswith("/metrics/bins")]
    assert len(asked) == 1
    assert set(json.loads(asked[0].post_data or "")["keys"]) == {"train/loss", "val/acc"}
    page.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("checkbox", name="Curves").uncheck()
    expect(page).to_have_url(re.compile("curves=0"))


def edge_of(page: Page, column: str) -> Locator:
    """What changes the width of a column."""
    return page.get_by_role("separator", name=f"Width of {column}", exact=True)


def width_of(edge: Locator) -> int:
    """The width of a column in pixels."""
    return int(edge.get_attribute("aria-valuenow") or 0)


def tick(page: Page, field: str) -> None:
    """Find a field in the list of columns and tick it."""
    page.get_by_role("button", name="Columns", exact=True).click()
    page.get_by_role("searchbox", name="Find a column").fill(field)
    page.get_by_role("dialog", name="Columns").get_by_role("checkbox", name=field).first.check()
    page.keyboard.press("Escape")


def headings(page: Page) -> list[str]:
    """The names of the columns after that of the run, from left to right."""
    options = page.get_by_role("columnheader").get_by_role("button", name="Options of")
    return [(name.get_attribute("aria-label") or "").removeprefix("Options of ") for name in options.all()]
