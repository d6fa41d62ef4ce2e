"""log-batch: what it takes, its limits, and that a refused batch leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag

UNKNOWN = "0" * 32


def metrics(count: int) -> list[dict[str, Any]]:
    return [{"key": f"m{i}", "value": i, "timestamp": i, "step": i} for i in range(count)]


def pairs(count: int) -> list[dict[str, str]]:
    return [{"key": f"k{i}", "value": str(i)} for i in range(count)]


@pytest.fixture
def send(http: Any, run_id: str) -> Callable[..., Any]:
    """Send a batch to the fresh run."""
    return lambda **fields: http.post("runs/log-batch", {"run_id": run_id, **fields})


@pytest.fixture
def stored(http: Any, run_id: str) -> Callable[[], dict[str, Any]]:
    """What the fresh run holds: its metrics, params, and tags but its name, by kind and key."""

    def look() -> dict[str, Any]:
        data = http.get("runs/get", {"run_id": run_id}).ok()["run"]["data"]
        kinds = {kind: {item["key"]: item["value"] for item in data.get(kind, [])} for kind in ("metrics", "params")}
        tags = {tag["key"]: tag["value"] for tag in data["tags"] if tag["key"] != "mlflow.runName"}
        return {**kinds, "tags": tags}

    return look


NOTHING: dict[str, Any] = {"metrics": {}, "params": {}, "tags": {}}


@pytest.mark.parametrize("fields", [{}, {"metrics": [], "params": [], "tags": []}])
def test_an_empty_batch_is_fine(send: Callable[..., Any], stored: Any, fields: dict[str, Any]) -> None:
    assert send(**fields).ok() == {}
    assert stored() == NOTHING


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("kind", ["metrics", "params", "tags"])
def test_null_is_the_same_as_absent(send: Callable[..., Any], kind: str) -> None:
    send(**{kind: None}).ok()


def test_all_three_kinds_go_in_together(send: Callable[..., Any], stored: Any) -> None:
    send(metrics=metrics(2), params=pairs(2), tags=pairs(3)).ok()
    assert stored() == {
        "metrics": {"m0": 0.0, "m1": 1.0},
        "params": {"k0": "0", "k1": "1"},
        "tags": {"k0": "0", "k1": "1", "k2": "2"},
    }


def test_the_same_batch_again_changes_nothing(http: Any, run_id: str, send: Callable[..., Any], stored: Any) -> None:
    batch = {"metrics": metrics(3), "params": pairs(3), "tags": pairs(3)}
    send(**batch).ok()
    before = stored()
    send(**batch).ok()
    assert stored() == before
    assert len(http.get("metrics/get-history", {"run_id": run_id, "metric_key": "m1"}).ok()["metrics"]) == 1


def test_numbers_may_be_strings(http: Any, run_id: str, send: Callable[..., Any]) -> None:
    send(metrics=[{"key": "m", "value": "1.5", "timestamp": "10", "step": "2"}]).ok()
    assert http.get("metrics/get-history", {"run_id": run_id, "metric_key": "m"}).ok()["metrics"] == [
        {"key": "m", "value": 1.5, "timestamp": 10, "step": 2}
    ]


@pytest.mark.parametrize(
    "batch",
    [
        {"metrics": metrics(1000)},
        {"params": pairs(100)},
        {"tags": pairs(100)},
        {"metrics": metrics(900), "params": pairs(100)},
        {"metrics": metrics(800), "params": pairs(100), "tags": pairs(100)},
    ],
)
def test_a_batch_may_be_full(send: Callable[..., Any], stored: Any, batch: dict[str, Any]) -> None:
    send(**batch).ok()
    assert {kind: len(found) for kind, found in stored().items()} == {
        kind: len(batch.get(kind, [])) for kind in ("metrics", "params", "tags")
    }


@pytest.mark.parametrize(
    ("batch", "limit", "got"),
    [
        ({"metrics": metrics(1001)}, "1000 metrics", "1001 metrics"),
        ({"params": pairs(101)}, "100 params", "101 params"),
        ({"tags": pairs(101)}, "100 tags", "101 tags"),
        (
            {"metrics": metrics(901), "params": pairs(100)},
            "1000 metrics, params, and tags",
            "1001 metrics, params, and tags",
        ),
        (
            {"metrics": metrics(1000), "tags": pairs(1)},
            "1000 metrics, params, and tags",
            "1001 metrics, params, and tags",
        ),
    ],
)
def test_a_batch_has_limits(send: Callable[..., Any], stored: Any, batch: dict[str, Any], limit: str, got: str) -> None:
    kind = limit.split(" ", 1)[1]
    send(**batch).is_invalid(
        f"A batch logging request can contain at most {limit}. Got {got}. "
        f"Please split up {kind} across multiple requests and try again."
    )
    assert stored() == NOTHING


def test_points_of_one_metric_count_each(send: Callable[..., Any]) -> None:
    points = [{"key": "m", "value": 1, "timestamp": i} for i in range(1001)]
    send(metrics=points).is_invalid("at most 1000 metrics")
    send(metrics=points[:1000]).ok()


def test_a_large_body_is_taken(send: Callable[..., Any], stored: Any) -> None:
    send(tags=pairs(1), padding="x" * 1_200_000).ok()
    assert stored()["tags"] == {"k0": "0"}


# --- refusals leave nothing behind

GOOD: dict[str, Any] = {"metrics": metrics(2), "params": pairs(2), "tags": pairs(2)}


@pytest.mark.parametrize(
    ("kind", "item", "phrase"),
    [
        ("metrics", {"key": "m"}, "Missing value for required parameter 'metrics[2].value'"),
        ("metrics", {"value": 1, "timestamp": 1}, "Missing value for required parameter 'metrics[2].key'"),
        ("metrics", {"key": "", "value": 1, "timestamp": 1}, "'metrics[2].key'"),
        ("metrics", {"key": "m", "value": 1}, "Missing value for required parameter 'metrics[2].timestamp'"),
        ("metrics", {"key": "m", "value": None, "timestamp": 1}, "'metrics[2].value'"),
        ("metrics", {"key": "m", "value": 1, "timestamp": -1}, "parameter 'metrics[2].timestamp' supplied"),
        ("metrics", {"key": "a!", "value": 1, "timestamp": 1}, "Invalid value \"a!\" for parameter 'metrics[2].name'"),
        ("metrics", {"key": "/a", "value": 1, "timestamp": 1}, "This name would resolve to '/a'"),
        ("metrics", {"key": "k" * 251, "value": 1, "timestamp": 1}, "'Metric name' exceeds the maximum length of 250"),
        ("metrics", {"key": 5, "value": 1, "timestamp": 1}, "metrics[2]"),
        ("params", {"value": "v"}, "Missing value for required parameter 'params[2].key'"),
        ("params", {"key": "a!", "value": "v"}, "Invalid value \"a!\" for parameter 'params[2].key' supplied"),
        ("params", {"key": "k" * 251, "value": "v"}, "'Param key' exceeds the maximum length of 250 characters"),
        ("params", {"key": "k0", "value": "0"}, "Duplicate parameter keys have been submitted: ['k0']"),
        ("params", {"key": "k0", "value": "other"}, "Please ensure the request contains only one param value per"),
        ("tags", {"value": "v"}, "Missing value for required parameter 'tags[2].key'"),
        ("tags", {"key": "a!", "value": "v"}, "Invalid value \"a!\" for parameter 'tags[2].key' supplied"),
        ("tags", {"key": "k" * 251, "value": "v"}, "'tags[2].key' exceeds the maximum length of 250 characters"),
    ],
)
def test_one_bad_item_refuses_the_whole_batch(
    send: Callable[..., Any], stored: Any, kind: str, item: dict[str, Any], phrase: str
) -> None:
    send(**{**GOOD, kind: [*GOOD[kind], item]}).is_invalid(phrase)
    assert stored() == NOTHING


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    ("kind", "item"),
    [
        ("metrics", {"key": "m", "value": "abc", "timestamp": 1}),
        ("metrics", {"key": "m", "value": 1, "timestamp": 1.5}),
        ("metrics", {"key": "m", "value": 1, "timestamp": 1, "step": "x"}),
        ("metrics", 1),
        ("metrics", None),
        ("params", {"key": "q", "value": 5}),
        ("tags", {"key": "q", "value": 5}),
        ("tags", None),
    ],
)
def test_one_item_of_a_wrong_type_refuses_the_whole_batch(
    send: Callable[..., Any], stored: Any, kind: str, item: Any
) -> None:
    send(**{**GOOD, kind: [*GOOD[kind], item]}).is_invalid(kind)
    assert stored() == NOTHING


@pytest.mark.better_than_mlflow
def test_a_point_of_an_unknown_logged_model_refuses_the_whole_batch(send: Callable[..., Any], stored: Any) -> None:
    point = {"key": "m", "value": 1, "timestamp": 1, "model_id": "m-" + "0" * 32}
    assert send(**{**GOOD, "metrics": [*GOOD["metrics"], point]}).status in {400, 404}
    assert stored() == NOTHING


@pytest.mark.parametrize("kind", ["metrics", "params", "tags"])
@pytest.mark.parametrize(("value", "shown"), [({}, "{}"), ("x", '"x"'), (5, "5")])
def test_each_kind_must_be_a_list(send: Callable[..., Any], kind: str, value: Any, shown: str) -> None:
    send(**{kind: value}).is_invalid(f"Invalid value {shown} for parameter '{kind}' supplied")


def test_a_changed_param_refuses_the_whole_batch_and_names_every_conflict(
    send: Callable[..., Any], stored: Any, run_id: str
) -> None:
    send(params=pairs(3)).ok()
    before = stored()
    conflicts = [{"key": "new", "value": "1"}, {"key": "k0", "value": "9"}, {"key": "k2", "value": "8"}]
    send(params=conflicts, metrics=metrics(1), tags=pairs(1)).is_invalid(
        "Changing param values is not allowed. Params were already logged='[",
        "{'key': 'k0', 'old_value': '0', 'new_value': '9'}",
        "{'key': 'k2', 'old_value': '2', 'new_value': '8'}",
        f"for run ID='{run_id}'",
    )
    assert stored() == before


def test_known_params_with_the_same_value_may_come_along(send: Callable[..., Any], stored: Any) -> None:
    send(params=pairs(2)).ok()
    send(params=pairs(4)).ok()
    assert stored()["params"] == {"k0": "0", "k1": "1", "k2": "2", "k3": "3"}


# --- repeats inside a batch


def test_a_tag_that_comes_twice_takes_the_last_value(send: Callable[..., Any], stored: Any) -> None:
    send(tags=[{"key": "t", "value": "1"}, {"key": "t", "value": "2"}]).ok()
    assert stored()["tags"] == {"t": "2"}


def test_a_point_that_comes_twice_is_stored_once(http: Any, run_id: str, send: Callable[..., Any]) -> None:
    point = {"key": "m", "value": 1, "timestamp": 1}
    send(metrics=[point, point, {**point, "value": 2}, {**point, "value": 0}]).ok()
    history = http.get("metrics/get-history", {"run_id": run_id, "metric_key": "m"}).ok()["metrics"]
    assert [entry["value"] for entry in history] == [0.0, 1.0, 2.0]


def test_long_values_are_cut_as_in_single_calls(send: Callable[..., Any], stored: Any) -> None:
    send(params=[{"key": "k", "value": "x" * 6001}], tags=[{"key": "k", "value": "y" * 8001}]).ok()
    assert (stored()["params"], stored()["tags"]) == ({"k": "x" * 6000}, {"k": "y" * 8000})


def test_values_may_be_null_or_absent(send: Callable[..., Any], stored: Any) -> None:
    send(params=[{"key": "a"}, {"key": "b", "value": None}], tags=[{"key": "a"}, {"key": "b", "value": None}]).ok()
    assert stored() == {"metrics": {}, "params": {"a": "", "b": ""}, "tags": {"a": "", "b": ""}}


# --- the run


def test_a_run_is_required(http: Any) -> None:
    http.post("runs/log-batch").is_invalid("Missing value for required parameter 'run_id'")
    http.post("runs/log-batch", {"run_id": ""}).is_invalid("Missing value for required parameter 'run_id'")
    http.post("runs/log-batch", {"run_id": 5}).is_invalid("Invalid value 5 for parameter 'run_id' supplied")
    http.post("runs/log-batch", {"run_id": UNKNOWN}).is_missing(f"Run with id={UNKNOWN} not found")


# --- through the client


def test_the_client_logs_a_batch(client: MlflowClient, run_id: str) -> None:
    client.log_batch(
        run_id,
        metrics=[Metric("m", 0.5, 10, 1), Metric("m", 0.25, 20, 2)],
        params=[Param("p", "1")],
        tags=[RunTag("t", "x")],
    )
    data = client.get_run(run_id).data
    assert (data.metrics, data.params, data.tags["t"]) == ({"m": 0.25}, {"p": "1"}, "x")
    assert [(m.value, m.timestamp, m.step) for m in client.get_metric_history(run_id, "m")] == [
        (0.5, 10, 1),
        (0.25, 20, 2),
    ]


def test_the_client_sees_refusals(client: MlflowClient, run_id: str, refused: Callable[..., Any]) -> None:
    client.log_param(run_id, "p", "1")
    error = refused(client.log_batch, run_id, params=[Param("p", "2")])
    assert error.error_code == "INVALID_PARAMETER_VALUE"
    assert "Changing param values is not allowed" in error.message
    error = refused(client.log_batch, UNKNOWN, params=[Param("p", "2")])
    assert error.error_code == "RESOURCE_DOES_NOT_EXIST"
