"""What one wants to see of each run is a column; the rest is not."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import choose, column_head, run_row, runs_table
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
