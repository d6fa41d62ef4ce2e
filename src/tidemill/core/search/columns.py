"""How things stand in an order: a column for each key, and places between the pages of a search.

A key gives a thing a rank (0 has a value, 1 is NaN, 2 has none) and, at rank 0, a value. Ranks ascend whatever the
direction, so that NaN and missing values come last in both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.core.search.pieces import Sql, all_of, any_of, fill, join, sql

VALUE, NAN, MISSING = 0, 1, 2
NO_JOIN = Sql("")

Position = tuple[tuple[int, Any], ...]
"""Where a thing stands in an order: for each key the rank, and the value of rank 0, else None."""


@dataclass(frozen=True, slots=True)
class Page:
    """The row ids of some things, in order, and where the next page begins; `next` is None on the last."""

    ids: list[int]
    next: Position | None


@dataclass(frozen=True, slots=True)
class Column:
    """A key's place in one statement: its join, if it needs one, and the expressions of rank and value."""

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
        """That a thing stands strictly after this place, by this key alone."""
        beyond = sql(f"{self.rank} > ?", rank)
        if rank != VALUE:
            return beyond
        further = sql(f"{self.value} {'<' if self.descending else '>'} ?", value)
        if self.rank == "0":
            return further
        return any_of([beyond, fill(f"{self.rank} = 0 AND {{further}}", further=further)])

    def same(self, rank: int, value: Any) -> Sql:
        """That a thing stands at this place, by this key alone."""
        if rank != VALUE:
            return sql(f"{self.rank} = ?", rank)
        return sql(f"{self.value} = ?", value)


def after(columns: Sequence[Column], position: Position) -> Sql:
    """That a thing stands after the position in the order of all these columns."""
    choices: list[Sql] = []
    ties: list[Sql] = []
    for each, (rank, value) in zip(columns, position, strict=True):
        choices.append(all_of([*ties, each.after(rank, value)]))
        ties.append(each.same(rank, value))
    return any_of(choices)


def joins(columns: Iterable[Column]) -> Sql:
    """What the columns need after FROM."""
    return join(" ", [each.join for each in columns])


def order(columns: Iterable[Column]) -> Sql:
    """What they say after ORDER BY."""
    return Sql(", ".join(each.by for each in columns))


def places(columns: Iterable[Column]) -> Sql:
    """What they say after SELECT, for `position_of` to read."""
    return Sql(", ".join(f"{each.rank}, {each.value}" for each in columns))


def position_of(row: Sequence[Any]) -> Position:
    """The position in a row of `places`."""
    return tuple((row[index], row[index + 1]) for index in range(0, len(row), 2))
