"""Which run is the best? One or two clicks, and the answer is the best value, of all runs."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import facts
from tests.journeys.browsing import choose, column_head, run_link, run_row, runs_table, sort_by
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


def test_two_clicks_from_home_the_best_run_is_on_top(page: Page, world: World) -> None:
    page.goto("/")
    page.get_by_role("link", name=facts.SWEEP, exact=True).click()
    head = sort_by(page, "val/acc")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(head).to_contain_text("best (max)")
    expect(run_link(page, 0)).to_have_text(facts.BEST_EVER)
    expect(run_row(page, facts.BEST_EVER)).to_contain_text(str(facts.BEST_EVER_ACC))
    expect(page.get_by_text(f"{facts.SWEEP_RUNS} runs", exact=True)).to_be_visible()


def test_what_is_shown_of_a_metric_is_named_and_can_be_changed(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    sort_by(page, "val/acc")
    expect(run_link(page, 0)).to_have_text(facts.BEST_EVER)
    choose(page, "Options of val/acc", "Last value")
    expect(column_head(page, "val/acc")).to_contain_text("last")
    expect(run_link(page, 0)).to_have_text(facts.BEST_LAST)
    last = f"{facts.accuracy(int(facts.BEST_EVER[-2:]), facts.STEPS - 1):.5f}"
    expect(run_row(page, facts.BEST_EVER)).to_contain_text(last)
    choose(page, "Options of val/acc", "Lowest value")
    expect(column_head(page, "val/acc")).to_contain_text("min")


def test_a_run_that_failed_says_so_in_words(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    expect(run_row(page, facts.DIVERGED)).to_contain_text("Failed")


def test_a_total_is_the_total_and_says_of_what(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    expect(page.get_by_text(f"{facts.TOP_LEVEL_RUNS} of {facts.SWEEP_RUNS} runs at the top level")).to_be_visible()
    choose(page, "More", "Show children in one list")
    expect(page.get_by_text(f"{facts.SWEEP_RUNS} runs", exact=True).last).to_be_visible()
    expect(run_row(page, "grid-3")).to_be_visible()


def test_children_unfold_below_their_parent(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    expect(run_row(page, "grid-0")).to_have_count(0)
    page.get_by_role("button", name=f"Children of {facts.PARENT}", exact=True).click()
    for number in range(facts.CHILDREN):
        expect(run_row(page, f"grid-{number}")).to_be_visible()
