"""What the ways of a run search cost: how many runs each condition lists, and which form of a test is cheaper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tidemill.core.database import Tx
from tidemill.core.search import Clause, Entity, Sql
from tidemill.tracking.search.run_query import Frame
from tidemill.tracking.search.run_sources import Condition, Root, Source, listing_source, membership, probe, source
from tidemill.tracking.search.run_statement import count_up_to

MOST_COUNTED = 100_000
_SMALL_FRAME = 5000
"""How many runs of the experiments themselves are counted: where there are more, that is no short list."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What things cost a run, in microseconds, and the pace of a walk. Only the choice hangs on them, never the result.

    As measured on SQLite with 100,000 runs; on PostgreSQL they stand in much the same proportions.
    """

    collect: float = 0.4
    """To put a listed run into a set."""
    look_up: float = 0.2
    """To look for a run in that set."""
    probe: float = 3.0
    """To test a run by a look into another table."""
    run: float = 1.5
    """To read the run's own row."""
    passing: float = 0.3
    """The share of runs that is taken to pass a test of which nothing else is known."""
    first_stretch: int = 256
    """Runs that a walk tests before anything is counted."""
    growth: int = 4
    """How many times as long the next stretch is, at least."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A condition, the source that lists its runs if one does, and how many rows that has, counted up to `counted`."""

    condition: Condition
    source: Source | None
    rows: int = 0
    counted: int = 0
    costs: Costs = Costs()

    @property
    def is_attribute(self) -> bool:
        """Whether it speaks of the run's own row, which a search reads anyway."""
        match self.condition:
            case Root():
                return False
            case Clause(entity=entity):
                return entity is Entity.ATTRIBUTE
            case pinned:
                return pinned.key.entity is Entity.ATTRIBUTE

    def cost(self, candidates: float) -> float:
        """Of testing so many runs."""
        if self.is_attribute:
            return self.costs.run * candidates
        return min(self.costs.probe * candidates, self._cost_of_collecting(candidates))

    def test(self, tx: Tx, candidates: float, run_id: str) -> tuple[bool, Sql]:
        """The cheaper test of so many runs, and whether it collects."""
        collects = not self.is_attribute and self._cost_of_collecting(candidates) < self.costs.probe * candidates
        if collects and self.source is not None:
            return True, membership(tx, self.source, run_id, self.rows)
        return False, probe(tx, self.condition, run_id)

    def _cost_of_collecting(self, candidates: float) -> float:
        is_counted = self.source is not None and self.rows < self.counted
        cost = self.costs.collect * self.rows + self.costs.look_up * candidates
        return cost if is_counted else float("inf")


@dataclass(frozen=True, slots=True)
class Gathering:
    """To take all runs of a source and test them against the other conditions."""

    origin: Source
    rows: int
    others: list[Listed]
    costs: Costs

    @property
    def cost(self) -> float:
        tests = sum(each.cost(self.rows) for each in self.others)
        passing = self.rows * self.costs.passing ** len(self.others)
        return tests + passing * (self.costs.run + self.costs.probe)

    def tests(self, tx: Tx) -> list[Sql]:
        return [test for _, test in sorted_tests(tx, self.others, self.rows, self.origin.run_id)]


class Counts:
    """How many rows the sources of one search have; each is counted once, as far as was ever asked."""

    def __init__(self, tx: Tx, frame: Frame, costs: Costs) -> None:
        self.costs = costs
        self._tx = tx
        self._frame = frame
        self._known: dict[Condition, Listed] = {}
        self._everything = listing_source(tx, frame, Sql("1 = 1"))
        self._runs = (0, 0)

    def uncounted(self, conditions: Sequence[Condition]) -> list[Listed]:
        """The conditions, as far as they were counted before."""
        return [
            self._known.get(each) or Listed(each, source(self._tx, self._frame, each), costs=self.costs)
            for each in conditions
        ]

    def listed(self, conditions: Sequence[Condition], ahead: float) -> list[Listed]:
        """The conditions, counted as far as it matters when so many runs may have to be tested."""
        most = min(int(ahead * self.costs.probe / self.costs.collect) + 1, MOST_COUNTED)
        return [self._count(each, most) for each in self.uncounted(conditions)]

    def best_gathering(self, listed: Sequence[Listed], ahead: float) -> Gathering:
        """From the source with the fewest rows; the frame itself is one too."""
        smallest = min(
            (each for each in listed if each.source is not None and each.rows < each.counted),
            key=lambda each: each.rows,
            default=None,
        )
        if smallest is None or smallest.source is None:
            return Gathering(self._everything, self._count_runs(int(ahead)), list(listed), self.costs)
        runs = self._count_runs(min(smallest.rows, _SMALL_FRAME))
        if runs < min(smallest.rows, _SMALL_FRAME):
            return Gathering(self._everything, runs, list(listed), self.costs)
        others = [each for each in listed if each is not smallest]
        return Gathering(smallest.source, smallest.rows, others, self.costs)

    def _count(self, listed: Listed, most: int) -> Listed:
        is_known = listed.counted >= most or 0 < listed.counted > listed.rows
        if listed.source is None or is_known:
            return listed
        rows = count_up_to(self._tx, listed.source, most)
        self._known[listed.condition] = counted = replace(listed, rows=rows, counted=most)
        return counted

    def _count_runs(self, most: int) -> int:
        rows, counted = self._runs
        most = min(most, _SMALL_FRAME)
        if counted < most and rows == counted:
            self._runs = rows, counted = count_up_to(self._tx, self._everything, most), most
        return rows if rows < most else MOST_COUNTED


def sorted_tests(tx: Tx, listed: Sequence[Listed], candidates: float, run_id: str) -> list[tuple[bool, Sql]]:
    """Each condition in the form that is cheaper for so many runs, those that collect first."""
    tests = [each.test(tx, candidates, run_id) for each in listed]
    return sorted(tests, key=lambda test: not test[0])
