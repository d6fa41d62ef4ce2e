"""Order keys of a run search as SQL: how a run stands in an order.

A key gives a run a rank (0 has a value, 1 is NaN, 2 has none) and, at rank 0, a value. Ranks ascend whatever the
direction, so that NaN and missing values come last in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.core.database import Dialect
from tidemill.tracking.search.clauses import Entity, OrderKey
from tidemill.tracking.search.run_query import RUN_ID, Position
from tidemill.tracking.search.run_sources import COLUMNS, TABLES
from tidemill.tracking.search.sql import Sql, all_of, any_of, binary, fill, sql

VALUE, NAN, MISSING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Column:
    """A key's place in one statement: its LEFT JOIN, and the expressions of rank and value."""

    join: Sql
    rank: str
    value: str
    descending: bool
    head: str | None = None
    """The beginning of the value, in an index that has no more of it."""

    @property
    def by(self) -> str:
        """The ORDER BY terms."""
        direction = " DESC" if self.descending else ""
        values = [f"{value}{direction}" for value in (self.head, self.value) if value is not None]
        return ", ".join(values if self.rank == "0" else [self.rank, *values])

    def after(self, rank: int, value: Any) -> Sql:
        """That a run stands strictly after this place, by this key alone."""
        beyond = sql(f"{self.rank} > ?", rank)
        if rank != VALUE:
            return beyond
        further = sql(f"{self.value} {'<' if self.descending else '>'} ?", value)
        if self.rank == "0":
            return further
        return any_of([beyond, fill(f"{self.rank} = 0 AND {{further}}", further=further)])

    def same(self, rank: int, value: Any) -> Sql:
        """That a run stands at this place, by this key alone."""
        if rank != VALUE:
            return sql(f"{self.rank} = ?", rank)
        return sql(f"{self.value} = ?", value)


def column(dialect: Dialect, key: OrderKey, number: int) -> Column:
    """The key as the `number`-th of a statement over `runs r`."""
    if key.entity is Entity.ATTRIBUTE:
        return _attribute_column(dialect, key)
    alias = f"k{number}"
    joined = sql(f"LEFT JOIN {TABLES[key.entity]} {alias} ON {alias}.run_id = r.id AND {alias}.key = ?", key.key)
    if key.entity is Entity.METRIC:
        value = f"{alias}.{key.aggregate.value}"
        rank = f"CASE WHEN {value} IS NOT NULL THEN 0 WHEN {alias}.run_id IS NOT NULL THEN 1 ELSE 2 END"
        return Column(joined, rank, value, key.descending)
    rank = f"CASE WHEN {alias}.run_id IS NOT NULL THEN 0 ELSE 2 END"
    return Column(joined, rank, binary(dialect, f"{alias}.value"), key.descending)


def after(columns: Sequence[Column], position: Position) -> Sql:
    """That a run stands after the position in the order of all these columns."""
    choices: list[Sql] = []
    ties: list[Sql] = []
    for each, (rank, value) in zip(columns, position, strict=True):
        choices.append(all_of([*ties, each.after(rank, value)]))
        ties.append(each.same(rank, value))
    return any_of(choices)


def _attribute_column(dialect: Dialect, key: OrderKey) -> Column:
    name = f"r.{COLUMNS[key.key]}"
    if name.endswith("_ms"):
        return Column(Sql(""), f"CASE WHEN {name} IS NULL THEN 2 ELSE 0 END", name, key.descending)
    # Ids are hexadecimal: every collation orders them alike, and the listing index has the plain column.
    value = name if key.key == RUN_ID.key else binary(dialect, name)
    return Column(Sql(""), "0", value, key.descending)
