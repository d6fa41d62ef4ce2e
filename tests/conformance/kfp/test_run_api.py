"""Runs as the API has them: begun, found, listed, put away, ended. What tasks do is told in `test_runs.py`."""

import json
import time
from collections.abc import Callable
from typing import Any

import kfp_server_api as api
import pytest

FINAL = {"SUCCEEDED", "FAILED", "CANCELED"}


@pytest.fixture
def experiment_id(client: Any, unique: Callable[[str], str]) -> str:
    return client.create_experiment(unique("runs")).experiment_id


@pytest.fixture
def new_run(client: Any, package: str, experiment_id: str) -> Callable[..., Any]:
    """A maker of runs in a fresh experiment."""

    def make(name: str = "run", **changes: Any) -> Any:
        return client.run_pipeline(experiment_id, name, **{"pipeline_package_path": package, **changes})

    return make


def ended(client: Any, run_id: str) -> Any:
    """The run when it has ended. kfp's own `wait_for_run_completion` never ends on a cancelled one."""
    deadline = time.monotonic() + 60
    while (run := client.get_run(run_id)).state not in FINAL:
        assert time.monotonic() < deadline, f"it is still {run.state}"
        time.sleep(0.1)
    return run


def test_a_run_of_a_package_says_what_it_was_made_of(
    client: Any, new_run: Callable[..., Any], experiment_id: str
) -> None:
    made = new_run("by package", params={"text": "hi"}, pipeline_root="mlflow-artifacts:/roots", service_account="sa")
    assert (made.display_name, made.experiment_id, made.storage_state) == ("by package", experiment_id, "AVAILABLE")
    assert (made.runtime_config.parameters, made.service_account) == ({"text": "hi"}, "sa")
    assert made.runtime_config.pipeline_root == "mlflow-artifacts:/roots"
    assert made.pipeline_spec["pipelineInfo"]["name"] == "say-it"
    found = client.get_run(made.run_id)
    assert (found.run_id, found.created_at) == (made.run_id, made.created_at)
    assert found.state_history[0].state == "PENDING"


def test_a_run_of_a_version_names_it(client: Any, pipeline: Any, experiment_id: str) -> None:
    (version,) = client.list_pipeline_versions(pipeline.pipeline_id).pipeline_versions
    ids = {"pipeline_id": pipeline.pipeline_id, "version_id": version.pipeline_version_id}
    made = client.run_pipeline(experiment_id, "by version", **ids)
    reference = made.pipeline_version_reference
    assert (reference.pipeline_id, reference.pipeline_version_id) == tuple(ids.values())


def test_a_run_that_names_a_pipeline_only_is_of_its_latest_version(
    client: Any, pipeline: Any, package: str, experiment_id: str
) -> None:
    client.upload_pipeline_version(package, "newer", pipeline_id=pipeline.pipeline_id)
    reference = api.V2beta1PipelineVersionReference(pipeline_id=pipeline.pipeline_id)
    wanted = api.V2beta1Run(display_name="r", experiment_id=experiment_id, pipeline_version_reference=reference)
    made = client.runs.run_service_create_run(wanted)
    assert made.pipeline_version_reference.pipeline_id == pipeline.pipeline_id
    assert made.pipeline_spec is not None


def test_a_package_is_run_without_an_experiment_named(client: Any, package: str) -> None:
    result = client.create_run_from_pipeline_package(package, run_name="loose")
    assert client.get_run(result.run_id).experiment_id == "0"


def test_a_run_comes_to_an_end_and_tells_of_its_task(client: Any, new_run: Callable[..., Any]) -> None:
    run = ended(client, new_run().run_id)
    assert run.finished_at >= run.created_at
    (task,) = [each for each in run.run_details.task_details if each.display_name == "say"]
    assert task.run_id == run.run_id
    assert task.state == task.state_history[-1].state
    assert [moment.state for moment in run.state_history][-1] == run.state


def test_parameters_that_do_not_fit_are_refused(new_run: Callable[..., Any], refused: Callable[..., Any]) -> None:
    error = refused(new_run, params={"nonsense": 1})
    assert error.status == 400
    assert "'nonsense'" in error.answer["message"]


