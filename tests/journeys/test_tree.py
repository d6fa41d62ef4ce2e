"""Runs within runs: as deep as they go, all of them, under their parents wherever one scrolls."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import choose, run_row, runs_table
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

CHILDREN = 250
PARENT_TAG = "mlflow.parentRunId"
ROWS_DRAWN_MAX = 60


@pytest.fixture
def family(new_experiment: Callable[[], tuple[str, str]], wire: Wire) -> str:
    """The path of an experiment: a sweep of many children, one with a grandchild of its own, and two other runs."""
    experiment_id, _ = new_experiment()

    def start(name: str, at_s: int, parent: str = "") -> str:
        tags = {PARENT_TAG: parent} if parent else {}
        run_id = wire.start(experiment_id, name, at_s * 1000, **tags)
        wire.end(run_id, at_s * 1000 + 500)
        return run_id

    sweep = start("sweep", 5_000)
    children = [start(f"child-{number:03}", 1_000 + number, sweep) for number in range(CHILDREN)]
    start("refit", 7_000, start("fold", 6_000, children[-1]))
    start("older", 10)
    start("orphan", 20, "0" * 32)
    return f"/w/default/experiments/{experiment_id}?layout=table"


def test_a_run_whose_parent_is_gone_is_at_the_top(page: Page, family: str) -> None:
    page.goto(family)
    runs_table(page)
    expect(run_row(page, "orphan")).to_be_visible()
    expect(run_row(page, "refit")).to_have_count(0)
    expect(page.get_by_text(f"3 of {CHILDREN + 5} runs at the top level")).to_be_visible()
    choose(page, "More", "Show children in one list")
    expect(page.get_by_text(f"{CHILDREN + 5} runs", exact=True).last).to_be_visible()


def test_children_unfold_as_deep_as_they_go(page: Page, family: str) -> None:
    page.goto(family)
    runs_table(page)
    last = f"child-{CHILDREN - 1:03}"
    for name in ("sweep", last, "fold"):
        page.get_by_role("button", name=f"Children of {name}", exact=True).click()
    expect(run_row(page, "refit")).to_contain_text("level 4")
    page.reload()
    expect(run_row(page, "refit")).to_be_visible()
    page.get_by_role("button", name=f"Children of {last}", exact=True).click()
    expect(run_row(page, "refit")).to_have_count(0)
    expect(run_row(page, last)).to_be_visible()


def test_all_children_are_there_and_stay_with_their_parent(page: Page, family: str) -> None:
    page.goto(family)
    table = runs_table(page)
    page.get_by_role("button", name="Children of sweep", exact=True).click()
    expect(table).to_have_attribute("aria-rowcount", str(3 + CHILDREN + 1))
    table.focus()
    page.keyboard.press("End")
    expect(run_row(page, "older")).to_be_visible()
    expect(run_row(page, "child-000")).to_be_visible()
    assert table.get_by_role("row").count() < ROWS_DRAWN_MAX
    expect(table).to_have_attribute("aria-rowcount", str(3 + CHILDREN + 1))
    page.keyboard.press("Home")
    expect(run_row(page, "sweep")).to_be_visible()
    expect(row_after(run_row(page, "sweep"))).to_contain_text(f"child-{CHILDREN - 1:03}")


def test_arrow_keys_walk_the_tree(page: Page, family: str) -> None:
    page.goto(family)
    table = runs_table(page)
    table.focus()
    page.keyboard.press("ArrowRight")
    expect(run_row(page, f"child-{CHILDREN - 1:03}")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(run_row(page, f"child-{CHILDREN - 2:03}")).to_have_attribute("data-active", "true")
    page.keyboard.press("ArrowLeft")
    expect(run_row(page, "sweep")).to_have_attribute("data-active", "true")
    page.keyboard.press("ArrowLeft")
    expect(run_row(page, f"child-{CHILDREN - 1:03}")).to_have_count(0)


def row_after(row: Locator) -> Locator:
    """The row below."""
    return row.locator("xpath=following-sibling::*[1]")
