"""experiments/search: filter grammar, order, pages, view types, both methods."""

import base64
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from mlflow import MlflowClient
from mlflow.entities import ViewType

KEYS = ("creation_time", "last_update_time")


def token(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.fixture(scope="module")
def stem() -> str:
    """The start of the names of all experiments here."""
    return f"search-{uuid.uuid4().hex[:8]}-"


@pytest.fixture(scope="module")
def population(http: Any, stem: str) -> dict[str, dict[str, Any]]:
    """Five experiments, made one after another: A, b, C%_, d (deleted), E; then b is renamed to b2."""
    tags = {"A": {"t": "one", "k w": "z", "u": "x"}, "b": {"t": "Two"}}
    ids = {}
    for name in ("A", "b", "C%_", "d", "E"):
        pairs = [{"key": key, "value": value} for key, value in tags.get(name, {}).items()]
        ids[name] = http.post("experiments/create", {"name": stem + name, "tags": pairs}).ok()["experiment_id"]
        time.sleep(0.005)
    http.post("experiments/delete", {"experiment_id": ids["d"]}).ok()
    time.sleep(0.005)
    http.post("experiments/update", {"experiment_id": ids["b"], "new_name": stem + "b2"}).ok()
    return {
        name: http.get("experiments/get", {"experiment_id": found}).ok()["experiment"] for name, found in ids.items()
    }


@pytest.fixture
def search(http: Any, stem: str, population: dict[str, Any]) -> Callable[..., Any]:
    """Search; in the filter ``~`` stands for the stem and ``{A}`` for the id of A; by default all five are meant."""

    def call(text: str = "name LIKE '~%'", **fields: Any) -> Any:
        text = text.replace("~", stem)
        for name, experiment in population.items():
            text = text.replace("{" + name + "}", experiment["experiment_id"])
        return http.post("experiments/search", {"max_results": 1000, "filter": text, **fields})

    return call


@pytest.fixture
def found(search: Callable[..., Any], population: dict[str, Any]) -> Callable[..., str]:
    """The names of the experiments found, in the order they came."""
    names = {experiment["experiment_id"]: name for name, experiment in population.items()}

    def call(text: str = "name LIKE '~%'", **fields: Any) -> str:
        body = search(text, **fields).ok()
        return " ".join(names[entry["experiment_id"]] for entry in body.get("experiments", []))

    return call


# --- what is found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name LIKE '~%'", "E C%_ b A"),
        ("name = '~A'", "A"),
        ('name = "~A"', "A"),
        ("attribute.name = '~A'", "A"),
        ("name = '~a'", ""),
        ("name != '~A' AND name LIKE '~%'", "E C%_ b"),
        ("name LIKE '~a'", ""),
        ("name ILIKE '~a'", "A"),
        ("name LIKE '~C%'", "C%_"),
        ("name LIKE '~C\\%'", ""),
        ("name LIKE '~_'", "E A"),
        ("experiment_id = '{A}'", "A"),
        ("attribute.experiment_id = '{A}'", "A"),
        ("experiment_id IN ('{A}','{b}')", "b A"),
        ("experiment_id NOT IN ('{A}') AND name LIKE '~%'", "E C%_ b"),
        ("tags.t = 'one' AND name LIKE '~%'", "A"),
        ("tag.t = 'one' AND name LIKE '~%'", "A"),
        ("tags.`k w` = 'z' AND name LIKE '~%'", "A"),
        ("tags.\"k w\" = 'z' AND name LIKE '~%'", "A"),
        ("tags.t != 'one' AND name LIKE '~%'", "b"),
        ("tags.t LIKE 'T%' AND name LIKE '~%'", "b"),
        ("tags.t ILIKE 't%' AND name LIKE '~%'", "b"),
        ("tags.t IS NULL AND name LIKE '~%'", "E C%_"),
        ("tags.t IS NOT NULL AND name LIKE '~%'", "b A"),
        ("tags.t = 'one' AND tags.u = 'x' AND name LIKE '~%'", "A"),
        ("tags.t = 'one' AND tags.u = 'y' AND name LIKE '~%'", ""),
    ],
)
def test_filters(found: Callable[..., str], text: str, expected: str) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("comparator", "expected"),
    [("=", "C%_"), ("!=", "E b A"), (">", "E"), (">=", "E C%_"), ("<", "b A"), ("<=", "C%_ b A")],
)
def test_creation_times_compare(
    found: Callable[..., str], population: dict[str, Any], comparator: str, expected: str
) -> None:
    created = population["C%_"]["creation_time"]
    assert found(f"creation_time {comparator} {created} AND name LIKE '~%'") == expected


def test_update_times_compare(found: Callable[..., str], population: dict[str, Any]) -> None:
    assert found(f"last_update_time > {population['E']['last_update_time']} AND name LIKE '~%'") == "b"


