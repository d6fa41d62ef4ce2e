"""The wire itself: bodies, content types, paths, methods, twins, and the shape of errors."""

import json
from collections.abc import Callable
from typing import Any

import pytest

POSTS = [
    "experiments/create",
    "experiments/update",
    "experiments/delete",
    "experiments/restore",
    "experiments/set-experiment-tag",
    "experiments/delete-experiment-tag",
    "runs/create",
    "runs/update",
    "runs/delete",
    "runs/restore",
    "runs/search",
    "runs/set-tag",
    "runs/delete-tag",
    "runs/log-metric",
    "runs/log-parameter",
    "runs/log-batch",
]
GETS = [
    "experiments/get",
    "experiments/get-by-name",
    "runs/get",
    "metrics/get-history",
    "metrics/get-history-bulk-interval",
]
NEED_SOMETHING = [path for path in POSTS if path not in {"runs/search", "runs/create"}]


# --- the shape of an error


@pytest.mark.parametrize("path", NEED_SOMETHING)
@pytest.mark.parametrize("prefix", ["/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"])
def test_an_empty_body_says_what_is_missing(http: Any, prefix: str, path: str) -> None:
    answer = http.post(prefix + path)
    answer.is_invalid("Missing value for required parameter '", "See the API docs for more information about request")
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("prefix", ["/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"])
def test_an_empty_query_says_what_is_missing(http: Any, prefix: str, path: str) -> None:
    http.get(prefix + path).is_invalid("Missing value for required parameter '")


def test_an_answer_without_content_is_an_empty_object(http: Any, run_id: str) -> None:
    answer = http.post("runs/set-tag", {"run_id": run_id, "key": "a", "value": "b"})
    assert (answer.status, answer.text) == (200, "{}")
    assert answer.headers["Content-Type"].startswith("application/json")


# --- bodies


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("path", ["runs/log-batch", "runs/search"])
@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b'"x"', b"5", b"{}x", b"{'run_id': 'x'}", b'\xff\xfe{"a": 1}', b'{"a": "\xff"}']
)
def test_a_body_that_is_no_json_object_is_refused(http: Any, path: str, body: bytes) -> None:
    answer = http.send("POST", path, data=body)
    assert answer.status == 400
    assert answer.code in {"BAD_REQUEST", "INVALID_PARAMETER_VALUE"}
    assert answer.message


@pytest.mark.better_than_mlflow
def test_a_body_nested_without_end_is_refused(http: Any) -> None:
    assert http.send("POST", "runs/log-batch", data="[" * 200_000).status == 400


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_must_be_declared_as_json(http: Any, run_id: str, content_type: str) -> None:
    body = json.dumps({"run_id": run_id, "key": "a", "value": "b"})
    http.send("POST", "runs/set-tag", data=body, headers={"Content-Type": content_type}).is_invalid(
        "Bad Request. Content-Type must be one of ['application/json']."
    )


def test_a_post_without_a_body_is_refused(http: Any, run_id: str) -> None:
    http.send("POST", "runs/log-batch", params={"run_id": run_id}).is_invalid("Content-Type header is missing")


def test_a_charset_may_be_named(http: Any, run_id: str) -> None:
    body = json.dumps({"run_id": run_id, "key": "ü", "value": "ü"}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    http.send("POST", "runs/set-tag", data=body, headers=headers).ok()
    tags = http.get("runs/get", {"run_id": run_id}).ok()["run"]["data"]["tags"]
    assert {"key": "ü", "value": "ü"} in tags


def test_the_last_of_two_equal_fields_counts(http: Any, run_id: str) -> None:
    body = f'{{"run_id": "nope", "run_id": "{run_id}", "key": "a", "value": "b"}}'
    http.send("POST", "runs/set-tag", data=body).ok()


@pytest.mark.parametrize("text", ["\u0000", "a\u0000b", "😀", "\u202e", "\r\n", "'; DROP TABLE runs; --"])
def test_any_text_is_kept_or_refused_but_never_changed(http: Any, run_id: str, text: str) -> None:
    answer = http.post("runs/set-tag", {"run_id": run_id, "key": "a", "value": text})
    tags = http.get("runs/get", {"run_id": run_id}).ok()["run"]["data"]["tags"]
    if answer.status == 200:
        assert {"key": "a", "value": text} in tags
    else:
        assert answer.status == 400


@pytest.mark.better_than_mlflow
def test_half_a_surrogate_pair_is_refused(http: Any, run_id: str) -> None:
    body = f'{{"run_id": "{run_id}", "key": "a", "value": "\\ud83d"}}'
    assert http.send("POST", "runs/set-tag", data=body).status == 400


# --- queries


def test_unknown_query_parameters_are_ignored(http: Any, run_id: str) -> None:
    http.get("runs/get", {"run_id": run_id, "colour": "blue"}).ok()


def test_the_first_of_two_equal_query_parameters_counts(http: Any, run_id: str) -> None:
    http.get("runs/get", [("run_id", run_id), ("run_id", "nope")]).ok()


def test_query_parameters_are_snake_case(http: Any, run_id: str) -> None:
    http.get("runs/get", {"runId": run_id}).is_invalid("Missing value for required parameter 'run_id'")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("runs/set-tag", {"key": "a", "value": "b"}),
        ("runs/log-metric", {"key": "a", "value": 1, "timestamp": 1}),
        ("runs/log-batch", {"tags": []}),
        ("runs/update", {"status": "FAILED"}),
    ],
)
def test_required_body_fields_are_snake_case(http: Any, run_id: str, path: str, fields: dict[str, Any]) -> None:
    http.post(path, {"runId": run_id, **fields}).is_invalid("Missing value for required parameter 'run_id'")


