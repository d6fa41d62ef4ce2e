"""The addresses that MLflow's client prints, and those that people have in old messages, lead to our pages."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import facts
from tests.journeys.browsing import Watch
from tests.journeys.facts import World

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/experiments/{experiment}", facts.SWEEP),
        ("/experiments/{experiment}/runs/{run}", facts.RICH),
        ("/experiments/{experiment}/models/{model}", facts.MODEL),
        ("/experiments", "Experiments"),
    ],
)
def test_a_printed_link_opens_its_page(page: Page, world: World, path: str, heading: str) -> None:
    page.goto(f"/#{path.format(experiment=world.sweep, run=world.runs[facts.RICH], model=world.model)}")
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()


@pytest.mark.parametrize(
    ("part", "tab"),
    [("artifacts", "Artifacts"), ("model-metrics", "Charts"), ("system-metrics", "System"), ("overview", "Overview")],
)
def test_a_link_to_a_part_of_a_run_opens_that_part(page: Page, world: World, part: str, tab: str) -> None:
    page.goto(f"/#/experiments/{world.sweep}/runs/{world.runs[facts.RICH]}/{part}")
    expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")


def test_a_link_to_a_comparison_opens_it(page: Page, world: World) -> None:
    names = ["mlp-01", "mlp-02"]
    runs = json.dumps([world.runs[name] for name in names])
    page.goto(f'/#/compare-runs?runs={runs}&experiments=["{world.sweep}"]')
    compared = page.get_by_role("list", name="Runs compared")
    for name in names:
        expect(compared.get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/#/experiments/987654", "This experiment cannot be shown"),
        ("/#/experiments/1/runs/" + "0" * 32, "There is no such run"),
        ("/w/default/nowhere", "There is no page at this address"),
    ],
)
def test_a_link_to_nothing_says_so(page: Page, watch: Watch, path: str, message: str) -> None:
    watch.expects("status of 404")
    page.goto(path)
    expect(page.get_by_role("heading", name=message)).to_be_visible()
