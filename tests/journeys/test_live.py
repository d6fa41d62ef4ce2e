"""A run is under way: what it logs appears on every page that is open, and nobody reloads anything."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import chart, run_row
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

MARK = "window.notReloaded"


@pytest.fixture
def stays(page: Page) -> Iterator[Callable[[str], None]]:
    """Open a page that must not be loaded a second time."""

    def open_page(path: str) -> None:
        page.goto(path)
        page.evaluate(f"{MARK} = true")

    yield open_page
    assert page.evaluate(MARK) is True


def test_runs_appear_in_the_table_and_on_the_charts(
    page: Page, stays: Callable[[str], None], wire: Wire, new_experiment: Callable[[], tuple[str, str]]
) -> None:
    experiment, _ = new_experiment()
    stays(f"/w/default/experiments/{experiment}")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    run = wire.start(experiment, "first-try")
    expect(run_row(page, "first-try")).to_contain_text("Running")
    wire.log(run, points(0, 40))
    expect(chart(page, "loss")).to_contain_text("1 run · 40 points")
    wire.log(run, points(40, 100))
    expect(chart(page, "loss")).to_contain_text("1 run · 100 points")
    expect(run_row(page, "first-try").get_by_role("gridcell", name="0.01", exact=True)).to_be_visible()
    wire.end(run)
    expect(run_row(page, "first-try")).to_contain_text("Finished")


def test_the_page_of_a_run_follows_it(
    page: Page, stays: Callable[[str], None], wire: Wire, new_experiment: Callable[[], tuple[str, str]]
) -> None:
    experiment, _ = new_experiment()
    run = wire.start(experiment, "slow-try")
    stays(f"/w/default/experiments/{experiment}/runs/{run}")
    expect(page.get_by_text("This run has logged no metric.")).to_be_visible()
    wire.log(run, points(0, 3), {"lr": "0.5"})
    row = page.get_by_role("region", name="Metrics").get_by_role("row").filter(has_text="loss")
    expect(row).to_contain_text("0.33333")
    expect(page.get_by_role("region", name="Parameters").get_by_role("row").filter(has_text="lr")).to_contain_text(
        "0.5"
    )
    page.get_by_role("tab", name="Charts").click()
    expect(chart(page, "loss")).to_contain_text("3 points")
    wire.log(run, points(3, 30))
    expect(chart(page, "loss")).to_contain_text("30 points")
    wire.end(run, status="FAILED")
    expect(page.get_by_text("Failed", exact=True)).to_be_visible()


def test_home_tells_what_runs_and_what_failed(
    page: Page, stays: Callable[[str], None], wire: Wire, new_experiment: Callable[[], tuple[str, str]]
) -> None:
    experiment, name = new_experiment()
    stays("/")
    run = wire.start(experiment, f"run-of-{name}")
    wire.log(run, points(0, 5))
    running = page.get_by_role("region", name="Running now")
    expect(running.get_by_role("listitem").filter(has_text=f"run-of-{name}")).to_contain_text("at step 4")
    wire.end(run, status="FAILED")
    attention = page.get_by_role("region", name="Needs attention")
    expect(attention.get_by_role("link", name=f"run-of-{name}")).to_be_visible()
    attention.get_by_role("link", name=f"run-of-{name}").click()
    expect(page.get_by_role("heading", name=f"run-of-{name}", level=1)).to_be_visible()


def points(start: int, end: int) -> list[tuple[str, float | str, int, int]]:
    """A loss that falls."""
    now_ms = int(time.time() * 1000)
    return [("loss", 1 / (step + 1), now_ms + step, step) for step in range(start, end)]
