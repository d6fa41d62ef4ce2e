"""Runs with thousands of metrics: the page asks for what it shows, and finds the rest by name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Response, expect

from tests.journeys.browsing import column_head, run_row, runs_table, sort_by
from tests.journeys.wire import Wire

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

METRICS = 2_000
RUNS = 5
PAGE_BYTES_MAX = 250_000
"""Of all answers together; everything that the runs logged is more than a megabyte."""


@pytest.fixture
def wide(new_experiment: Callable[[], tuple[str, str]], wire: Wire) -> str:
    """The path of an experiment of a few runs with very many metrics; the last ones run longest."""
    experiment_id, _ = new_experiment()
    for number in range(RUNS):
        run_id = wire.start(experiment_id, f"wide-{number}", number * 1000)
        for first in range(0, METRICS, 1000):
            wire.log(run_id, [(f"layer{key:04}/norm", key + number, 0, 0) for key in range(first, first + 1000)])
        wire.end(run_id, number * 1000 + (number + 1) * 60_000)
    return f"/w/default/experiments/{experiment_id}"


@contextmanager
def bytes_of_answers(page: Page) -> Iterator[list[int]]:
    """The sizes of the answers that come meanwhile."""
    sizes: list[int] = []

    def note(response: Response) -> None:
        if "/api/v1/" in response.url and not response.url.endswith("/events"):
            sizes.append(len(response.body()))

    page.on("response", note)
    yield sizes
    page.remove_listener("response", note)


def test_the_page_loads_no_more_than_it_shows(page: Page, wide: str) -> None:
    with bytes_of_answers(page) as sizes:
        page.goto(f"{wide}?layout=table")
        runs_table(page)
        expect(column_head(page, "layer0000/norm")).to_be_visible()
    assert 0 < sum(sizes) < PAGE_BYTES_MAX


def test_a_metric_beyond_the_first_thousand_becomes_a_column(page: Page, wide: str) -> None:
    page.goto(f"{wide}?layout=table")
    runs_table(page)
    page.get_by_role("button", name="Columns", exact=True).click()
    dialog = page.get_by_role("dialog", name="Columns")
    expect(dialog.get_by_text(f"Metrics: 1,000 of {METRICS:,}")).to_be_visible()
    page.get_by_role("searchbox", name="Find a column").fill("norm 1987")
    dialog.get_by_role("checkbox", name="layer1987/norm").check()
    page.keyboard.press("Escape")
    expect(run_row(page, "wide-2")).to_contain_text("1,989")
    sort_by(page, "layer1987/norm")
    expect(page.get_by_role("columnheader").filter(has_text="layer1987/norm")).to_have_attribute(
        "aria-sort", "descending"
    )


def test_the_filter_knows_metrics_beyond_the_first_thousand(page: Page, wide: str) -> None:
    page.goto(f"{wide}?layout=table")
    runs_table(page)
    box = page.get_by_role("combobox", name="Filter runs")
    box.press_sequentially("metrics.layer1987")
    page.get_by_role("option", name="metrics.layer1987/norm").click()
    box.press_sequentially("> 1989.5")
    box.press("Enter")
    expect(page.get_by_text(f"2 of {RUNS} runs match the filter")).to_be_visible()


def test_charts_find_metrics_beyond_the_first_thousand(page: Page, wide: str) -> None:
    page.goto(f"{wide}?layout=charts")
    search = page.get_by_role("searchbox", name="Search metrics")
    expect(search).to_have_attribute("placeholder", f"Search {METRICS} metrics")
    search.fill("1987")
    expect(page.get_by_role("article", name="layer1987/norm")).to_be_visible()


def test_the_longest_run_is_one_click_away(page: Page, wide: str) -> None:
    page.goto(f"{wide}?layout=table")
    runs_table(page)
    head = sort_by(page, "Duration")
    expect(head).to_have_attribute("aria-sort", "descending")
    names = runs_table(page).get_by_role("rowheader").get_by_role("link")
    expect(names).to_have_text([f"wide-{number}" for number in reversed(range(RUNS))])
    sort_by(page, "Duration")
    expect(names).to_have_text([f"wide-{number}" for number in range(RUNS)])
    box = page.get_by_role("combobox", name="Filter runs")
    box.fill("attributes.duration > 150")
    box.press("Enter")
    expect(page.get_by_text(f"3 of {RUNS} runs match the filter")).to_be_visible()
