"""Three thousand runs in one table: all of them are there, and only those on the screen cost anything."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import run_link, run_row, runs_table, sort_by, toast
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

ROWS_DRAWN_MAX = 60
ELEMENTS_MAX = 3_000
SELECTED_MAX = 1_000


@pytest.fixture
def table(page: Page, world: World) -> Locator:
    """The table of the many runs."""
    page.goto(f"/w/default/experiments/{world.nightly}?layout=table")
    return runs_table(page)


def test_the_table_has_all_rows_and_draws_a_few(page: Page, table: Locator) -> None:
    expect(table).to_have_attribute("aria-rowcount", str(facts.NIGHTLY_RUNS + 1))
    expect(page.get_by_text(f"{facts.NIGHTLY_RUNS:,} runs", exact=True).last).to_be_visible()
    assert table.get_by_role("row").count() < ROWS_DRAWN_MAX
    assert page.locator("*").count() < ELEMENTS_MAX


def test_the_last_run_is_one_key_away(page: Page, table: Locator) -> None:
    table.focus()
    page.keyboard.press("End")
    expect(run_row(page, "night-0000")).to_be_visible()
    assert table.get_by_role("row").count() < ROWS_DRAWN_MAX
    page.keyboard.press("Home")
    expect(run_row(page, f"night-{facts.NIGHTLY_RUNS - 1}")).to_be_visible()


def test_scrolling_lands_on_loaded_rows(page: Page, table: Locator) -> None:
    table.hover()
    page.mouse.wheel(0, 40_000)
    expect(run_row(page, f"night-{facts.NIGHTLY_RUNS - 1}")).to_have_count(0)
    expect(table.get_by_text("Loading")).to_have_count(0)
    expect(run_link(page, 5)).to_contain_text("night-")


def test_sorting_ranks_all_of_them(page: Page, table: Locator) -> None:
    sort_by(page, "score")
    best = facts.NIGHTLY_RUNS - facts.SCORED_EACH
    expect(run_link(page, 0)).to_have_text(f"night-{best}")
    expect(run_link(page, 1)).to_have_text(f"night-{best - facts.SCORED_EACH}")
    sort_by(page, "score")
    expect(run_link(page, 0)).to_have_text("night-0000")


def test_select_all_says_how_many_it_took(page: Page, table: Locator) -> None:
    table.focus()
    page.keyboard.press("Control+a")
    expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text(f"{SELECTED_MAX:,} runs selected")
    expect(toast(page)).to_contain_text(f"The first {SELECTED_MAX:,} of {facts.NIGHTLY_RUNS:,} runs selected")
