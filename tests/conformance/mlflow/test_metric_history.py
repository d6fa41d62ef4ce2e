"""Metric histories: order, identity, paging, bulk, and the thinned-out bulk interval."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient

UNKNOWN = "0" * 32
BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
INTERVAL = "metrics/get-history-bulk-interval"
LARGEST = 1.7976931348623157e308

Point = tuple[Any, int, int]


@pytest.fixture
def filled(http: Any, new_run: Callable[..., str]) -> Callable[[list[Point]], str]:
    """A maker of runs with a metric m: (value, timestamp, step) for each point in, the run's id out."""

    def make(points: list[Point]) -> str:
        run_id = new_run()
        metrics = [{"key": "m", "value": value, "timestamp": time, "step": step} for value, time, step in points]
        for start in range(0, len(metrics), 1000):
            http.post("runs/log-batch", {"run_id": run_id, "metrics": metrics[start : start + 1000]}).ok()
        return run_id

    return make


@pytest.fixture
def history(http: Any) -> Callable[..., dict[str, Any]]:
    return lambda run_id, **query: http.get("metrics/get-history", {"run_id": run_id, "metric_key": "m", **query}).ok()


def line(count: int) -> list[Point]:
    return [(i, 1000 + i, i) for i in range(count)]


def seen(body: dict[str, Any]) -> list[Point]:
    return [(point["value"], point["timestamp"], point["step"]) for point in body.get("metrics", [])]


def steps(body: dict[str, Any]) -> list[int]:
    return [point["step"] for point in body.get("metrics", [])]


