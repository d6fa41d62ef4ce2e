"""The curves of an experiment: what they show is true, and one can look closer."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import chart, choose, curves
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

ARROWS_MAX = 80
"""More than a tenth of the buckets of a chart over the whole window."""


@pytest.fixture
def wall(page: Page, world: World) -> Page:
    """The charts of the sweep: `mlp-07` and `mlp-03` only."""
    shown = ",".join(world.runs[name] for name in (facts.BEST_EVER, facts.SPIKE_RUN))
    page.goto(f"{world.experiment_path()}?layout=charts&top=0&show={shown}")
    return page


def test_every_metric_is_drawn_and_says_how_much_of_it(page: Page, world: World) -> None:
    page.goto(f"{world.experiment_path()}?layout=charts&sort=attributes.start_time")
    expect(chart(page, "val/acc")).to_contain_text("20 runs · 20,000 points")
    expect(chart(page, "train/loss")).to_contain_text(re.compile(r"20,000 points in \d+ buckets"))
    expect(page.get_by_text(f"20 of {facts.SWEEP_RUNS} runs · 11 metrics")).to_be_visible()


def test_the_keyboard_reads_the_values(wall: Page) -> None:
    drawing = curves(chart(wall, "val/acc"))
    drawing.press("End")
    expect(drawing).to_contain_text(f"step {facts.STEPS - 1}: {facts.BEST_EVER} 0.")
    spoken = drawing.inner_text().rpartition(f"step {facts.STEPS - 1}: ")[2].split(", ")
    for said, number in zip(spoken, (7, 3), strict=True):
        name, value = said.split()
        assert name == f"mlp-{number:02}"
        assert float(value) == pytest.approx(facts.accuracy(number, facts.STEPS - 1), abs=0.0005)
    drawing.press("Home")
    expect(drawing).to_contain_text("step ")


def test_hovering_shows_every_run_at_that_step(wall: Page) -> None:
    hover(wall, curves(chart(wall, "val/acc")), 0.5)
    tooltip = wall.get_by_text(re.compile(r"^step \d+$")).locator("..")
    step = int((tooltip.inner_text().split("\n")[0]).removeprefix("step "))
    assert 350 < step < 650
    row = tooltip.get_by_role("row", include_hidden=True).filter(has_text=facts.SPIKE_RUN)
    shown = float(row.get_by_role("cell", include_hidden=True).nth(1).inner_text())
    assert shown == pytest.approx(facts.accuracy(3, step), abs=0.002)


def test_one_step_that_leaps_stays_in_sight(wall: Page) -> None:
    """One point of a thousand, gathered into buckets: its height is still the chart's."""
    wall.set_viewport_size({"width": 900, "height": 900})  # too narrow for a thousand points of their own
    card = chart(wall, "train/loss")
    choose(wall, "More for train/loss", "Show as table")
    dialog = wall.get_by_role("dialog", name="train/loss")
    dialog.get_by_role("radio", name="Chart").check()
    drawing = dialog.get_by_role("group", name=re.compile(r"train\/loss by step, .* points in \d+ buckets"))
    drawing.press("Home")
    for _ in range(7):
        drawing.press("Shift+ArrowRight")
    values = dialog.get_by_role("region", name="Values")
    for _ in range(ARROWS_MAX):
        if f"… {facts.SPIKE}" in values.inner_text():
            break
        drawing.press("ArrowRight")
    expect(values).to_contain_text(f"… {facts.SPIKE}")
    expect(values).to_contain_text(re.compile(rf"At step {facts.SPIKE_STEP // 10}\d"))
    wall.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(card).to_be_visible()


def test_smoothing_axes_and_scales_are_one_click_and_stay_in_the_address(wall: Page) -> None:
    card = chart(wall, "train/loss")
    wall.get_by_role("slider", name="Smoothing").fill("0.9")
    wall.get_by_role("button", name="Log y").click()
    expect(wall.get_by_role("button", name="Log y")).to_have_attribute("aria-pressed", "true")
    wall.get_by_role("radio", name="Relative").check()
    expect(wall).to_have_url(re.compile("smooth=0.9"))
    expect(wall).to_have_url(re.compile("logy=1"))
    expect(wall).to_have_url(re.compile("x=relative"))
    by_relative = card.get_by_role("group", name="train/loss by time since start")
    by_relative.press("End")
    expect(by_relative).to_contain_text(re.compile(r"8m1\d[\d.]*s: "))
    wall.get_by_role("radio", name="Time").check()
    card.get_by_role("group", name="train/loss by time,").press("End")
    expect(curves(card)).to_contain_text(re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}: "))


def test_a_zoom_into_one_chart_is_a_zoom_into_all(wall: Page) -> None:
    other = chart(wall, "train/loss")
    expect(other).to_contain_text("2 runs · 2,000 points")
    card = chart(wall, "val/acc")
    drag(wall, curves(card), 0.4, 0.6)
    expect(wall.get_by_role("button", name="Reset zoom")).to_be_visible()
    points = re.compile(r"2 runs · (3|4|5)\d\d points")
    expect(card).to_contain_text(points)
    expect(other).to_contain_text(points)
    wall.get_by_role("button", name="Reset zoom").click()
    expect(other).to_contain_text("2 runs · 2,000 points")


def test_a_metric_with_one_value_a_run_is_bars(wall: Page) -> None:
    bars = chart(wall, "epochs").get_by_role("region", name="epochs, one value per run")
    expect(bars.get_by_role("listitem").filter(has_text=facts.BEST_EVER)).to_contain_text("10")


def test_what_cannot_be_drawn_is_counted(page: Page, world: World) -> None:
    page.goto(f"{world.experiment_path()}?layout=charts&top=0&show={world.runs[facts.DIVERGED]}")
    expect(chart(page, "train/loss")).to_contain_text("3 values NaN or infinite, not drawn")


def test_a_metric_is_found_pinned_and_taken_along(wall: Page) -> None:
    wall.get_by_role("searchbox", name="Search metrics").fill("acc")
    expect(wall.get_by_role("article")).to_have_count(1)
    wall.get_by_role("button", name="Pin val/acc").click()
    expect(wall.get_by_role("region", name="Pinned").get_by_role("article", name="val/acc")).to_be_visible()
    wall.get_by_role("button", name="More for val/acc").click()
    with wall.expect_download() as download:
        wall.get_by_role("menuitem", name="Download CSV").click()
    text = download.value.path().read_text()
    assert facts.BEST_EVER in text
    assert len(text.splitlines()) > 100


def hover(page: Page, drawing: Locator, share: float) -> None:
    """Point at a share of the width of a chart, in the middle of its height."""
    box = drawing.bounding_box()
    assert box is not None
    left = 0.1 * box["width"]  # about where the labels of the y axis end
    page.mouse.move(box["x"] + left + share * (box["width"] - left), box["y"] + box["height"] / 2)


def drag(page: Page, drawing: Locator, start: float, end: float) -> None:
    """Draw a range over a chart."""
    hover(page, drawing, start)
    page.mouse.down()
    hover(page, drawing, (start + end) / 2)
    hover(page, drawing, end)
    page.mouse.up()
