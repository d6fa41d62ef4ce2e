"""Search of logged models: the filter grammar, order, dataset filters, and pages."""

import uuid
from typing import Any

import pytest


class Shelf:
    """Four models in one experiment, named alpha, beta, gamma and Alpha2, in order of creation."""

    def __init__(self, http: Any, experiment_id: str, run_id: str) -> None:
        self.http, self.experiment_id, self.run_id = http, experiment_id, run_id
        self.ids: dict[str, str] = {}
        self._add("alpha", model_type="agent", source_run_id=run_id, params={"lr": "0.1"}, tags={"env": "prod"})
        self._add("beta", model_type="agent", params={"lr": "0.01"}, tags={"env": "dev", "my tag": "x"})
        self._add("gamma", tags={"a.b": "dotted"})
        self._add("Alpha2", model_type="tool")
        self._measure("alpha", "acc", 0.9, 1, dataset_name="train", dataset_digest="d1")
        self._measure("alpha", "acc", 0.7, 2, dataset_name="test", dataset_digest="d2")
        self._measure("beta", "acc", 0.8, 1, dataset_name="train", dataset_digest="d1")
        self._measure("beta", "acc", 0.95, 2, dataset_name="test", dataset_digest="d2")
        self._measure("gamma", "acc", 0.5, 1)
        self._measure("alpha", "loss", 0.1, 1)

    def answer(self, **fields: Any) -> Any:
        return self.http.post("logged-models/search", {"experiment_ids": [self.experiment_id], **fields})

    def names(self, **fields: Any) -> list[str]:
        return [model["info"]["name"] for model in self.answer(**fields).ok().get("models", [])]

    def _add(self, name: str, params: Any = None, tags: Any = None, **fields: Any) -> None:
        body = {
            "experiment_id": self.experiment_id,
            "name": name,
            "params": [{"key": key, "value": value} for key, value in (params or {}).items()],
            "tags": [{"key": key, "value": value} for key, value in (tags or {}).items()],
            **fields,
        }
        self.ids[name] = self.http.post("logged-models", body).ok()["model"]["info"]["model_id"]
        self._let_the_clock_move(self.ids[name])

    def _let_the_clock_move(self, model_id: str) -> None:
        """Order by creation is by millisecond: ask until the server's clock has moved on."""
        created = self.http.get(f"logged-models/{model_id}").ok()["model"]["info"]["creation_timestamp_ms"]
        now = created
        while now <= created:
            body = {"experiment_id": self.experiment_id, "name": "clock"}
            probe = self.http.post("logged-models", body).ok()["model"]["info"]
            now = probe["creation_timestamp_ms"]
            self.http.delete(f"logged-models/{probe['model_id']}").ok()

    def _measure(self, name: str, key: str, value: float, step: int, **dataset: str) -> None:
        point = {"key": key, "value": value, "timestamp": step, "step": step, "model_id": self.ids[name], **dataset}
        self.http.post("runs/log-metric", {"run_id": self.run_id, **point}).ok()


@pytest.fixture(scope="module")
def shelf(http: Any) -> Shelf:
    """One shelf for the module: searching changes nothing."""
    name = f"shelf-{uuid.uuid4().hex}"
    experiment_id = http.post("experiments/create", {"name": name}).ok()["experiment_id"]
    run_id = http.post("runs/create", {"experiment_id": experiment_id}).ok()["run"]["info"]["run_id"]
    return Shelf(http, experiment_id, run_id)


# --- which experiments


def test_models_come_newest_first(shelf: Shelf) -> None:
    assert shelf.names() == ["Alpha2", "gamma", "beta", "alpha"]


def test_several_experiments_are_searched_as_one(shelf: Shelf, http: Any, experiment_id: str) -> None:
    http.post("logged-models", {"experiment_id": experiment_id, "name": "newest"}).ok()
    for ids in ([shelf.experiment_id, experiment_id], [experiment_id, shelf.experiment_id]):
        assert shelf.names(experiment_ids=ids) == ["newest", "Alpha2", "gamma", "beta", "alpha"]


def test_no_experiments_and_unknown_experiments_hold_no_models(shelf: Shelf) -> None:
    assert shelf.answer(experiment_ids=["987654321"]).ok() == {}
    assert shelf.answer(experiment_ids=[]).ok() == {}


