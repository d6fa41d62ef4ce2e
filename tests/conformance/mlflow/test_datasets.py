"""Evaluation datasets (the 3.0 routes): create, get, search, tags, records, experiments, delete."""

import json
import re
from collections.abc import Callable
from typing import Any

import mlflow
import pytest

ROOT = "/api/3.0/mlflow/datasets"
UNKNOWN = "d-" + "0" * 32


@pytest.fixture
def new_dataset(http: Any, unique: Callable[[str], str]) -> Callable[..., dict[str, Any]]:
    """A maker of datasets: fields of the call in, the dataset out; the name is unique by default."""

    def make(**fields: Any) -> dict[str, Any]:
        return http.post(f"{ROOT}/create", {"name": unique("dataset"), **fields}).ok()["dataset"]

    return make


@pytest.fixture
def dataset_id(new_dataset: Callable[..., dict[str, Any]]) -> str:
    return new_dataset()["dataset_id"]


def fetch(http: Any, dataset_id: str) -> dict[str, Any]:
    return http.get(f"{ROOT}/{dataset_id}").ok()["dataset"]


def upsert(http: Any, dataset_id: str, *records: Any) -> Any:
    return http.post(f"{ROOT}/{dataset_id}/records", {"records": json.dumps(list(records))})


def records_of(http: Any, dataset_id: str, **query: Any) -> list[dict[str, Any]]:
    return json.loads(http.get(f"{ROOT}/{dataset_id}/records", query).ok()["records"])


# --- create, get, delete


def test_a_new_dataset_has_every_field_a_client_reads(http: Any, experiment_id: str, unique: Any) -> None:
    name = unique("é b/c:%")
    body = {"name": name, "experiment_ids": [experiment_id], "tags": json.dumps({"k": "v"})}
    dataset = http.post(f"{ROOT}/create", body).ok()["dataset"]
    assert re.fullmatch(r"d-[0-9a-f]{32}", dataset["dataset_id"])
    assert (dataset["name"], json.loads(dataset["tags"])) == (name, {"k": "v"})
    assert isinstance(dataset["created_time"], int)
    assert dataset["created_time"] == dataset["last_update_time"]
    assert dataset["digest"]
    assert dataset["experiment_ids"] == [experiment_id]


def test_get_gives_the_dataset_without_its_experiments(http: Any, experiment_id: str, new_dataset: Any) -> None:
    created = new_dataset(experiment_ids=[experiment_id])
    del created["experiment_ids"]
    assert fetch(http, created["dataset_id"]) == created


def test_a_bare_dataset_has_empty_tags_and_no_schema(http: Any, dataset_id: str) -> None:
    dataset = fetch(http, dataset_id)
    assert dataset["tags"] == "{}"
    assert not {"schema", "profile", "created_by"} & set(dataset)


def test_two_datasets_may_share_a_name(new_dataset: Callable[..., dict[str, Any]]) -> None:
    first = new_dataset()
    assert new_dataset(name=first["name"])["dataset_id"] != first["dataset_id"]


def test_a_dataset_needs_a_name(http: Any) -> None:
    missing = "Missing value for required parameter 'name'"
    http.post(f"{ROOT}/create", {}).is_invalid(missing)
    http.post(f"{ROOT}/create", {"name": ""}).is_invalid(missing)
    http.post(f"{ROOT}/create", {"name": 5}).is_invalid("parameter 'name'")
    http.post(f"{ROOT}/create", {"name": "x", "tags": {"a": "b"}}).is_invalid("parameter 'tags'")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("tags", ["not json", "[]", "1", '{"a": {"b": 1}'])
def test_tags_of_a_new_dataset_must_be_an_object(http: Any, unique: Any, tags: str) -> None:
    http.post(f"{ROOT}/create", {"name": unique("x"), "tags": tags}).is_invalid("tags")


@pytest.mark.better_than_mlflow
def test_the_same_experiment_twice_is_one(http: Any, experiment_id: str, new_dataset: Any) -> None:
    dataset_id = new_dataset(experiment_ids=[experiment_id, experiment_id])["dataset_id"]
    assert http.get(f"{ROOT}/{dataset_id}/experiment-ids").ok() == {"experiment_ids": [experiment_id]}


@pytest.mark.parametrize("dataset_id", [UNKNOWN, "nope"])
def test_an_unknown_dataset_is_missing(http: Any, dataset_id: str) -> None:
    http.get(f"{ROOT}/{dataset_id}").is_missing(f"Evaluation dataset with id '{dataset_id}' not found")
    http.patch(f"{ROOT}/{dataset_id}/tags", {"tags": '{"a": "b"}'}).is_missing(dataset_id)
    for verb in ("add-experiments", "remove-experiments"):
        body = {"dataset_id": dataset_id, "experiment_ids": ["0"]}
        http.post(f"{ROOT}/{dataset_id}/{verb}", body).is_missing(f"Dataset '{dataset_id}' not found")