def token(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


# --- order and identity


def test_a_history_is_ordered_by_time_then_step_then_value(filled: Any, history: Any) -> None:
    run_id = filled([(3, 10, 2), (1, 10, 1), (2, 10, 1), (5, 5, 9), ("NaN", 10, 1), (-1, 10, 1), (0, 7, 0)])
    assert seen(history(run_id)) == [
        (5.0, 5, 9),
        (0.0, 7, 0),
        (-1.0, 10, 1),
        ("NaN", 10, 1),
        (1.0, 10, 1),
        (2.0, 10, 1),
        (3.0, 10, 2),
    ]


def test_a_point_logged_again_is_stored_once_whatever_lies_between(http: Any, filled: Any, history: Any) -> None:
    points: list[Point] = [(1, 1, 1), (2, 2, 2), ("NaN", 3, 3), ("Infinity", 4, 4)]
    run_id = filled(points)
    for value, time, step in points:
        body = {"run_id": run_id, "key": "m", "value": value, "timestamp": time, "step": step}
        http.post("runs/log-metric", body).ok()
    assert seen(history(run_id)) == [(1.0, 1, 1), (2.0, 2, 2), ("NaN", 3, 3), (LARGEST, 4, 4)]


def test_nan_and_zero_are_two_points(filled: Any, history: Any) -> None:
    run_id = filled([("NaN", 1, 1), (0, 1, 1), ("NaN", 1, 1), (0, 1, 1)])
    assert sorted(str(value) for value, _, _ in seen(history(run_id))) == ["0.0", "NaN"]


def test_unknown_runs_and_metrics_have_empty_histories(http: Any, run_id: str, history: Any) -> None:
    assert history(run_id) == {}
    assert history(UNKNOWN) == {}


def test_run_and_metric_are_required(http: Any, run_id: str) -> None:
    path = "metrics/get-history"
    http.get(path).is_invalid("Missing value for required parameter 'run_id'")
    http.get(path, {"metric_key": "m"}).is_invalid("Missing value for required parameter 'run_id'")
    http.get(path, {"run_id": run_id}).is_invalid("Missing value for required parameter 'metric_key'")
    http.get(path, {"run_id": run_id, "metric_key": ""}).is_invalid("Missing value for required parameter 'metric_key'")


def test_the_old_name_of_the_run_id_is_taken(http: Any, filled: Any) -> None:
    body = http.get("metrics/get-history", {"run_uuid": filled(line(2)), "metric_key": "m"}).ok()
    assert steps(body) == [0, 1]


# --- paging


def test_without_a_limit_everything_comes_at_once(filled: Any, history: Any) -> None:
    body = history(filled(line(2500)))
    assert steps(body) == list(range(2500))
    assert "next_page_token" not in body


@pytest.mark.parametrize(("total", "size", "pages"), [(25, 10, [10, 10, 5]), (20, 10, [10, 10]), (1, 10, [1])])
def test_pages_join_to_the_whole(filled: Any, history: Any, total: int, size: int, pages: list[int]) -> None:
    run_id = filled(line(total))
    sizes, joined, query = [], [], {}
    while True:
        body = history(run_id, max_results=size, **query)
        sizes.append(len(body["metrics"]))
        joined += steps(body)
        if "next_page_token" not in body:
            break
        query = {"page_token": body["next_page_token"]}
    assert sizes == pages
    assert joined == list(range(total))


def test_the_page_size_may_change_between_pages(filled: Any, history: Any) -> None:
    run_id = filled(line(10))
    first = history(run_id, max_results=3)
    assert steps(history(run_id, max_results=5, page_token=first["next_page_token"])) == [3, 4, 5, 6, 7]
    assert steps(history(run_id, page_token=first["next_page_token"])) == [3, 4, 5, 6, 7, 8, 9]


def test_an_empty_token_is_the_first_page(filled: Any, history: Any) -> None:
    assert steps(history(filled(line(3)), max_results=2, page_token="")) == [0, 1]


@pytest.mark.parametrize("size", [25_000, 25_001, 10**9])
def test_a_page_may_be_as_large_as_asked(filled: Any, history: Any, size: int) -> None:
    assert len(history(filled(line(3)), max_results=size)["metrics"]) == 3


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_holds_at_least_one(http: Any, run_id: str, size: int) -> None:
    http.get("metrics/get-history", {"run_id": run_id, "metric_key": "m", "max_results": size}).is_invalid(
        f"Invalid value {size} for parameter 'max_results' supplied. It must be a positive integer."
    )


@pytest.mark.parametrize(
    "bad", ["garbage", "10", base64.b64encode(b"abc").decode(), token({}), token({"offset": None})]
)
def test_a_bad_token_is_refused(http: Any, run_id: str, bad: str) -> None:
    query = {"run_id": run_id, "metric_key": "m", "max_results": 2, "page_token": bad}
    http.get("metrics/get-history", query).is_invalid("Invalid page token")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("bad", [token(10), token([]), token("x"), token({"offset": -5}), token({"offset": 1.5})])
def test_a_token_that_decodes_to_something_else_is_refused(http: Any, run_id: str, bad: str) -> None:
    query = {"run_id": run_id, "metric_key": "m", "max_results": 2, "page_token": bad}
    http.get("metrics/get-history", query).is_invalid("Invalid page token")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("size", ["abc", "1.5"])
def test_a_page_size_that_is_no_number_is_refused(http: Any, run_id: str, size: str) -> None:
    query = {"run_id": run_id, "metric_key": "m", "max_results": size}
    http.get("metrics/get-history", query).is_invalid("max_results")


def test_a_token_past_the_end_gives_an_empty_page(filled: Any, history: Any) -> None:
    run_id = filled(line(4))
    second = history(run_id, max_results=3)["next_page_token"]
    assert steps(history(run_id, max_results=3, page_token=second)) == [3]


def test_the_client_reads_a_whole_history(client: MlflowClient, filled: Any) -> None:
    points = client.get_metric_history(filled(line(1200)), "m")
    assert [(point.key, point.value, point.timestamp, point.step) for point in points[:2]] == [
        ("m", 0.0, 1000, 0),
        ("m", 1.0, 1001, 1),
    ]
    assert [point.step for point in points] == list(range(1200))
    assert client.get_metric_history(UNKNOWN, "m") == []


# --- bulk


def test_bulk_orders_by_run_then_as_a_history(http: Any, filled: Any) -> None:
    run_ids = [filled([(1, 20, 1), (2, 10, 2)]) for _ in range(3)]
    body = http.get(BULK, {"run_id": run_ids, "metric_key": "m"}).ok()
    assert [(point["run_id"], point["step"]) for point in body["metrics"]] == [
        (run_id, step) for run_id in sorted(run_ids) for step in (2, 1)
    ]
    assert body["metrics"][0] == {"key": "m", "value": 2.0, "timestamp": 10, "step": 2, "run_id": min(run_ids)}


def test_bulk_takes_a_limit_over_all_runs(http: Any, filled: Any) -> None:
    run_ids = sorted(filled(line(3)) for _ in range(2))
    body = http.get(BULK, {"run_id": run_ids, "metric_key": "m", "max_results": 4}).ok()
    assert [point["run_id"] for point in body["metrics"]] == [run_ids[0]] * 3 + [run_ids[1]]
    assert http.get(BULK, {"run_id": run_ids, "metric_key": "m", "max_results": 0}).ok() == {"metrics": []}


def test_bulk_of_nothing_is_an_empty_list(http: Any, run_id: str) -> None:
    for query in ({"run_id": UNKNOWN, "metric_key": "m"}, {"run_id": run_id, "metric_key": "m"}):
        assert http.get(BULK, query).ok() == {"metrics": []}


def test_bulk_names_each_run_once_and_skips_unknown_ones(http: Any, filled: Any) -> None:
    run_id = filled(line(2))
    assert steps(http.get(BULK, {"run_id": [run_id, UNKNOWN, run_id], "metric_key": "m"}).ok()) == [0, 1]


def test_bulk_reads_deleted_runs(http: Any, filled: Any) -> None:
    run_id = filled(line(2))
    http.post("runs/delete", {"run_id": run_id}).ok()
    assert steps(http.get(BULK, {"run_id": run_id, "metric_key": "m"}).ok()) == [0, 1]


def test_bulk_refuses_what_it_cannot_answer(http: Any, run_id: str) -> None:
    http.get(BULK, {"metric_key": "m"}).is_invalid("GetMetricHistoryBulk request must specify at least one run_id.")
    http.get(BULK, {"run_id": run_id}).is_invalid("GetMetricHistoryBulk request must specify a metric_key.")
    http.get(BULK, {"run_id": [run_id] * 100, "metric_key": "m"}).ok()
    http.get(BULK, {"run_id": [run_id] * 101, "metric_key": "m"}).is_invalid(
        "GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received 101 run_ids."
    )


@pytest.mark.better_than_mlflow
def test_bulk_refuses_a_limit_that_is_no_number(http: Any, run_id: str) -> None:
    http.get(BULK, {"run_id": run_id, "metric_key": "m", "max_results": "x"}).is_invalid("max_results")


@pytest.mark.better_than_mlflow
def test_bulk_is_strict_json_with_nan_as_a_string(http: Any, filled: Any) -> None:
    body = http.get(BULK, {"run_id": filled([("NaN", 1, 1)]), "metric_key": "m"}).ok()
    assert body["metrics"][0]["value"] == "NaN"


def test_bulk_is_for_the_page_only(http: Any, run_id: str) -> None:
    assert http.get("metrics/get-history-bulk", {"run_id": run_id, "metric_key": "m"}).status == 404
    assert http.post(BULK, {"run_id": [run_id], "metric_key": "m"}).status == 405


# --- bulk interval


@pytest.fixture
def interval(http: Any) -> Callable[..., Any]:
    return lambda run_ids, **query: http.get(INTERVAL, {"run_ids": run_ids, "metric_key": "m", **query})


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (1, [9]),
        (2, [0, 9]),
        (3, [0, 4, 9]),
        (4, [0, 3, 6, 9]),
        (5, [0, 2, 4, 6, 9]),
        (6, [0, 2, 4, 6, 8, 9]),
        (7, [0, 2, 4, 6, 7, 8, 9]),
        (9, [0, 2, 3, 4, 5, 6, 7, 8, 9]),
        (10, list(range(10))),
        (2500, list(range(10))),
    ],
)
def test_each_bucket_gives_its_first_point_and_the_last_bucket_its_last(
    interval: Any, filled: Any, limit: int, expected: list[int]
) -> None:
    assert steps(interval([filled(line(10))], max_results=limit).ok()) == expected