def test_the_list_of_experiments_is_required(shelf: Shelf, http: Any) -> None:
    http.post("logged-models/search", {}).is_invalid("Missing value for required parameter 'experiment_ids'")
    shelf.answer(experiment_ids="1").is_invalid("parameter 'experiment_ids'")
    shelf.answer(experiment_ids=["abc"]).is_invalid("Invalid experiment ID 'abc'")


def test_a_found_model_is_whole(shelf: Shelf, http: Any) -> None:
    [model] = shelf.answer(filter="name = 'alpha'").ok()["models"]
    assert model == http.get(f"logged-models/{shelf.ids['alpha']}").ok()["model"]


def test_deleted_models_are_not_found(http: Any, experiment_id: str) -> None:
    body = {"experiment_id": experiment_id, "name": "gone"}
    model_id = http.post("logged-models", body).ok()["model"]["info"]["model_id"]
    http.delete(f"logged-models/{model_id}").ok()
    assert http.post("logged-models/search", {"experiment_ids": [experiment_id]}).ok() == {}


# --- filters


FILTERS: dict[str, list[str]] = {
    "": ["Alpha2", "gamma", "beta", "alpha"],
    "name = 'alpha'": ["alpha"],
    "name='alpha'": ["alpha"],
    "attributes.name = 'alpha'": ["alpha"],
    "name != 'alpha'": ["Alpha2", "gamma", "beta"],
    "name LIKE 'al%'": ["alpha"],
    "name like '%a'": ["gamma", "beta", "alpha"],
    "name LIKE 'AL%'": [],
    "name LIKE 'al_ha'": ["alpha"],
    "name ILIKE 'AL%'": ["Alpha2", "alpha"],
    "name IN ('alpha', 'beta')": ["beta", "alpha"],
    "name IN ('alpha')": ["alpha"],
    "name NOT IN ('alpha')": ["Alpha2", "gamma", "beta"],
    "name = 'nobody'": [],
    "model_type = 'agent'": ["beta", "alpha"],
    "model_type != 'agent'": ["Alpha2", "gamma"],
    "model_type IN ('agent', 'tool')": ["Alpha2", "beta", "alpha"],
    "source_run_id = ''": ["Alpha2", "gamma", "beta"],
    "creation_timestamp > 0": ["Alpha2", "gamma", "beta", "alpha"],
    "creation_timestamp < 0": [],
    "creation_timestamp >= 99999999999999": [],
    "creation_timestamp > 0 AND creation_timestamp < 99999999999999": ["Alpha2", "gamma", "beta", "alpha"],
    "last_updated_timestamp > 0": ["Alpha2", "gamma", "beta", "alpha"],
    "params.lr = '0.1'": ["alpha"],
    "params.lr != '0.1'": ["beta"],
    "params.lr LIKE '0.%'": ["beta", "alpha"],
    "params.lr = 0.1": ["alpha"],
    "params.lr != 0.1": ["beta"],
    "tags.env = prod AND name = alpha": ["alpha"],
    "status = 1": ["Alpha2", "gamma", "beta", "alpha"],
    "status = 2": [],
    "params.lr IN ('0.1', '0.01')": ["beta", "alpha"],
    "params.nothing = '1'": [],
    "tags.env = 'prod'": ["alpha"],
    "tags.env != 'prod'": ["beta"],
    "tags.env LIKE 'p%'": ["alpha"],
    "tags.env ILIKE 'P%'": ["alpha"],
    "tags.`my tag` = 'x'": ["beta"],
    "tags.`a.b` = 'dotted'": ["gamma"],
    "tags.a.b = 'dotted'": ["gamma"],
    "tags.env = 'prod' AND tags.env = 'dev'": [],
    "metrics.acc > 0.6": ["beta", "alpha"],
    "metrics.acc >= 0.95": ["beta"],
    "metrics.acc < 0.6": ["gamma"],
    "metrics.acc <= 0.5": ["gamma"],
    "metrics.acc = 0.5": ["gamma"],
    "metrics.acc > -1e3": ["gamma", "beta", "alpha"],
    "metrics.nothing > 0": [],
    "metrics.`acc` > 0.6": ["beta", "alpha"],
    "metrics.acc > 0.6 AND params.lr = '0.1'": ["alpha"],
    "metrics.acc > 0.6 and metrics.loss < 0.5": ["alpha"],
    "name = 'alpha' AND model_type = 'agent' AND tags.env = 'prod' AND metrics.acc > 0.8": ["alpha"],
}