def test_a_spec_that_cannot_run_is_refused(client: Any, refused: Callable[..., Any]) -> None:
    for wanted in (
        api.V2beta1Run(display_name="nothing"),
        api.V2beta1Run(display_name="broken", pipeline_spec={"root": {"dag": {"tasks": {"t": {}}}}}),
    ):
        assert refused(client.runs.run_service_create_run, wanted).status == 400


def test_what_is_no_experiment_has_no_runs(client: Any, package: str, refused: Callable[..., Any]) -> None:
    assert refused(client.run_pipeline, "x", "r", pipeline_package_path=package).status == 404
    assert refused(client.list_runs, experiment_id="x").status == 404


def test_a_run_in_an_experiment_that_is_not_there_is_refused(
    client: Any, package: str, refused: Callable[..., Any]
) -> None:
    assert refused(client.run_pipeline, "987654321", "r", pipeline_package_path=package).status == 404


def test_runs_are_listed_by_experiment_and_filter(client: Any, new_run: Callable[..., Any], experiment_id: str) -> None:
    names = [new_run(f"run {number}").display_name for number in range(3)]
    newest: dict[str, Any] = {"experiment_id": experiment_id, "page_size": 2, "sort_by": "created_at desc"}
    first = client.list_runs(**newest)
    assert ([each.display_name for each in first.runs], first.total_size) == (names[:0:-1], 3)
    rest = client.list_runs(**newest, page_token=first.next_page_token)
    assert [each.display_name for each in rest.runs] == names[:1]
    text = json.dumps({"predicates": [{"operation": 1, "key": "display_name", "stringValue": names[1]}]})
    assert [each.display_name for each in client.list_runs(experiment_id=experiment_id, filter=text).runs] == [names[1]]
    assert client.list_runs(namespace="default", page_size=1).runs is not None


def test_an_archived_run_is_listed_among_the_archived(
    client: Any, new_run: Callable[..., Any], experiment_id: str
) -> None:
    kept, away = new_run("kept"), new_run("away")
    assert client.archive_run(away.run_id) == {}
    assert client.get_run(away.run_id).storage_state == "ARCHIVED"
    for operation, wanted in (("EQUALS", away), ("NOT_EQUALS", kept)):
        predicate = {"operation": operation, "key": "storage_state", "string_value": "ARCHIVED"}
        found = client.list_runs(experiment_id=experiment_id, filter=json.dumps({"predicates": [predicate]}))
        assert [each.run_id for each in found.runs] == [wanted.run_id]
    assert client.unarchive_run(away.run_id) == {}
    assert client.get_run(away.run_id).storage_state == "AVAILABLE"


def test_a_run_that_ended_is_not_ended_again(
    client: Any, new_run: Callable[..., Any], refused: Callable[..., Any]
) -> None:
    run = ended(client, new_run().run_id)
    error = refused(client.terminate_run, run.run_id)
    assert (error.status, error.answer["code"]) == (400, 9)


def test_a_run_that_failed_is_tried_again(client: Any, new_run: Callable[..., Any], refused: Any) -> None:
    run = ended(client, new_run().run_id)
    if run.state == "SUCCEEDED":  # where this server may run commands, there is nothing to try again
        assert refused(client.runs.run_service_retry_run, run.run_id).status == 400
    else:
        assert client.runs.run_service_retry_run(run.run_id) == {}
        assert "RUNNING" in [moment.state for moment in ended(client, run.run_id).state_history]


def test_a_deleted_run_is_gone(client: Any, new_run: Callable[..., Any], refused: Callable[..., Any]) -> None:
    made = new_run()
    assert client.delete_run(made.run_id) == {}
    assert refused(client.get_run, made.run_id).status == 404


@pytest.mark.parametrize("call", ["get_run", "archive_run", "unarchive_run", "terminate_run", "delete_run"])
def test_what_is_no_run_is_not_found(client: Any, refused: Callable[..., Any], call: str) -> None:
    error = refused(getattr(client, call), "nothing")
    assert (error.status, error.answer["code"]) == (404, 5)
