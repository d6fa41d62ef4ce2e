"""Logged models: create, get, finalize, params, tags, metrics, delete, and their folders of artifacts."""

import re
from collections.abc import Callable
from typing import Any

import pytest

UNKNOWN = "m-" + "0" * 32
FORBIDDEN_IN_NAMES = ["a/b", "a:b", "a.b", "a%b", 'a"b', "a'b", ".", ".."]


@pytest.fixture
def new_model(http: Any, experiment_id: str) -> Callable[..., dict[str, Any]]:
    """A maker of logged models in the fresh experiment: fields of the call in, the model out."""

    def make(**fields: Any) -> dict[str, Any]:
        return http.post("logged-models", {"experiment_id": experiment_id, **fields}).ok()["model"]

    return make


@pytest.fixture
def model_id(new_model: Callable[..., dict[str, Any]]) -> str:
    return new_model(name="fresh")["info"]["model_id"]


def fetch(http: Any, model_id: str) -> dict[str, Any]:
    return http.get(f"logged-models/{model_id}").ok()["model"]


def pairs(items: list[dict[str, str]]) -> dict[str, str]:
    return {item["key"]: item["value"] for item in items}


# --- create and get


def test_a_new_model_has_every_field_a_client_reads(http: Any, experiment_id: str, run_id: str) -> None:
    body = {
        "experiment_id": experiment_id,
        "name": "classifier",
        "model_type": "agent",
        "source_run_id": run_id,
        "params": [{"key": "lr", "value": "0.1"}],
        "tags": [{"key": "stage", "value": "dev"}],
    }
    model = http.post("logged-models", body).ok()["model"]
    info = model["info"]
    assert re.fullmatch(r"m-[0-9a-f]{32}", info["model_id"])
    assert info["experiment_id"] == experiment_id
    assert (info["name"], info["model_type"], info["source_run_id"]) == ("classifier", "agent", run_id)
    assert info["status"] == "LOGGED_MODEL_PENDING"
    assert info["tags"] == [{"key": "stage", "value": "dev"}]
    assert model["data"]["params"] == [{"key": "lr", "value": "0.1"}]
    assert fetch(http, info["model_id"]) == model


def test_times_of_a_new_model_are_numbers_and_equal(new_model: Callable[..., dict[str, Any]]) -> None:
    info = new_model(name="timed")["info"]
    assert isinstance(info["creation_timestamp_ms"], int)
    assert info["creation_timestamp_ms"] == info["last_updated_timestamp_ms"]


def test_the_artifacts_of_a_model_lie_below_its_experiment(http: Any, experiment_id: str, model_id: str) -> None:
    root = http.get("experiments/get", {"experiment_id": experiment_id}).ok()["experiment"]["artifact_location"]
    assert fetch(http, model_id)["info"]["artifact_uri"] == f"{root}/models/{model_id}/artifacts"


@pytest.mark.parametrize("fields", [{}, {"name": ""}], ids=["no name", "empty name"])
def test_a_model_without_a_name_gets_one(new_model: Callable[..., dict[str, Any]], fields: dict[str, str]) -> None:
    assert new_model(**fields)["info"]["name"]


def test_unset_strings_of_a_model_are_empty_and_lists_are_left_out(new_model: Callable[..., dict[str, Any]]) -> None:
    model = new_model(name="bare")
    assert (model["info"]["model_type"], model["info"]["source_run_id"]) == ("", "")
    assert "tags" not in model["info"]
    assert model["data"] == {}


@pytest.mark.parametrize("name", FORBIDDEN_IN_NAMES)
def test_names_with_reserved_characters_are_refused(http: Any, experiment_id: str, name: str) -> None:
    answer = http.post("logged-models", {"experiment_id": experiment_id, "name": name})
    answer.is_invalid("Invalid model name", "cannot contain the following characters")


@pytest.mark.parametrize("name", ["a b", "été", "模型", "😀", "A-B_c", "x" * 255])
def test_other_names_are_kept_as_given(new_model: Callable[..., dict[str, Any]], name: str) -> None:
    assert new_model(name=name)["info"]["name"] == name


