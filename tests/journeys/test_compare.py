"""Five runs side by side: what differs first, and the curves on the same screen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import facts
from tests.journeys.browsing import DESK, run_link, run_row, runs_table, sort_by
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

FIVE = ("mlp-03", "mlp-07", "mlp-12", "mlp-13", "mlp-14")


@pytest.fixture
def compared(page: Page, world: World) -> Page:
    """The comparison of five runs."""
    page.goto(world.compare_path(*FIVE))
    expect(differences(page).get_by_role("row").nth(1)).to_be_visible()
    return page


def test_from_the_table_to_the_comparison_by_keyboard(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    sort_by(page, "val/acc")
    expect(run_link(page, 0)).to_have_text(facts.BEST_EVER)
    names = [run_link(page, row).inner_text() for row in range(5)]
    runs_table(page).focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowDown")
    expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text("5 runs selected")
    page.keyboard.press("c")
    expect(page).to_have_title(re.compile("Compare 5 runs"))
    compared = page.get_by_role("list", name="Runs compared")
    for name in names:
        expect(compared.get_by_role("link", name=name)).to_be_visible()


def test_from_the_table_to_the_comparison_by_dragging(page: Page, world: World) -> None:
    page.goto(world.experiment_path())
    runs_table(page)
    run_row(page, "mlp-22").get_by_role("gridcell").nth(3).hover()
    page.mouse.down()
    for number in (21, 20, 19, 18):
        run_row(page, f"mlp-{number}").get_by_role("gridcell").nth(3).hover()
    page.mouse.up()
    expect(page.get_by_role("toolbar", name="Selected runs")).to_contain_text("5 runs selected")
    page.keyboard.press("c")
    expect(page).to_have_title(re.compile("Compare 5 runs"))


def test_differences_and_curves_are_on_the_first_screen(compared: Page) -> None:
    assert [
        name for name in ("batch_size", "hidden", "lr", "optimizer") if difference(compared, name).count() == 0
    ] == []
    expect(difference(compared, "data")).to_have_count(0)
    expect(difference(compared, "epochs")).to_have_count(0)
    curve = compared.get_by_role("article").filter(has_text="5,000 points").first
    expect(curve).to_be_visible()
    box = curve.get_by_role("group").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= DESK["height"]


def test_what_is_equal_is_one_click_away(compared: Page) -> None:
    compared.get_by_role("checkbox", name="Only differing").uncheck()
    expect(difference(compared, "data")).to_contain_text("digits-v2")


def test_the_value_compared_is_named_and_can_be_the_best(compared: Page) -> None:
    expect(differences(compared)).to_contain_text("Metrics (last)")
    compared.get_by_role("combobox", name="Metrics").select_option("max")
    expect(differences(compared)).to_contain_text("Metrics (max)")
    expect(difference(compared, "val/acc")).to_contain_text(str(facts.BEST_EVER_ACC))


def test_the_others_are_measured_by_one(compared: Page) -> None:
    compared.get_by_role("button", name=f"Measure the others by {facts.BEST_LAST}").click()
    gap = facts.accuracy(7, facts.STEPS - 1) - facts.accuracy(12, facts.STEPS - 1)
    expect(difference(compared, "val/acc")).to_contain_text(f"{abs(gap):.3f}"[:5])
    expect(compared).to_have_url(re.compile("base="))


def test_a_run_leaves_and_another_joins(compared: Page) -> None:
    compared.get_by_role("button", name="Take mlp-14 out").click()
    expect(compared).to_have_title(re.compile("Compare 4 runs"))
    compared.get_by_role("button", name="Add runs").click()
    compared.get_by_role("searchbox").last.fill("mlp-20")
    compared.get_by_role("list", name="Runs found").get_by_role("button").filter(has_text="mlp-20").click()
    expect(compared).to_have_title(re.compile("Compare 5 runs"))
    expect(compared.get_by_role("list", name="Runs compared").get_by_role("link", name="mlp-20")).to_be_visible()


def test_parameters_and_results_relate(compared: Page) -> None:
    compared.get_by_role("tab", name="Parallel coordinates").click()
    expect(compared.get_by_role("slider", name=re.compile("^lr"))).to_be_visible()
    compared.get_by_role("tab", name="Scatter").click()
    expect(compared.get_by_role("link", name=re.compile("^mlp-07: "))).to_be_visible()
    compared.reload()
    expect(compared.get_by_role("tab", name="Scatter")).to_have_attribute("aria-selected", "true")


def differences(page: Page) -> Locator:
    """The table of what differs."""
    return page.get_by_role("region", name="Differences", exact=True).get_by_role("table")


def difference(page: Page, field: str) -> Locator:
    """The row of a field."""
    return differences(page).get_by_role("row").filter(has=page.get_by_text(field, exact=True)).first
