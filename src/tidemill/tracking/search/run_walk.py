"""Walking an index along an order key: stretches of it, and how far a number of runs reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.core.database import Dialect, Tx
from tidemill.core.search import (
    MISSING,
    NAN,
    NO_JOIN,
    VALUE,
    Aggregate,
    Clause,
    Column,
    Comparator,
    Entity,
    OrderKey,
    Sql,
    all_of,
    binary,
    fill,
    join,
    sql,
)
from tidemill.tracking.search.run_query import START, Frame
from tidemill.tracking.search.run_sources import (
    COLUMNS,
    HEAD_LENGTH,
    Condition,
    HeadPin,
    Pin,
    Source,
    keyed_source,
    listing_source,
    probe,
    range_test,
)

_MOST_PARTS = 32
"""Experiments times stages, up to which each part of an index is walked by itself and the parts are merged."""


@dataclass(frozen=True, slots=True)
class Walk:
    """An index that lists the frame's runs along an order key, from its first value to its last.

    For params and tags the values are heads: the index knows no more of a text.
    """

    key: OrderKey
    frame: Frame
    own: tuple[Clause, ...] = ()
    """Clauses about the key itself, which narrow the walk."""

    @staticmethod
    def along(key: OrderKey, frame: Frame, conditions: Sequence[Condition]) -> "Walk | None":
        """The walk along this key; None where no index is ordered by it."""
        is_indexed = key.key == START.key if key.entity is Entity.ATTRIBUTE else key.aggregate is Aggregate.LAST
        own = [
            condition
            for condition in conditions
            if isinstance(condition, Clause)
            and (condition.entity, condition.key) == (key.entity, key.key)
            and condition.comparator is not Comparator.IS_NULL
        ]
        return Walk(key, frame, tuple(own)) if is_indexed else None

    @property
    def ranks(self) -> tuple[int, ...]:
        """The groups of runs that there can be: clauses about the key leave none that lack it, and few pass NaN."""
        if self.own:
            passes_nan = all(clause.comparator is Comparator.NE for clause in self.own)
            return (VALUE, NAN) if passes_nan and self.key.entity is Entity.METRIC else (VALUE,)
        return (VALUE, NAN, MISSING) if self.key.entity is Entity.METRIC else (VALUE, MISSING)

    @property
    def is_listing(self) -> bool:
        """Whether the index, in one piece, has the whole order of a plain listing: newest first, then by run id."""
        return self.key == START and self.frame.parts == 1

    @property
    def is_text(self) -> bool:
        return self.key.entity in (Entity.PARAM, Entity.TAG)

    @property
    def run_id(self) -> str:
        return "r.id" if self.key.entity is Entity.ATTRIBUTE else "s.run_id"

    def column(self, dialect: Dialect) -> Column:
        """The key's place in a statement over a stretch: it has a value there, at hand in the index."""
        by = self._name(dialect)
        value = binary(dialect, "s.value") if self.is_text else by
        return Column(NO_JOIN, "0", value, self.key.descending, head=by if self.is_text else None)

    def stretch(self, tx: Tx, begin: Any, end: Any, *, with_end: bool = True) -> Source:
        """The runs strictly after `begin` up to `end`; None leaves that side open."""
        return self._source(tx, self.frame, self._between(tx, begin, end, with_end=with_end))

    def ahead(self, tx: Tx, begin: Any, distance: int) -> Any:
        """The value of the run that is so many places after `begin`; None where the index ends before."""
        test = self._between(tx, begin, None, with_end=True)
        name = self._name(tx.dialect)
        direction = "DESC" if self.key.descending else "ASC"
        parts = [self._source(tx, frame, test) for frame in self._parts()]
        if len(parts) == 1:
            statement = fill(
                f"SELECT {name} FROM {{rows}} ORDER BY {name} {direction} LIMIT 1 OFFSET ?",  # noqa: S608
                rows=parts[0].rows(tx.dialect),
            )
        else:
            first = f"SELECT * FROM (SELECT {name} AS v FROM {{rows}} ORDER BY {name} {direction} LIMIT {distance}) p"  # noqa: S608
            merged = join(" UNION ALL ", [fill(first, rows=part.rows(tx.dialect)) for part in parts])
            by = binary(tx.dialect, "v") if self.is_text else "v"
            statement = fill(f"SELECT v FROM ({{merged}}) m ORDER BY {by} {direction} LIMIT 1 OFFSET ?", merged=merged)  # noqa: S608
        rows = tx.sql(statement.text, (*statement.parameters, distance - 1))
        return rows[0][0] if rows else None

    def ties(self, value: Any) -> Pin | HeadPin:
        """What the runs at a value of this walk have in common."""
        if self.is_text and len(value) >= HEAD_LENGTH:
            return HeadPin(self.key, value)
        return Pin(self.key, 0, value)

    def position(self, value: Any) -> Any:
        """The value of the walk at which a run with this value of the key stands."""
        return value[:HEAD_LENGTH] if self.is_text else value

    def _name(self, dialect: Dialect) -> str:
        if self.key.entity is Entity.ATTRIBUTE:
            return COLUMNS[self.key.key]
        return binary(dialect, "s.value_head") if self.is_text else "s.value"

    def _between(self, tx: Tx, begin: Any, end: Any, *, with_end: bool) -> Sql:
        name = self._name(tx.dialect)
        later, earlier = ("<", ">") if self.key.descending else (">", "<")
        tests = [Sql(f"{name} IS NOT NULL"), *self._own_tests(tx)]
        if begin is not None:
            tests.append(sql(f"{name} {later} ?", begin))
        if end is not None:
            tests.append(sql(f"{name} {earlier}{'=' if with_end else ''} ?", end))
        return all_of(tests)

    def _own_tests(self, tx: Tx) -> list[Sql]:
        if self.key.entity is Entity.ATTRIBUTE:
            return [probe(tx, clause, "r.id") for clause in self.own]
        return [range_test(tx, clause) for clause in self.own]

    def _source(self, tx: Tx, frame: Frame, test: Sql) -> Source:
        if self.key.entity is Entity.ATTRIBUTE:
            return listing_source(tx, frame, test)
        return keyed_source(tx, frame, self.key, test)

    def _parts(self) -> list[Frame]:
        """Frames in each of which the index is in order; the whole frame, to be sorted, where they are too many."""
        if self.frame.parts > _MOST_PARTS:
            return [self.frame]
        # Only the listing index knows of stages.
        is_listing = self.key.entity is Entity.ATTRIBUTE
        stages = [(stage,) for stage in self.frame.stages] if is_listing else [self.frame.stages]
        return [Frame((id_,), stage) for id_ in self.frame.experiment_ids for stage in stages]