@pytest.mark.parametrize(("snake", "camel"), [("experiment_ids", "experimentIds"), ("max_results", "maxResults")])
def test_one_field_in_both_spellings_is_refused(http: Any, snake: str, camel: str) -> None:
    value: Any = ["0"] if "ids" in snake else 1
    http.post("runs/search", {snake: value, camel: value}).is_invalid(
        f"Request specifies both '{snake}' and '{camel}'; provide only one of them."
    )


# --- paths and methods


@pytest.mark.parametrize(
    "path",
    [
        "/api/2.0/mlflow/nope",
        "/api/2.0/mlflow/runs/nope",
        "/api/2.0/mlflow/experiments/list",
        "/api/2.0/preview/mlflow/runs/get",
        "/api/3.0/mlflow/runs/get",
        "/ajax-api/2.0/mlflow/nope",
        "/api/2.0/mlflow/runs/get/",
    ],
)
def test_unknown_paths_are_not_found(http: Any, path: str) -> None:
    assert http.get(path).status == 404


@pytest.mark.parametrize("path", POSTS)
def test_posts_cannot_be_got(http: Any, path: str) -> None:
    assert http.get(path).status == 405


@pytest.mark.parametrize("path", GETS)
def test_gets_cannot_be_posted(http: Any, path: str) -> None:
    assert http.post(path).status == 405


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["runs/create", "runs/get", "experiments/delete"])
def test_other_methods_are_not_allowed(http: Any, method: str, path: str) -> None:
    assert http.send(method, path, data="{}").status == 405


@pytest.mark.parametrize("run_id", ["a.b", "a b", "_a", "é", "a" * 257])
@pytest.mark.parametrize("call", ["runs/log-batch", "runs/log-inputs"])
def test_what_cannot_be_a_run_id_is_no_valid_one_where_much_is_logged_at_once(
    http: Any, call: str, run_id: str
) -> None:
    http.post(call, {"run_id": run_id}).is_invalid("for parameter 'run_id' supplied.")


def test_a_refused_value_is_shown_with_its_odd_characters_escaped(http: Any, run_id: str) -> None:
    key = {"run_id": run_id, "key": 'é"#', "value": "v"}
    http.post("runs/set-tag", key).is_invalid('Invalid value "\\u00e9\\"#" for parameter')
    step = {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1, "step": "é"}
    http.post("runs/log-metric", step).is_invalid('Invalid value "\\u00e9" for parameter')


def test_the_twins_write_to_the_same_place(http: Any, experiment_id: str, unique: Callable[[str], str]) -> None:
    twin = "/ajax-api/2.0/mlflow/"
    name = unique("twin")
    other = http.post(f"{twin}experiments/create", {"name": name}).ok()["experiment_id"]
    assert http.get("experiments/get", {"experiment_id": other}).ok()["experiment"]["name"] == name
    run_id = http.post(f"{twin}runs/create", {"experiment_id": experiment_id}).ok()["run"]["info"]["run_id"]
    http.post(f"{twin}runs/log-metric", {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1}).ok()
    path = "metrics/get-history"
    query = {"run_id": run_id, "metric_key": "m"}
    assert http.get(twin + path, query).ok() == http.get(path, query).ok()
    assert http.get(f"{twin}runs/get", {"run_id": run_id}).ok() == http.get("runs/get", {"run_id": run_id}).ok()


def test_the_server_is_healthy(http: Any) -> None:
    answer = http.get("/health")
    assert (answer.status, answer.text) == (200, "OK")


def test_the_server_names_a_version_of_the_protocol(http: Any) -> None:
    answer = http.get("/version")
    assert answer.status == 200
    assert [part.isdigit() for part in answer.text.split(".")[:2]] == [True, True]
