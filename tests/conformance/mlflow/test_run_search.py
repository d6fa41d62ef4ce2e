"""runs/search beside its filter: order and ties, pages, limits, view types, several experiments."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType


def token(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def names(body: dict[str, Any]) -> str:
    return " ".join(run["info"]["run_name"] for run in body.get("runs", []))


@pytest.fixture
def search(http: Any, experiment_id: str) -> Callable[..., Any]:
    """Search in the fresh experiment."""
    return lambda **fields: http.post("runs/search", {"experiment_ids": [experiment_id], **fields})


@pytest.fixture
def log(http: Any, new_run: Callable[..., str]) -> Callable[..., str]:
    """A maker of runs with a name, a start time, metrics, params and tags."""

    def make(name: str, start: int, **kinds: dict[str, Any]) -> str:
        run_id = new_run(run_name=name, start_time=start)
        metrics = [{"key": k, "value": v, "timestamp": 1} for k, v in kinds.get("metrics", {}).items()]
        pairs = {kind: [{"key": k, "value": v} for k, v in kinds.get(kind, {}).items()] for kind in ("params", "tags")}
        http.post("runs/log-batch", {"run_id": run_id, "metrics": metrics, **pairs}).ok()
        return run_id

    return make


@pytest.fixture
def six(http: Any, log: Callable[..., str]) -> None:
    """Runs a to f; b and c start together; f has nothing."""
    log("a", 100, metrics={"m": 1, "k 2": 5}, params={"p": "1"}, tags={"t": "one"})
    log("b", 200, metrics={"m": 2}, params={"p": "10"}, tags={"t": "Two"})
    log("c", 200, metrics={"m": "NaN"}, params={"p": "2"}, tags={"t": "it"})
    d = log("d", 300, metrics={"m": "Infinity"}, params={"p": ""})
    e = log("e", 50, metrics={"m": "-Infinity"}, tags={"t": "say"})
    log("F", 400)
    http.post("runs/update", {"run_id": d, "status": "FAILED", "end_time": 500}).ok()
    http.post("runs/update", {"run_id": e, "status": "KILLED", "end_time": 100}).ok()


def tied(http: Any, experiment_id: str) -> str:
    """b and c in the order of their ids: the last word where all else is equal."""
    runs = http.post("runs/search", {"experiment_ids": [experiment_id], "filter": "start_time = 200"}).ok()["runs"]
    ids = {run["info"]["run_name"]: run["info"]["run_id"] for run in runs}
    return " ".join(sorted(ids, key=lambda name: ids[name]))


# --- order


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], "F d {tie} a e"),
        (["metrics.m"], "e a b d c F"),
        (["metrics.m ASC"], "e a b d c F"),
        (["metrics.m DESC"], "d b a e c F"),
        (["metrics.m desc"], "d b a e c F"),
        (["metric.m"], "e a b d c F"),
        (["metrics.`k 2`"], "a F d {tie} e"),
        (['metrics."k 2" DESC'], "a F d {tie} e"),
        (["metrics.none"], "F d {tie} a e"),
        (["metrics.none DESC"], "F d {tie} a e"),
        (["params.p"], "d a b c F e"),
        (["params.p DESC"], "c b a d F e"),
        (["parameter.p ASC"], "d a b c F e"),
        (["tags.t"], "b c a e F d"),
        (["tag.t DESC"], "e a c b F d"),
        (["status"], "d e F {tie} a"),
        (["attributes.status DESC"], "F {tie} a e d"),
        (["start_time"], "e a {tie} d F"),
        (["attribute.start_time ASC"], "e a {tie} d F"),
        (["start_time DESC"], "F d {tie} a e"),
        (["created DESC"], "F d {tie} a e"),
        (["Created"], "e a {tie} d F"),
        (["end_time"], "e d F {tie} a"),
        (["end_time DESC"], "d e F {tie} a"),
        (["run_name"], "F a b c d e"),
        (["attributes.run_name DESC"], "e d c b a F"),
        (["user_id"], "F d {tie} a e"),
        (["status", "start_time DESC"], "d e F {tie} a"),
        (["status DESC", "metrics.m DESC"], "b a c F e d"),
        (["start_time", "run_name DESC"], "e a c b d F"),
        (["start_time DESC", "run_name"], "F d b c a e"),
        (["metrics.none", "params.p DESC", "run_name"], "c b a d F e"),
    ],
)
@pytest.mark.usefixtures("six")
def test_order_by_then_newest_first_then_run_id(
    http: Any, experiment_id: str, search: Callable[..., Any], order: list[str], expected: str
) -> None:
    assert names(search(order_by=order).ok()) == expected.format(tie=tied(http, experiment_id))


@pytest.mark.usefixtures("six")
@pytest.mark.parametrize("key", ["run_id", "attributes.run_id", "artifact_uri"])
def test_order_by_run_id(search: Callable[..., Any], key: str) -> None:
    for direction, backwards in (("ASC", False), ("DESC", True)):
        found = [run["info"]["run_id"] for run in search(order_by=[f"{key} {direction}"]).ok()["runs"]]
        assert found == sorted(found, reverse=backwards)


def test_runs_that_start_together_come_by_run_id(search: Callable[..., Any], new_run: Callable[..., str]) -> None:
    made = sorted(new_run(start_time=7) for _ in range(5))
    assert [run["info"]["run_id"] for run in search().ok()["runs"]] == made


@pytest.mark.parametrize(
    ("key", "phrase"),
    [
        ("nope", "Invalid attribute key 'nope' specified. Valid keys are "),
        ("run_uuid", "Invalid attribute key 'run_uuid' specified"),
        ("experiment_id", "Invalid attribute key 'experiment_id' specified"),
        ("`run name`", "Invalid attribute key 'run name' specified"),
        ("METRICS.m", "Invalid entity type 'METRICS'"),
        ("dataset.name", "Invalid identifier type 'dataset'"),
        ("", "Invalid order_by clause ''. Could not be parsed."),
        (" ", "Could not be parsed."),
        ("metrics.m UP", "Invalid ordering key in order_by clause 'metrics.m UP'."),
        ("metrics.m ASC DESC", "Invalid order_by clause 'metrics.m ASC DESC'. Could not be parsed."),
        ("metrics.m,params.p", "Invalid order_by clause 'metrics.m,params.p'. Could not be parsed."),
    ],
)
def test_a_bad_order_is_refused(search: Callable[..., Any], key: str, phrase: str) -> None:
    search(order_by=[key]).is_invalid(phrase)


@pytest.mark.parametrize(("value", "shown"), [("x", '"x"'), ([5], "[5]"), ([None], "[null]")])
def test_order_by_is_a_list_of_strings(search: Callable[..., Any], value: Any, shown: str) -> None:
    search(order_by=value).is_invalid(f"Invalid value {shown} for parameter 'order_by' supplied")


@pytest.mark.better_than_mlflow
@pytest.mark.usefixtures("six")
def test_one_key_twice_is_refused(search: Callable[..., Any]) -> None:
    search(order_by=["metrics.m", "metrics.m DESC"]).is_invalid("`order_by` contains duplicate fields")


# --- pages and limits


@pytest.mark.usefixtures("six")
def test_pages_join_to_the_whole(search: Callable[..., Any]) -> None:
    whole = names(search().ok()).split()
    for size in (1, 2, 4, 6):
        joined, query = [], {}
        while True:
            body = search(max_results=size, **query).ok()
            joined += names(body).split()
            if "next_page_token" not in body:
                break
            assert len(body["runs"]) == size
            query = {"page_token": body["next_page_token"]}
        assert joined == whole


@pytest.mark.usefixtures("six")
def test_a_full_last_page_has_no_token(search: Callable[..., Any]) -> None:
    assert "next_page_token" in search(max_results=5).ok()
    assert "next_page_token" not in search(max_results=6).ok()
    assert "next_page_token" not in search(max_results=50_000).ok()


@pytest.mark.usefixtures("six")
def test_the_page_size_may_be_a_numeric_string(search: Callable[..., Any]) -> None:
    assert len(search(max_results="3").ok()["runs"]) == 3
    assert len(search(maxResults=2).ok()["runs"]) == 2


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_holds_at_least_one(search: Callable[..., Any], size: int) -> None:
    search(max_results=size).is_invalid(
        f"Invalid value {size} for parameter 'max_results' supplied. It must be a positive integer"
    )


@pytest.mark.parametrize(("size", "shown"), [(50_001, "50001"), (10**12, "1000000000000"), ("x", '"x"')])
def test_a_page_size_out_of_range_is_refused(search: Callable[..., Any], size: Any, shown: str) -> None:
    search(max_results=size).is_invalid(f"Invalid value {shown} for parameter 'max_results' supplied")


@pytest.mark.parametrize("bad", ["garbage", base64.b64encode(b"abc").decode(), token({})])
def test_a_bad_token_is_refused(search: Callable[..., Any], bad: str) -> None:
    search(page_token=bad).is_invalid("Invalid page token")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("bad", [token(10), token([]), token({"offset": -1})])
def test_a_token_that_decodes_to_something_else_is_refused(search: Callable[..., Any], bad: str) -> None:
    search(page_token=bad).is_invalid("Invalid page token")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("fields", [{"max_results": 1.5}, {"max_results": True}, {"page_token": 5}])
def test_a_field_of_another_type_is_refused_and_not_dropped(search: Callable[..., Any], fields: dict[str, Any]) -> None:
    search(**fields).is_invalid(next(iter(fields)))


@pytest.mark.better_than_mlflow
def test_null_is_the_same_as_absent(search: Callable[..., Any], run_id: str) -> None:
    body = search(max_results=None, page_token=None, order_by=None, filter=None, run_view_type=None).ok()
    assert [run["info"]["run_id"] for run in body["runs"]] == [run_id]


def test_an_empty_token_is_the_first_page(search: Callable[..., Any], run_id: str) -> None:
    assert search(page_token="").ok()["runs"][0]["info"]["run_id"] == run_id


# --- view types


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("ACTIVE_ONLY", ["kept"]),
        ("DELETED_ONLY", ["gone"]),
        ("ALL", ["gone", "kept"]),
        (1, ["kept"]),
        (2, ["gone"]),
        (3, ["gone", "kept"]),
        (None, ["kept"]),
    ],
)
def test_a_view_type_picks_active_or_deleted_runs(
    http: Any, search: Callable[..., Any], new_run: Callable[..., str], view: Any, expected: list[str]
) -> None:
    new_run(run_name="kept")
    http.post("runs/delete", {"run_id": new_run(run_name="gone")}).ok()
    assert sorted(names(search(run_view_type=view).ok()).split()) == expected


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("view", ["BOGUS", "active_only", 9])
def test_an_unknown_view_type_is_refused(search: Callable[..., Any], view: Any) -> None:
    search(run_view_type=view).is_invalid("run_view_type")


# --- experiments


def test_runs_of_several_experiments_come_in_one_order(
    http: Any, unique: Callable[[str], str], new_run: Callable[..., str]
) -> None:
    ids = [http.post("experiments/create", {"name": unique("several")}).ok()["experiment_id"] for _ in range(2)]
    for start, experiment_id in ((1, ids[0]), (2, ids[1]), (3, ids[0]), (4, ids[1])):
        new_run(experiment_id=experiment_id, start_time=start, run_name=str(start))
    assert names(http.post("runs/search", {"experiment_ids": ids}).ok()) == "4 3 2 1"
    assert names(http.post("runs/search", {"experiment_ids": ids[::-1] * 2}).ok()) == "4 3 2 1"
    assert names(http.post("runs/search", {"experiment_ids": ids[:1]}).ok()) == "3 1"


@pytest.mark.parametrize("fields", [{}, {"experiment_ids": []}, {"experiment_ids": ["987654321"]}])
def test_without_known_experiments_nothing_is_found(http: Any, fields: dict[str, Any]) -> None:
    assert http.post("runs/search", fields).ok() == {}


def test_experiment_ids_are_a_list_of_numbers_in_strings(http: Any, experiment_id: str) -> None:
    http.post("runs/search", {"experiment_ids": ["nope"]}).is_invalid("Invalid experiment ID 'nope'")
    http.post("runs/search", {"experiment_ids": [""]}).is_invalid("Invalid experiment ID ''")
    http.post("runs/search", {"experiment_ids": experiment_id}).is_invalid(
        f"Invalid value \"{experiment_id}\" for parameter 'experiment_ids' supplied"
    )


@pytest.mark.better_than_mlflow
def test_an_experiment_id_beyond_64_bits_finds_nothing(http: Any) -> None:
    assert http.post("runs/search", {"experiment_ids": ["9" * 30]}).ok() == {}


def test_runs_of_a_deleted_experiment_are_found_as_deleted(http: Any, search: Callable[..., Any], run_id: str) -> None:
    experiment_id = http.get("runs/get", {"run_id": run_id}).ok()["run"]["info"]["experiment_id"]
    http.post("experiments/delete", {"experiment_id": experiment_id}).ok()
    assert search().ok() == {}
    assert len(search(run_view_type="ALL").ok()["runs"]) == 1


# --- what a run looks like


def test_a_found_run_is_whole(http: Any, search: Callable[..., Any], log: Callable[..., str]) -> None:
    run_id = log("a", 1, metrics={"m": 1, "n": "NaN"}, params={"p": "1"}, tags={"t": "x"})
    found = search().ok()["runs"]
    assert found == [http.get("runs/get", {"run_id": run_id}).ok()["run"]]
    assert found[0]["data"]["metrics"][0] == {"key": "m", "value": 1.0, "timestamp": 1, "step": 0}


def test_the_page_twin_answers_the_same(http: Any, search: Callable[..., Any], run_id: str) -> None:
    experiment_id = http.get("runs/get", {"run_id": run_id}).ok()["run"]["info"]["experiment_id"]
    twin = http.post("/ajax-api/2.0/mlflow/runs/search", {"experiment_ids": [experiment_id]}).ok()
    assert twin == search().ok()


def test_a_filter_of_another_type_is_refused(search: Callable[..., Any]) -> None:
    search(filter=5).is_invalid("Invalid value 5 for parameter 'filter' supplied")


# --- through the client


def test_the_client_pages_with_a_token(client: MlflowClient, experiment_id: str, new_run: Callable[..., str]) -> None:
    made = [new_run(start_time=i) for i in range(5)]
    first = client.search_runs([experiment_id], max_results=3, order_by=["attributes.start_time ASC"])
    assert [run.info.run_id for run in first] == made[:3]
    rest = client.search_runs(
        [experiment_id], max_results=3, order_by=["attributes.start_time ASC"], page_token=first.token
    )
    assert [run.info.run_id for run in rest] == made[3:]
    assert not rest.token


def test_the_client_filters_and_orders(client: MlflowClient, experiment_id: str) -> None:
    for value in (0.1, 0.9, 0.5):
        run_id = client.create_run(experiment_id).info.run_id
        client.log_metric(run_id, "accuracy", value)
        client.log_param(run_id, "depth", int(value * 10))
    found = client.search_runs(
        [experiment_id], "metrics.accuracy > 0.2 and params.depth != '1'", order_by=["metrics.accuracy DESC"]
    )
    assert [run.data.metrics["accuracy"] for run in found] == [0.9, 0.5]
    assert [run.data.params["depth"] for run in found] == ["9", "5"]


def test_the_client_finds_deleted_runs(client: MlflowClient, experiment_id: str, run_id: str) -> None:
    client.delete_run(run_id)
    assert client.search_runs([experiment_id]) == []
    found = client.search_runs([experiment_id], run_view_type=ViewType.DELETED_ONLY)
    assert [run.info.run_id for run in found] == [run_id]


def test_the_client_sees_refusals(client: MlflowClient, experiment_id: str, refused: Callable[..., Any]) -> None:
    error = refused(client.search_runs, [experiment_id], "params.p = 1")
    assert error.error_code == "INVALID_PARAMETER_VALUE"
    assert "Expected a quoted string value for parameter" in error.message
