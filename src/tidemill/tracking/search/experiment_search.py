"""Searching experiments: from a query to the ids of one page of them."""

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
    binary,
    compare,
    fill,
    is_in,
    page,
    sql,
    text_test,
)
from tidemill.tracking.experiments.models import View
from tidemill.tracking.search.experiment_fields import ID

_COLUMNS = {ID: "id", "name": "name", "creation_time": "created_ms", "last_update_time": "updated_ms"}
_NEWEST = (
    OrderKey(Entity.ATTRIBUTE, "creation_time", descending=True),
    OrderKey(Entity.ATTRIBUTE, ID, descending=True),
)


@dataclass(frozen=True, slots=True)
class ExperimentQuery:
    """Which experiments of a workspace, in which order, which part of them; `after` is the `Page.next` before."""

    workspace_id: int
    filter: tuple[Clause, ...] = ()
    order_by: tuple[OrderKey, ...] = ()
    view: View = View.ACTIVE_ONLY
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
        return ("experiments", self.filter, self.order_by, self.view)

    @property
    def are_numbers(self) -> list[bool]:
        """Of each key of the order, whether its values are numbers."""
        return [key.key != "name" for key in self.keys]


def search_experiments(tx: Tx, query: ExperimentQuery) -> Page:
    """The experiments of one page."""
    stages = is_in(tx.dialect, "t.lifecycle_stage", [str(stage) for stage in query.view.stages])
    tests = [sql("t.workspace_id = ?", query.workspace_id), stages]
    tests += [_test(tx, clause) for clause in query.filter]
    columns = [_column(tx.dialect, key) for key in query.keys]
    return page(tx, "experiments", tests, columns=columns, limit=query.limit, position=query.after)


def _column(dialect: Dialect, key: OrderKey) -> Column:
    name = f"t.{_COLUMNS[key.key]}"
    return Column(NO_JOIN, "0", binary(dialect, name) if key.key == "name" else name, key.descending)


def _test(tx: Tx, clause: Clause) -> Sql:
    if clause.entity is Entity.TAG:
        return _tag(tx, clause)
    column = f"t.{_COLUMNS[clause.key]}"
    if clause.key != ID:
        return text_test(tx.dialect, column, clause) if clause.key == "name" else _time(column, clause)
    ids = clause.value if isinstance(clause.value, tuple) else ()
    condition, parameter = tx.any_of([int(each) for each in ids])
    is_any = sql(f"{column} {condition}", parameter)
    is_within = clause.comparator in (Comparator.EQ, Comparator.IN)
    return is_any if is_within else fill("NOT ({is_any})", is_any=is_any)


def _time(column: str, clause: Clause) -> Sql:
    return compare(column, clause.comparator, clause.value)


def _tag(tx: Tx, clause: Clause) -> Sql:
    of_key = sql("EXISTS (SELECT 1 FROM experiment_tags x WHERE x.experiment_id = t.id AND x.key = ?", clause.key)
    match clause.comparator:
        case Comparator.IS_NULL:
            return fill("NOT {of_key})", of_key=of_key)
        case Comparator.IS_NOT_NULL:
            return fill("{of_key})", of_key=of_key)
        case _:
            return fill("{of_key} AND {test})", of_key=of_key, test=text_test(tx.dialect, "x.value", clause))
