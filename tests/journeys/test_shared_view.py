"""What one sees is in the address: it survives a reload, travels in a message, and "back" goes back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import facts
from tests.journeys.browsing import (
    ContextMaker,
    choose,
    clipboard,
    column_head,
    curves,
    filter_runs,
    run_link,
    run_row,
    runs_table,
    sort_by,
    toast,
)
from tests.journeys.facts import World
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

FILTER = "params.optimizer = 'sgd'"


@pytest.fixture
def arranged(page: Page, world: World) -> Page:
    """The sweep as someone has arranged it: filtered, sorted by the last accuracy, smoothed, one run not drawn."""
    page.goto(world.experiment_path())
    runs_table(page)
    filter_runs(page, FILTER)
    expect(page.get_by_text("match the filter")).to_be_visible()
    choose(page, "Options of val/acc", "Last value")
    sort_by(page, "val/acc")
    page.get_by_role("slider", name="Smoothing").fill("0.6")
    expect(page.get_by_role("status").filter(has_text="0.60")).to_be_visible()
    page.get_by_role("button", name="Draw mlp-22").click()
    expect(page.get_by_role("button", name="Draw mlp-22")).to_have_attribute("aria-pressed", "false")
    expect(page).to_have_url(re.compile(r"0\.6"))  # the slider's value is written there once it rests
    return page


def test_a_reload_shows_the_same(arranged: Page) -> None:
    arranged.reload()
    is_as_arranged(arranged)


def test_a_copied_link_shows_another_person_the_same(
    arranged: Page, new_context: ContextMaker, server: TidemillProcess
) -> None:
    choose(arranged, "More", "Copy link to this view")
    expect(toast(arranged)).to_contain_text("copied")
    link = clipboard(arranged)
    context, _ = new_context(server.uri)
    other = context.new_page()
    other.goto(link)
    is_as_arranged(other)


def test_back_takes_the_filter_away_again(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    filter_runs(page, FILTER)
    expect(page.get_by_text("match the filter")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("combobox", name="Filter runs")).to_have_value("")
    expect(run_row(page, facts.RICH)).to_be_visible()
    page.go_forward()
    expect(page.get_by_role("combobox", name="Filter runs")).to_have_value(FILTER)
    expect(run_row(page, facts.RICH)).to_have_count(0)


def test_back_from_a_run_finds_the_table_as_it_was(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    sort_by(page, "val/acc")
    expect(run_link(page, 0)).to_have_text(facts.BEST_EVER)
    run_link(page, 0).click()
    expect(page.get_by_role("heading", name=facts.BEST_EVER, level=1)).to_be_visible()
    page.go_back()
    expect(column_head(page, "val/acc")).to_have_attribute("aria-sort", "descending")
    expect(run_link(page, 0)).to_have_text(facts.BEST_EVER)


def test_an_address_that_makes_no_sense_still_shows_the_runs(page: Page, world: World) -> None:
    odd = "sort=-nothing.x&columns=%00,metrics.@&top=-5&zoom=a:b&smooth=99&layout=round&open=&hide=,,"
    page.goto(f"{world.experiment_path()}?{odd}")
    expect(run_link(page, 0)).to_have_text(facts.RICH)


def is_as_arranged(page: Page) -> None:
    expect(page.get_by_role("combobox", name="Filter runs")).to_have_value(FILTER)
    expect(column_head(page, "val/acc")).to_have_attribute("aria-sort", "descending")
    expect(column_head(page, "val/acc")).to_contain_text("last")
    runs = [number for number in range(facts.SINGLE_RUNS) if facts.optimizer(number) == "sgd"]
    runs.sort(key=lambda number: facts.accuracy(number, facts.STEPS - 1), reverse=True)
    for row, number in enumerate(runs):
        expect(run_link(page, row)).to_have_text(f"mlp-{number:02}")
    expect(page.get_by_role("button", name="Draw mlp-22")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("slider", name="Smoothing")).to_have_value("0.6")
    expect(curves(page.get_by_role("article", name="val/acc"))).to_be_visible()