@pytest.mark.parametrize(("text", "expected"), FILTERS.items(), ids=list(FILTERS))
def test_a_filter_finds(shelf: Shelf, text: str, expected: list[str]) -> None:
    assert shelf.names(filter=text) == expected


def test_models_are_found_by_id_and_by_source_run(shelf: Shelf) -> None:
    ids = shelf.ids
    assert shelf.names(filter=f"model_id = '{ids['beta']}'") == ["beta"]
    assert shelf.names(filter=f"model_id IN ('{ids['beta']}', '{ids['alpha']}')") == ["beta", "alpha"]
    assert shelf.names(filter=f"source_run_id = '{shelf.run_id}'") == ["alpha"]


def test_a_metric_filter_holds_for_any_point_of_the_metric(shelf: Shelf) -> None:
    assert shelf.names(filter="metrics.acc > 0.85") == ["beta", "alpha"]
    assert shelf.names(filter="metrics.acc < 0.75") == ["gamma", "alpha"]


REFUSED: dict[str, str] = {
    "name > 'alpha'": "Invalid comparison operator",
    "name == 'alpha'": "Invalid comparison operator",
    "params.lr > '0.05'": "Invalid comparison operator",
    "metrics.acc LIKE '0%'": "Invalid comparison operator",
    "metrics.acc IN (0.5)": "Invalid comparison operator",
    "attribute.name = 'alpha'": "Invalid entity type",
    "attr.name = 'alpha'": "Invalid entity type",
    "param.lr = '0.1'": "Invalid entity type",
    "tag.env = 'prod'": "Invalid entity type",
    "metric.acc > 0.6": "Invalid entity type",
    "dataset.name = 'train'": "Invalid entity type",
    "foo.bar = 'a'": "Invalid entity type",
    "name = 'alpha' OR name = 'beta'": "Invalid filter string",
    "(name = 'alpha')": "Invalid filter string",
    "NOT name = 'alpha'": "Invalid filter string",
    "name": "Invalid filter string",
    "= 'a'": "Invalid filter string",
    "   ": "Invalid filter string",
    "name = 'alpha'; DROP TABLE x": "Invalid filter string",
    "creation_timestamp BETWEEN 1 AND 2": "Invalid filter string",
    "name IN ('alpha'": "Invalid filter string",
    "tags.env IS NULL": "Invalid comparison",
}


@pytest.mark.parametrize(("text", "phrase"), REFUSED.items(), ids=list(REFUSED))
def test_a_filter_is_refused(shelf: Shelf, text: str, phrase: str) -> None:
    shelf.answer(filter=text).is_invalid(phrase)


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize(
    "text",
    ["bogus = 'a'", "attributes.bogus = 'a'", "creation_timestamp = 'abc'", "metrics.acc > abc", "metrics.acc > '0.6'"],
)
def test_a_filter_that_mlflow_stumbles_on_is_refused_clearly(shelf: Shelf, text: str) -> None:
    shelf.answer(filter=text).is_invalid()


@pytest.mark.better_than_mlflow
def test_models_are_found_by_the_name_of_their_status(shelf: Shelf) -> None:
    assert shelf.names(filter="status = 'PENDING'") == ["Alpha2", "gamma", "beta", "alpha"]
    assert shelf.names(filter="status = 'READY'") == []


@pytest.mark.better_than_mlflow
def test_double_quotes_hold_a_value_too(shelf: Shelf) -> None:
    assert shelf.names(filter='name = "alpha"') == ["alpha"]


# --- datasets


def test_a_dataset_narrows_the_metric_filter(shelf: Shelf) -> None:
    test = {"dataset_name": "test", "dataset_digest": "d2"}
    train = {"dataset_name": "train", "dataset_digest": "d1"}
    assert shelf.names(filter="metrics.acc > 0.85", datasets=[test]) == ["beta"]
    assert shelf.names(filter="metrics.acc > 0.85", datasets=[train]) == ["alpha"]
    assert shelf.names(filter="metrics.acc > 0.85", datasets=[train, test]) == ["beta", "alpha"]


