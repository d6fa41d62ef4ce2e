"""Recurring runs: made, found, listed, switched and deleted through the unmodified client, and what they begin."""

import contextlib
import itertools
import json
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import kfp_server_api as api
import pytest

FINAL = {"SUCCEEDED", "FAILED", "CANCELED"}
NEVER = "0 0 0 1 1 *"
"""Once a year: while the tests run, it begins nothing."""


@pytest.fixture
def experiment_id(client: Any, unique: Callable[[str], str]) -> str:
    return client.create_experiment(unique("recurring")).experiment_id


@pytest.fixture
def new(client: Any, package: str, experiment_id: str) -> Iterator[Callable[..., Any]]:
    """A maker of recurring runs in a fresh experiment; they are deleted afterwards."""
    made = []

    def make(name: str = "recurring", **changes: Any) -> Any:
        given = {"pipeline_package_path": package, "cron_expression": NEVER, **changes}
        made.append(client.create_recurring_run(experiment_id, name, **given))
        return made[-1]

    yield make
    for each in made:
        with contextlib.suppress(api.ApiException):  # a test deleted it
            client.delete_recurring_run(each.recurring_run_id)


def runs_of(client: Any, recurring_run_id: str, count: int) -> list[Any]:
    """The first runs that it began, when there are so many that have ended."""
    deadline = time.monotonic() + 60
    filter_ = json.dumps({"predicates": [{"operation": 1, "key": "recurring_run_id", "stringValue": recurring_run_id}]})
    while True:
        found = client.list_runs(page_size=100, sort_by="scheduled_at asc", filter=filter_).runs or []
        if len(found) >= count and all(run.state in FINAL for run in found[:count]):
            return found[:count]
        assert time.monotonic() < deadline, f"{len(found)} runs"
        time.sleep(0.2)


def test_a_recurring_run_of_a_package_says_what_it_was_made_of(
    client: Any, new: Callable[..., Any], experiment_id: str
) -> None:
    made = new(
        "by package",
        description="what for",
        start_time="2026-01-31T12:00:00Z",
        end_time="2060-01-31T12:00:00Z",
        max_concurrency=3,
        no_catchup=True,
        params={"text": "hi"},
        pipeline_root="mlflow-artifacts:/roots",
        service_account="sa",
    )
    found = client.get_recurring_run(made.recurring_run_id)
    assert found == made
    assert (found.display_name, found.description, found.experiment_id) == ("by package", "what for", experiment_id)
    assert (found.mode, found.status, found.max_concurrency, found.no_catchup) == ("ENABLE", "ENABLED", "3", True)
    assert found.trigger.cron_schedule.cron == NEVER
    assert found.trigger.cron_schedule.start_time == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert found.trigger.cron_schedule.end_time == datetime(2060, 1, 31, 12, tzinfo=UTC)
    assert found.trigger.periodic_schedule is None
    assert (found.runtime_config.parameters, found.service_account) == ({"text": "hi"}, "sa")
    assert found.runtime_config.pipeline_root == "mlflow-artifacts:/roots"
    assert found.pipeline_spec["pipelineInfo"]["name"] == "say-it"
    assert found.pipeline_version_reference is None
    assert found.created_at <= datetime.now(UTC)


def test_a_recurring_run_of_a_version_names_it(client: Any, new: Callable[..., Any], pipeline: Any) -> None:
    (version,) = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions
    ids = {"pipeline_id": pipeline.pipeline_id, "version_id": version.pipeline_version_id}
    made = new(pipeline_package_path=None, cron_expression=None, interval_second=3600, enabled=False, **ids)
    reference = made.pipeline_version_reference
    assert (reference.pipeline_id, reference.pipeline_version_id) == tuple(ids.values())
    assert made.trigger.periodic_schedule.interval_second == "3600"
    assert made.trigger.cron_schedule is None
    assert (made.mode, made.status, made.pipeline_spec) == ("DISABLE", "DISABLED", None)


def test_runs_begin_at_their_times_and_name_their_recurring_run(client: Any, new: Callable[..., Any]) -> None:
    text = "[[Index]] at [[ScheduledTime]] in [[RunUUID]]"
    made = new("ticking", cron_expression="* * * * * *", max_concurrency=10, params={"text": text})
    runs = runs_of(client, made.recurring_run_id, 3)
    client.disable_recurring_run(made.recurring_run_id)
    times = [run.scheduled_at for run in runs]
    assert [later - earlier for earlier, later in itertools.pairwise(times)] == [timedelta(seconds=1)] * 2
    assert all(at.microsecond == 0 for at in times)
    for number, run in enumerate(runs, start=1):
        assert run.recurring_run_id == made.recurring_run_id
        assert run.display_name == f"ticking {number}"
        said = f"{number} at {run.scheduled_at:%Y%m%d%H%M%S} in {run.run_id}"
        assert run.runtime_config.parameters == {"text": said}
        assert client.get_run(run.run_id).recurring_run_id == made.recurring_run_id


def test_what_lies_behind_its_start_is_caught_up_or_not(client: Any, new: Callable[..., Any]) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=35)
    bounds = {
        "cron_expression": None,
        "interval_second": 600,
        "start_time": start.isoformat(),
        "end_time": (start + timedelta(minutes=31)).isoformat(),
    }
    caught_up = new("all", max_concurrency=1, **bounds)
    latest = new("latest", no_catchup=True, **bounds)
    times = [run.scheduled_at - start for run in runs_of(client, caught_up.recurring_run_id, 3)]
    assert times == [timedelta(minutes=minutes) for minutes in (10, 20, 30)]
    (only,) = runs_of(client, latest.recurring_run_id, 1)
    assert only.scheduled_at - start == timedelta(minutes=30)