@pytest.mark.parametrize(("total", "limit"), [(3000, 320), (3000, 7), (2501, 2500), (100, 99)])
def test_buckets_are_as_even_as_they_can_be(interval: Any, filled: Any, total: int, limit: int) -> None:
    small, larger = divmod(total, limit)
    starts = [bucket * small + min(bucket, larger) for bucket in range(limit)]
    assert steps(interval([filled(line(total))], max_results=limit).ok()) == [*starts[:-1], total - 1]


def test_by_default_2500_points_a_run_are_given(interval: Any, filled: Any) -> None:
    found = steps(interval([filled(line(2600))]).ok())
    assert len(found) == 2500
    assert (found[0], found[-1]) == (0, 2599)


@pytest.mark.parametrize(
    ("ends", "limit", "expected"),
    [
        ((0, 9), 3, [0, 4, 9]),
        ((2, 7), 2, [2, 7]),
        ((2, 7), 3, [2, 4, 7]),
        ((2, 7), 100, [2, 3, 4, 5, 6, 7]),
        ((-5, 4), 3, [0, 2, 4]),
        ((4, 50), 5, [4, 6, 7, 8, 9]),
        ((5, 5), 2, [5]),
        ((20, 30), 5, []),
    ],
)
def test_a_range_of_steps_includes_both_ends(
    interval: Any, filled: Any, ends: tuple[int, int], limit: int, expected: list[int]
) -> None:
    body = interval([filled(line(10))], start_step=ends[0], end_step=ends[1], max_results=limit).ok()
    assert steps(body) == expected


