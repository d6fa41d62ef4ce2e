"""Searching logged models: the grammar, datasets, order and pages, on either database."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tidemill.core.database import Database, Tx
from tidemill.kit.errors import InvalidError
from tidemill.tracking.search import (
    ModelOrder,
    ModelQuery,
    parse_model_datasets,
    parse_model_filter,
    parse_model_order,
    search_models,
)

NAMES = {1: "alpha", 2: "beta", 3: "gamma", 4: "Alpha2", 5: "gone", 6: "other"}
TYPES = {1: "agent", 2: "agent", 4: "tool"}
PARAMS = {1: {"lr": "0.1"}, 2: {"lr": "0.01"}}
TAGS = {1: {"env": "prod"}, 2: {"env": "dev", "my tag": "x"}, 3: {"a.b": "dotted"}}
POINTS = (
    # model, key, value, timestamp, step, dataset
    (1, "acc", 0.9, 1, 1, ("train", "d1")),
    (1, "acc", 0.7, 2, 2, ("test", "d2")),
    (1, "loss", 0.1, 1, 1, ("", "")),
    (2, "acc", 0.8, 1, 1, ("train", "d1")),
    (2, "acc", 0.95, 2, 2, ("test", "d2")),
    (3, "acc", 0.5, 1, 1, ("", "")),
    (1, "late", 1.0, 10, 0, ("", "")),
    (1, "late", 9.0, 5, 5, ("", "")),
    (2, "late", 5.0, 1, 1, ("", "")),
    (3, "late", math.nan, 1, 1, ("", "")),
)
NEWEST_FIRST = "Alpha2 gamma beta alpha"


@pytest.fixture(scope="module", autouse=True)
def shelf(database: Database) -> Iterator[None]:
    """Four models of experiment 1, made one after another, a deleted one, and one in another workspace."""
    database.write_now(fill)
    yield
    database.write_now(lambda tx: [tx.sql(f"DELETE FROM {table}") for table in ("experiments", "workspaces")])


def fill(tx: Tx) -> None:
    tx.sql_many(
        "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)", [(1, "w1"), (2, "w2")]
    )
    tx.sql_many(
        """INSERT INTO experiments
        (id, workspace_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
        VALUES (?, ?, ?, '', 'active', 0, 0)""",
        [(1, 1, "e1"), (2, 2, "e2")],
    )
    tx.sql(
        """INSERT INTO runs
        (id, workspace_id, experiment_id, uuid, name, user_id, status, lifecycle_stage, artifact_uri)
        VALUES (1, 1, 1, 'r1', '', '', 'RUNNING', 'active', '')"""
    )
    tx.sql_many(
        """INSERT INTO logged_models (id, workspace_id, experiment_id, uuid, name, model_type, source_run_id, status,
        artifact_uri, lifecycle_stage, created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)""",
        [
            (
                id_,
                2 if id_ == 6 else 1,
                2 if id_ == 6 else 1,
                f"m-{id_}",
                name,
                TYPES.get(id_, ""),
                "r1" if id_ == 1 else "",
                "LOGGED_MODEL_READY" if id_ == 1 else "LOGGED_MODEL_PENDING",
                "deleted" if id_ == 5 else "active",
                id_ * 10,
                id_ * 10,
            )
            for id_, name in NAMES.items()
        ],
    )
    for table, values in (("params", PARAMS), ("tags", TAGS)):
        tx.sql_many(
            f"INSERT INTO logged_model_{table} (model_id, key, value) VALUES (?, ?, ?)",
            [(id_, key, value) for id_, pairs in values.items() for key, value in pairs.items()],
        )
    tx.sql_many(
        """INSERT INTO logged_model_metrics
        (model_id, run_id, key, value, is_nan, timestamp_ms, step, dataset_name, dataset_digest)
        VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (model_id, key, None if math.isnan(value) else value, math.isnan(value), timestamp, step, *dataset)
            for model_id, key, value, timestamp, step, dataset in POINTS
        ],
    )


def found(
    database: Database,
    text: str = "",
    order: Sequence[ModelOrder] = (),
    datasets: Sequence[tuple[str, str]] = (),
    experiment_ids: tuple[int, ...] = (1,),
) -> str:
    query = ModelQuery(
        1, experiment_ids, parse_model_filter(text), parse_model_datasets(datasets), parse_model_order(order)
    )
    page = database.read_now(lambda tx: search_models(tx, query))
    assert page.next is None
    return " ".join(NAMES[id_] for id_ in page.ids)