def test_two_models_may_share_a_name(new_model: Callable[..., dict[str, Any]]) -> None:
    first, second = new_model(name="twin"), new_model(name="twin")
    assert first["info"]["model_id"] != second["info"]["model_id"]


def test_the_source_run_is_taken_as_given(new_model: Callable[..., dict[str, Any]]) -> None:
    assert new_model(name="orphan", source_run_id="nowhere")["info"]["source_run_id"] == "nowhere"


def test_a_model_needs_an_experiment(http: Any) -> None:
    http.post("logged-models", {"name": "x"}).is_invalid("Missing value for required parameter 'experiment_id'")
    http.post("logged-models", {"experiment_id": 1}).is_invalid("parameter 'experiment_id'")
    http.post("logged-models", {"experiment_id": "987654321"}).is_missing("No Experiment with id=987654321 exists")
    http.post("logged-models", {"experiment_id": "abc"}).is_invalid("Invalid experiment ID 'abc'")


def test_a_deleted_experiment_takes_no_new_models(http: Any, experiment_id: str) -> None:
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    answer = http.post("logged-models", {"experiment_id": experiment_id, "name": "late"})
    answer.is_invalid("must be in the 'active' state")


@pytest.mark.parametrize("model_id", [UNKNOWN, "nope", "1"])
def test_an_unknown_model_is_missing_everywhere(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}"
    message = f"Logged model with ID '{model_id}' not found."
    http.get(path).is_missing(message)
    http.delete(path).is_missing(message)
    http.get(f"{path}/artifacts/directories").is_missing(message)
    http.patch(f"{path}/tags", {"tags": [{"key": "k", "value": "v"}]}).is_missing(message)
    http.delete(f"{path}/tags/k").is_missing(message)
    http.patch(path, {"model_id": model_id, "status": "LOGGED_MODEL_READY"}).is_missing(message)
    body = {"model_id": model_id, "params": [{"key": "k", "value": "v"}]}
    http.post(f"{path}/params", body).is_missing(message)


def test_the_page_and_the_client_see_the_same_model(http: Any, model_id: str) -> None:
    ajax = http.get(f"/ajax-api/2.0/mlflow/logged-models/{model_id}").ok()["model"]
    assert ajax == fetch(http, model_id)


# --- finalize


@pytest.mark.parametrize("status", ["LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_PENDING"])
def test_finalize_sets_the_status(http: Any, model_id: str, status: str) -> None:
    answer = http.patch(f"logged-models/{model_id}", {"model_id": model_id, "status": status}).ok()
    assert answer["model"]["info"]["status"] == status
    assert fetch(http, model_id) == answer["model"]


def test_finalize_takes_the_number_of_a_status(http: Any, model_id: str) -> None:
    answer = http.patch(f"logged-models/{model_id}", {"model_id": model_id, "status": 2}).ok()
    assert answer["model"]["info"]["status"] == "LOGGED_MODEL_READY"