def test_a_deleted_dataset_is_gone_and_its_name_is_free(http: Any, new_dataset: Any) -> None:
    dataset = new_dataset()
    for _ in range(2):
        assert http.delete(f"{ROOT}/{dataset['dataset_id']}").ok() == {}
    http.get(f"{ROOT}/{dataset['dataset_id']}").is_missing("not found")
    new_dataset(name=dataset["name"])


def test_the_page_and_the_client_see_the_same_dataset(http: Any, dataset_id: str) -> None:
    assert http.get(f"/ajax-api/3.0/mlflow/datasets/{dataset_id}").ok()["dataset"] == fetch(http, dataset_id)


# --- tags


def test_tags_are_merged_replaced_and_deleted(http: Any, new_dataset: Any) -> None:
    dataset_id = new_dataset(tags=json.dumps({"a": "1", "b": "2"}))["dataset_id"]
    body = {"tags": json.dumps({"b": "3", "c": "é 😀"})}
    assert http.patch(f"{ROOT}/{dataset_id}/tags", body).ok() == {}
    assert json.loads(fetch(http, dataset_id)["tags"]) == {"a": "1", "b": "3", "c": "é 😀"}
    for _ in range(2):
        assert http.delete(f"{ROOT}/{dataset_id}/tags/a").ok() == {}
    assert json.loads(fetch(http, dataset_id)["tags"]) == {"b": "3", "c": "é 😀"}


def test_a_tag_set_to_nothing_changes_nothing(http: Any, new_dataset: Any) -> None:
    dataset_id = new_dataset(tags=json.dumps({"a": "1"}))["dataset_id"]
    http.patch(f"{ROOT}/{dataset_id}/tags", {"tags": json.dumps({"a": None})}).ok()
    http.patch(f"{ROOT}/{dataset_id}/tags", {"tags": "{}"}).ok()
    assert json.loads(fetch(http, dataset_id)["tags"]) == {"a": "1"}


def test_values_of_tags_become_text(http: Any, dataset_id: str) -> None:
    http.patch(f"{ROOT}/{dataset_id}/tags", {"tags": json.dumps({"n": 5})}).ok()
    assert json.loads(fetch(http, dataset_id)["tags"]) == {"n": "5"}


def test_tags_are_required(http: Any, dataset_id: str) -> None:
    http.patch(f"{ROOT}/{dataset_id}/tags", {}).is_invalid("Missing value for required parameter 'tags'")


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("tags", ["not json", "[]", "1"])
def test_tags_must_be_an_object(http: Any, dataset_id: str, tags: str) -> None:
    http.patch(f"{ROOT}/{dataset_id}/tags", {"tags": tags}).is_invalid("tags")


# --- experiments


def test_experiments_are_added_and_removed(http: Any, experiment_id: str, dataset_id: str) -> None:
    body = {"dataset_id": dataset_id, "experiment_ids": [experiment_id]}
    for _ in range(2):
        answer = http.post(f"{ROOT}/{dataset_id}/add-experiments", body).ok()
        assert answer["dataset"]["dataset_id"] == dataset_id
    assert http.get(f"{ROOT}/{dataset_id}/experiment-ids").ok() == {"experiment_ids": [experiment_id]}
    for _ in range(2):
        http.post(f"{ROOT}/{dataset_id}/remove-experiments", body).ok()
    assert http.get(f"{ROOT}/{dataset_id}/experiment-ids").ok() == {}


def test_only_known_experiments_are_added(http: Any, dataset_id: str) -> None:
    for experiment_id in ("987654321", "abc"):
        body = {"dataset_id": dataset_id, "experiment_ids": [experiment_id]}
        answer = http.post(f"{ROOT}/{dataset_id}/add-experiments", body)
        answer.is_missing(f"No Experiment with id={experiment_id}")


def test_the_path_alone_names_the_dataset(http: Any, experiment_id: str, dataset_id: str) -> None:
    http.post(f"{ROOT}/{dataset_id}/add-experiments", {"experiment_ids": [experiment_id]}).ok()
    assert http.get(f"{ROOT}/{dataset_id}/experiment-ids").ok() == {"experiment_ids": [experiment_id]}


# --- records


