"""A server's life over tables and a machine that outlive it: steps, acts one by one, and its sudden end."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from tidemill.compute.backends.fakes import FakeMachine
from tidemill.compute.backends.port import Report, Unknown
from tidemill.compute.controller import Ledger, Step, step
from tidemill.compute.fakes import MemoryStore
from tidemill.compute.models import ProcessKey, Quota
from tidemill.compute.records import KeptLog
from tidemill.compute.simulation.situation import BACKEND
from tidemill.compute.store import ComputeStore

Found = TypeVar("Found")
Within = Callable[[Callable[[ComputeStore], Any]], Any]
"""Runs a function of the tables in one transaction."""

Deed = Callable[[], object]
"""Does something in the world; what it answers is of no interest."""
Act = tuple[str, Deed]
"""Something to do in the world, and what it is called in a trace."""


def in_memory(quotas: Iterable[Quota]) -> Within:
    """Tables in memory."""
    store = MemoryStore(quotas)
    return lambda work: work(store)


class Life:
    """One server, from its start to its end. Acts wait in order, so that the end may come between any two.

    As in the real loop, the acts of a step are done before the next step, and `adopt` comes first of all.
    """

    def __init__(self, within: Within, machine: FakeMachine) -> None:
        self.acts: deque[Act] = deque()
        self.reports: list[Report] = []
        self.delivered: list[Report] = []
        self._within = within
        self._machine = machine
        self._ledger = Ledger()
        self._nodes: list[str] = []
        machine.report = self._hear
        self.poll()
        self.adopt()

    def end(self) -> None:
        """Killed: all that was in its head is gone."""
        self._machine.report = None

    def step(self, reports: Sequence[Report], *, polls: bool) -> Step:
        """Take a step, and line up what follows it."""
        now, restart_on = self._machine.now_ms, self._nodes if polls else ()
        standing = self._ledger.standing(reports)
        made: Step = self._within(lambda store: step(store, standing, now, restart_on))
        self.delivered += [report for report in reports if not isinstance(report, Unknown)]
        for start in self._ledger.take_starts(made.starts):
            self._then(f"start {start.key} on {start.node}", self._start(start.key, start.node))
        for stop in self._ledger.take_stops(made.stops):
            self._then(f"stop {stop.key}", self._stop(stop.key, stop.grace_s))
        for key in made.strays:
            self._then(f"end the stray {key}", self._stop(key, 0))
        self.put_away(made.ended)
        return made

    def adopt(self) -> None:
        """Ask what became of everything."""
        live, unsettled = self._within(lambda store: (store.live(), store.unsettled(self._nodes)))
        self._machine.adopt({each.key for each in live})
        self.put_away(unsettled)

    def poll(self) -> None:
        """Learn what nodes there are."""
        nodes, now = list(self._machine.nodes), self._machine.now_ms
        self._within(lambda store: store.hear(BACKEND, nodes, self._nodes, now))
        self._nodes = sorted({*self._nodes, *(node.name for node in nodes)})

    def put_away(self, keys: Iterable[ProcessKey]) -> None:
        """Line up that logs are kept, and then that the machine forgets."""
        for key in self._ledger.take_ended(keys):
            self._then(f"keep the log of {key}", self._keep(key))
            self._then(f"forget {key}", self._forget(key))

    def failed(self, key: ProcessKey) -> None:
        """A call on this key failed, and nobody knows what it did."""
        self._ledger.failed([key])

    def _then(self, name: str, act: Deed) -> None:
        self.acts.append((name, act))

    def _hear(self, report: Report) -> None:
        if isinstance(report, Unknown):
            self._ledger.failed([report.key])
        else:
            self._ledger.heard_of(report.key)
        self.reports.append(report)

    def _start(self, key: ProcessKey, node: str) -> Deed:
        return lambda: self._machine.start(key, node)

    def _stop(self, key: ProcessKey, grace_s: float) -> Deed:
        return lambda: self._machine.stop([key], grace_s)

    def _keep(self, key: ProcessKey) -> Deed:
        return lambda: self._within(lambda store: store.keep_logs({key: KeptLog()}))

    def _forget(self, key: ProcessKey) -> Deed:
        def act() -> None:
            self._machine.forget([key])
            self._ledger.forgotten([key])

        return act
