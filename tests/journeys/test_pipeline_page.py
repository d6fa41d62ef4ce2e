"""The page of a pipeline run: one choice in three views, what steps made, why it broke, and another run beside it."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import ContextMaker, choose
from tests.journeys.test_accessibility import severe_violations
from tests.pipelines.viewing.conftest import Place
from tests.pipelines.viewing.looked_at import CHECK, pipeline, run
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

PIPELINES = "/w/default/pipelines"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server of these tests: a run that went well, and one that broke in an iteration, of other code."""
    folder = tmp_path_factory.mktemp("pipeline-page")
    with (
        TidemillProcess(folder / "data", "--pipeline-commands", "allowed") as process,
        httpx.Client(base_url=process.uri, trust_env=False, timeout=30) as client,
    ):
        good = run(client, "good checks", pipeline())
        yield Place(client, good, run(client, "bad checks", pipeline(f"{CHECK}; true"), bad="2"))


@pytest.fixture
def page(new_context: ContextMaker, place: Place) -> Page:
    """A tab of somebody who looks at that server; axe may be put into it."""
    context, _ = new_context(str(place.client.base_url).rstrip("/"), bypass_csp=True)
    return context.new_page()


def show_as(page: Page, view: str) -> None:
    """Choose one of the three ways to look at tasks."""
    page.get_by_role("radiogroup", name="Show tasks as").get_by_role("radio", name=view).check()


def node(page: Page, name: str | re.Pattern[str]) -> Locator:
    """A task in the graph."""
    return page.get_by_role("region", name="Graph of the tasks").get_by_role("button", name=name)


def test_a_choice_stays_chosen_in_the_graph_the_timeline_and_the_list(page: Page, place: Place) -> None:
    page.goto(f"{PIPELINES}/runs/{place.bad}")
    broken = page.get_by_role("treeitem", selected=True)
    expect(broken).to_have_attribute("title", "loop[1]/check")
    show_as(page, "Graph")
    expect(page).to_have_url(re.compile("view=graph"))
    expect(node(page, re.compile("^check Failed"))).to_have_attribute("aria-pressed", "true")
    expect(node(page, re.compile("^say Skipped"))).to_be_visible()
    expect(page.get_by_role("region", name="Graph of the tasks")).to_contain_text("if bad == 'never'")
    assert severe_violations(page) == []
    node(page, re.compile("^make it Succeeded")).click()
    expect(page).to_have_url(re.compile("task=make"))
    page.get_by_text("What goes along").click()
    expect(page.get_by_role("region", name="Graph of the tasks").get_by_text("data", exact=True)).to_be_visible()
    node(page, "Close loop").click()
    expect(node(page, re.compile("^check"))).to_have_count(0)
    expect(node(page, re.compile("^loop "))).to_contain_text("1 failed")
    show_as(page, "Timeline")
    expect(page.get_by_role("option", selected=True)).to_contain_text("make")
    expect(page.get_by_role("option")).to_have_count(4)
    page.get_by_role("button", name="Zoom in").click()
    expect(page.get_by_role("button", name="Fit")).to_be_enabled()
    assert severe_violations(page) == []
    page.get_by_role("option", name=re.compile(r"^Succeeded loop\[2\].check .*ran ")).click()
    show_as(page, "Steps")
    expect(page.get_by_role("treeitem", selected=True)).to_have_attribute("title", "loop[2]/check")
    page.reload()
    expect(page.get_by_role("region", name="Task loop[2]/check")).to_be_visible()


def test_what_a_step_made_is_looked_into(page: Page, place: Place) -> None:
    page.goto(f"{PIPELINES}/runs/{place.good}?task=make")
    outputs = page.get_by_role("region", name="Outputs")
    outputs.get_by_role("button", name="data", exact=True).click()
    expect(page).to_have_url(re.compile("file=outputs/data/0"))
    outputs.get_by_role("button", name="rows.csv").click()
    expect(outputs.get_by_role("columnheader", name="a")).to_be_visible()
    assert severe_violations(page) == []
    outputs.get_by_role("button", name="page", exact=True).click()
    frame = outputs.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "allow-scripts")
    expect(frame.content_frame.get_by_role("heading", name="hello")).to_be_visible()
    with page.expect_download() as download:
        outputs.get_by_role("link", name="Download").click()
    assert download.value.path().read_text() == "<h1>hello</h1>\n"