def test_records_come_back_in_the_order_they_came(http: Any, dataset_id: str) -> None:
    full = {"inputs": {"q": "a"}, "expectations": {"x": 1}, "tags": {"t": "1"}, "outputs": {"o": [1, None, "é"]}}
    assert upsert(http, dataset_id, full).ok() == {"inserted_count": 1, "updated_count": 0}
    assert upsert(http, dataset_id, {"inputs": {"q": "b"}}).ok() == {"inserted_count": 1, "updated_count": 0}
    first, second = records_of(http, dataset_id)
    assert {key: first[key] for key in full} == full
    assert re.fullmatch(r"dr-[0-9a-f]{32}", first["dataset_record_id"])
    assert first["dataset_id"] == dataset_id
    assert isinstance(first["created_time"], int)
    assert (second["inputs"], second["tags"], second["outputs"]) == ({"q": "b"}, {}, {})
    assert "expectations" not in second


def test_a_dataset_without_records_says_so(http: Any, dataset_id: str) -> None:
    assert http.get(f"{ROOT}/{dataset_id}/records").ok() == {"records": "[]"}


def test_the_same_inputs_update_a_record(http: Any, dataset_id: str) -> None:
    upsert(http, dataset_id, {"inputs": {"a": 1, "b": 2}, "expectations": {"x": 1}, "tags": {"t": "1"}}).ok()
    change = {"inputs": {"b": 2, "a": 1}, "expectations": {"y": 2}, "tags": {"t": "2", "u": "3"}}
    assert upsert(http, dataset_id, change).ok() == {"inserted_count": 0, "updated_count": 1}
    [record] = records_of(http, dataset_id)
    assert record["expectations"] == {"x": 1, "y": 2}
    assert record["tags"] == {"t": "2", "u": "3"}


def test_the_same_inputs_twice_in_one_call_are_one_record(http: Any, dataset_id: str) -> None:
    answer = upsert(http, dataset_id, {"inputs": {"a": 1}}, {"inputs": {"a": 1}}, {"inputs": {"a": 2}})
    assert answer.ok() == {"inserted_count": 2, "updated_count": 1}
    assert len(records_of(http, dataset_id)) == 2


def test_the_source_of_a_record_is_kept(http: Any, dataset_id: str) -> None:
    source = {"source_type": "HUMAN", "source_data": {"user": "x"}}
    upsert(http, dataset_id, {"inputs": {"q": 1}, "source": source}).ok()
    [record] = records_of(http, dataset_id)
    assert (record["source"], record["source_type"]) == (source, "HUMAN")


def test_a_record_may_name_the_trace_it_came_from(http: Any, dataset_id: str) -> None:
    source = {"source_type": "TRACE", "source_data": {"trace_id": "tr-1"}}
    upsert(http, dataset_id, {"inputs": {"q": 1}, "source": source}).ok()
    [record] = records_of(http, dataset_id)
    assert (record["source_type"], record["source_id"]) == ("TRACE", "tr-1")


def test_an_unknown_source_of_a_record_is_refused(http: Any, dataset_id: str) -> None:
    source = {"source_type": "BOGUS", "source_data": {}}
    upsert(http, dataset_id, {"inputs": {"q": 1}, "source": source}).is_invalid("Invalid dataset record source type")
    assert records_of(http, dataset_id) == []


def test_records_shape_the_schema_the_profile_and_the_digest(http: Any, dataset_id: str) -> None:
    before = fetch(http, dataset_id)
    upsert(http, dataset_id, {"inputs": {"s": "x", "i": 1, "f": 1.5}, "expectations": {"e": "y"}}).ok()
    after = fetch(http, dataset_id)
    schema = json.loads(after["schema"])
    assert schema["inputs"] == {"s": "string", "i": "integer", "f": "float"}
    assert schema["expectations"] == {"e": "string"}
    assert json.loads(after["profile"]) == {"num_records": 1}
    assert after["digest"] != before["digest"]
    assert after["last_update_time"] >= before["last_update_time"]


def test_records_come_in_pages(http: Any, dataset_id: str) -> None:
    upsert(http, dataset_id, *[{"inputs": {"q": index}} for index in range(5)]).ok()
    seen: list[int] = []
    query: dict[str, Any] = {"max_results": 2}
    for expected in (2, 2, 1):
        page = http.get(f"{ROOT}/{dataset_id}/records", query).ok()
        records = json.loads(page["records"])
        assert len(records) == expected
        seen += [record["inputs"]["q"] for record in records]
        query["page_token"] = page.get("next_page_token")
    assert sorted(seen) == [0, 1, 2, 3, 4]
    assert query["page_token"] is None