FINDS: dict[str, str] = {
    "": NEWEST_FIRST,
    "name = 'alpha'": "alpha",
    'name = "alpha"': "alpha",
    "attributes.`name` = 'alpha'": "alpha",
    "name != 'alpha'": "Alpha2 gamma beta",
    "name LIKE 'AL%'": "",
    "name ILIKE 'AL%'": "Alpha2 alpha",
    "name LIKE 'al_ha'": "alpha",
    "name IN ('alpha', 'beta')": "beta alpha",
    "name NOT IN ('alpha')": "Alpha2 gamma beta",
    "model_type = 'agent'": "beta alpha",
    "model_id = 'm-2'": "beta",
    "source_run_id = ''": "Alpha2 gamma beta",
    "experiment_id = '1'": NEWEST_FIRST,
    "experiment_id = '11'": "",
    "lifecycle_stage = 'active'": NEWEST_FIRST,
    "status = 'READY'": "alpha",
    "status = 'LOGGED_MODEL_READY'": "alpha",
    "status != 'READY'": "Alpha2 gamma beta",
    "status IN ('READY', 'LOGGED_MODEL_PENDING')": NEWEST_FIRST,
    "status LIKE 'PEND%'": "Alpha2 gamma beta",
    "creation_timestamp > 20": "Alpha2 gamma",
    "creation_time <= 20": "beta alpha",
    "creation_timestamp_ms != 20": "Alpha2 gamma alpha",
    "last_updated_timestamp >= 9e99": "",
    "params.lr = '0.1'": "alpha",
    "params.lr != '0.1'": "beta",
    "params.lr = 0.1": "alpha",
    "name = alpha": "alpha",
    "name = 5": "",
    "status = 1": "Alpha2 gamma beta",
    "status IN ('1', '2')": NEWEST_FIRST,
    "params.lr IN ('0.1', '0.01')": "beta alpha",
    "tags.env = 'prod'": "alpha",
    "tags.env ILIKE 'P%'": "alpha",
    "tags.env NOT IN ('prod')": "beta",
    "tags.`my tag` = 'x'": "beta",
    "tags.a.b = 'dotted'": "gamma",
    "tags.a-b = 'x'": "",
    "tags.env = 'prod' AND tags.env = 'dev'": "",
    "metrics.acc > 0.6": "beta alpha",
    "metrics.acc = 0.5": "gamma",
    "metrics.acc != 0.5": "beta alpha",
    "metrics.acc > -1e3": "gamma beta alpha",
    "metrics.acc > 0.85": "beta alpha",
    "metrics.acc < 0.75": "gamma alpha",
    "metrics.late != 0": "beta alpha",
    "metrics.acc > 0.6 and metrics.loss < 0.5 AND name = 'alpha'": "alpha",
}


@pytest.mark.parametrize(("text", "expected"), FINDS.items(), ids=list(FINDS))
def test_a_filter_finds(database: Database, text: str, expected: str) -> None:
    assert found(database, text) == expected


def test_only_experiments_of_the_workspace_are_searched(database: Database) -> None:
    assert found(database, experiment_ids=(1, 2)) == NEWEST_FIRST
    assert found(database, experiment_ids=(2,)) == ""
    assert found(database, experiment_ids=()) == ""
    assert found(database, experiment_ids=(99,)) == ""


def test_a_dataset_narrows_the_metric_filter(database: Database) -> None:
    train, test = ("train", "d1"), ("test", "d2")
    assert found(database, "metrics.acc > 0.85", datasets=[test]) == "beta"
    assert found(database, "metrics.acc > 0.85", datasets=[train]) == "alpha"
    assert found(database, "metrics.acc > 0.85", datasets=[train, test]) == "beta alpha"
    assert found(database, "metrics.acc > 0.85", datasets=[("test", "")]) == "beta"


def test_a_dataset_without_a_metric_filter_finds_the_models_measured_on_it(database: Database) -> None:
    assert found(database, datasets=[("train", "d1")]) == "beta alpha"
    assert found(database, datasets=[("train", "")]) == "beta alpha"
    assert found(database, datasets=[("train", "other")]) == ""
    assert found(database, "name = 'gamma'", datasets=[("train", "d1")]) == ""


def test_a_dataset_needs_a_name() -> None:
    with pytest.raises(InvalidError, match="`dataset_name` in the `datasets` clause must be specified"):
        parse_model_datasets([("", "d1")])


def by(field: str, ascending: bool = True, dataset: str = "", digest: str = "") -> ModelOrder:
    return ModelOrder(field, ascending, dataset, digest)