def test_a_dataset_without_a_filter_finds_the_models_measured_on_it(shelf: Shelf) -> None:
    train = {"dataset_name": "train", "dataset_digest": "d1"}
    assert shelf.names(datasets=[train]) == ["beta", "alpha"]
    assert shelf.names(datasets=[train], filter="name = 'gamma'") == []
    assert shelf.names(datasets=[{"dataset_name": "train", "dataset_digest": "other"}]) == []


@pytest.mark.better_than_mlflow
def test_a_dataset_without_a_digest_means_any_digest(shelf: Shelf) -> None:
    assert shelf.names(filter="metrics.acc > 0.85", datasets=[{"dataset_name": "test"}]) == ["beta"]


@pytest.mark.parametrize("dataset", [{}, {"dataset_digest": "d1"}])
def test_a_dataset_needs_a_name(shelf: Shelf, dataset: dict[str, str]) -> None:
    shelf.answer(datasets=[dataset]).is_invalid("`dataset_name` in the `datasets` clause must be specified.")


# --- order


ORDERS: dict[tuple[str, bool], list[str]] = {
    ("name", True): ["Alpha2", "alpha", "beta", "gamma"],
    ("name", False): ["gamma", "beta", "alpha", "Alpha2"],
    ("creation_timestamp", True): ["alpha", "beta", "gamma", "Alpha2"],
    ("creation_time", True): ["alpha", "beta", "gamma", "Alpha2"],
    ("creation_timestamp", False): ["Alpha2", "gamma", "beta", "alpha"],
    ("last_updated_timestamp", True): ["alpha", "beta", "gamma", "Alpha2"],
    ("metrics.acc", True): ["gamma", "alpha", "beta", "Alpha2"],
    ("metrics.acc", False): ["beta", "alpha", "gamma", "Alpha2"],
    ("metrics.loss", True): ["alpha", "Alpha2", "gamma", "beta"],
    ("metrics.loss", False): ["alpha", "Alpha2", "gamma", "beta"],
    ("metrics.nothing", True): ["Alpha2", "gamma", "beta", "alpha"],
}


@pytest.mark.parametrize(("order", "expected"), ORDERS.items(), ids=[f"{key} {up}" for key, up in ORDERS])
def test_models_are_ordered(shelf: Shelf, order: tuple[str, bool], expected: list[str]) -> None:
    assert shelf.names(order_by=[{"field_name": order[0], "ascending": order[1]}]) == expected


def test_order_is_ascending_unless_told(shelf: Shelf) -> None:
    assert shelf.names(order_by=[{"field_name": "name"}]) == ["Alpha2", "alpha", "beta", "gamma"]


def test_ties_are_broken_by_the_next_key_then_newest_first(shelf: Shelf) -> None:
    by_type = {"field_name": "model_type"}
    assert shelf.names(order_by=[by_type]) == ["gamma", "beta", "alpha", "Alpha2"]
    assert shelf.names(order_by=[by_type, {"field_name": "name"}]) == ["gamma", "alpha", "beta", "Alpha2"]


def test_a_metric_orders_by_its_value_on_a_dataset(shelf: Shelf) -> None:
    key = {"field_name": "metrics.acc", "ascending": True, "dataset_name": "train"}
    assert shelf.names(order_by=[key]) == ["beta", "alpha", "Alpha2", "gamma"]
    assert shelf.names(order_by=[{**key, "dataset_digest": "d1"}]) == ["beta", "alpha", "Alpha2", "gamma"]
    assert shelf.names(order_by=[{**key, "dataset_name": "test"}]) == ["alpha", "beta", "Alpha2", "gamma"]
    assert shelf.names(order_by=[{**key, "dataset_name": "none"}]) == ["Alpha2", "gamma", "beta", "alpha"]


def test_a_metric_orders_by_the_newest_point_in_time(http: Any, experiment_id: str, run_id: str) -> None:
    ids = {}
    for name in ("late", "steady"):
        body = {"experiment_id": experiment_id, "name": name}
        ids[name] = http.post("logged-models", body).ok()["model"]["info"]["model_id"]
    points = [
        {"model_id": ids["late"], "key": "m", "value": 1, "timestamp": 10, "step": 0},
        {"model_id": ids["late"], "key": "m", "value": 9, "timestamp": 5, "step": 5},
        {"model_id": ids["steady"], "key": "m", "value": 5, "timestamp": 1, "step": 1},
    ]
    http.post("runs/log-batch", {"run_id": run_id, "metrics": points}).ok()
    body = {"experiment_ids": [experiment_id], "order_by": [{"field_name": "metrics.m"}]}
    found = http.post("logged-models/search", body).ok()["models"]
    assert [model["info"]["name"] for model in found] == ["late", "steady"]


