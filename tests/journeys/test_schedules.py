"""Schedules on the page: made with a form that tells their next times, followed to their runs, switched and deleted."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import ContextMaker, toast
from tests.journeys.test_accessibility import severe_violations
from tests.journeys.wire import Wire
from tests.plugins.server import TidemillProcess

pytestmark = [pytest.mark.journey, pytest.mark.needs_chromium]

SCHEDULES = "/w/default/pipelines/schedules"
KFP = "/apis/v2beta1"


class Place(msgspec.Struct, frozen=True):
    """A server with a pipeline `reports`, and no schedule yet."""

    wire: Wire
    uri: str
    spec: dict[str, Any]
    pipeline: str

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.wire.call(method, f"{KFP}/{path}", body or {})
        assert "code" not in answer, answer
        return answer

    def schedule(self, name: str, every_s: int, since: timedelta, **more: Any) -> str:
        """A schedule that has a past: its id."""
        begin = (datetime.now(UTC) - since).isoformat()
        trigger = {"periodic_schedule": {"interval_second": str(every_s), "start_time": begin}}
        parameters = {"runtime_config": {"parameters": {"count": 1}}}
        body = {"display_name": name, "trigger": trigger, "max_concurrency": 9, **parameters, **more}
        return self.call("POST", "recurringruns", body)["recurring_run_id"]


def pipeline() -> dict[str, Any]:
    text = {"parameterType": "STRING", "defaultValue": "hello"}
    count = {"parameterType": "NUMBER_INTEGER"}
    return {
        "pipelineInfo": {"name": "reports"},
        "schemaVersion": "2.1.0",
        "deploymentSpec": {"executors": {"exec-say": {"container": {"image": "alpine", "command": ["true"]}}}},
        "components": {"comp-say": {"executorLabel": "exec-say"}},
        "root": {
            "inputDefinitions": {"parameters": {"text": text, "count": count}},
            "dag": {"tasks": {"say": {"taskInfo": {"name": "say"}, "componentRef": {"name": "comp-say"}}}},
        },
    }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, spec = tmp_path_factory.mktemp("schedules"), pipeline()
    with TidemillProcess(folder / "data", "--pipeline-commands", "allowed") as process:
        place = Place(Wire(process.uri), process.uri, spec, "")
        version = {"name": "v1", "pipeline_spec": spec}
        made = place.call("POST", "pipelines/create", {"pipeline": {"name": "reports"}, "pipeline_version": version})
        yield msgspec.structs.replace(place, pipeline=made["pipeline_id"])
        place.wire.close()


@pytest.fixture
def page(new_context: ContextMaker, place: Place) -> Page:
    """A tab of somebody who looks at that server; axe may be put into it."""
    context, watch = new_context(place.uri, bypass_csp=True)
    watch.expects("400", "schedules/preview")  # while an expression is being written
    return context.new_page()


def test_a_schedule_is_made_with_a_form_that_tells_its_next_times(page: Page, place: Place) -> None:
    page.goto(SCHEDULES)
    expect(page.get_by_role("heading", name="Run a pipeline at times")).to_be_visible()
    assert severe_violations(page) == []
    page.goto("/w/default/pipelines/catalog")
    page.get_by_role("link", name="Schedule it").click()
    form = page.get_by_role("dialog", name="Run a pipeline at times")
    expect(form).to_contain_text("at 09:00 every day")
    form.get_by_label("Time zone").fill("Europe/Berlin")
    expect(form).to_contain_text("at 09:00 every day (Europe/Berlin)")
    expect(form.get_by_label("Name of the schedule")).to_have_value("reports")
    form.get_by_role("radio", name="Cron").check()
    form.get_by_label("Cron expression").fill("99 * * * *")
    expect(form).to_contain_text("'99 * * * *' is no cron expression")
    form.get_by_role("radio", name="Every so often").check()
    form.get_by_label("How many").fill("90")
    expect(form).to_contain_text("every 1 hour 30 minutes")
    assert severe_violations(page) == []
    form.get_by_role("button", name="Schedule").click()
    expect(form).to_contain_text("This is needed")
    form.get_by_label("count").fill("3")
    form.get_by_label("text", exact=False).first.fill("number [[Index]]")
    form.get_by_role("button", name="Schedule").click()
    detail = page.get_by_role("region", name="Schedule reports")
    expect(detail).to_contain_text("every 1 hour 30 minutes")
    expect(detail).to_contain_text("always its latest version")
    expect(detail.get_by_role("region", name="Parameters")).to_contain_text("number [[Index]]")
    expect(detail.get_by_role("region", name="Next times").get_by_role("listitem")).to_have_count(5)
    (made,) = place.wire.native("GET", "pipeline-schedules?name=reports")["schedules"]
    assert (made["interval_s"], made["catches_up"], made["max_concurrency"]) == (5400, False, 1)


def test_a_schedule_leads_to_its_runs_and_they_lead_back(page: Page, place: Place) -> None:
    past = timedelta(hours=2, minutes=30)
    schedule = place.schedule("hourly", 3600, past, pipeline_spec=place.spec)
    page.goto(SCHEDULES)
    row = page.get_by_role("list", name="Schedules").get_by_role("listitem").filter(has_text="hourly")
    expect(row).to_contain_text("Succeeded")
    row.get_by_role("link").click()
    detail = page.get_by_role("region", name="Schedule hourly")
    expect(detail.get_by_role("link", name=re.compile(r"hourly \d"))).to_have_count(2)
    assert severe_violations(page) == []
    detail.get_by_role("link", name="hourly 2").click()
    expect(page.get_by_role("heading", name="hourly 2", level=1)).to_be_visible()
    page.goto("/w/default/pipelines")
    run = page.get_by_role("row").filter(has_text="hourly 1")
    run.get_by_role("link", name="Its schedule").click()
    expect(page).to_have_url(re.compile(f"schedule={schedule}"))


def test_one_that_cannot_begin_says_why_once(page: Page, place: Place) -> None:
    version = {"pipeline": {"name": "gone"}, "pipeline_version": {"name": "v1", "pipeline_spec": place.spec}}
    gone = place.call("POST", "pipelines/create", version)["pipeline_id"]
    schedule = place.schedule("broken", 1, timedelta(), pipeline_version_reference={"pipeline_id": gone})
    place.call("DELETE", f"pipelines/{gone}?cascade=true")
    page.goto(f"{SCHEDULES}?schedule={schedule}")
    detail = page.get_by_role("region", name="Schedule broken")
    expect(detail.get_by_role("alert")).to_contain_text("there is no pipeline with the id")
    reason = detail.get_by_role("region", name="Times so far").get_by_role("listitem").filter(has_text="Not begun")
    expect(reason).to_have_count(1)
    expect(reason).to_contain_text(re.compile(r"and \d+ times more since"))
    assert severe_violations(page) == []


def test_a_schedule_is_switched_off_and_deleted(page: Page, place: Place) -> None:
    schedule = place.schedule("weekly", 604_800, timedelta(), pipeline_spec=place.spec)
    page.goto(f"{SCHEDULES}?schedule={schedule}")
    row = page.get_by_role("list", name="Schedules").get_by_role("listitem").filter(has_text="weekly")
    row.get_by_role("switch", name="weekly is on").click()
    detail = page.get_by_role("region", name="Schedule weekly")
    expect(detail.get_by_role("switch", name="The schedule is on")).not_to_be_checked()
    expect(row).to_contain_text("off")
    assert place.wire.native("GET", f"pipeline-schedules/{schedule}")["enabled"] is False
    detail.get_by_role("switch", name="The schedule is on").click()
    expect(row).to_contain_text(re.compile(r"in 6d 23h|in 7d 0h"))
    detail.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the schedule").click()
    expect(toast(page)).to_contain_text("Schedule deleted")
    expect(row).to_have_count(0)