ORDERS: list[tuple[list[ModelOrder], str]] = [
    ([], NEWEST_FIRST),
    ([by("name")], "Alpha2 alpha beta gamma"),
    ([by("name", False)], "gamma beta alpha Alpha2"),
    ([by("creation_time")], "alpha beta gamma Alpha2"),
    ([by("creation_timestamp", False)], NEWEST_FIRST),
    ([by("last_updated_timestamp")], "alpha beta gamma Alpha2"),
    ([by("model_type")], "gamma beta alpha Alpha2"),
    ([by("model_type"), by("name")], "gamma alpha beta Alpha2"),
    ([by("metrics.acc")], "gamma alpha beta Alpha2"),
    ([by("metrics.`acc`", False)], "beta alpha gamma Alpha2"),
    ([by("metrics.loss", False)], "alpha Alpha2 gamma beta"),
    ([by("metrics.nothing")], NEWEST_FIRST),
    ([by("metrics.late")], "alpha beta Alpha2 gamma"),
    ([by("metrics.acc", dataset="train")], "beta alpha Alpha2 gamma"),
    ([by("metrics.acc", dataset="test", digest="d2")], "alpha beta Alpha2 gamma"),
    ([by("metrics.acc", dataset="none")], NEWEST_FIRST),
    ([by("metrics.acc", dataset="test"), by("metrics.acc", False, dataset="train")], "alpha beta Alpha2 gamma"),
]


@pytest.mark.parametrize(("order", "expected"), ORDERS, ids=[str(order) for order, _ in ORDERS])
def test_an_order_sorts(database: Database, order: list[ModelOrder], expected: str) -> None:
    assert found(database, order=order) == expected


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("order", [[], [by("metrics.acc", False)], [by("model_type"), by("metrics.loss")]])
def test_pages_join_to_the_whole(database: Database, limit: int, order: list[ModelOrder]) -> None:
    query = ModelQuery(1, (1,), order_by=parse_model_order(order), limit=limit)
    names: list[str] = []
    while True:
        page = database.read_now(lambda tx, query=query: search_models(tx, query))
        names += [NAMES[id_] for id_ in page.ids]
        if page.next is None:
            break
        query = replace(query, after=page.next)
    assert " ".join(names) == found(database, order=order)


REFUSALS: dict[str, str] = {
    "name > 'alpha'": "Invalid comparison operator for attributes.name: '>'. Expected one of (",
    "name == 'alpha'": "Invalid comparison operator for attributes.name: '=='",
    "name NOT LIKE 'alpha'": "Invalid comparison operator for attributes.name: 'NOT LIKE'",
    "params.lr > '0.05'": "Invalid comparison operator for params.lr: '>'",
    "metrics.acc LIKE '0%'": "Invalid comparison operator for metrics.acc: 'LIKE'",
    "metrics.acc IN (0.5)": "Invalid comparison operator for metrics.acc: 'IN'",
    "attribute.name = 'alpha'": "Invalid entity type",
    "metric.acc > 0.6": "Invalid entity type",
    "dataset.name = 'train'": "Invalid entity type",
    "tags.env IS NULL": "Invalid comparison: tags.env IS NULL. Expected a comparison with 3 tokens.",
    "bogus = 'a'": "Invalid attribute key 'bogus' specified.",
    "creation_timestamp = 'abc'": "Expected numeric value type",
    "metrics.acc > abc": "Expected numeric value type",
    "name = (alpha)": "Expected a quoted string value",
    "name IN (5)": "expected string value",
    "name IN ()": "got empty list",
} | dict.fromkeys(
    [
        "   ",
        "name",
        "= 'a'",
        "1 = 1",
        "'a' = name",
        "(name = 'alpha')",
        "NOT name = 'alpha'",
        "name IN ('alpha'",
        "name = 'alpha' OR name = 'beta'",
        "name = 'alpha'; DROP TABLE x",
        "creation_timestamp BETWEEN 1 AND 2",
    ],
    "Invalid filter string: ",
)


@pytest.mark.parametrize(("text", "phrase"), REFUSALS.items(), ids=list(REFUSALS))
def test_a_filter_is_refused(text: str, phrase: str) -> None:
    with pytest.raises(InvalidError) as refusal:
        parse_model_filter(text)
    assert phrase in refusal.value.message
    assert refusal.value.hint


@pytest.mark.parametrize(
    "field", ["bogus", "", "name DESC", "params.lr", "tags.env", "attributes.name", "metric.acc", "metrics.", "metrics"]
)
def test_an_order_is_refused(field: str) -> None:
    with pytest.raises(InvalidError, match="Invalid order by field name"):
        parse_model_order([ModelOrder(field)])


def test_queries_of_other_searches_have_other_fingerprints() -> None:
    query: Any = ModelQuery(1, (1,))
    others = [
        replace(query, experiment_ids=(2,)),
        replace(query, filter=parse_model_filter("name = 'a'")),
        replace(query, datasets=(("train", None),)),
        replace(query, order_by=parse_model_order([by("name")])),
    ]
    assert all(other.asked != query.asked for other in others)
    assert replace(query, limit=1).asked == query.asked
