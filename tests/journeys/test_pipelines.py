"""Pipelines on the page: runs are found there, a broken one says which step and why, and goes on where it broke."""

import re
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browsing import ContextMaker, choose, toast
from tests.journeys.test_accessibility import severe_violations
from tests.journeys.wire import Wire
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

PIPELINES = "/w/default/pipelines"
KFP = "/apis/v2beta1"
WITHIN_S = 60
FINAL = ("SUCCEEDED", "FAILED", "CANCELED")
ITEMS = 100
BROKEN = 97
"""The iteration that breaks while its file is not there."""
ECHO = 'if test "$0" = 97 -a ! -e "$1"; then echo "no file for $0" >&2; exit 4; fi; sleep "$2"'


class Place(msgspec.Struct, frozen=True):
    """A server with a pipeline, a run of it that failed and one that did not; and the file that mends the first."""

    wire: Wire
    uri: str
    spec: dict[str, Any]
    pipeline: str
    version: str
    failed: str
    done: str
    file: Path


def task(component: str, *inputs: str, **more: Any) -> dict[str, Any]:
    parameters = {name: {"componentInputParameter": name} for name in inputs}
    named = {"taskInfo": {"name": more.pop("name")}}
    given = {"parameters": {**parameters, **more.pop("parameters", {})}}
    return {"componentRef": {"name": component}, "inputs": given, **named, **more}


