"""Which runs are meant? MLflow's search grammar, with the fields of the experiment at hand."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import facts
from tests.journeys.browsing import Watch, filter_runs, run_row, runs_table
from tests.journeys.facts import World
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

GOOD = "metrics.`val/acc` > 0.9 AND params.optimizer = 'adam'"
BAD = "metrics.loss <"


def test_a_filter_leaves_exactly_the_runs_that_match(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    filter_runs(page, GOOD)
    matching = [
        number
        for number in range(facts.SINGLE_RUNS)
        if facts.accuracy(number, facts.STEPS - 1) > 0.9 and facts.optimizer(number) == "adam"
    ]
    expect(page.get_by_text(f"{len(matching)} of {facts.SWEEP_RUNS} runs match the filter")).to_be_visible()
    for number in matching:
        expect(run_row(page, f"mlp-{number:02}")).to_contain_text("adam")
    expect(runs_table(page).get_by_role("rowheader")).to_have_count(len(matching))


def test_a_filter_that_the_server_refuses_is_explained_in_its_words(
    page: Page, watch: Watch, world: World, wire: Wire
) -> None:
    watch.expects("status of 400")
    search = {"experiment_ids": [world.sweep], "filter": BAD}
    error = wire.call("POST", "/api/v1/runs/search", search)["error"]
    page.goto(world.experiment_path())
    runs_table(page)
    box = filter_runs(page, BAD)
    expect(page.get_by_role("alert")).to_contain_text(error["message"])
    expect(page.get_by_role("alert")).to_contain_text(error["hint"])
    expect(box).to_have_accessible_description(f"{error['message']} {error['hint']}")
    page.get_by_role("button", name="Clear the filter").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text(f"{facts.TOP_LEVEL_RUNS} of {facts.SWEEP_RUNS} runs")).to_be_visible()


def test_a_plain_word_finds_runs_by_name(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    box = filter_runs(page, "DIVERGED")
    expect(page.get_by_text(f"1 of {facts.SWEEP_RUNS} runs match the filter")).to_be_visible()
    expect(run_row(page, facts.DIVERGED)).to_be_visible()
    expect(box).to_have_value("attributes.run_name ILIKE '%DIVERGED%'")


def test_the_box_offers_the_fields_that_the_runs_have(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    box = page.get_by_role("combobox", name="Filter runs")
    box.press_sequentially("params.opt")
    expect(page.get_by_role("option", name="params.optimizer")).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    box.press_sequentially("= 'sgd'")
    box.press("Enter")
    count = sum(facts.optimizer(number) == "sgd" for number in range(facts.SINGLE_RUNS))
    expect(page.get_by_text(f"{count} of {facts.SWEEP_RUNS} runs match the filter")).to_be_visible()


def test_when_nothing_matches_the_way_back_is_one_click(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    filter_runs(page, "params.optimizer = 'lion'")
    expect(page.get_by_role("heading", name="No run matches the filter")).to_be_visible()
    page.get_by_role("region", name="Runs").get_by_role("button", name="Clear the filter").last.click()
    expect(run_row(page, facts.RICH)).to_be_visible()
