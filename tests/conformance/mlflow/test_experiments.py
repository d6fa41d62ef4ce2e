"""Experiments: create, get, by name, rename, tags, soft delete and restore."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient

UNKNOWN = "987654321"
NOT_A_NUMBER = "Experiment ID must be a valid integer."


def fetch(http: Any, experiment_id: str) -> dict[str, Any]:
    return http.get("experiments/get", {"experiment_id": experiment_id}).ok()["experiment"]


def tags_of(http: Any, experiment_id: str) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in fetch(http, experiment_id).get("tags", [])}


def stage_of(http: Any, run_id: str) -> str:
    return http.get("runs/get", {"run_id": run_id}).ok()["run"]["info"]["lifecycle_stage"]


# --- create and get


def test_a_new_experiment_has_every_field_a_client_reads(http: Any, unique: Callable[[str], str]) -> None:
    name = unique("fields")
    before = int(time.time() * 1000) - 5_000
    experiment_id = http.post("experiments/create", {"name": name}).ok()["experiment_id"]
    experiment = fetch(http, experiment_id)
    assert experiment["experiment_id"] == experiment_id
    assert experiment["name"] == name
    assert experiment["lifecycle_stage"] == "active"
    assert experiment["creation_time"] == experiment["last_update_time"]
    assert before < experiment["creation_time"] < before + 60_000
    assert experiment["workspace"] == "default"
    assert "tags" not in experiment


def test_an_experiment_id_is_a_decimal_string(http: Any, unique: Callable[[str], str]) -> None:
    first = http.post("experiments/create", {"name": unique("first")}).ok()["experiment_id"]
    second = http.post("experiments/create", {"name": unique("second")}).ok()["experiment_id"]
    assert isinstance(first, str)
    assert int(second) > int(first) > 0


def test_the_default_artifact_location_is_proxied_and_ends_with_the_id(http: Any, experiment_id: str) -> None:
    assert fetch(http, experiment_id)["artifact_location"] == f"mlflow-artifacts:/{experiment_id}"


def test_the_default_experiment_is_there_from_the_start(http: Any) -> None:
    experiment = fetch(http, "0")
    assert (experiment["experiment_id"], experiment["name"]) == ("0", "Default")


@pytest.mark.parametrize("name", [" spaces around ", "a/b", 'quo"te', "日本\n😀", "x" * 480])
def test_a_name_may_hold_anything_and_comes_back_unchanged(http: Any, unique: Callable[[str], str], name: str) -> None:
    full = name + unique("")
    experiment_id = http.post("experiments/create", {"name": full}).ok()["experiment_id"]
    assert fetch(http, experiment_id)["name"] == full


def test_names_differ_by_case(http: Any, unique: Callable[[str], str]) -> None:
    name = unique("case")
    http.post("experiments/create", {"name": name}).ok()
    http.post("experiments/create", {"name": name.upper()}).ok()
    http.get("experiments/get-by-name", {"experiment_name": name.capitalize()}).is_missing()


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": None}])
def test_a_name_is_required(http: Any, body: dict[str, Any]) -> None:
    http.post("experiments/create", body).is_invalid("Missing value for required parameter 'name'")


def test_a_name_has_at_most_500_characters(http: Any, unique: Callable[[str], str]) -> None:
    stem = unique("long")
    http.post("experiments/create", {"name": stem.ljust(500, "x")}).ok()
    http.post("experiments/create", {"name": stem.ljust(501, "x")}).is_invalid(
        "'name' exceeds the maximum length of 500 characters"
    )


@pytest.mark.parametrize(
    ("value", "shown", "kind"),
    [(5, "5", "int"), (1.5, "1.5", "float"), (True, "true", "bool"), (["a"], '["a"]', "list"), ({}, "{}", "dict")],
)
def test_a_name_of_another_type_is_refused(http: Any, value: Any, shown: str, kind: str) -> None:
    http.post("experiments/create", {"name": value}).is_invalid(
        f"Invalid value {shown} for parameter 'name' supplied", f"Value was of type '{kind}'"
    )


def test_a_name_that_is_taken_is_refused(http: Any, unique: Callable[[str], str]) -> None:
    name = unique("taken")
    http.post("experiments/create", {"name": name}).ok()
    http.post("experiments/create", {"name": name}).fails(400, "RESOURCE_ALREADY_EXISTS", "already exists", name)


def test_the_name_of_a_deleted_experiment_stays_taken(http: Any, experiment_id: str) -> None:
    name = fetch(http, experiment_id)["name"]
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    http.post("experiments/create", {"name": name}).fails(400, "RESOURCE_ALREADY_EXISTS", "already exists")


@pytest.mark.parametrize(
    "location",
    ["s3://bucket/key", "s3://bucket/key/", "s3://bucket/key?x=1", "s3://bucket/k;v", "mlflow-artifacts:/somewhere"],
)
def test_an_artifact_location_is_kept_as_given(http: Any, unique: Callable[[str], str], location: str) -> None:
    body = {"name": unique("located"), "artifact_location": location}
    experiment_id = http.post("experiments/create", body).ok()["experiment_id"]
    assert fetch(http, experiment_id)["artifact_location"] == location


@pytest.mark.parametrize("location", ["s3://bucket/key#fragment", "mlflow-artifacts:/a#b", "relative;param"])
def test_an_artifact_location_has_no_fragment(http: Any, unique: Callable[[str], str], location: str) -> None:
    body = {"name": unique("fragment"), "artifact_location": location}
    http.post("experiments/create", body).is_invalid("'artifact_location' URL can't include fragments or params.")


@pytest.mark.parametrize("scheme", ["http", "https", "ftp", "sftp", "hdfs", "mlflow-artifacts"])
def test_an_artifact_location_names_no_other_host(http: Any, unique: Callable[[str], str], scheme: str) -> None:
    body = {"name": unique("host"), "artifact_location": f"{scheme}://host/path"}
    http.post("experiments/create", body).is_invalid(f"'artifact_location' cannot use the '{scheme}' scheme")


def test_an_artifact_location_is_no_run(http: Any, unique: Callable[[str], str], run_id: str) -> None:
    location = f"runs:/{run_id}/here"
    http.post("experiments/create", {"name": unique("runs"), "artifact_location": location}).is_invalid(
        "Artifact location cannot be a runs:/ URI.", location
    )


def test_optional_fields_may_be_camel_case(http: Any, unique: Callable[[str], str]) -> None:
    body = {"name": unique("camel"), "artifactLocation": "s3://bucket/camel"}
    experiment_id = http.post("experiments/create", body).ok()["experiment_id"]
    assert fetch(http, experiment_id)["artifact_location"] == "s3://bucket/camel"


def test_unknown_fields_are_ignored(http: Any, unique: Callable[[str], str]) -> None:
    http.post("experiments/create", {"name": unique("unknown"), "colour": "blue"}).ok()


def test_tags_may_come_with_the_experiment(http: Any, unique: Callable[[str], str]) -> None:
    tags = [{"key": "a", "value": "1"}, {"key": "mlflow.note.content", "value": "note"}, {"key": "empty"}]
    experiment_id = http.post("experiments/create", {"name": unique("tags"), "tags": tags}).ok()["experiment_id"]
    assert tags_of(http, experiment_id) == {"a": "1", "mlflow.note.content": "note", "empty": ""}


@pytest.mark.parametrize("key", ["", "a!", "/a", "x" * 251])
def test_tags_that_come_with_the_experiment_are_checked(http: Any, unique: Callable[[str], str], key: str) -> None:
    body = {"name": unique("badtag"), "tags": [{"key": key, "value": "v"}]}
    http.post("experiments/create", body).is_invalid()
    http.get("experiments/get-by-name", {"experiment_name": body["name"]}).is_missing()


@pytest.mark.parametrize("experiment_id", ["abc", "1.0", "0x1"])
def test_an_id_that_is_no_number_is_invalid(http: Any, experiment_id: str) -> None:
    http.get("experiments/get", {"experiment_id": experiment_id}).is_invalid(
        f"Invalid experiment ID '{experiment_id}'", NOT_A_NUMBER
    )


@pytest.mark.parametrize("spelling", [" {}", "{}\n", "+{}", "0{}"])
def test_an_id_is_read_as_a_number(http: Any, experiment_id: str, spelling: str) -> None:
    assert fetch(http, spelling.format(experiment_id))["experiment_id"] == experiment_id


@pytest.mark.parametrize("experiment_id", [UNKNOWN, "-1"])
def test_an_unknown_id_is_not_found(http: Any, experiment_id: str) -> None:
    http.get("experiments/get", {"experiment_id": experiment_id}).is_missing(
        f"No Experiment with id={experiment_id} exists"
    )


@pytest.mark.better_than_mlflow
def test_an_id_beyond_64_bits_is_not_found(http: Any) -> None:
    http.get("experiments/get", {"experiment_id": "9" * 30}).is_missing()


@pytest.mark.better_than_mlflow
def test_a_tag_key_that_comes_twice_is_invalid_input(http: Any, unique: Callable[[str], str]) -> None:
    tags = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
    http.post("experiments/create", {"name": unique("twice"), "tags": tags}).is_invalid("a")


@pytest.mark.better_than_mlflow
def test_a_tag_value_of_another_type_is_refused_and_not_dropped(http: Any, unique: Callable[[str], str]) -> None:
    body = {"name": unique("typed"), "tags": [{"key": "a", "value": 5}, {"key": "b", "value": "kept"}]}
    http.post("experiments/create", body).is_invalid()


# --- by name


def test_an_experiment_is_found_by_its_exact_name(http: Any, experiment_id: str) -> None:
    name = fetch(http, experiment_id)["name"]
    found = http.get("experiments/get-by-name", {"experiment_name": name}).ok()["experiment"]
    assert found == fetch(http, experiment_id)


def test_a_deleted_experiment_is_found_by_name(http: Any, experiment_id: str) -> None:
    name = fetch(http, experiment_id)["name"]
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    found = http.get("experiments/get-by-name", {"experiment_name": name}).ok()["experiment"]
    assert (found["experiment_id"], found["lifecycle_stage"]) == (experiment_id, "deleted")


def test_no_experiment_of_that_name_is_not_found(http: Any, client: MlflowClient) -> None:
    http.get("experiments/get-by-name", {"experiment_name": "no such thing"}).is_missing(
        "Could not find experiment with name 'no such thing'"
    )
    assert client.get_experiment_by_name("no such thing") is None


@pytest.mark.parametrize("query", [{}, {"experiment_name": ""}])
def test_by_name_needs_a_name(http: Any, query: dict[str, str]) -> None:
    http.get("experiments/get-by-name", query).is_invalid("Missing value for required parameter 'experiment_name'")


# --- rename


def test_a_rename_changes_the_name_and_the_update_time(
    http: Any, client: MlflowClient, experiment_id: str, unique: Callable[[str], str]
) -> None:
    before = fetch(http, experiment_id)
    time.sleep(0.005)
    name = unique("renamed")
    client.rename_experiment(experiment_id, name)
    after = fetch(http, experiment_id)
    assert after["name"] == name
    assert after["last_update_time"] > before["last_update_time"]
    assert after["creation_time"] == before["creation_time"]
    assert after["artifact_location"] == before["artifact_location"]


def test_a_rename_to_its_own_name_is_fine(http: Any, experiment_id: str) -> None:
    name = fetch(http, experiment_id)["name"]
    http.post("experiments/update", {"experiment_id": experiment_id, "new_name": name}).ok()


def test_a_rename_to_a_taken_name_is_refused(http: Any, experiment_id: str) -> None:
    answer = http.post("experiments/update", {"experiment_id": experiment_id, "new_name": "Default"})
    assert answer.status == 400
    assert fetch(http, experiment_id)["name"] != "Default"


@pytest.mark.better_than_mlflow
def test_a_rename_to_a_taken_name_says_that_it_exists(http: Any, experiment_id: str) -> None:
    http.post("experiments/update", {"experiment_id": experiment_id, "new_name": "Default"}).fails(
        400, "RESOURCE_ALREADY_EXISTS", "already exists"
    )


@pytest.mark.better_than_mlflow
def test_a_deleted_experiment_cannot_be_renamed(http: Any, experiment_id: str) -> None:
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    answer = http.post("experiments/update", {"experiment_id": experiment_id, "new_name": f"x{experiment_id}"})
    assert answer.status == 400
    assert "Cannot rename a non-active experiment." in answer.message


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"new_name": ""}, "Missing value for required parameter 'new_name'"),
        ({}, "Missing value for required parameter 'new_name'"),
        ({"new_name": "x" * 501}, "'name' exceeds the maximum length of 500 characters"),
        ({"new_name": 5}, "Invalid value 5 for parameter 'new_name'"),
    ],
)
def test_a_bad_new_name_is_refused(http: Any, experiment_id: str, change: dict[str, Any], phrase: str) -> None:
    http.post("experiments/update", {"experiment_id": experiment_id, **change}).is_invalid(phrase)


def test_an_unknown_experiment_cannot_be_renamed(http: Any) -> None:
    http.post("experiments/update", {"experiment_id": UNKNOWN, "new_name": "x"}).is_missing()
    http.post("experiments/update", {"experiment_id": "abc", "new_name": "x"}).is_invalid(NOT_A_NUMBER)
    http.post("experiments/update", {"new_name": "x"}).is_invalid("'experiment_id'")


# --- tags


def test_a_tag_is_set_and_overwritten(http: Any, client: MlflowClient, experiment_id: str) -> None:
    client.set_experiment_tag(experiment_id, "a", "1")
    client.set_experiment_tag(experiment_id, "a", "2")
    client.set_experiment_tag(experiment_id, "日本/x y:z", "値")
    assert tags_of(http, experiment_id) == {"a": "2", "日本/x y:z": "値"}


def test_a_tag_value_may_be_empty_absent_or_very_long(http: Any, experiment_id: str) -> None:
    for body in ({"key": "empty", "value": ""}, {"key": "absent"}, {"key": "long", "value": "v" * 20_000}):
        http.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, **body}).ok()
    assert tags_of(http, experiment_id) == {"empty": "", "absent": "", "long": "v" * 20_000}


def test_a_tag_key_has_at_most_250_characters(http: Any, experiment_id: str) -> None:
    tag = {"experiment_id": experiment_id, "value": "v"}
    http.post("experiments/set-experiment-tag", {**tag, "key": "k" * 250}).ok()
    http.post("experiments/set-experiment-tag", {**tag, "key": "k" * 251}).is_invalid(
        "'key' exceeds the maximum length of 250 characters"
    )


@pytest.mark.parametrize("key", ["/a", "a/", "a//b", "./a", ".", "..", "a/../b"])
def test_a_tag_key_must_be_its_own_path(http: Any, experiment_id: str, key: str) -> None:
    http.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": key, "value": "v"}).is_invalid(
        f"Invalid value \"{key}\" for parameter 'key' supplied", "must not resolve to other names"
    )


@pytest.mark.parametrize("key", ["a!", "a'b", "a\\b", "a\tb", "a;b"])
def test_a_tag_key_holds_only_the_allowed_characters(http: Any, experiment_id: str, key: str) -> None:
    http.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": key, "value": "v"}).is_invalid(
        "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), "
        "colon(:) and slashes (/)."
    )


def test_tags_of_no_experiment(http: Any) -> None:
    tag = {"key": "a", "value": "v"}
    http.post("experiments/set-experiment-tag", {"experiment_id": UNKNOWN, **tag}).is_missing()
    http.post("experiments/set-experiment-tag", {"experiment_id": "abc", **tag}).is_invalid(NOT_A_NUMBER)
    http.post("experiments/set-experiment-tag", tag).is_invalid("'experiment_id'")
    http.post("experiments/delete-experiment-tag", {"experiment_id": UNKNOWN, "key": "a"}).is_missing()


@pytest.mark.parametrize("call", ["set-experiment-tag", "delete-experiment-tag"])
@pytest.mark.parametrize("key", ["", None])
def test_a_tag_needs_a_key(http: Any, experiment_id: str, call: str, key: str | None) -> None:
    http.post(f"experiments/{call}", {"experiment_id": experiment_id, "key": key, "value": "v"}).is_invalid(
        "Missing value for required parameter 'key'"
    )


def test_a_tag_is_deleted_once(http: Any, experiment_id: str) -> None:
    http.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": "a", "value": "v"}).ok()
    http.post("experiments/delete-experiment-tag", {"experiment_id": experiment_id, "key": "a"}).ok()
    assert tags_of(http, experiment_id) == {}
    http.post("experiments/delete-experiment-tag", {"experiment_id": experiment_id, "key": "a"}).is_missing(
        f"No tag with name: a in experiment with id {experiment_id}"
    )


def test_tags_and_runs_do_not_touch_the_update_time(http: Any, experiment_id: str, new_run: Callable[..., str]) -> None:
    before = fetch(http, experiment_id)["last_update_time"]
    time.sleep(0.005)
    http.post("experiments/set-experiment-tag", {"experiment_id": experiment_id, "key": "a", "value": "v"}).ok()
    http.post("experiments/delete-experiment-tag", {"experiment_id": experiment_id, "key": "a"}).ok()
    new_run()
    assert fetch(http, experiment_id)["last_update_time"] == before


# --- delete and restore


def test_delete_and_restore_set_stage_and_update_time(http: Any, client: MlflowClient, experiment_id: str) -> None:
    created = fetch(http, experiment_id)
    time.sleep(0.005)
    client.delete_experiment(experiment_id)
    deleted = fetch(http, experiment_id)
    assert deleted["lifecycle_stage"] == "deleted"
    assert deleted["last_update_time"] > created["last_update_time"]
    time.sleep(0.005)
    client.restore_experiment(experiment_id)
    restored = fetch(http, experiment_id)
    assert restored["lifecycle_stage"] == "active"
    assert restored["last_update_time"] > deleted["last_update_time"]


def test_delete_takes_the_runs_along_and_restore_brings_all_back(
    http: Any, experiment_id: str, new_run: Callable[..., str]
) -> None:
    kept, thrown_away = new_run(), new_run()
    http.post("runs/delete", {"run_id": thrown_away}).ok()
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    assert [stage_of(http, kept), stage_of(http, thrown_away)] == ["deleted", "deleted"]
    http.post("experiments/restore", {"experiment_id": experiment_id}).ok()
    assert [stage_of(http, kept), stage_of(http, thrown_away)] == ["active", "active"]


def test_only_an_active_experiment_can_be_deleted_and_only_a_deleted_one_restored(
    http: Any, experiment_id: str
) -> None:
    phrase = f"No Experiment with id={experiment_id} exists"
    http.post("experiments/restore", {"experiment_id": experiment_id}).is_missing(phrase)
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    http.post("experiments/delete", {"experiment_id": experiment_id}).is_missing(phrase)


@pytest.mark.parametrize("call", ["delete", "restore"])
def test_delete_and_restore_of_no_experiment(http: Any, call: str) -> None:
    http.post(f"experiments/{call}", {"experiment_id": UNKNOWN}).is_missing(f"No Experiment with id={UNKNOWN} exists")
    http.post(f"experiments/{call}", {"experiment_id": "abc"}).is_invalid(NOT_A_NUMBER)
    http.post(f"experiments/{call}").is_invalid("Missing value for required parameter 'experiment_id'")


def test_nothing_can_be_written_to_a_deleted_experiment(http: Any, experiment_id: str, run_id: str) -> None:
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    phrase = f"The experiment {experiment_id} must be in the 'active' state. Current state is deleted."
    body = {"experiment_id": experiment_id, "key": "a", "value": "v"}
    http.post("experiments/set-experiment-tag", body).is_invalid(phrase)
    http.post("experiments/delete-experiment-tag", body).is_invalid(phrase)
    http.post("runs/create", body).is_invalid(phrase)
    http.post("runs/set-tag", {"run_id": run_id, "key": "a", "value": "v"}).is_invalid(
        f"The run {run_id} must be in the 'active' state. Current state is deleted."
    )


# --- through the client


def test_the_client_round_trip(client: MlflowClient, unique: Callable[[str], str]) -> None:
    name = unique("client")
    experiment_id = client.create_experiment(name, artifact_location="s3://bucket/root", tags={"team": "blue"})
    experiment = client.get_experiment(experiment_id)
    assert (experiment.name, experiment.artifact_location) == (name, "s3://bucket/root")
    assert experiment.tags == {"team": "blue"}
    assert experiment.lifecycle_stage == "active"
    assert isinstance(experiment.creation_time, int)
    by_name = client.get_experiment_by_name(name)
    assert by_name is not None
    assert by_name.experiment_id == experiment_id


def test_the_client_sees_error_codes(client: MlflowClient, refused: Callable[..., Any]) -> None:
    assert refused(client.get_experiment, UNKNOWN).error_code == "RESOURCE_DOES_NOT_EXIST"
    assert refused(client.create_experiment, "Default").error_code == "RESOURCE_ALREADY_EXISTS"
    assert refused(client.get_experiment, "abc").error_code == "INVALID_PARAMETER_VALUE"