def test_five_fields_and_a_time_zone_are_understood(new: Callable[..., Any]) -> None:
    for expression in ("30 9 * * 1-5", "CRON_TZ=Europe/Berlin 0 30 9 ? * MON-FRI", "@weekly"):
        assert new(cron_expression=expression).trigger.cron_schedule.cron == expression


def test_a_recurring_run_is_switched_off_and_on(client: Any, new: Callable[..., Any]) -> None:
    made = new()
    client.disable_recurring_run(made.recurring_run_id)
    off = client.get_recurring_run(made.recurring_run_id)
    assert (off.mode, off.status) == ("DISABLE", "DISABLED")
    assert off.updated_at > made.updated_at
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client.enable_job(made.recurring_run_id)
        client.enable_job(made.recurring_run_id)
        assert client.get_recurring_run(made.recurring_run_id).status == "ENABLED"
        client.disable_job(made.recurring_run_id)
        assert client.get_recurring_run(made.recurring_run_id).status == "DISABLED"
        client.delete_job(made.recurring_run_id)


def test_a_recurring_run_that_was_deleted_is_gone(
    client: Any, new: Callable[..., Any], refused: Callable[..., Any]
) -> None:
    made = new()
    client.delete_recurring_run(made.recurring_run_id)
    for call in (client.get_recurring_run, client.delete_recurring_run, client.enable_recurring_run):
        error = refused(call, made.recurring_run_id)
        assert (error.status, error.answer["code"]) == (404, 5)
        assert error.answer["details"][0]["@type"] == "type.googleapis.com/google.rpc.Status"


def test_deleting_takes_a_propagation_policy(client: Any, new: Callable[..., Any]) -> None:
    service = api.RecurringRunServiceApi(client._recurring_run_api.api_client)
    service.recurring_run_service_delete_recurring_run(new().recurring_run_id, propagation_policy="ORPHAN")


def test_recurring_runs_are_listed_by_experiment_page_and_filter(
    client: Any, new: Callable[..., Any], experiment_id: str
) -> None:
    names = [new(f"number {number}", enabled=number != 1).display_name for number in range(3)]
    newest: dict[str, Any] = {"experiment_id": experiment_id, "page_size": 2, "sort_by": "created_at desc"}
    first = client.list_recurring_runs(**newest)
    assert ([each.display_name for each in first.recurring_runs], first.total_size) == (names[:0:-1], 3)
    rest = client.list_recurring_runs(**newest, page_token=first.next_page_token)
    assert [each.display_name for each in rest.recurring_runs] == names[:1]
    assert not rest.next_page_token

    def found(key: str, operation: str, value: str) -> list[str]:
        predicate = {"operation": operation, "key": key, "stringValue": value}
        text = json.dumps({"predicates": [predicate]})
        page = client.list_recurring_runs(experiment_id=experiment_id, filter=text)
        return [each.display_name for each in page.recurring_runs or []]

    assert found("display_name", "EQUALS", names[1]) == [names[1]]
    assert found("name", "IS_SUBSTRING", "NUMBER") == names
    assert found("status", "EQUALS", "DISABLED") == [names[1]]
    assert found("display_name", "EQUALS", "nobody") == []
    assert client.list_recurring_runs(namespace="default", page_size=1).recurring_runs


def test_a_recurring_run_whose_pipeline_is_gone_says_so(client: Any, new: Callable[..., Any], pipeline: Any) -> None:
    (version,) = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions
    ids = {"pipeline_id": pipeline.pipeline_id, "version_id": version.pipeline_version_id}
    made = new(pipeline_package_path=None, cron_expression="* * * * * *", max_concurrency=10, **ids)
    client.delete_pipeline_version(*ids.values())
    deadline = time.monotonic() + 30
    while (found := client.get_recurring_run(made.recurring_run_id)).error is None:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert version.pipeline_version_id in found.error.message
    assert found.status == "ENABLED"


def test_what_cannot_recur_is_refused(client: Any, new: Callable[..., Any], refused: Callable[..., Any]) -> None:
    for changes in (
        {"cron_expression": "every now and then"},
        {"cron_expression": "0 0 0 30 2 *"},
        {"cron_expression": "CRON_TZ=Mars/Olympus 0 0 0 * * *"},
        {"cron_expression": None, "interval_second": -5},
        {"max_concurrency": 0},
        {"start_time": "tomorrow"},
        {"end_time": "2001-01-01T00:00:00Z"},
        {"start_time": "2040-01-01T00:00:00Z", "end_time": "2039-01-01T00:00:00Z"},
        {"params": {"nonsense": 1}},
    ):
        error = refused(new, **changes)
        assert (error.status, error.answer["code"]) == (400, 3), changes
    nowhere = {"cron_expression": NEVER, "pipeline_id": "x", "version_id": "y"}
    assert refused(client.create_recurring_run, "987654321", "r", **nowhere).status == 404
    for body in ({}, {"display_name": "r"}, {"display_name": "r", "trigger": {"periodic_schedule": {}}}):
        wanted = api.V2beta1RecurringRun(**body)
        service = client._recurring_run_api
        assert refused(service.recurring_run_service_create_recurring_run, wanted).status == 400
