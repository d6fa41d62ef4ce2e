"""Params and tags of runs: single calls, limits, truncation, conflicts, key rules."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient

UNKNOWN = "0" * 32
ALLOWED = "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), "
GOOD_KEYS = ["a", "A", "a.b:c d/e-f_1", "日本", "mlflow.x", "k" * 250]
BAD_CHARACTERS = ["a!", "a'b", "a\\b", "a\tb", "a=b", "a,b", "a%b"]
NOT_ITS_OWN_PATH = ["/a", "a/", "a//b", "./a", ".", "..", "a/../b"]


def data_of(http: Any, run_id: str) -> dict[str, Any]:
    return http.get("runs/get", {"run_id": run_id}).ok()["run"]["data"]


def params_of(http: Any, run_id: str) -> dict[str, str]:
    return {param["key"]: param["value"] for param in data_of(http, run_id).get("params", [])}


def tags_of(http: Any, run_id: str) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in data_of(http, run_id)["tags"] if tag["key"] != "mlflow.runName"}


# --- both


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
@pytest.mark.parametrize("key", GOOD_KEYS)
def test_good_keys_are_taken(http: Any, run_id: str, call: str, key: str) -> None:
    http.post(f"runs/{call}", {"run_id": run_id, "key": key, "value": "v"}).ok()
    stored = params_of(http, run_id) if call == "log-parameter" else tags_of(http, run_id)
    assert stored == {key: "v"}


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
@pytest.mark.parametrize("key", BAD_CHARACTERS)
def test_keys_with_other_characters_are_refused(http: Any, run_id: str, call: str, key: str) -> None:
    http.post(f"runs/{call}", {"run_id": run_id, "key": key, "value": "v"}).is_invalid(
        "Invalid value ", " for parameter 'key' supplied: ", ALLOWED
    )


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
@pytest.mark.parametrize("key", NOT_ITS_OWN_PATH)
def test_keys_that_are_not_their_own_path_are_refused(http: Any, run_id: str, call: str, key: str) -> None:
    http.post(f"runs/{call}", {"run_id": run_id, "key": key, "value": "v"}).is_invalid(
        f"Invalid value \"{key}\" for parameter 'key' supplied: Names may be treated as files in certain cases, "
        "and must not resolve to other names when treated as such. This name would resolve to '"
    )


@pytest.mark.parametrize(("call", "name"), [("log-parameter", "Param key"), ("set-tag", "key")])
def test_a_key_has_at_most_250_characters(http: Any, run_id: str, call: str, name: str) -> None:
    http.post(f"runs/{call}", {"run_id": run_id, "key": "k" * 251, "value": "v"}).is_invalid(
        f"'{name}' exceeds the maximum length of 250 characters"
    )


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
def test_a_value_may_be_empty_null_or_absent(http: Any, run_id: str, call: str) -> None:
    for body in ({"key": "empty", "value": ""}, {"key": "null", "value": None}, {"key": "absent"}):
        http.post(f"runs/{call}", {"run_id": run_id, **body}).ok()
    stored = params_of(http, run_id) if call == "log-parameter" else tags_of(http, run_id)
    assert stored == {"empty": "", "null": "", "absent": ""}


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
@pytest.mark.parametrize("value", [5, True, 1.5])
def test_a_value_of_another_type_is_refused(http: Any, run_id: str, call: str, value: Any) -> None:
    shown, kind = json.dumps(value), type(value).__name__
    http.post(f"runs/{call}", {"run_id": run_id, "key": "k", "value": value}).is_invalid(
        f"Invalid value {shown} for parameter 'value' supplied", f"Hint: Value was of type '{kind}'"
    )
    http.post(f"runs/{call}", {"run_id": run_id, "key": value, "value": "v"}).is_invalid(
        f"Invalid value {shown} for parameter 'key' supplied"
    )


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
def test_run_and_key_are_required(http: Any, run_id: str, call: str) -> None:
    http.post(f"runs/{call}", {"key": "a", "value": "b"}).is_invalid("Missing value for required parameter 'run_id'")
    http.post(f"runs/{call}", {"run_id": run_id, "value": "b"}).is_invalid(
        "Missing value for required parameter 'key'. See the API docs for more information about request parameters."
    )
    http.post(f"runs/{call}", {"run_id": run_id, "key": "", "value": "b"}).is_invalid("'key'")
    http.post(f"runs/{call}", {"run_id": UNKNOWN, "key": "a", "value": "b"}).is_missing(
        f"Run with id={UNKNOWN} not found"
    )


@pytest.mark.parametrize("call", ["log-parameter", "set-tag"])
def test_the_old_name_of_the_run_id_is_taken(http: Any, run_id: str, call: str) -> None:
    http.post(f"runs/{call}", {"run_uuid": run_id, "key": "a", "value": "b"}).ok()
    stored = params_of(http, run_id) if call == "log-parameter" else tags_of(http, run_id)
    assert stored == {"a": "b"}


def test_a_param_and_a_tag_may_share_a_key(http: Any, run_id: str) -> None:
    http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "p"}).ok()
    http.post("runs/set-tag", {"run_id": run_id, "key": "a", "value": "t"}).ok()
    assert (params_of(http, run_id), tags_of(http, run_id)) == ({"a": "p"}, {"a": "t"})


# --- params


def test_the_same_param_again_is_fine(http: Any, run_id: str) -> None:
    for _ in range(2):
        http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "1"}).ok()
    assert params_of(http, run_id) == {"a": "1"}


def test_a_param_cannot_be_changed(http: Any, run_id: str) -> None:
    http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "1"}).ok()
    http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "2"}).is_invalid(
        "Changing param values is not allowed. Param with key='a' was already logged with value='1' "
        f"for run ID='{run_id}'. Attempted logging new value '2'."
    )
    assert params_of(http, run_id) == {"a": "1"}


def test_param_keys_differ_by_case(http: Any, run_id: str) -> None:
    http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "1"}).ok()
    http.post("runs/log-parameter", {"run_id": run_id, "key": "A", "value": "2"}).ok()
    assert params_of(http, run_id) == {"a": "1", "A": "2"}


@pytest.mark.parametrize(("sent", "kept"), [(5999, 5999), (6000, 6000), (6001, 6000), (20_000, 6000)])
def test_a_long_param_value_is_cut_to_6000_characters(http: Any, run_id: str, sent: int, kept: int) -> None:
    http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "日" * sent}).ok()
    assert params_of(http, run_id) == {"a": "日" * kept}


def test_params_that_differ_only_beyond_the_cut_do_not_conflict(http: Any, run_id: str) -> None:
    for ending in "ab":
        http.post("runs/log-parameter", {"run_id": run_id, "key": "a", "value": "x" * 6000 + ending}).ok()


def test_the_client_sends_any_param_as_a_string(client: MlflowClient, run_id: str) -> None:
    for key, value in {"int": 1, "float": 0.1, "none": None, "list": [1, "a"], "bool": True}.items():
        client.log_param(run_id, key, value)
    assert client.get_run(run_id).data.params == {
        "int": "1",
        "float": "0.1",
        "none": "None",
        "list": "[1, 'a']",
        "bool": "True",
    }


def test_the_client_sees_the_conflict(client: MlflowClient, run_id: str, refused: Callable[..., Any]) -> None:
    client.log_param(run_id, "a", 1)
    error = refused(client.log_param, run_id, "a", 2)
    assert error.error_code == "INVALID_PARAMETER_VALUE"
    assert "Changing param values is not allowed" in error.message


# --- tags


def test_a_tag_is_overwritten(http: Any, client: MlflowClient, run_id: str) -> None:
    client.set_tag(run_id, "a", "1")
    client.set_tag(run_id, "a", 2)
    assert tags_of(http, run_id) == {"a": "2"}


@pytest.mark.parametrize(("sent", "kept"), [(5001, 5001), (8000, 8000), (8001, 8000), (20_000, 8000)])
def test_a_long_tag_value_is_cut_to_8000_characters(http: Any, run_id: str, sent: int, kept: int) -> None:
    http.post("runs/set-tag", {"run_id": run_id, "key": "a", "value": "日" * sent}).ok()
    assert tags_of(http, run_id) == {"a": "日" * kept}


def test_a_tag_is_deleted_once(http: Any, client: MlflowClient, run_id: str) -> None:
    client.set_tag(run_id, "a", "1")
    client.delete_tag(run_id, "a")
    assert tags_of(http, run_id) == {}
    http.post("runs/delete-tag", {"run_id": run_id, "key": "a"}).is_missing(
        f"No tag with name: a in run with id {run_id}"
    )


def test_delete_tag_needs_a_run_and_a_key(http: Any, run_id: str) -> None:
    http.post("runs/delete-tag", {"run_id": run_id}).is_invalid("Missing value for required parameter 'key'")
    http.post("runs/delete-tag", {"key": "a"}).is_invalid("Missing value for required parameter 'run_id'")
    http.post("runs/delete-tag", {"run_id": UNKNOWN, "key": "a"}).is_missing(f"Run with id={UNKNOWN} not found")