# --- what is refused


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        (" ", "Could not be parsed."),
        ("name", "Invalid clause(s) in filter string: name"),
        ("name =", "Invalid clause(s) in filter string: "),
        ("name = 'a' OR name = 'b'", "Invalid clause(s) in filter string: OR"),
        ("(name = 'a')", "Invalid clause(s) in filter string: (name = 'a')"),
        ("NOT name = 'a'", "Invalid clause(s) in filter string: NOT"),
        ("name = 'a'; name = 'b'", "Search filter contained multiple expression"),
        ("name > 'a'", "Invalid comparator '>' not one of '{"),
        ("name == 'a'", "Invalid comparator '==' not one of '{"),
        ("name NOT LIKE 'x'", "Invalid comparator 'NOT LIKE' not one of '{"),
        ("name IN ('x')", "Only ['experiment_id'] attributes support comparison with a list of quoted string values."),
        ("name IS NULL", "IS NULL / IS NOT NULL is only supported for tags"),
        ("name = 5", "Expected a quoted string value for attributes. Got value 5"),
        ("name = x", "Parameter value is either not quoted or unidentified quote types used for string value x."),
        ("tags.t = 5", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5"),
        ("tags.t IN ('one')", "Expected a quoted string value for tag (e.g. 'my-value'). Got value ('one')"),
        ("tags.t > 'a'", "Invalid comparator for tag: >"),
        ("creation_time = '5'", "Expected numeric value type for numeric attribute: creation_time. Found '5'"),
        ("creation_time = 1.5", "Invalid value for numeric attribute 'creation_time': '1.5'"),
        ("experiment_id = 5", "Expected a quoted string value for attributes. Got value 5"),
        ("experiment_id = 'x'", "Invalid experiment ID 'x'. Experiment ID must be a valid integer."),
        ("experiment_id IN ()", "expected a non-empty list of string values, but got empty list"),
        ("experiment_id LIKE '1'", "Invalid comparator for experiment_id: LIKE"),
        ("Name = 'x'", "Invalid attribute key 'Name' specified. Valid keys are "),
        ("lifecycle_stage = 'active'", "Invalid attribute key 'lifecycle_stage' specified"),
        ("artifact_location = 'x'", "Invalid attribute key 'artifact_location' specified"),
        ("attributes.name = 'x'", "Invalid entity type 'attributes'. Valid entity types are"),
        ("metrics.m = 1", "Invalid entity type 'metrics'. Valid entity types are"),
        ("params.p = '1'", "Invalid entity type 'params'. Valid entity types are"),
    ],
)
def test_bad_filters(search: Callable[..., Any], text: str, phrase: str) -> None:
    search(text).is_invalid(phrase)


# --- order


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], "E C%_ b A"),
        (["name"], "A C%_ E b"),
        (["name ASC"], "A C%_ E b"),
        (["name desc"], "b E C%_ A"),
        (["attribute.name DESC"], "b E C%_ A"),
        (["experiment_id"], "A b C%_ E"),
        (["experiment_id DESC"], "E C%_ b A"),
        (["creation_time"], "A b C%_ E"),
        (["creation_time DESC"], "E C%_ b A"),
        (["last_update_time"], "A C%_ E b"),
        (["last_update_time DESC"], "b E C%_ A"),
        (["last_update_time ASC", "name"], "A C%_ E b"),
    ],
)
def test_order(found: Callable[..., str], order: list[str], expected: str) -> None:
    assert found(order_by=order) == expected


def test_ids_are_ordered_as_numbers(http: Any, search: Callable[..., Any], unique: Callable[[str], str]) -> None:
    stem = unique("many")
    for i in range(12):
        http.post("experiments/create", {"name": f"{stem}{i}"}).ok()
    body = search(f"name LIKE '{stem}%'", order_by=["experiment_id ASC"]).ok()
    ids = [int(experiment["experiment_id"]) for experiment in body["experiments"]]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("order", "phrase"),
    [
        (["tags.t"], "Invalid order_by entity: tag"),
        (["nope"], "Invalid attribute key 'nope' specified"),
        (["lifecycle_stage"], "Invalid attribute key 'lifecycle_stage' specified"),
        (["attributes.name"], "Invalid entity type 'attributes'"),
        ([""], "Invalid order_by clause ''. Could not be parsed."),
        (["name UP"], "Invalid ordering key in order_by clause 'name UP'."),
        (["name,creation_time"], "Invalid order_by clause 'name,creation_time'. Could not be parsed."),
        ("name", "Invalid value \"name\" for parameter 'order_by' supplied"),
    ],
)
def test_bad_orders(search: Callable[..., Any], order: Any, phrase: str) -> None:
    search(order_by=order).is_invalid(phrase)


