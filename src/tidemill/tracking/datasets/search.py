"""Searching datasets: from a query to the ids of one page of them."""

from dataclasses import dataclass

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import (
    NO_JOIN,
    Clause,
    Column,
    Entity,
    OrderKey,
    Page,
    Position,
    Sql,
    binary,
    compare,
    fill,
    page,
    sql,
    text_test,
)

_COLUMNS = {
    "name": "name",
    "created_by": "created_by",
    "last_updated_by": "updated_by",
    "created_time": "created_ms",
    "last_update_time": "updated_ms",
    "id": "id",
}
_NEWEST = (
    OrderKey(Entity.ATTRIBUTE, "created_time", descending=True),
    OrderKey(Entity.ATTRIBUTE, "id", descending=True),
)
_TEXTS = frozenset({"name", "created_by", "last_updated_by"})


@dataclass(frozen=True, slots=True)
class DatasetQuery:
    """Which datasets of a workspace, in which order, which part of them; `after` is the `Page.next` before.

    `experiment_ids` None means all, whether they are in an experiment or not.
    """

    workspace_id: int
    experiment_ids: tuple[int, ...] | None = None
    filter: tuple[Clause, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    limit: int = 1000
    after: Position | None = None

    @property
    def keys(self) -> tuple[OrderKey, ...]:
        """The whole order: what was asked, then newest first."""
        asked = {key.key for key in self.order_by}
        return (*self.order_by, *(key for key in _NEWEST if key.key not in asked))

    @property
    def asked(self) -> tuple[object, ...]:
        """What all pages of the search have in common."""
        return ("datasets", self.experiment_ids, self.filter, self.order_by)

    @property
    def are_numbers(self) -> list[bool]:
        """Of each key of the order, whether its values are numbers."""
        return [key.key not in _TEXTS for key in self.keys]


def search_datasets(tx: Tx, query: DatasetQuery) -> Page:
    """The datasets of one page."""
    tests = [sql("t.workspace_id = ?", query.workspace_id)]
    if query.experiment_ids is not None:
        condition, parameter = tx.any_of(query.experiment_ids)
        listed = f"SELECT dataset_id FROM dataset_experiments WHERE experiment_id {condition}"  # noqa: S608
        tests.append(sql(f"t.id IN ({listed})", parameter))
    tests += [_test(tx.dialect, clause) for clause in query.filter]
    columns = [Column(NO_JOIN, "0", _column(tx.dialect, key.key), key.descending) for key in query.keys]
    return page(tx, "datasets", tests, columns=columns, limit=query.limit, position=query.after)


def _column(dialect: Dialect, key: str) -> str:
    name = f"t.{_COLUMNS[key]}"
    return binary(dialect, name) if key in _TEXTS else name


def _test(dialect: Dialect, clause: Clause) -> Sql:
    if clause.entity is Entity.TAG:
        return fill(
            "EXISTS (SELECT 1 FROM dataset_tags x WHERE x.dataset_id = t.id AND {of_key} AND {test})",
            of_key=sql("x.key = ?", clause.key),
            test=text_test(dialect, "x.value", clause),
        )
    column = _column(dialect, clause.key)
    if clause.key in _TEXTS:
        return text_test(dialect, column, clause)
    return compare(column, clause.comparator, clause.value)