def test_the_query_for_records_may_come_in_the_body(http: Any, dataset_id: str) -> None:
    upsert(http, dataset_id, *[{"inputs": {"q": index}} for index in range(3)]).ok()
    answer = http.send("GET", f"{ROOT}/{dataset_id}/records", data=json.dumps({"max_results": 2})).ok()
    assert len(json.loads(answer["records"])) == 2


def test_records_are_deleted_by_id(http: Any, dataset_id: str) -> None:
    upsert(http, dataset_id, {"inputs": {"q": 1}}, {"inputs": {"q": 2}}).ok()
    ids = [record["dataset_record_id"] for record in records_of(http, dataset_id)]
    path = f"{ROOT}/{dataset_id}/records"
    assert http.delete(path, {"dataset_record_ids": [ids[0], "dr-nope"]}).ok() == {"deleted_count": 1}
    assert http.delete(path, {"dataset_record_ids": [ids[0]]}).ok() == {"deleted_count": 0}
    assert [record["dataset_record_id"] for record in records_of(http, dataset_id)] == [ids[1]]
    assert json.loads(fetch(http, dataset_id)["profile"]) == {"num_records": 1}


def test_records_are_a_required_text(http: Any, dataset_id: str) -> None:
    path = f"{ROOT}/{dataset_id}/records"
    http.post(path, {}).is_invalid("Missing value for required parameter 'records'")
    http.post(path, {"records": [{"inputs": {}}]}).is_invalid("parameter 'records'")
    assert upsert(http, dataset_id).ok() == {"inserted_count": 0, "updated_count": 0}


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("records", ["not json", '"x"', '{"a": 1}', "[1]", '[{"inputs": "x"}]', '[{"inputs": [1]}]'])
def test_records_must_be_a_list_of_objects(http: Any, dataset_id: str, records: str) -> None:
    http.post(f"{ROOT}/{dataset_id}/records", {"records": records}).is_invalid()
    assert records_of(http, dataset_id) == []


@pytest.mark.better_than_mlflow
def test_records_of_an_unknown_dataset_are_missing(http: Any) -> None:
    upsert(http, UNKNOWN, {"inputs": {"q": 1}}).is_missing(UNKNOWN)
    http.get(f"{ROOT}/{UNKNOWN}/records").is_missing(UNKNOWN)


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("query", [{"max_results": "-1"}, {"max_results": "abc"}, {"page_token": "zz"}])
def test_a_broken_page_of_records_is_refused(http: Any, dataset_id: str, query: dict[str, str]) -> None:
    http.get(f"{ROOT}/{dataset_id}/records", query).is_invalid()


# --- search


class Shelf:
    """Three datasets of one experiment, made in the order aa, bb, CC."""

    def __init__(self, http: Any, experiment_id: str) -> None:
        self.http, self.experiment_id = http, experiment_id
        self._add("aa", {"env": "prod"})
        self._add("bb", {"env": "dev"})
        self._add("CC", {})

    def answer(self, **fields: Any) -> Any:
        return self.http.post(f"{ROOT}/search", {"experiment_ids": [self.experiment_id], **fields})

    def names(self, **fields: Any) -> list[str]:
        return [dataset["name"] for dataset in self.answer(**fields).ok().get("datasets", [])]

    def _add(self, name: str, tags: dict[str, str]) -> None:
        body = {"name": name, "experiment_ids": [self.experiment_id], "tags": json.dumps(tags)}
        made = self.http.post(f"{ROOT}/create", body).ok()["dataset"]["created_time"]
        while True:  # until the server's clock has moved on, for order by time
            probe = self.http.post(f"{ROOT}/create", {"name": "clock"}).ok()["dataset"]
            self.http.delete(f"{ROOT}/{probe['dataset_id']}").ok()
            if probe["created_time"] > made:
                return


@pytest.fixture
def shelf(http: Any, experiment_id: str) -> Shelf:
    return Shelf(http, experiment_id)


FILTERS: dict[str, list[str]] = {
    "name = 'aa'": ["aa"],
    "name != 'aa'": ["CC", "bb"],
    "name LIKE 'a%'": ["aa"],
    "name ILIKE 'c%'": ["CC"],
    "name IN ('aa', 'bb')": ["bb", "aa"],
    "tags.env = 'prod'": ["aa"],
    "tags.env != 'prod'": ["bb"],
    "tags.env LIKE 'p%'": ["aa"],
    "created_time > 0": ["CC", "bb", "aa"],
    "created_time < 5": [],
    "last_update_time > 0": ["CC", "bb", "aa"],
    "created_by = 'me'": [],
    "name LIKE 'b%' AND tags.env = 'dev'": ["bb"],
}