# --- view types


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("ACTIVE_ONLY", "E C%_ b A"),
        ("DELETED_ONLY", "d"),
        ("ALL", "E d C%_ b A"),
        (1, "E C%_ b A"),
        (2, "d"),
        (3, "E d C%_ b A"),
        (None, "E C%_ b A"),
    ],
)
def test_view_types(found: Callable[..., str], view: Any, expected: str) -> None:
    assert found(view_type=view) == expected


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("view", ["BOGUS", 9])
def test_an_unknown_view_type_is_refused(search: Callable[..., Any], view: Any) -> None:
    search(view_type=view).is_invalid("view_type")


# --- pages


def test_pages_join_to_the_whole(search: Callable[..., Any]) -> None:
    whole = [entry["experiment_id"] for entry in search().ok()["experiments"]]
    for size in (1, 2, 3, 4):
        joined, query = [], {}
        while True:
            body = search(max_results=size, **query).ok()
            joined += [entry["experiment_id"] for entry in body["experiments"]]
            if "next_page_token" not in body:
                break
            query = {"page_token": body["next_page_token"]}
        assert joined == whole


@pytest.mark.parametrize("fields", [{}, {"max_results": None}, {"max_results": 0}])
def test_a_page_size_is_required(http: Any, fields: dict[str, Any]) -> None:
    http.post("experiments/search", fields).is_invalid(
        "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer"
    )


@pytest.mark.parametrize(
    ("size", "phrase"),
    [
        (-1, "Invalid value -1 for parameter 'max_results' supplied. It must be a positive integer"),
        (50_001, "Invalid value 50001 for parameter 'max_results' supplied. It must be at most 50000"),
        ("x", "Invalid value \"x\" for parameter 'max_results' supplied"),
    ],
)
def test_a_page_size_out_of_range_is_refused(search: Callable[..., Any], size: Any, phrase: str) -> None:
    search(max_results=size).is_invalid(phrase)


def test_a_page_size_may_be_large_or_a_numeric_string(search: Callable[..., Any]) -> None:
    assert len(search(max_results=50_000).ok()["experiments"]) == 4
    assert len(search(max_results="2").ok()["experiments"]) == 2


@pytest.mark.parametrize("bad", ["garbage", base64.b64encode(b"abc").decode(), token({})])
def test_a_bad_token_is_refused(search: Callable[..., Any], bad: str) -> None:
    search(page_token=bad).is_invalid("Invalid page token")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("bad", [token(10), token([]), token({"offset": -1})])
def test_a_token_that_decodes_to_something_else_is_refused(search: Callable[..., Any], bad: str) -> None:
    search(page_token=bad).is_invalid("Invalid page token")


# --- the answer, the methods, the client


def test_a_found_experiment_is_whole(search: Callable[..., Any], population: dict[str, Any]) -> None:
    assert search("name = '~A'").ok()["experiments"] == [population["A"]]


def test_get_answers_as_post(http: Any, search: Callable[..., Any], stem: str) -> None:
    query = {"max_results": 2, "filter": f"name LIKE '{stem}%'", "view_type": "ALL", "order_by": ["name DESC"]}
    assert http.get("experiments/search", query).ok() == http.post("experiments/search", query).ok()
    http.get("experiments/search").is_invalid("'max_results' supplied. It must be a positive integer")
    twin = http.get("/ajax-api/2.0/mlflow/experiments/search", {"max_results": 1000, "filter": query["filter"]})
    assert twin.ok() == search().ok()


def test_get_takes_several_keys_of_order(http: Any, search: Callable[..., Any], stem: str) -> None:
    order = ["name DESC", "experiment_id ASC"]
    query = {"max_results": 10, "filter": f"name LIKE '{stem}%'", "order_by": order}
    assert http.get("experiments/search", query).ok() == search(order_by=order).ok()


def test_the_client_searches(client: MlflowClient, stem: str, population: dict[str, Any]) -> None:
    first = client.search_experiments(filter_string=f"name LIKE '{stem}%'", order_by=["name ASC"], max_results=3)
    assert [entry.name.removeprefix(stem) for entry in first] == ["A", "C%_", "E"]
    assert first[0].tags == {"t": "one", "k w": "z", "u": "x"}
    assert (first[0].creation_time, first[0].last_update_time) == tuple(population["A"][key] for key in KEYS)
    rest = client.search_experiments(
        filter_string=f"name LIKE '{stem}%'", order_by=["name ASC"], max_results=3, page_token=first.token
    )
    assert [entry.name.removeprefix(stem) for entry in rest] == ["b2"]
    deleted = client.search_experiments(ViewType.DELETED_ONLY, filter_string=f"name LIKE '{stem}%'")
    assert [entry.lifecycle_stage for entry in deleted] == ["deleted"]