def test_a_broken_run_says_what_changed_since_one_that_went_well(page: Page, place: Place) -> None:
    page.goto(f"{PIPELINES}/runs/{place.bad}")
    detail = page.get_by_role("region", name="Task loop[1]/check")
    expect(detail.get_by_role("region", name="Why it failed").locator("code")).to_have_text("failed with exit code 3")
    changed = detail.get_by_role("region", name="Changed since the last green run")
    expect(changed.get_by_role("region", name="Parameters")).to_contain_text("badnone→2")
    expect(changed.get_by_role("region", name="Code")).to_contain_text("; true")
    expect(detail.get_by_role("region", name="Last lines")).to_contain_text("no good: 2")
    expect(detail.get_by_role("region", name="At that moment")).to_be_visible()
    changed.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("region", name="Before: good checks")).to_contain_text("Succeeded")
    steps = page.get_by_role("region", name="Steps of both table")
    expect(steps.get_by_role("row")).to_have_count(2)
    page.get_by_text("Also those that went alike").click()
    expect(steps.get_by_role("row")).to_have_count(5)
    assert severe_violations(page) == []


def test_two_runs_of_the_list_are_compared(page: Page, place: Place) -> None:
    page.goto(PIPELINES)
    row = page.get_by_role("row").filter(has_text="bad checks")
    expect(row).to_contain_text("4/4")
    expect(row).to_contain_text("looked-at")
    expect(row).to_contain_text("check failed: ")
    page.get_by_label("Select bad checks").check()
    bar = page.get_by_role("toolbar", name="Selected runs")
    expect(bar.get_by_role("button", name="Compare")).to_be_disabled()
    page.get_by_label("Select good checks").check()
    bar.get_by_role("button", name="Compare").click()
    expect(page).to_have_url(re.compile(f"before={place.good}&after={place.bad}"))
    expect(page.get_by_role("region", name="After: bad checks")).to_be_visible()


def test_a_run_is_begun_again_with_its_parameters_changed(page: Page, place: Place) -> None:
    page.goto(f"{PIPELINES}/runs/{place.bad}")
    choose(page, "More for this run", "Run again with parameters")
    form = page.get_by_role("dialog", name="Run looked-at again")
    expect(form.get_by_label("bad")).to_have_value("2")
    form.get_by_label("bad").fill("nothing")
    form.get_by_label("Name of the run").fill("mended checks")
    form.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("heading", name="mended checks", level=1)).to_be_visible()
    header = page.get_by_role("main").locator("header").first
    expect(header).to_contain_text("Succeeded")
    expect(page.get_by_role("treeitem").filter(has_text="check").first).to_contain_text("Succeeded")


def test_a_task_and_the_version_of_a_model_that_came_of_it_lead_to_each_other(page: Page, place: Place) -> None:
    tags = {"tidemill.pipelineRun": place.good, "tidemill.pipelineTask": "make"}
    asked = {"experiment_id": "0", "run_name": "fit", "tags": [{"key": key, "value": tags[key]} for key in tags]}
    run_id = _post(place, "runs/create", asked)["run"]["info"]["run_id"]
    logged = _post(place, "logged-models", {"experiment_id": "0", "name": "net", "source_run_id": run_id})
    source = f"models:/{logged['model']['info']['model_id']}"
    place.client.post("/api/v1/models/made-by-make/versions", json={"source": source}).raise_for_status()
    page.goto(f"{PIPELINES}/runs/{place.good}?task=make")
    page.get_by_role("region", name="Task make").get_by_role("link", name="made-by-make v1").click()
    page.get_by_role("region", name="Lineage").get_by_role("link", name="make", exact=True).click()
    expect(page.get_by_role("region", name="Task make")).to_be_visible()
    page.goto(f"{PIPELINES}/runs/{place.good}")
    expect(page.get_by_role("region", name="Whole run").get_by_role("link", name="made-by-make v1")).to_be_visible()


def _post(place: Place, path: str, body: dict[str, object]) -> dict[str, Any]:
    answer = place.client.post(f"/api/2.0/mlflow/{path}", json=body)
    assert answer.is_success, answer.text
    return answer.json()
