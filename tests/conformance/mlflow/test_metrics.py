"""Metrics: log-metric, what a run shows as latest, special values, key rules."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient

UNKNOWN = "0" * 32
LARGEST = 1.7976931348623157e308
INT64 = (-(2**63), 2**63 - 1)


@pytest.fixture
def log(http: Any, run_id: str) -> Callable[..., Any]:
    """Log one point of the fresh run; unnamed fields are key m, value 1, timestamp 1."""
    return lambda **fields: http.post(
        "runs/log-metric", {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1, **fields}
    )


@pytest.fixture
def send(http: Any, run_id: str) -> Callable[[list[Any]], Any]:
    """Log many points of the fresh run in one batch."""
    return lambda metrics: http.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})


@pytest.fixture
def latest(http: Any, run_id: str) -> Callable[[], dict[str, Any]]:
    """The metrics of the fresh run as runs/get shows them, by key."""
    return lambda: {
        metric["key"]: metric
        for metric in http.get("runs/get", {"run_id": run_id}).ok()["run"]["data"].get("metrics", [])
    }


@pytest.fixture
def history(http: Any, run_id: str) -> Callable[..., list[Any]]:
    """All points of a metric of the fresh run, as the wire has them."""
    return lambda key="m": (
        http.get("metrics/get-history", {"run_id": run_id, "metric_key": key}).ok().get("metrics", [])
    )


# --- a point


def test_a_point_has_key_value_timestamp_and_step(log: Callable[..., Any], latest: Any, history: Any) -> None:
    log(value=1.5, timestamp=100, step=7).ok()
    point = {"key": "m", "value": 1.5, "timestamp": 100, "step": 7}
    assert latest() == {"m": point}
    assert history() == [point]


@pytest.mark.parametrize("fields", [{}, {"step": None}])
def test_the_step_defaults_to_zero(log: Callable[..., Any], latest: Any, fields: dict[str, Any]) -> None:
    log(**fields).ok()
    assert latest()["m"]["step"] == 0


@pytest.mark.parametrize(
    ("sent", "kept"), [("7", 7), (2.0, 2), (-3, -3), (2**53 + 1, 2**53 + 1), (INT64[0], INT64[0]), (INT64[1], INT64[1])]
)
def test_a_step_is_any_int64(log: Callable[..., Any], history: Any, sent: Any, kept: int) -> None:
    log(step=sent).ok()
    assert [point["step"] for point in history()] == [kept]


@pytest.mark.parametrize(("sent", "kept"), [(0, 0), ("12", 12), (1.0, 1), (2**53 + 1, 2**53 + 1), (INT64[1], INT64[1])])
def test_a_timestamp_is_any_non_negative_int64(log: Callable[..., Any], history: Any, sent: Any, kept: int) -> None:
    log(timestamp=sent).ok()
    assert [point["timestamp"] for point in history()] == [kept]


def test_a_negative_timestamp_is_refused(log: Callable[..., Any], history: Any) -> None:
    log(timestamp=-1).is_invalid("Invalid value -1 for parameter 'timestamp'", "nonnegative long (64-bit integer)")
    assert history() == []


@pytest.mark.parametrize(
    ("field", "value"), [("key", None), ("value", None), ("timestamp", None), ("key", ""), ("value", "")]
)
def test_key_value_and_timestamp_are_required(
    log: Callable[..., Any], history: Any, field: str, value: str | None
) -> None:
    log(**{field: value}).is_invalid(f"Missing value for required parameter '{field}'")
    assert history() == []


@pytest.mark.parametrize("field", ["value", "timestamp", "step"])
def test_text_in_place_of_a_number_is_refused(log: Callable[..., Any], history: Any, field: str) -> None:
    log(**{field: "abc"}).is_invalid(f"Invalid value \"abc\" for parameter '{field}' supplied")
    assert history() == []


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    "fields",
    [{"value": [1]}, {"value": {}}, {"timestamp": 1.5}, {"timestamp": 2**63}, {"step": 1.5}, {"step": 2**63}],
)
def test_a_number_that_does_not_fit_is_refused_and_nothing_is_stored(
    log: Callable[..., Any], history: Any, fields: dict[str, Any]
) -> None:
    log(**fields).is_invalid(next(iter(fields)))
    assert history() == []


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_literals_outside_json_are_refused_and_not_stored_as_zero(
    http: Any, run_id: str, history: Any, literal: str
) -> None:
    body = f'{{"run_id": "{run_id}", "key": "m", "value": {literal}, "timestamp": 5}}'
    assert http.send("POST", "runs/log-metric", data=body).status == 400
    assert history() == []


def test_a_run_is_required(http: Any, log: Callable[..., Any], run_id: str) -> None:
    log(run_id=None).is_invalid("Missing value for required parameter 'run_id'")
    log(run_id=UNKNOWN).is_missing(f"Run with id={UNKNOWN} not found")
    log(run_id=None, run_uuid=run_id).ok()


def test_unknown_fields_are_ignored(log: Callable[..., Any], history: Any) -> None:
    log(colour="blue").ok()
    assert len(history()) == 1


@pytest.mark.parametrize("half", [{"dataset_name": "d"}, {"dataset_digest": "d"}])
def test_a_dataset_has_name_and_digest(log: Callable[..., Any], history: Any, half: dict[str, str]) -> None:
    log(**half).is_invalid("Both dataset_name and dataset_digest must be provided if one is provided")
    assert history() == []
    log(dataset_name="d", dataset_digest="e").ok()


def test_a_point_of_an_unknown_logged_model_is_refused_and_not_stored(log: Callable[..., Any], history: Any) -> None:
    assert log(model_id="m-" + "0" * 32).status in {400, 404}
    assert history() == []


# --- keys


@pytest.mark.parametrize("key", ["a/b", "a b", "a:b", "a.b-c_d", "日本", "k" * 250])
def test_good_keys_are_taken(log: Callable[..., Any], history: Any, key: str) -> None:
    log(key=key).ok()
    assert len(history(key)) == 1


@pytest.mark.parametrize(
    ("key", "phrase"),
    [
        ("k" * 251, "'Metric name' exceeds the maximum length of 250 characters"),
        ("a!", "Names may only contain alphanumerics"),
        ("a=b", "Invalid value \"a=b\" for parameter 'name' supplied"),
        ("/a", "This name would resolve to '/a'"),
        ("a/../b", "This name would resolve to 'b'"),
        ("..", "must not resolve to other names when treated as such"),
        (5, "Invalid value 5 for parameter 'key' supplied"),
    ],
)
def test_bad_keys_are_refused(log: Callable[..., Any], key: Any, phrase: str) -> None:
    log(key=key).is_invalid(phrase)


# --- values


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (0, 0.0),
        (-1.5, -1.5),
        ("1.5", 1.5),
        (True, 1.0),
        (1e308, 1e308),
        (5e-324, 5e-324),
        (0.1, 0.1),
        (10**29, 1e29),
        ("Infinity", LARGEST),
        ("-Infinity", -LARGEST),
        ("inf", LARGEST),
        ("-inf", -LARGEST),
        ("1e400", LARGEST),
    ],
)
def test_numbers_come_back_exactly_and_infinities_as_the_largest_double(
    log: Callable[..., Any], latest: Any, history: Any, sent: Any, kept: float
) -> None:
    log(value=sent).ok()
    assert latest()["m"]["value"] == kept
    assert history()[0]["value"] == kept


def test_nan_comes_back_as_nan(log: Callable[..., Any], latest: Any, history: Any) -> None:
    log(value="NaN").ok()
    assert latest()["m"]["value"] == "NaN"
    assert history()[0]["value"] == "NaN"


def test_the_client_logs_special_values(client: MlflowClient, run_id: str) -> None:
    for key, value in {"nan": math.nan, "inf": math.inf, "ninf": -math.inf}.items():
        client.log_metric(run_id, key, value)
    metrics = client.get_run(run_id).data.metrics
    assert math.isnan(metrics["nan"])
    assert (metrics["inf"], metrics["ninf"]) == (LARGEST, -LARGEST)
    assert math.isnan(client.get_metric_history(run_id, "nan")[0].value)


def test_the_client_stamps_a_time(client: MlflowClient, run_id: str) -> None:
    client.log_metric(run_id, "m", 1)
    assert client.get_metric_history(run_id, "m")[0].timestamp > 1_700_000_000_000


# --- latest


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        pytest.param([(1, 10, 1), (2, 5, 2)], (2, 5, 2), id="a later step wins over a later time"),
        pytest.param([(2, 5, 2), (1, 10, 1)], (2, 5, 2), id="whatever came in last"),
        pytest.param([(1, 10, 1), (2, 5, 1)], (1, 10, 1), id="in one step the later time wins"),
        pytest.param([(1, 10, 1), (3, 10, 1), (2, 10, 1)], (3, 10, 1), id="at one time the greater value wins"),
        pytest.param([(1, 10, -2), (2, 20, -1)], (2, 20, -1), id="negative steps are steps"),
        pytest.param([(1, 10, -1), (2, 5, 0)], (2, 5, 0), id="zero comes after minus one"),
        pytest.param([("NaN", 1, 0), (0.5, 1, 0)], (0.5, 1, 0), id="NaN counts as zero below"),
        pytest.param([(0.5, 1, 0), ("NaN", 1, 0)], (0.5, 1, 0), id="NaN does not replace a positive value"),
        pytest.param([(-0.5, 1, 0), ("NaN", 1, 0)], ("NaN", 1, 0), id="NaN replaces a negative value"),
        pytest.param([("NaN", 1, 0), (-0.5, 1, 0)], ("NaN", 1, 0), id="a negative value does not replace NaN"),
        pytest.param([("NaN", 1, 0), (0, 1, 0)], ("NaN", 1, 0), id="zero does not replace NaN"),
        pytest.param([(0, 1, 0), ("NaN", 1, 0)], (0, 1, 0), id="NaN does not replace zero"),
        pytest.param([("Infinity", 1, 0), ("NaN", 1, 0)], (LARGEST, 1, 0), id="infinity stays"),
        pytest.param([(1, 1, 0), ("-Infinity", 1, 0)], (1, 1, 0), id="minus infinity is least"),
        pytest.param([(1, 1, 0), ("NaN", 2, 1)], ("NaN", 2, 1), id="a later NaN is the latest"),
    ],
)
@pytest.mark.parametrize("batch", [True, False], ids=["in one batch", "one by one"])
def test_the_latest_point_is_the_greatest_by_step_time_and_value(
    send: Callable[..., Any], latest: Any, points: list[Any], expected: tuple[Any, int, int], batch: bool
) -> None:
    metrics = [{"key": "m", "value": value, "timestamp": time, "step": step} for value, time, step in points]
    for group in [metrics] if batch else [[metric] for metric in metrics]:
        send(group).ok()
    found = latest()["m"]
    assert (found["value"], found["timestamp"], found["step"]) == expected


def test_metrics_do_not_mix(log: Callable[..., Any], latest: Any) -> None:
    log(key="a", value=1, step=5).ok()
    log(key="A", value=2, step=1).ok()
    assert {key: metric["value"] for key, metric in latest().items()} == {"a": 1.0, "A": 2.0}
