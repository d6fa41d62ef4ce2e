"""Runs: create, get, update, delete, restore, names, nesting."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import RunStatus

UNKNOWN = "0" * 32
STATUSES = {"RUNNING": 1, "SCHEDULED": 2, "FINISHED": 3, "FAILED": 4, "KILLED": 5}


def fetch(http: Any, run_id: str) -> dict[str, Any]:
    return http.get("runs/get", {"run_id": run_id}).ok()["run"]


def info(http: Any, run_id: str) -> dict[str, Any]:
    return fetch(http, run_id)["info"]


def tags(run: dict[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in run["data"].get("tags", [])}


# --- create and get


def test_a_new_run_has_every_field_a_client_reads(http: Any, experiment_id: str) -> None:
    body = {"experiment_id": experiment_id, "start_time": 123, "user_id": "ada", "run_name": "first"}
    run = http.post("runs/create", body).ok()["run"]
    run_id = run["info"]["run_id"]
    assert re.fullmatch(r"[0-9a-f]{32}", run_id)
    assert run["info"] == {
        "run_id": run_id,
        "run_uuid": run_id,
        "run_name": "first",
        "experiment_id": experiment_id,
        "user_id": "ada",
        "status": "RUNNING",
        "start_time": 123,
        "artifact_uri": f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
        "lifecycle_stage": "active",
    }
    assert run["data"] == {"tags": [{"key": "mlflow.runName", "value": "first"}]}
    assert set(run) == {"info", "data", "inputs"}
    assert fetch(http, run_id)["info"] == run["info"]


def test_an_empty_run_has_no_metrics_params_or_inputs(http: Any, run_id: str) -> None:
    run = fetch(http, run_id)
    assert "metrics" not in run["data"]
    assert "params" not in run["data"]
    assert run["inputs"] == {}


def test_start_time_and_user_default_to_nothing(http: Any, experiment_id: str) -> None:
    made = http.post("runs/create", {"experiment_id": experiment_id}).ok()["run"]["info"]
    assert (made["start_time"], made["user_id"]) == (0, "")
    assert "end_time" not in made


@pytest.mark.parametrize(
    ("sent", "kept"), [(0, 0), (-5, -5), ("12", 12), (7.0, 7), ("1.0", 1), (2**53 + 1, 2**53 + 1), (10**18, 10**18)]
)
def test_a_start_time_may_be_a_number_or_a_numeric_string(
    http: Any, new_run: Callable[..., str], sent: Any, kept: int
) -> None:
    assert info(http, new_run(start_time=sent))["start_time"] == kept


def test_a_start_time_that_is_no_number_is_refused(http: Any, experiment_id: str) -> None:
    http.post("runs/create", {"experiment_id": experiment_id, "start_time": "abc"}).is_invalid(
        "Invalid value \"abc\" for parameter 'start_time' supplied"
    )


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("value", [1.5, 2**63, [], {}])
def test_a_start_time_that_is_no_int64_is_refused(http: Any, experiment_id: str, value: Any) -> None:
    http.post("runs/create", {"experiment_id": experiment_id, "start_time": value}).is_invalid("start_time")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    "fields", [{"user_id": 5}, {"tags": "x"}, {"tags": {}}, {"tags": [{"key": "k", "value": 5}]}, {"tags": [None]}]
)
def test_a_field_of_another_type_is_refused_and_not_dropped(
    http: Any, experiment_id: str, fields: dict[str, Any]
) -> None:
    http.post("runs/create", {"experiment_id": experiment_id, "run_name": "typed", **fields}).is_invalid()


def test_status_and_ids_cannot_be_chosen_at_create(http: Any, new_run: Callable[..., str]) -> None:
    run_id = new_run(status="FINISHED", run_id="mine", artifact_uri="file:///elsewhere", colour="blue")
    made = info(http, run_id)
    assert run_id != "mine"
    assert made["status"] == "RUNNING"
    assert made["artifact_uri"].endswith(f"/{run_id}/artifacts")


def test_create_takes_camel_case(http: Any, experiment_id: str) -> None:
    body = {"experimentId": experiment_id, "startTime": "1234567890123", "runName": "camel", "userId": "ada"}
    made = http.post("runs/create", body).ok()["run"]["info"]
    assert (made["start_time"], made["run_name"], made["user_id"]) == (1234567890123, "camel", "ada")
    assert made["experiment_id"] == experiment_id


def test_one_field_in_both_spellings_is_refused(http: Any, experiment_id: str) -> None:
    http.post("runs/create", {"experiment_id": experiment_id, "experimentId": experiment_id}).is_invalid(
        "Request specifies both 'experiment_id' and 'experimentId'; provide only one of them."
    )


def test_a_run_needs_an_experiment(http: Any) -> None:
    assert http.post("runs/create").status == 400
    http.post("runs/create", {"experiment_id": "987654321"}).is_missing("No Experiment with id=987654321 exists")
    http.post("runs/create", {"experiment_id": "abc"}).is_invalid("Invalid experiment ID 'abc'")
    http.post("runs/create", {"experiment_id": 0}).is_invalid("Invalid value 0 for parameter 'experiment_id'")


@pytest.mark.better_than_mlflow
def test_a_missing_experiment_is_named(http: Any) -> None:
    http.post("runs/create").is_invalid("experiment_id")


def test_artifact_uris_stand_below_the_location_of_the_experiment(
    http: Any, unique: Callable[[str], str], new_run: Callable[..., str]
) -> None:
    for location, pattern in (
        ("s3://bucket/key", "s3://bucket/key/{}/artifacts"),
        ("s3://bucket/key/", "s3://bucket/key/{}/artifacts"),
        ("s3://bucket/key?x=1", "s3://bucket/key/{}/artifacts?x=1"),
        ("mlflow-artifacts:/else", "mlflow-artifacts:/else/{}/artifacts"),
    ):
        body = {"name": unique("uri"), "artifact_location": location}
        run_id = new_run(experiment_id=http.post("experiments/create", body).ok()["experiment_id"])
        assert info(http, run_id)["artifact_uri"] == pattern.format(run_id)


@pytest.mark.parametrize("run_id", ["nope", UNKNOWN, "A" * 32, "x" * 300])
def test_an_unknown_run_is_not_found(http: Any, run_id: str) -> None:
    http.get("runs/get", {"run_id": run_id}).is_missing(f"Run with id={run_id} not found")


def test_run_ids_are_case_sensitive(http: Any, run_id: str) -> None:
    if run_id.upper() != run_id:
        http.get("runs/get", {"run_id": run_id.upper()}).is_missing()


def test_get_needs_a_run_id_and_takes_its_old_name(http: Any, run_id: str) -> None:
    http.get("runs/get").is_invalid("Missing value for required parameter 'run_id'")
    http.get("runs/get", {"run_id": ""}).is_invalid("Missing value for required parameter 'run_id'")
    assert http.get("runs/get", {"run_uuid": run_id}).ok()["run"] == fetch(http, run_id)


# --- names


@pytest.mark.parametrize("fields", [{}, {"run_name": ""}, {"run_name": None}])
def test_a_run_without_a_name_gets_one(http: Any, new_run: Callable[..., str], fields: dict[str, Any]) -> None:
    run = fetch(http, new_run(**fields))
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d+", run["info"]["run_name"])
    assert tags(run)["mlflow.runName"] == run["info"]["run_name"]


@pytest.mark.parametrize("name", [" ", "a/b\n", "日本 😀", "n" * 1000])
def test_any_other_name_is_kept(http: Any, new_run: Callable[..., str], name: str) -> None:
    run = fetch(http, new_run(run_name=name))
    assert run["info"]["run_name"] == name
    assert tags(run)["mlflow.runName"] == name


@pytest.mark.parametrize("fields", [{}, {"run_name": ""}, {"run_name": "B"}])
def test_the_name_may_come_as_a_tag(http: Any, new_run: Callable[..., str], fields: dict[str, Any]) -> None:
    run = fetch(http, new_run(tags=[{"key": "mlflow.runName", "value": "B"}], **fields))
    assert run["info"]["run_name"] == "B"
    assert tags(run) == {"mlflow.runName": "B"}


def test_two_different_names_are_refused(http: Any, experiment_id: str) -> None:
    body = {"experiment_id": experiment_id, "run_name": "A", "tags": [{"key": "mlflow.runName", "value": "B"}]}
    http.post("runs/create", body).is_invalid(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values "
        "(run_name='A', mlflow.runName='B')."
    )


@pytest.mark.better_than_mlflow
def test_an_empty_name_tag_is_replaced_by_a_name(http: Any, new_run: Callable[..., str]) -> None:
    run = fetch(http, new_run(tags=[{"key": "mlflow.runName", "value": ""}]))
    assert tags(run)["mlflow.runName"] == run["info"]["run_name"] != ""


def test_tags_at_create_are_kept(http: Any, new_run: Callable[..., str]) -> None:
    given = {"mlflow.user": "ada", "mlflow.source.name": "train.py", "mine": "1", "empty": ""}
    run = fetch(http, new_run(run_name="n", tags=[{"key": k, "value": v} for k, v in given.items()]))
    assert tags(run) == {**given, "mlflow.runName": "n"}
    assert run["info"]["user_id"] == ""


def test_a_run_may_be_created_with_many_tags(http: Any, new_run: Callable[..., str]) -> None:
    run_id = new_run(run_name="n", tags=[{"key": f"t{i}", "value": "v"} for i in range(150)])
    assert len(tags(fetch(http, run_id))) == 151


def test_a_tag_key_that_comes_twice_at_create_is_refused(http: Any, experiment_id: str) -> None:
    body = {"experiment_id": experiment_id, "tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}
    assert http.post("runs/create", body).status == 400


# --- update


@pytest.mark.parametrize("status", list(STATUSES))
def test_every_status_can_be_set_by_name_and_by_number(http: Any, run_id: str, status: str) -> None:
    for value in (status, STATUSES[status], str(STATUSES[status])):
        http.post("runs/update", {"run_id": run_id, "status": "KILLED" if status != "KILLED" else "FAILED"}).ok()
        updated = http.post("runs/update", {"run_id": run_id, "status": value}).ok()["run_info"]
        assert updated["status"] == status
        assert info(http, run_id)["status"] == status


def test_update_answers_with_the_run_info(http: Any, run_id: str) -> None:
    body = {"run_id": run_id, "status": "FINISHED", "end_time": 5}
    updated = http.post("runs/update", body).ok()["run_info"]
    assert updated == info(http, run_id)
    assert (updated["status"], updated["end_time"]) == ("FINISHED", 5)


@pytest.mark.parametrize("status", [0, 6, 99])
def test_a_status_number_out_of_range_is_refused(http: Any, run_id: str, status: int) -> None:
    http.post("runs/update", {"run_id": run_id, "status": status}).is_invalid(
        f"Invalid value {status} for parameter 'status' supplied"
    )


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("status", ["finished", "BOGUS"])
def test_a_status_that_does_not_exist_is_refused(http: Any, run_id: str, status: str) -> None:
    http.post("runs/update", {"run_id": run_id, "status": status}).is_invalid("status")


def test_fields_left_out_stay_as_they_are(http: Any, run_id: str) -> None:
    http.post("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 77, "run_name": "kept"}).ok()
    for change in ({}, {"status": None}, {"run_name": ""}, {"run_name": None}):
        http.post("runs/update", {"run_id": run_id, **change}).ok()
    after = info(http, run_id)
    assert (after["status"], after["end_time"], after["run_name"]) == ("FINISHED", 77, "kept")


def test_a_run_set_back_to_running_keeps_its_end_time(http: Any, run_id: str) -> None:
    http.post("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 77}).ok()
    http.post("runs/update", {"run_id": run_id, "status": "RUNNING"}).ok()
    assert (info(http, run_id)["status"], info(http, run_id)["end_time"]) == ("RUNNING", 77)


@pytest.mark.parametrize(("sent", "kept"), [("8", 8), (9.0, 9), (-1, -1), (2**53 + 1, 2**53 + 1)])
def test_an_end_time_may_be_a_number_or_a_numeric_string(http: Any, run_id: str, sent: Any, kept: int) -> None:
    http.post("runs/update", {"run_id": run_id, "end_time": sent}).ok()
    assert info(http, run_id)["end_time"] == kept


@pytest.mark.parametrize(
    ("change", "phrase"),
    [({"end_time": "x"}, "Invalid value \"x\" for parameter 'end_time'"), ({"run_name": 5}, "'run_name'")],
)
def test_bad_values_are_refused(http: Any, run_id: str, change: dict[str, Any], phrase: str) -> None:
    http.post("runs/update", {"run_id": run_id, **change}).is_invalid(phrase)


def test_a_rename_changes_the_tag_too(http: Any, client: MlflowClient, run_id: str) -> None:
    client.update_run(run_id, name="renamed")
    run = fetch(http, run_id)
    assert (run["info"]["run_name"], tags(run)["mlflow.runName"]) == ("renamed", "renamed")


def test_setting_the_name_tag_renames_the_run(http: Any, client: MlflowClient, run_id: str) -> None:
    client.set_tag(run_id, "mlflow.runName", "by tag")
    assert info(http, run_id)["run_name"] == "by tag"
    body = {"run_id": run_id, "tags": [{"key": "mlflow.runName", "value": "by batch"}]}
    http.post("runs/log-batch", body).ok()
    assert info(http, run_id)["run_name"] == "by batch"


def test_an_empty_name_tag_changes_nothing(http: Any, new_run: Callable[..., str]) -> None:
    run_id = new_run(run_name="kept")
    http.post("runs/set-tag", {"run_id": run_id, "key": "mlflow.runName", "value": ""}).ok()
    run = fetch(http, run_id)
    assert (run["info"]["run_name"], tags(run)["mlflow.runName"]) == ("kept", "kept")


def test_deleting_the_name_tag_keeps_the_name(http: Any, new_run: Callable[..., str]) -> None:
    run_id = new_run(run_name="kept")
    http.post("runs/delete-tag", {"run_id": run_id, "key": "mlflow.runName"}).ok()
    run = fetch(http, run_id)
    assert run["info"]["run_name"] == "kept"
    assert "mlflow.runName" not in tags(run)


def test_the_user_tag_does_not_change_the_user(http: Any, new_run: Callable[..., str]) -> None:
    run_id = new_run(user_id="ada")
    http.post("runs/set-tag", {"run_id": run_id, "key": "mlflow.user", "value": "bob"}).ok()
    assert info(http, run_id)["user_id"] == "ada"


def test_update_of_no_run(http: Any) -> None:
    http.post("runs/update", {"run_id": UNKNOWN, "status": "FAILED"}).is_missing(f"Run with id={UNKNOWN} not found")
    http.post("runs/update", {"status": "FAILED"}).is_invalid("Missing value for required parameter 'run_id'")


def test_update_takes_camel_case_and_the_old_name_of_the_id(http: Any, run_id: str) -> None:
    http.post("runs/update", {"run_uuid": run_id, "endTime": 5, "runName": "camel"}).ok()
    assert (info(http, run_id)["end_time"], info(http, run_id)["run_name"]) == (5, "camel")


# --- delete and restore


def test_delete_and_restore_can_be_repeated(http: Any, client: MlflowClient, run_id: str) -> None:
    for _ in range(2):
        client.delete_run(run_id)
        assert info(http, run_id)["lifecycle_stage"] == "deleted"
    for _ in range(2):
        client.restore_run(run_id)
        assert info(http, run_id)["lifecycle_stage"] == "active"


@pytest.mark.parametrize("call", ["delete", "restore"])
def test_delete_and_restore_of_no_run(http: Any, call: str) -> None:
    http.post(f"runs/{call}", {"run_id": UNKNOWN}).is_missing(f"Run with id={UNKNOWN} not found")
    http.post(f"runs/{call}").is_invalid("Missing value for required parameter 'run_id'")


def test_a_deleted_run_keeps_what_was_logged(http: Any, run_id: str) -> None:
    metric = {"key": "m", "value": 1, "timestamp": 1}
    http.post("runs/log-batch", {"run_id": run_id, "metrics": [metric], "params": [{"key": "p", "value": "1"}]}).ok()
    before = fetch(http, run_id)["data"]
    http.post("runs/delete", {"run_id": run_id}).ok()
    assert fetch(http, run_id)["data"] == before
    assert len(http.get("metrics/get-history", {"run_id": run_id, "metric_key": "m"}).ok()["metrics"]) == 1


@pytest.mark.parametrize(
    ("call", "fields"),
    [
        ("update", {"status": "FINISHED"}),
        ("set-tag", {"key": "a", "value": "b"}),
        ("delete-tag", {"key": "a"}),
        ("log-parameter", {"key": "a", "value": "b"}),
        ("log-metric", {"key": "a", "value": 1, "timestamp": 1}),
        ("log-batch", {"tags": [{"key": "a", "value": "b"}]}),
        ("log-batch", {}),
    ],
)
def test_nothing_can_be_written_to_a_deleted_run(http: Any, run_id: str, call: str, fields: dict[str, Any]) -> None:
    http.post("runs/delete", {"run_id": run_id}).ok()
    http.post(f"runs/{call}", {"run_id": run_id, **fields}).is_invalid(
        f"The run {run_id} must be in the 'active' state. Current state is deleted."
    )


def test_a_run_of_a_deleted_experiment_can_be_restored_alone(http: Any, experiment_id: str, run_id: str) -> None:
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    http.post("runs/restore", {"run_id": run_id}).ok()
    assert info(http, run_id)["lifecycle_stage"] == "active"


# --- through the client


def test_the_client_round_trip(client: MlflowClient, experiment_id: str) -> None:
    run = client.create_run(experiment_id, start_time=1000, tags={"mlflow.user": "ada", "t": "1"}, run_name="named")
    run_id = run.info.run_id
    client.log_param(run_id, "p", 1)
    client.log_metric(run_id, "m", 0.5, timestamp=10, step=3)
    client.set_terminated(run_id, "FAILED", end_time=2000)
    run = client.get_run(run_id)
    assert (run.info.status, run.info.start_time, run.info.end_time) == ("FAILED", 1000, 2000)
    assert (run.info.run_name, run.data.params, run.data.metrics) == ("named", {"p": "1"}, {"m": 0.5})
    assert run.data.tags == {"mlflow.user": "ada", "t": "1", "mlflow.runName": "named"}
    assert RunStatus.is_terminated(RunStatus.from_string(run.info.status))


def test_the_client_ends_a_run_with_a_time(client: MlflowClient, run_id: str) -> None:
    client.set_terminated(run_id)
    ended = client.get_run(run_id).info
    assert ended.status == "FINISHED"
    assert (ended.end_time or 0) > 1_700_000_000_000


def test_a_child_run_knows_its_parent(client: MlflowClient, experiment_id: str) -> None:
    parent = client.create_run(experiment_id).info.run_id
    child = client.create_run(experiment_id, tags={"mlflow.parentRunId": parent}).info.run_id
    found = client.get_parent_run(child)
    assert found is not None
    assert found.info.run_id == parent
    assert client.get_parent_run(parent) is None
    found = client.search_runs([experiment_id], filter_string=f"tags.`mlflow.parentRunId` = '{parent}'")
    assert [run.info.run_id for run in found] == [child]


def test_a_parent_need_not_exist_and_its_fate_does_not_touch_the_child(http: Any, new_run: Callable[..., str]) -> None:
    orphan = new_run(tags=[{"key": "mlflow.parentRunId", "value": UNKNOWN}])
    assert info(http, orphan)["lifecycle_stage"] == "active"
    parent = new_run()
    child = new_run(tags=[{"key": "mlflow.parentRunId", "value": parent}])
    http.post("runs/delete", {"run_id": parent}).ok()
    assert info(http, child)["lifecycle_stage"] == "active"


def test_the_client_sees_error_codes(client: MlflowClient, refused: Callable[..., Any]) -> None:
    error = refused(client.get_run, UNKNOWN)
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert f"Run with id={UNKNOWN} not found" in error.message
    assert refused(client.create_run, "987654321").error_code == "RESOURCE_DOES_NOT_EXIST"
