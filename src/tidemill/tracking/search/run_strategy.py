"""Which way a run search goes, so that it costs little whatever the filter's selectivity.

There are two ways to the first n runs that pass a filter, in the order of a metric (or param, tag, start time):

- *Walk*: go along the index of the order key and test each run until n have passed. Quick where many runs pass: 50 of
  100,000 are found after 100 steps where half of them do, after 50,000 where one in a thousand does.
- *Gather*: take all runs that the most selective clause lists, test and sort them. Quick where few pass.

And there are two ways to test many runs against a clause: *probe* each by a look into a unique index (some 3 us a run),
or *collect* first all runs that the clause lists (0.4 us each) and look them up there (0.2 us a run).

Neither database's planner can tell which is best: it knows nothing of how often *this* key has *this* value in *this*
experiment, nor how clauses go together. So a search begins to walk a short stretch, probing. A dense filter is
answered by that alone. If not, the hit rate tells how far there is still to walk; what each clause lists is
counted, on the covering index alone and no further than could change the choice; and the cheapest way is taken: to
gather, or to walk another stretch, at least four times as long, after which all is asked again. So clauses that go
together, or against each other, need no statistics: their hit rate is seen, not assumed, and a wrong guess costs no
more than the right way does.

Ties: a stretch ends between two values, never within one, so its runs are exactly the first of the order. Where very
many runs share one value (the epoch count, say) they are not walked: they become a search of their own, with "key =
value" as one more condition and the remaining keys as its order. NaN and missing values, which come last in both
directions, are two more such groups.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.search import VALUE, OrderKey, Position
from tidemill.tracking.search import run_statement
from tidemill.tracking.search.run_costs import MOST_COUNTED, Costs, Counts, Gathering, Listed, sorted_tests
from tidemill.tracking.search.run_query import Frame
from tidemill.tracking.search.run_sources import Condition, Pin, source
from tidemill.tracking.search.run_statement import columns_of, count_up_to
from tidemill.tracking.search.run_walk import Walk

_FEW = 2
"""So many listed runs for each that is wanted are gathered without further thought: they may be all that there are."""


@dataclass(frozen=True, slots=True)
class Part:
    """A search within a search: runs that meet all conditions, in the order of the keys, after a position."""

    conditions: tuple[Condition, ...]
    keys: tuple[OrderKey, ...]
    need: int
    position: Position | None = None


def first_runs(tx: Tx, frame: Frame, part: Part, costs: Costs) -> list[int]:
    """The first `part.need` runs, by whichever way is cheapest."""
    return _Search(tx, frame, costs).first(part)


def gathered_runs(tx: Tx, frame: Frame, part: Part, costs: Costs) -> list[int]:
    """The same, by gathering only: what every other way must agree with."""
    return _Search(tx, frame, costs).gather(part)


class _Search:
    def __init__(self, tx: Tx, frame: Frame, costs: Costs) -> None:
        self._tx = tx
        self._frame = frame
        self._counts = Counts(tx, frame, costs)

    def first(self, part: Part) -> list[int]:
        """Group by group: the runs with a value of the first key, those with NaN, those with none."""
        if part.need <= 0:
            return []
        walk = Walk.along(part.keys[0], self._frame, part.conditions)
        if walk is None:
            return self.gather(part)
        rank = part.position[0][0] if part.position else VALUE
        found: list[int] = []
        for group in walk.ranks:
            missing = part.need - len(found)
            if group < rank or missing <= 0:
                continue
            if group == VALUE:
                walked = self._walk(walk, part)
                if isinstance(walked, Gathering):
                    return self.gather(part, walked)
                found = walked
            else:
                position = part.position if group == rank else None
                found += self._ties(replace(part, need=missing, position=position), Pin(walk.key, group))
        return found

    def gather(self, part: Part, gathering: Gathering | None = None) -> list[int]:
        """All runs of the source that lists the fewest, tested and sorted, whatever their group."""
        if gathering is None:
            listed = self._counts.listed(part.conditions, MOST_COUNTED)
            gathering = self._counts.best_gathering(listed, MOST_COUNTED)
        return run_statement.ids(
            self._tx,
            self._frame,
            gathering.origin,
            gathering.tests(self._tx),
            columns=columns_of(self._tx, part.keys),
            limit=part.need,
            position=part.position,
        )

    def _walk(self, walk: Walk, part: Part) -> list[int] | Gathering:
        """The runs that have a value, stretch by stretch; or, where that became cheaper, what to gather instead."""
        found: list[int] = []
        begin: Any = None
        if part.position:
            begin = walk.position(part.position[0][1])
            found = self._tied(walk, part, begin)
        rest = [condition for condition in part.conditions if condition not in walk.own]
        listed = self._counts.uncounted(rest)
        stretch, walked = self._counts.costs.first_stretch if rest else 2 * part.need, 0
        while (missing := part.need - len(found)) > 0:
            if walked and rest:
                ahead = missing * walked / (len(found) or 0.5)
                listed = self._counts.listed(rest, ahead)
                gathering = self._counts.best_gathering(self._counts.listed(part.conditions, ahead), ahead)
                walking = sum(each.cost(ahead) for each in listed)
                if gathering.rows <= _FEW * part.need or gathering.cost < walking:
                    return gathering
                stretch = max(int(2 * ahead), self._counts.costs.growth * stretch)
            passed, end = self._stretch(walk, replace(part, need=missing, position=None), listed, begin, stretch)
            found += passed
            if end is None:
                break
            begin = end
            walked += stretch
        return found

    def _stretch(
        self, walk: Walk, part: Part, listed: Sequence[Listed], begin: Any, length: int
    ) -> tuple[list[int], Any]:
        """What passes of the next `length` runs after `begin`, and where they end; None where the walk does."""
        tests = sorted_tests(self._tx, listed, length, walk.run_id)
        # A walk that costs next to nothing a run needs no end but that there are enough.
        is_cheap = walk.is_listing if not tests else all(collects for collects, _ in tests)
        end = None if is_cheap else walk.ahead(self._tx, begin, length)
        has_many_ties = end is not None and self._count_ties(walk, end, length) >= length
        passed = run_statement.ids(
            self._tx,
            self._frame,
            walk.stretch(self._tx, begin, end, with_end=not has_many_ties),
            [test for _, test in tests],
            columns=columns_of(self._tx, part.keys, first=walk.column(self._tx.dialect)),
            limit=part.need,
        )
        if has_many_ties:
            passed += self._tied(walk, replace(part, need=part.need - len(passed)), end)
        return passed, end

    def _count_ties(self, walk: Walk, value: Any, most: int) -> int:
        tied = source(self._tx, self._frame, walk.ties(value))
        return 0 if tied is None else count_up_to(self._tx, tied, most)

    def _tied(self, walk: Walk, part: Part, value: Any) -> list[int]:
        """The runs at one value of the walk: by the remaining keys, unless the walk knows only a value's beginning."""
        ties = walk.ties(value)
        if isinstance(ties, Pin):
            return self._ties(part, ties)
        return self.gather(replace(part, conditions=(*part.conditions, ties))) if part.need > 0 else []

    def _ties(self, part: Part, pin: Pin) -> list[int]:
        """The runs of one group of ties, by the remaining keys; the few of a small group are gathered at once."""
        position = part.position[1:] if part.position else None
        rest = Part((*part.conditions, pin), part.keys[1:], part.need, position)
        origin = source(self._tx, self._frame, pin)
        few = self._counts.costs.first_stretch
        if origin is None or part.need <= 0 or (rows := count_up_to(self._tx, origin, few)) >= few:
            return self.first(rest)
        others = self._counts.uncounted(part.conditions)
        return self.gather(rest, Gathering(origin, rows, others, self._counts.costs))