def pipeline() -> dict[str, Any]:
    """A task, and behind it a loop of a task each, one of which breaks for want of a file."""
    text, number = {"parameterType": "STRING"}, {"parameterType": "NUMBER_INTEGER"}
    pause = {"parameterType": "STRING", "defaultValue": "0", "description": "Seconds that each step takes"}
    many = {"parameterType": "LIST", "defaultValue": [1, 2]}
    command = ["sh", "-c", ECHO, *(f"{{{{$.inputs.parameters['{name}']}}}}" for name in ("item", "file", "pause"))]
    asked = {"file": text, "pause": text}
    first = {"item": {"runtimeValue": {"constant": 0}}}
    loop = task(
        "comp-loop",
        "file",
        "pause",
        "items",
        name="loop",
        dependentTasks=["first"],
        iteratorPolicy={"parallelismLimit": 8},
        parameterIterator={"items": {"inputParameter": "items"}, "itemInput": "item"},
    )
    body = {"check": task("comp-check", "file", "pause", "item", name="check")}
    return {
        "pipelineInfo": {"name": "checks"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-check": {"container": {"image": "alpine", "command": command}}}},
        "components": {
            "comp-check": {
                "executorLabel": "exec-check",
                "inputDefinitions": {"parameters": {**asked, "item": number}},
            },
            "comp-loop": {
                "inputDefinitions": {"parameters": {**asked, "items": {"parameterType": "LIST"}, "item": number}},
                "dag": {"tasks": body},
            },
        },
        "root": {
            "inputDefinitions": {"parameters": {"file": text, "pause": pause, "items": many}},
            "dag": {
                "tasks": {
                    "first": task("comp-check", "file", "pause", name="first", parameters=first),
                    "loop": loop,
                }
            },
        },
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A server of these tests, with two runs that have ended."""
    folder = tmp_path_factory.mktemp("pipelines")
    file, spec = folder / "file", pipeline()
    with TidemillProcess(folder / "data", "--pipeline-commands", "allowed") as process:
        wire = Wire(process.uri)
        made = kfp(wire, "pipelines/create", {"pipeline": {"name": "checks"}, "pipeline_version": {"name": "v1"}}, spec)
        versions = wire.call("GET", f"{KFP}/pipelines/{made['pipeline_id']}/versions", {})["pipeline_versions"]
        failed = begin(wire, spec, "broken checks", items=list(range(ITEMS)), file=str(file))
        done = begin(wire, spec, "short checks", items=[1, 2], file=str(file))
        for run in (failed, done):
            ended(wire, run)
        yield Place(
            wire, process.uri, spec, made["pipeline_id"], versions[0]["pipeline_version_id"], failed, done, file
        )
        wire.close()


@pytest.fixture
def page(new_context: ContextMaker, place: Place) -> Page:
    """A tab of somebody who looks at that server; axe may be put into it."""
    context, _ = new_context(place.uri, bypass_csp=True)
    return context.new_page()


def kfp(wire: Wire, path: str, body: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    body["pipeline_version"]["pipeline_spec"] = spec
    answer = wire.call("POST", f"{KFP}/{path}", body)
    assert answer["status"] == HTTPStatus.OK, answer
    return answer


def begin(wire: Wire, spec: dict[str, Any], name: str, **parameters: Any) -> str:
    body = {"display_name": name, "pipeline_spec": spec, "runtime_config": {"parameters": parameters}}
    answer = wire.call("POST", f"{KFP}/runs", body)
    assert "run_id" in answer, answer
    return answer["run_id"]


def ended(wire: Wire, run: str) -> str:
    until = time.monotonic() + WITHIN_S
    while (state := wire.native("GET", f"pipeline-runs/{run}")["state"]) not in FINAL:
        assert time.monotonic() < until, state
        time.sleep(0.1)
    return state


def fact(page: Page, label: str) -> Locator:
    """What the header says of a run."""
    header = page.get_by_role("main").locator("header").first
    return header.locator("dt", has_text=re.compile(f"^{label}$")).locator("xpath=following-sibling::dd")


def rows(page: Page) -> Locator:
    return page.get_by_role("region", name="Pipeline runs table").get_by_role("row")


def test_runs_are_listed_narrowed_and_opened(page: Page, place: Place) -> None:
    page.goto("/w/default")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Pipelines").click()
    expect(page.get_by_role("link", name="broken checks")).to_be_visible()
    expect(rows(page).filter(has_text="short checks")).to_contain_text("Succeeded")
    page.get_by_role("button", name="Failed", exact=True).click()
    expect(page).to_have_url(re.compile("state=failed"))
    expect(page.get_by_role("link", name="short checks")).to_have_count(0)
    page.get_by_role("button", name="Failed", exact=True).click()
    page.get_by_role("searchbox", name="Find a run by name").fill("SHORT")
    expect(page.get_by_role("link", name="broken checks")).to_have_count(0)
    assert severe_violations(page) == []
    page.get_by_role("link", name="short checks").click()
    expect(page.get_by_role("heading", name="short checks", level=1)).to_be_visible()
    expect(page.get_by_role("treeitem")).to_have_count(6)
    page.get_by_role("treeitem").filter(has_text="first").click()
    expect(page).to_have_url(re.compile("task=first"))
    detail = page.get_by_role("region", name="Task first")
    expect(detail.get_by_role("region", name="Inputs")).to_contain_text(str(place.file))
    detail.get_by_role("link", name="Log").click()
    expect(page).to_have_url(re.compile(r"/jobs/\w+\?tab=log"))


def test_a_broken_run_opens_on_the_step_that_broke(page: Page, place: Place) -> None:
    page.goto(f"{PIPELINES}/runs/{place.failed}")
    step = page.get_by_role("treeitem", selected=True)
    expect(step).to_have_attribute("title", f"loop[{BROKEN}]/check")
    expect(step).to_be_in_viewport()
    detail = page.get_by_role("region", name=f"Task loop[{BROKEN}]/check")
    expect(detail.get_by_role("region", name="Why it failed")).to_contain_text("exit code 4")
    assert page.get_by_role("treeitem").count() < ITEMS, "only what is in view is drawn"
    assert severe_violations(page) == []
    page.get_by_role("button", name="1 failed").click()
    expect(page.get_by_role("treeitem")).to_have_count(3)
    step.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"task=loop%5B{BROKEN}%5D$"))
    page.reload()
    expect(page.get_by_role("region", name=f"Task loop[{BROKEN}]", exact=True)).to_be_visible()
    page.go_back()
    page.goto(f"{PIPELINES}/runs/{place.failed}")
    page.get_by_role("link", name="Open the log at the error").click()
    expect(page.get_by_role("region", name="Log", exact=True)).to_contain_text("no file for 97")


def test_a_broken_run_goes_on_where_it_broke(page: Page, place: Place) -> None:
    file = place.file.with_name("other-file")
    run = begin(place.wire, place.spec, "mended checks", items=[1, BROKEN], file=str(file))
    assert ended(place.wire, run) == "FAILED"
    page.goto(f"{PIPELINES}/runs/{run}")
    expect(fact(page, "State")).to_have_text("Failed")
    file.touch()
    page.get_by_role("button", name="Retry").click()
    expect(fact(page, "State")).to_have_text("Succeeded")
    expect(page.get_by_role("treeitem").filter(has_text="attempt 2").last).to_contain_text("check")
    expect(page.get_by_role("button", name="Retry")).to_have_count(0)
    choose(page, "More for this run", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete the run").click()
    expect(page.get_by_role("heading", name="Pipeline runs")).to_be_visible()
    expect(page.get_by_role("link", name="mended checks")).to_have_count(0)


def test_a_run_is_asked_for_with_a_form_watched_and_stopped(page: Page, place: Place) -> None:
    page.goto(f"{PIPELINES}/catalog")
    page.get_by_role("region", name="Pipeline checks").get_by_role("button", name="Run", exact=True).click()
    form = page.get_by_role("dialog", name="Run checks")
    form.get_by_label("Name of the run").fill("asked for")
    form.get_by_label("file").fill("/nowhere")
    form.get_by_label("items").fill("[1, 2")
    expect(form).to_contain_text("Write a JSON list")
    form.get_by_label("items").fill("[1, 2, 3]")
    form.get_by_label("pause").fill("300")
    assert severe_violations(page) == []
    form.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("heading", name="asked for", level=1)).to_be_visible()
    expect(page.get_by_role("treeitem").filter(has_text="first")).to_contain_text("Running")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Stop the run").click()
    expect(fact(page, "State")).to_have_text("Stopped")


def test_a_file_is_uploaded_and_deleted_again(page: Page, place: Place) -> None:
    package = place.file.with_name("nightly.yaml")
    package.write_bytes(msgspec.yaml.encode(place.spec))
    page.goto(f"{PIPELINES}/catalog")
    page.get_by_role("button", name="Upload", exact=True).click()
    dialog = page.get_by_role("dialog", name="Upload a pipeline")
    dialog.get_by_label("File").set_input_files(package)
    expect(dialog.get_by_label("Name")).to_have_value("nightly")
    dialog.get_by_role("button", name="Upload").click()
    detail = page.get_by_role("region", name="Pipeline nightly")
    expect(detail.get_by_role("region", name="Parameters")).to_contain_text("[1,2]")
    assert severe_violations(page) == []
    choose(page, "More for this pipeline", "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete the pipeline").click()
    expect(toast(page)).to_contain_text("Pipeline deleted")
    expect(page.get_by_role("list", name="Pipelines").get_by_role("link")).to_have_count(1)


def test_what_kubeflows_client_prints_leads_to_its_page(page: Page, place: Place) -> None:
    page.goto(f"/#/runs/details/{place.done}")
    expect(page.get_by_role("heading", name="short checks", level=1)).to_be_visible()
    page.goto("about:blank")
    page.goto("/#/experiments/details/0")
    expect(page).to_have_url(re.compile(r"/pipelines\?experiment=0$"))
    expect(page.get_by_role("link", name="short checks")).to_be_visible()
    for path in (
        f"/#/pipelines/details/{place.pipeline}",
        f"/#/pipelines/details/{place.pipeline}/version/{place.version}",
    ):
        page.goto("about:blank")
        page.goto(path)
        expect(page.get_by_role("region", name="Pipeline checks")).to_be_visible()
        expect(page.get_by_role("list", name="Versions").get_by_role("link", name="v1")).to_be_visible()


def test_a_tracked_run_leads_to_its_pipeline(page: Page, place: Place) -> None:
    body = {"experiment_ids": ["0"], "filter": f"tags.`tidemill.pipelineRun` = '{place.done}'"}
    (tracked,) = place.wire.post("runs/search", body)["runs"]
    page.goto(f"/w/default/experiments/0/runs/{tracked['info']['run_id']}")
    page.get_by_role("link", name="this run").click()
    expect(page).to_have_url(re.compile(f"{PIPELINES}/runs/{place.done}"))