def test_finalize_may_be_repeated_and_undone(http: Any, model_id: str) -> None:
    for status in ("LOGGED_MODEL_READY", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"):
        http.patch(f"logged-models/{model_id}", {"model_id": model_id, "status": status}).ok()
    assert fetch(http, model_id)["info"]["status"] == "LOGGED_MODEL_UPLOAD_FAILED"


def test_finalize_moves_the_time_of_the_last_update_only(http: Any, model_id: str) -> None:
    before = fetch(http, model_id)["info"]
    body = {"model_id": model_id, "status": "LOGGED_MODEL_READY"}
    after = http.patch(f"logged-models/{model_id}", body).ok()["model"]["info"]
    assert after["creation_timestamp_ms"] == before["creation_timestamp_ms"]
    assert after["last_updated_timestamp_ms"] >= before["last_updated_timestamp_ms"]


def test_finalize_wants_the_model_in_the_body(http: Any, model_id: str) -> None:
    missing = http.patch(f"logged-models/{model_id}", {"status": "LOGGED_MODEL_READY"})
    missing.is_invalid("Missing value for required parameter 'model_id'")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("status", ["READY", "LOGGED_MODEL_STATUS_UNSPECIFIED", "", 9, None])
def test_finalize_refuses_what_is_no_status(http: Any, model_id: str, status: Any) -> None:
    http.patch(f"logged-models/{model_id}", {"model_id": model_id, "status": status}).is_invalid("status")
    assert fetch(http, model_id)["info"]["status"] == "LOGGED_MODEL_PENDING"


# --- params


def test_params_are_added_and_come_back_by_key(http: Any, new_model: Callable[..., dict[str, Any]]) -> None:
    model_id = new_model(name="p", params=[{"key": "z", "value": "1"}, {"key": "a", "value": "2"}])["info"]["model_id"]
    body = {"model_id": model_id, "params": [{"key": "m", "value": "3"}]}
    assert http.post(f"logged-models/{model_id}/params", body).ok() == {}
    expected = [{"key": "a", "value": "2"}, {"key": "m", "value": "3"}, {"key": "z", "value": "1"}]
    assert fetch(http, model_id)["data"]["params"] == expected


def test_a_hundred_params_a_call_are_taken(http: Any, model_id: str) -> None:
    for part in ("a", "b"):
        params = [{"key": f"{part}{index:03}", "value": str(index)} for index in range(100)]
        http.post(f"logged-models/{model_id}/params", {"model_id": model_id, "params": params}).ok()
    assert len(fetch(http, model_id)["data"]["params"]) == 200


def test_a_long_param_value_is_kept_whole(http: Any, model_id: str) -> None:
    params = [{"key": "long", "value": "é" * 5_000}]
    http.post(f"logged-models/{model_id}/params", {"model_id": model_id, "params": params}).ok()
    assert fetch(http, model_id)["data"]["params"] == params


def test_params_go_to_the_model_that_the_address_names(http: Any, new_model: Callable[..., dict[str, Any]]) -> None:
    named, said = (new_model(name=name)["info"]["model_id"] for name in ("named", "said"))
    http.post(f"logged-models/{named}/params", {"model_id": said, "params": [{"key": "k", "value": "v"}]}).ok()
    assert fetch(http, named)["data"]["params"] == [{"key": "k", "value": "v"}]
    assert "params" not in fetch(http, said)["data"]


def test_no_params_is_fine_but_no_model_is_not(http: Any, model_id: str) -> None:
    http.post(f"logged-models/{model_id}/params", {"model_id": model_id, "params": []}).ok()
    answer = http.post(f"logged-models/{model_id}/params", {"params": []})
    answer.is_invalid("Missing value for required parameter 'model_id'")


def test_a_param_given_another_value_is_refused_and_keeps_the_first(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}/params"
    http.post(path, {"model_id": model_id, "params": [{"key": "k", "value": "1"}]}).ok()
    assert http.post(path, {"model_id": model_id, "params": [{"key": "k", "value": "2"}]}).status == 400
    assert fetch(http, model_id)["data"]["params"] == [{"key": "k", "value": "1"}]


def test_one_bad_param_leaves_the_whole_call_undone(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}/params"
    params = [{"key": "good", "value": "1"}, {"key": "k", "value": "1"}, {"key": "k", "value": "2"}]
    assert http.post(path, {"model_id": model_id, "params": params}).status == 400
    assert "params" not in fetch(http, model_id)["data"]


@pytest.mark.better_than_mlflow
def test_a_conflict_of_params_is_told_without_the_database(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}/params"
    http.post(path, {"model_id": model_id, "params": [{"key": "k", "value": "1"}]}).ok()
    answer = http.post(path, {"model_id": model_id, "params": [{"key": "k", "value": "2"}]})
    answer.is_invalid("k")
    assert "INSERT" not in answer.message


@pytest.mark.better_than_mlflow
def test_repeating_a_params_call_is_harmless(http: Any, model_id: str) -> None:
    body = {"model_id": model_id, "params": [{"key": "k", "value": "1"}]}
    for _ in range(2):
        http.post(f"logged-models/{model_id}/params", body).ok()
    assert fetch(http, model_id)["data"]["params"] == [{"key": "k", "value": "1"}]


# --- tags


def test_tags_are_set_replaced_and_come_back_by_key(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}/tags"
    http.patch(path, {"tags": [{"key": "z", "value": "1"}, {"key": "a", "value": ""}]}).ok()
    assert http.patch(path, {"tags": [{"key": "z", "value": "2"}, {"key": "m", "value": "é 😀"}]}).ok() == {}
    expected = [{"key": "a", "value": ""}, {"key": "m", "value": "é 😀"}, {"key": "z", "value": "2"}]
    assert fetch(http, model_id)["info"]["tags"] == expected


@pytest.mark.parametrize("body", [{}, {"tags": []}], ids=["nothing", "empty list"])
def test_setting_no_tags_changes_nothing(http: Any, model_id: str, body: dict[str, Any]) -> None:
    assert http.patch(f"logged-models/{model_id}/tags", body).ok() == {}
    assert "tags" not in fetch(http, model_id)["info"]


def test_setting_tags_does_not_touch_the_time_of_the_last_update(http: Any, model_id: str) -> None:
    before = fetch(http, model_id)["info"]["last_updated_timestamp_ms"]
    http.patch(f"logged-models/{model_id}/tags", {"tags": [{"key": "k", "value": "v"}]}).ok()
    assert fetch(http, model_id)["info"]["last_updated_timestamp_ms"] == before


def test_a_tag_is_deleted_once(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}/tags"
    http.patch(path, {"tags": [{"key": "two words", "value": "v"}, {"key": "stays", "value": "v"}]}).ok()
    assert http.delete(f"{path}/two%20words").ok() == {}
    assert fetch(http, model_id)["info"]["tags"] == [{"key": "stays", "value": "v"}]
    http.delete(f"{path}/two%20words").is_missing(f"No tag with key 'two words' found for model with ID '{model_id}'.")


@pytest.mark.better_than_mlflow
def test_a_tag_whose_key_holds_a_slash_can_be_deleted(http: Any, model_id: str) -> None:
    path = f"logged-models/{model_id}/tags"
    http.patch(path, {"tags": [{"key": "team/owner", "value": "v"}]}).ok()
    http.delete(f"{path}/team/owner").ok()
    assert "tags" not in fetch(http, model_id)["info"]


@pytest.mark.better_than_mlflow
def test_the_same_key_twice_in_a_new_model_is_told_without_the_database(http: Any, experiment_id: str) -> None:
    twice = [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]
    for field in ("params", "tags"):
        answer = http.post("logged-models", {"experiment_id": experiment_id, "name": "x", field: twice})
        answer.is_invalid("k")
        assert "INSERT" not in answer.message


# --- metrics


def test_a_metric_logged_for_a_model_belongs_to_both_run_and_model(http: Any, run_id: str, model_id: str) -> None:
    metric = {"key": "acc", "value": 0.5, "timestamp": 7, "step": 3}
    http.post("runs/log-metric", {"run_id": run_id, "model_id": model_id, **metric}).ok()
    expected = {**metric, "model_id": model_id, "run_id": run_id}
    assert fetch(http, model_id)["data"]["metrics"] == [expected]
    assert http.get("metrics/get-history", {"run_id": run_id, "metric_key": "acc"}).ok()["metrics"] == [metric]


def test_a_metric_on_a_dataset_keeps_its_name_and_digest(http: Any, run_id: str, model_id: str) -> None:
    metric = {"key": "acc", "value": 1, "timestamp": 1, "step": 0, "dataset_name": "iris", "dataset_digest": "d1"}
    http.post("runs/log-batch", {"run_id": run_id, "metrics": [{**metric, "model_id": model_id}]}).ok()
    expected = {**metric, "value": 1.0, "model_id": model_id, "run_id": run_id}
    assert fetch(http, model_id)["data"]["metrics"] == [expected]


def test_every_point_of_a_model_metric_comes_back(http: Any, run_id: str, model_id: str) -> None:
    metrics = [{"key": "acc", "value": 1, "timestamp": step, "step": step, "model_id": model_id} for step in range(5)]
    http.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok()
    assert [point["step"] for point in fetch(http, model_id)["data"]["metrics"]] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("half", [{"dataset_name": "iris"}, {"dataset_digest": "d1"}])
def test_half_a_dataset_on_a_metric_is_refused(http: Any, run_id: str, model_id: str, half: dict[str, str]) -> None:
    body = {"run_id": run_id, "model_id": model_id, "key": "acc", "value": 1, "timestamp": 1, **half}
    http.post("runs/log-metric", body).is_invalid("Both dataset_name and dataset_digest must be provided")


def test_a_metric_may_be_logged_from_a_run_of_another_experiment(
    http: Any, new_run: Callable[..., str], model_id: str, unique: Callable[[str], str]
) -> None:
    other = http.post("experiments/create", {"name": unique("other")}).ok()["experiment_id"]
    run_id = new_run(experiment_id=other)
    body = {"run_id": run_id, "model_id": model_id, "key": "acc", "value": 1, "timestamp": 1}
    http.post("runs/log-metric", body).ok()
    assert fetch(http, model_id)["data"]["metrics"][0]["run_id"] == run_id


def test_a_metric_for_an_unknown_model_leaves_nothing_behind(http: Any, run_id: str) -> None:
    body = {"run_id": run_id, "model_id": UNKNOWN, "key": "acc", "value": 1, "timestamp": 1}
    assert 400 <= http.post("runs/log-metric", body).status < 500
    assert http.get("metrics/get-history", {"run_id": run_id, "metric_key": "acc"}).ok() == {}


@pytest.mark.better_than_mlflow
def test_a_metric_for_an_unknown_model_is_told_so(http: Any, run_id: str) -> None:
    body = {"run_id": run_id, "model_id": UNKNOWN, "key": "acc", "value": 1, "timestamp": 1}
    http.post("runs/log-metric", body).is_missing(f"Logged model with ID '{UNKNOWN}' not found.")


@pytest.mark.better_than_mlflow
def test_a_metric_measured_on_two_datasets_at_one_step_keeps_both(http: Any, run_id: str, model_id: str) -> None:
    point = {"key": "acc", "timestamp": 1, "step": 0, "model_id": model_id, "dataset_digest": "d"}
    metrics = [{**point, "value": 1, "dataset_name": "train"}, {**point, "value": 2, "dataset_name": "test"}]
    for _ in range(2):
        http.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok()
    found = fetch(http, model_id)["data"]["metrics"]
    assert sorted((metric["dataset_name"], metric["value"]) for metric in found) == [("test", 2.0), ("train", 1.0)]


@pytest.mark.better_than_mlflow
def test_nan_stays_nan_on_a_model(client: Any, client_version: tuple[int, int], run_id: str, model_id: str) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are read by clients from 3.0 on")
    client.log_metric(run_id, "loss", float("nan"), model_id=model_id)
    [metric] = client.get_logged_model(model_id).metrics
    assert metric.value != metric.value


# --- delete


def test_a_deleted_model_is_gone_but_can_be_asked_for(http: Any, model_id: str) -> None:
    before = fetch(http, model_id)
    assert http.delete(f"logged-models/{model_id}", {"model_id": model_id}).ok() == {}
    http.get(f"logged-models/{model_id}").is_missing(f"Logged model with ID '{model_id}' not found.")
    found = http.get(f"logged-models/{model_id}", {"allow_deleted": "true"}).ok()["model"]
    assert found["info"]["name"] == before["info"]["name"]


def test_deleting_again_is_harmless(http: Any, model_id: str) -> None:
    for _ in range(2):
        assert http.delete(f"logged-models/{model_id}").ok() == {}


def test_deleting_the_source_run_leaves_the_model(http: Any, new_model: Callable[..., Any], run_id: str) -> None:
    model_id = new_model(name="x", source_run_id=run_id)["info"]["model_id"]
    http.post("runs/delete", {"run_id": run_id}).ok()
    assert fetch(http, model_id)["info"]["source_run_id"] == run_id


# --- folders of artifacts


@pytest.fixture
def stored(http: Any, model_id: str) -> str:
    """A model with ``a.txt`` and ``d/x.txt``; gives its artifact root."""
    root = fetch(http, model_id)["info"]["artifact_uri"]
    below = root.removeprefix("mlflow-artifacts:/")
    for name, content in {"a.txt": b"hi", "d/x.txt": b"hello"}.items():
        http.send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{below}/{name}", data=content).ok()
    return str(root)


def test_a_model_lists_its_folders(http: Any, model_id: str, stored: str) -> None:
    path = f"logged-models/{model_id}/artifacts/directories"
    top = [{"path": "a.txt", "is_dir": False, "file_size": 2}, {"path": "d", "is_dir": True}]
    assert http.get(path).ok() == {"root_uri": stored, "files": top}
    inner = http.get(path, {"artifact_directory_path": "d"}).ok()
    assert inner["files"] == [{"path": "d/x.txt", "is_dir": False, "file_size": 5}]


@pytest.mark.parametrize("folder", ["a.txt", "nothing"])
def test_a_file_or_nothing_lists_as_empty(http: Any, model_id: str, stored: str, folder: str) -> None:
    answer = http.get(f"logged-models/{model_id}/artifacts/directories", {"artifact_directory_path": folder})
    assert answer.ok() == {"root_uri": stored}


@pytest.mark.parametrize("folder", ["..", "../..", "/etc", "%2e%2e"])
def test_a_model_does_not_list_outside_itself(http: Any, model_id: str, folder: str) -> None:
    answer = http.get(f"logged-models/{model_id}/artifacts/directories", {"artifact_directory_path": folder})
    answer.is_invalid("Invalid path")


def test_the_page_reads_a_file_of_a_model(http: Any, model_id: str, stored: str) -> None:
    path = f"/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files"
    answer = http.get(path, {"artifact_file_path": "d/x.txt"})
    assert (answer.status, answer.text) == (200, "hello")
    assert answer.headers["Content-Disposition"] == "attachment; filename=x.txt"
    http.get(path, {"artifact_file_path": "none"}).is_missing("No such artifact")
    http.get(path, {"artifact_file_path": "../../x"}).is_invalid("Invalid path")
    assert http.get(path).status == 400


# --- through the client


def test_the_client_walks_a_models_life(client: Any, client_version: tuple[int, int], experiment_id: str) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are read by clients from 3.0 on")
    params = {f"p{index}": str(index) for index in range(150)}
    model = client.create_logged_model(experiment_id, name="life", params=params, tags={"a": "1"}, model_type="agent")
    assert (str(model.status), model.params, model.tags) == ("PENDING", params, {"a": "1"})
    client.set_logged_model_tags(model.model_id, {"a": "2", "b": "3"})
    client.delete_logged_model_tag(model.model_id, "b")
    assert client.finalize_logged_model(model.model_id, "READY").tags == {"a": "2"}
    assert str(client.get_logged_model(model.model_id).status) == "READY"
    client.delete_logged_model(model.model_id)
    assert client.search_logged_models([experiment_id]) == []


def test_the_client_logs_artifacts_to_a_model(
    client: Any, client_version: tuple[int, int], model_id: str, tmp_path: Any
) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are read by clients from 3.0 on")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "weights.bin").write_bytes(b"\x00\xff")
    client.log_model_artifacts(model_id, str(tmp_path))
    assert [(file.path, file.is_dir) for file in client.list_logged_model_artifacts(model_id)] == [("deep", True)]
    inner = client.list_logged_model_artifacts(model_id, "deep")
    assert [(file.path, file.file_size) for file in inner] == [("deep/weights.bin", 2)]