REFUSED: dict[str, str] = {
    "bogus = 1": "Invalid attribute key 'bogus'",
    "dataset_id = 'd'": "Invalid attribute key 'dataset_id'",
    "tag.env = 'prod'": "Invalid identifier",
    "params.x = 1": "Invalid identifier",
    "attributes.name LIKE 'a%'": "Invalid identifier",
    "name = 'x' OR name = 'y'": "Invalid clause(s) in filter string",
    "created_time > 'a'": "Expected numeric value type for numeric attribute",
    "name = aa": "not quoted",
}


def test_datasets_are_found_by_filter(shelf: Shelf) -> None:
    assert {text: shelf.names(filter_string=text) for text in FILTERS} == FILTERS


def test_bad_dataset_filters_are_refused(shelf: Shelf) -> None:
    for text, phrase in REFUSED.items():
        shelf.answer(filter_string=text).is_invalid(phrase)


def test_datasets_come_newest_first_and_in_any_order(shelf: Shelf) -> None:
    assert shelf.names() == ["CC", "bb", "aa"]
    assert shelf.names(order_by=["name"]) == ["CC", "aa", "bb"]
    assert shelf.names(order_by=["name DESC"]) == ["bb", "aa", "CC"]
    assert shelf.names(order_by=["created_time ASC"]) == ["aa", "bb", "CC"]
    assert shelf.names(order_by=["last_update_time DESC", "name"]) == ["CC", "bb", "aa"]


def test_bad_orders_of_datasets_are_refused(shelf: Shelf) -> None:
    for order in ("bogus", "created_by", "tags.env", "name FOO", ""):
        shelf.answer(order_by=[order]).is_invalid("Invalid")


def test_datasets_come_in_pages(shelf: Shelf) -> None:
    first = shelf.answer(max_results=2).ok()
    second = shelf.answer(max_results=2, page_token=first["next_page_token"]).ok()
    assert [dataset["name"] for dataset in first["datasets"] + second["datasets"]] == ["CC", "bb", "aa"]
    assert "next_page_token" not in second
    assert "next_page_token" not in shelf.answer(max_results=3).ok()


def test_bad_pages_of_datasets_are_refused(shelf: Shelf) -> None:
    for size in (0, -1):
        shelf.answer(max_results=size).is_invalid("must be a positive integer")
    shelf.answer(max_results=50_001).is_invalid("must be at most 50000")
    shelf.answer(page_token="zz").is_invalid("Invalid page token")


def test_search_without_experiments_looks_everywhere(shelf: Shelf, http: Any) -> None:
    everywhere = http.post(f"{ROOT}/search", {"filter_string": "name = 'aa'"}).ok()["datasets"]
    [ours] = shelf.answer(filter_string="name = 'aa'").ok()["datasets"]
    assert ours in everywhere
    by_get = http.get(f"{ROOT}/search", {"experiment_ids": shelf.experiment_id, "max_results": "1"}).ok()["datasets"]
    assert [dataset["name"] for dataset in by_get] == ["CC"]


# --- through the client


def test_the_client_walks_a_datasets_life(
    client: Any, uri: str, client_version: tuple[int, int], experiment_id: str, unique: Any
) -> None:
    if client_version < (3, 4):
        pytest.skip("datasets of this kind are known to clients from 3.4 on")
    pytest.importorskip("pandas")
    mlflow.set_tracking_uri(uri)  # a dataset reaches for the global address, not for its client's
    name = unique("life")
    dataset = client.create_dataset(name, experiment_id=[experiment_id], tags={"a": "1"})
    dataset.merge_records([{"inputs": {"q": "a"}, "expectations": {"x": 1}}, {"inputs": {"q": "b"}}])
    found = client.get_dataset(dataset.dataset_id)
    assert (found.name, found.tags["a"], found.experiment_ids) == (name, "1", [experiment_id])
    assert sorted(record["inputs"]["q"] for record in found.to_df().to_dict("records")) == ["a", "b"]
    client.set_dataset_tags(dataset.dataset_id, {"b": "2"})
    client.delete_dataset_tag(dataset.dataset_id, "a")
    assert client.get_dataset(dataset.dataset_id).tags.get("b") == "2"
    page = client.search_datasets([experiment_id], filter_string=f"name = '{name}'")
    assert [item.dataset_id for item in page] == [dataset.dataset_id]
    client.delete_dataset(dataset.dataset_id)
    assert list(client.search_datasets([experiment_id])) == []