@pytest.mark.parametrize("field", ["bogus", "", "name DESC", "params.lr", "tags.env", "attributes.name", "metric.acc"])
def test_an_order_is_refused(shelf: Shelf, field: str) -> None:
    shelf.answer(order_by=[{"field_name": field}]).is_invalid("Invalid order by field name")


def test_an_order_needs_a_field(shelf: Shelf) -> None:
    shelf.answer(order_by=[{"ascending": True}]).is_invalid("Invalid order by field name")


# --- pages


def test_pages_follow_one_another_without_gaps(shelf: Shelf) -> None:
    first = shelf.answer(max_results=3).ok()
    second = shelf.answer(max_results=3, page_token=first["next_page_token"]).ok()
    names = [model["info"]["name"] for page in (first, second) for model in page["models"]]
    assert names == ["Alpha2", "gamma", "beta", "alpha"]
    assert "next_page_token" not in second


def test_the_last_page_may_be_exactly_full(shelf: Shelf) -> None:
    assert "next_page_token" not in shelf.answer(max_results=4).ok()


def test_a_page_keeps_filter_and_order(shelf: Shelf) -> None:
    query = {"filter": "metrics.acc > 0", "order_by": [{"field_name": "name", "ascending": True}], "max_results": 2}
    token = shelf.answer(**query).ok()["next_page_token"]
    assert shelf.names(**query, page_token=token) == ["gamma"]


def test_a_token_of_another_search_is_refused(shelf: Shelf, experiment_id: str) -> None:
    token = shelf.answer(max_results=2).ok()["next_page_token"]
    shelf.answer(max_results=2, page_token=token, filter="name = 'alpha'").is_invalid(
        "Filter string in the page token does not match the requested filter string."
    )
    shelf.answer(max_results=2, page_token=token, order_by=[{"field_name": "name"}]).is_invalid(
        "Order by in the page token does not match the requested order by."
    )
    shelf.answer(max_results=2, page_token=token, experiment_ids=[experiment_id]).is_invalid(
        "Experiment IDs in the page token do not match the requested experiment IDs."
    )


def test_an_empty_token_is_the_first_page(shelf: Shelf) -> None:
    assert shelf.names(page_token="", max_results=1) == ["Alpha2"]


def test_a_page_holds_fifty_by_default(http: Any, experiment_id: str) -> None:
    for index in range(51):
        http.post("logged-models", {"experiment_id": experiment_id, "name": f"m{index}"}).ok()
    page = http.post("logged-models/search", {"experiment_ids": [experiment_id]}).ok()
    assert len(page["models"]) == 50
    body = {"experiment_ids": [experiment_id], "page_token": page["next_page_token"]}
    assert len(http.post("logged-models/search", body).ok()["models"]) == 1


def test_a_page_size_of_zero_means_the_default(shelf: Shelf) -> None:
    assert len(shelf.names(max_results=0)) == 4


@pytest.mark.better_than_mlflow
@pytest.mark.parametrize("fields", [{"max_results": -1}, {"page_token": "garbage"}, {"page_token": "AAAA"}])
def test_a_broken_page_is_refused(shelf: Shelf, fields: dict[str, Any]) -> None:
    shelf.answer(**fields).is_invalid()


def test_the_size_of_a_page_must_be_a_number(shelf: Shelf) -> None:
    shelf.answer(max_results="x").is_invalid("parameter 'max_results'")
    assert shelf.names(max_results="2") == ["Alpha2", "gamma"]


# --- through the client


def test_the_client_searches_pages_and_orders(client: Any, client_version: tuple[int, int], shelf: Shelf) -> None:
    if client_version < (3, 0):
        pytest.skip("logged models are read by clients from 3.0 on")
    order = [{"field_name": "metrics.acc", "ascending": False}]
    page = client.search_logged_models([shelf.experiment_id], order_by=order, max_results=1)
    assert [model.name for model in page] == ["beta"]
    rest = client.search_logged_models([shelf.experiment_id], order_by=order, page_token=page.token)
    assert [model.name for model in rest] == ["alpha", "gamma", "Alpha2"]
