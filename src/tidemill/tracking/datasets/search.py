"""Searching datasets: from a query to the row ids of one page of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Dialect, Tx
from tidemill.kit.errors import InvalidError
from tidemill.tracking.datasets.rules import is_storable
from tidemill.tracking.search.clauses import PATTERN, Clause, Entity, OrderKey
from tidemill.tracking.search.sql import Sql, all_of, any_of, binary, compare, fill, is_in, like, sql

DatasetPosition = tuple[str | int, ...]
"""Where a dataset stands in an order: its value for each key, and its row id."""

_COLUMNS = {
    "name": "d.name",
    "created_by": "d.created_by",
    "last_updated_by": "d.updated_by",
    "created_time": "d.created_ms",
    "last_update_time": "d.updated_ms",
    "id": "d.id",
}
_CREATED = OrderKey(Entity.ATTRIBUTE, "created_time", descending=True)
_ID = OrderKey(Entity.ATTRIBUTE, "id", descending=True)
_TEXTS = frozenset({"name", "created_by", "last_updated_by"})
_INT64 = 1 << 63


@dataclass(frozen=True, slots=True)
class DatasetQuery:
    """Which datasets, in which order, which part of them. Without experiments it is all of the workspace."""

    workspace_id: int
    experiment_ids: tuple[int, ...] | None
    filter: tuple[Clause, ...]
    order_by: tuple[OrderKey, ...]
    limit: int
    after: DatasetPosition | None = None

    @property
    def keys(self) -> tuple[OrderKey, ...]:
        """The whole order: what was asked, then newest first."""
        asked = {key.key for key in self.order_by}
        return (*self.order_by, *(key for key in (_CREATED, _ID) if key.key not in asked))


@dataclass(frozen=True, slots=True)
class FoundIds:
    """Row ids of some datasets, in order, and where the next page begins; None on the last."""

    ids: list[int]
    next: DatasetPosition | None


def search_datasets(tx: Tx, query: DatasetQuery) -> FoundIds:
    """One page. Raises InvalidError where the position is of another order."""
    keys = query.keys
    columns = [_ordered(tx.dialect, key.key) for key in keys]
    tests = [sql("d.workspace_id = ?", query.workspace_id), *(_test(tx, clause) for clause in query.filter)]
    if query.experiment_ids is not None:
        condition, parameter = tx.any_of(query.experiment_ids)
        listed = f"SELECT dataset_id FROM dataset_experiments WHERE experiment_id {condition}"  # noqa: S608
        tests.append(sql(f"d.id IN ({listed})", parameter))
    if query.after is not None:
        _check_position(query.after, keys)
        tests.append(_after(columns, keys, query.after))
    terms = (f"{column} {'DESC' if key.descending else 'ASC'}" for column, key in zip(columns, keys, strict=True))
    statement = fill(
        "SELECT {values} FROM datasets d WHERE {tests} ORDER BY {order} LIMIT ?",
        values=Sql(", ".join(_COLUMNS[key.key] for key in keys)),
        tests=all_of(tests),
        order=Sql(", ".join(terms)),
    )
    rows = tx.sql(statement.text, (*statement.parameters, query.limit + 1))
    found = rows[: query.limit]
    return FoundIds([row[-1] for row in found], tuple(found[-1]) if len(rows) > query.limit else None)


def _ordered(dialect: Dialect, key: str) -> str:
    return binary(dialect, _COLUMNS[key]) if key in _TEXTS else _COLUMNS[key]


def _test(tx: Tx, clause: Clause) -> Sql:
    if clause.entity is Entity.TAG:
        return fill(
            "EXISTS (SELECT 1 FROM dataset_tags t WHERE t.dataset_id = d.id AND {key} AND {value})",
            key=sql("t.key = ?", clause.key),
            value=_compare(tx.dialect, "t.value", clause),
        )
    if clause.key in _TEXTS:
        return _compare(tx.dialect, _COLUMNS[clause.key], clause)
    return compare(_COLUMNS[clause.key], clause.comparator, clause.value)


def _compare(dialect: Dialect, column: str, clause: Clause) -> Sql:
    if isinstance(clause.value, tuple):
        return is_in(dialect, column, clause.value)
    if clause.comparator in PATTERN:
        return like(dialect, column, clause.comparator, str(clause.value))
    return compare(binary(dialect, column), clause.comparator, clause.value)


def _check_position(position: DatasetPosition, keys: Sequence[OrderKey]) -> None:
    if len(position) != len(keys) or not all(map(_may_be, position, keys)):
        raise InvalidError("Invalid page token: it is of another order", hint="keep order_by while walking the pages")


def _may_be(value: str | int, key: OrderKey) -> bool:
    if key.key in _TEXTS:
        return isinstance(value, str) and is_storable(value)
    return isinstance(value, int) and abs(value) < _INT64


def _after(columns: Sequence[str], keys: Sequence[OrderKey], position: DatasetPosition) -> Sql:
    """That a dataset stands strictly after the position."""
    choices: list[Sql] = []
    ties: list[Sql] = []
    for column, key, value in zip(columns, keys, position, strict=True):
        choices.append(all_of([*ties, sql(f"{column} {'<' if key.descending else '>'} ?", value)]))
        ties.append(sql(f"{column} = ?", value))
    return any_of(choices)