def test_an_interval_is_ordered_by_step_then_time_then_value(interval: Any, filled: Any) -> None:
    run_id = filled([(1, 30, 1), (2, 20, 2), (6, 9, 3), (4, 9, 3), (5, 4, 3), ("NaN", 9, 3), (-1, 9, 3)])
    assert seen(interval([run_id]).ok()) == [
        (1.0, 30, 1),
        (2.0, 20, 2),
        (5.0, 4, 3),
        (-1.0, 9, 3),
        ("NaN", 9, 3),
        (4.0, 9, 3),
        (6.0, 9, 3),
    ]


def test_points_of_one_step_are_thinned_out_too(interval: Any, filled: Any) -> None:
    run_id = filled([(value, 100, 5) for value in range(8)])
    assert [point["value"] for point in interval([run_id], max_results=3).ok()["metrics"]] == [0.0, 3.0, 7.0]


def test_runs_come_in_the_order_asked_each_thinned_by_itself(interval: Any, filled: Any) -> None:
    long, short = filled(line(100)), filled(line(2))
    for order in ([long, short], [short, long]):
        body = interval(order, max_results=3).ok()
        expected = {long: [0, 34, 99], short: [0, 1]}
        assert [(point["run_id"], point["step"]) for point in body["metrics"]] == [
            (run_id, step) for run_id in order for step in expected[run_id]
        ]


def test_an_interval_row_has_its_run(interval: Any, filled: Any) -> None:
    run_id = filled([("Infinity", 2, 1)])
    assert interval([run_id]).ok()["metrics"] == [
        {"key": "m", "value": LARGEST, "timestamp": 2, "step": 1, "run_id": run_id}
    ]


def test_the_page_twin_of_the_interval_answers_the_same(http: Any, interval: Any, filled: Any) -> None:
    run_id = filled(line(10))
    twin = http.get(f"/ajax-api/2.0/mlflow/{INTERVAL}", {"run_ids": run_id, "metric_key": "m", "max_results": 3})
    assert twin.ok() == interval([run_id], max_results=3).ok()


def test_an_interval_of_unknown_runs_or_metrics_is_empty(http: Any, interval: Any, run_id: str) -> None:
    assert interval([UNKNOWN]).ok() == {}
    assert interval([run_id]).ok() == {}


def test_an_interval_reads_deleted_runs(http: Any, interval: Any, filled: Any) -> None:
    run_id = filled(line(2))
    http.post("runs/delete", {"run_id": run_id}).ok()
    assert steps(interval([run_id]).ok()) == [0, 1]


@pytest.mark.parametrize(
    ("query", "phrase"),
    [
        ({"max_results": 0}, "max_results must be between 1 and 2500. See the API docs"),
        ({"max_results": -1}, "max_results must be between 1 and 2500. See the API docs"),
        ({"max_results": 2501}, "max_results must be between 1 and 2500. See the API docs"),
        ({"max_results": "x"}, "Invalid value \"x\" for parameter 'max_results' supplied"),
        ({"start_step": 3}, "If either start step or end step are specified, both must be specified."),
        ({"end_step": 3}, "If either start step or end step are specified, both must be specified."),
        (
            {"start_step": 7, "end_step": 2},
            "end_step must be greater than start_step. Found start_step=7 and end_step=2.",
        ),
        ({"start_step": "1.5", "end_step": 2}, "Invalid value \"1.5\" for parameter 'start_step' supplied"),
        ({"metric_key": ""}, "Missing value for required parameter 'metric_key'"),
        ({"run_ids": None}, "Missing value for required parameter 'run_ids'"),
        (
            {"run_ids": [UNKNOWN] * 101},
            "GetMetricHistoryBulkInterval request must specify at most 100 run_ids. Received 101 run_ids.",
        ),
    ],
)
def test_an_interval_refuses_what_it_cannot_answer(http: Any, query: dict[str, Any], phrase: str) -> None:
    http.get(INTERVAL, {"run_ids": [UNKNOWN], "metric_key": "m", **query}).is_invalid(phrase)
