"""Searching logged models: from a query to the ids of one page of them."""

from dataclasses import dataclass

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import (
    NO_JOIN,
    Clause,
    Column,
    Comparator,
    Entity,
    OrderKey,
    Page,
    Position,
    Sql,
    all_of,
    any_of,
    binary,
    compare,
    fill,
    page,
    sql,
    text_test,
)

_NUMBERS = {"creation_time": "t.created_ms", "last_updated_time": "t.updated_ms", "id": "t.id"}
_STRINGS = {
    "artifact_location": "t.artifact_uri",
    "experiment_id": "CAST(t.experiment_id AS TEXT)",
    "lifecycle_stage": "t.lifecycle_stage",
    "model_id": "t.uuid",
    "model_type": "t.model_type",
    "name": "t.name",
    "source_run_id": "t.source_run_id",
    "status": "SUBSTR(t.status, 14)",  # after LOGGED_MODEL_
}
_NEWEST = (
    OrderKey(Entity.ATTRIBUTE, "creation_time", descending=True),
    OrderKey(Entity.ATTRIBUTE, "id", descending=True),
)
_TABLES = {Entity.PARAM: "logged_model_params", Entity.TAG: "logged_model_tags"}
Dataset = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """Which logged models, in which order, which part of them; `after` is the `Page.next` of the page before.

    `datasets` narrows metric clauses to values measured on any of these; without such a clause, to models that were.
    """

    workspace_id: int
    experiment_ids: tuple[int, ...]
    filter: tuple[Clause, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    limit: int = 50
    after: Position | None = None

    @property
    def keys(self) -> tuple[OrderKey, ...]:
        """The whole order: what was asked, then newest first."""
        asked = {(key.entity, key.key) for key in self.order_by}
        return (*self.order_by, *(key for key in _NEWEST if (key.entity, key.key) not in asked))

    @property
    def asked(self) -> tuple[object, ...]:
        """What all pages of the search have in common."""
        return ("models", self.experiment_ids, self.filter, self.datasets, self.order_by)

    @property
    def are_numbers(self) -> list[bool]:
        """Of each key of the order, whether its values are numbers."""
        return [key.entity is Entity.METRIC or key.key in _NUMBERS for key in self.keys]


def search_models(tx: Tx, query: ModelQuery) -> Page:
    """The logged models of one page, of those that are not deleted."""
    condition, parameter = tx.any_of(query.experiment_ids)
    tests = [
        sql("t.workspace_id = ?", query.workspace_id),
        sql(f"t.experiment_id {condition}", parameter),
        sql("t.lifecycle_stage = ?", "active"),
    ]
    tests += [_test(tx.dialect, clause, query.datasets) for clause in query.filter]
    if query.datasets and not any(clause.entity is Entity.METRIC for clause in query.filter):
        tests.append(_measured(_on_any(query.datasets)))
    columns = [_column(tx.dialect, key, number) for number, key in enumerate(query.keys)]
    return page(tx, "logged_models", tests, columns=columns, limit=query.limit, position=query.after)


def _test(dialect: Dialect, clause: Clause, datasets: tuple[Dataset, ...]) -> Sql:
    match clause.entity:
        case Entity.METRIC:
            # NaN is stored as NULL, which meets no comparison.
            value = compare("x.value", clause.comparator, clause.value)
            on_datasets = [_on_any(datasets)] if datasets else []
            return _measured(all_of([sql("x.key = ?", clause.key), value, *on_datasets]))
        case Entity.ATTRIBUTE if clause.key in _NUMBERS:
            return compare(_NUMBERS[clause.key], clause.comparator, clause.value)
        case Entity.ATTRIBUTE:
            return text_test(dialect, _STRINGS[clause.key], clause)
        case _:
            table = _TABLES[clause.entity]
            return fill(
                f"EXISTS (SELECT 1 FROM {table} x WHERE x.model_id = t.id AND {{is_key}} AND {{test}})",  # noqa: S608
                is_key=sql("x.key = ?", clause.key),
                test=text_test(dialect, "x.value", clause),
            )


def _measured(test: Sql) -> Sql:
    return fill("EXISTS (SELECT 1 FROM logged_model_metrics x WHERE x.model_id = t.id AND {test})", test=test)


def _on_any(datasets: tuple[Dataset, ...]) -> Sql:
    return any_of(_on(dataset) for dataset in datasets)


def _on(dataset: Dataset) -> Sql:
    name, digest = dataset
    is_named = compare("x.dataset_name", Comparator.EQ, name)
    return is_named if digest is None else all_of([is_named, compare("x.dataset_digest", Comparator.EQ, digest)])


def _column(dialect: Dialect, key: OrderKey, number: int) -> Column:
    if key.entity is Entity.METRIC:
        return _metric_column(key, f"k{number}")
    if key.key in _NUMBERS:
        return Column(NO_JOIN, "0", _NUMBERS[key.key], key.descending)
    return Column(NO_JOIN, "0", binary(dialect, _STRINGS[key.key]), key.descending)


def _metric_column(key: OrderKey, alias: str) -> Column:
    """A model stands at the newest of its values; without one, or where that is NaN, it comes last."""
    newest = fill(
        """SELECT x.id FROM logged_model_metrics x WHERE x.model_id = t.id AND {test}
        ORDER BY x.timestamp_ms DESC, x.step DESC, x.id DESC LIMIT 1""",
        test=all_of([sql("x.key = ?", key.key), *([_on(key.dataset)] if key.dataset else [])]),
    )
    join = fill(f"LEFT JOIN logged_model_metrics {alias} ON {alias}.id = ({{newest}})", newest=newest)
    return Column(join, f"CASE WHEN {alias}.value IS NOT NULL THEN 0 ELSE 2 END", f"{alias}.value", key.descending)
