"""One seed: the same pipeline in calm and in storm, which must end alike."""
# ruff: noqa: S311 - schedules, not secrets

import random
from collections.abc import Iterable, Sequence
from typing import Protocol

from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.plan.models import ROOT, Cancel, CancelRun, Event, Execute, Finish, Instance, State, Step
from tidemill.pipelines.plan.plan import Plan
from tidemill.pipelines.plan.simulation.dealing import dealt
from tidemill.pipelines.plan.simulation.executor import SimulatedExecutor
from tidemill.pipelines.plan.simulation.promises import BrokenPromiseError, Stored, check_same_end

_MOST_TURNS = 20_000
_PARAMETERS = {"x": 3}


class Planner(Protocol):
    """What makes plans; a test puts in one that breaks its promises."""

    def begin(self, graph: Graph, parameters: dict[str, int], /) -> tuple[Plan, Step]: ...

    def restore(self, graph: Graph, instances: Iterable[Instance], /) -> tuple[Plan, Step]: ...

    def retry(self, graph: Graph, instances: Iterable[Instance], /) -> tuple[Plan, Step]: ...


def simulate(seed: int, *, planner: Planner = Plan, trace: list[str] | None = None) -> int:
    """Run a seed through; returns how many instances it had. Raises BrokenPromiseError, saying how to replay it."""
    graph = check(dealt(seed))
    try:
        calm = _Run(seed, graph, planner, is_calm=True)
        calm.to_the_end()
        stormy = _Run(seed, graph, planner, is_calm=False, trace=trace)
        stormy.to_the_end()
        stormy.again_if_cancelled()
        check_same_end(calm.stored.instances, stormy.stored.instances)
        return len(calm.stored.instances)
    except BrokenPromiseError as error:
        replay = f"python -m tidemill.pipelines.plan.simulation --seed {seed} --trace"
        raise BrokenPromiseError(f"seed {seed}: {error}; replay it with: {replay}") from error


def told(seed: int) -> str:
    """What happens in the storm of a seed."""
    trace: list[str] = []
    try:
        simulate(seed, trace=trace)
    except BrokenPromiseError as error:
        trace.append(str(error))
    return "\n".join(trace)


class _Crash(Exception):
    """All that was in memory is gone."""


class _Run:
    def __init__(
        self, seed: int, graph: Graph, planner: Planner, *, is_calm: bool, trace: list[str] | None = None
    ) -> None:
        self.stored = Stored(graph)
        self._rng = random.Random(f"order {seed}")
        self._graph = graph
        self._planner = planner
        self._trace = trace
        self._executor = SimulatedExecutor(seed)
        self._plan: Plan | None = None
        self._finish: Finish | None = None
        self._crashes = 0.0 if is_calm else self._rng.choice((0.0, 0.02, 0.1))
        self._disorder = 0.0 if is_calm else 0.1
        self._cancels_in = None if is_calm or self._rng.random() < 0.6 else self._rng.randint(0, 25)

    def to_the_end(self) -> None:
        for _ in range(_MOST_TURNS):
            if self._finish is not None:
                return
            try:
                self._turn()
            except _Crash:
                self._tell("a crash")
                self._plan = None
                self._executor.said.clear()
        raise BrokenPromiseError("it never comes to its end")

    def again_if_cancelled(self) -> None:
        """What was cancelled is retried until it ends by itself."""
        self._cancels_in = None
        for _ in range(_MOST_TURNS):
            root = self.stored.instances[ROOT]
            if root.state is not State.CANCELED and self._finish is not None:
                return
            self._finish, self._plan = None, None
            try:
                self._tell("a retry")
                self._plan, step = self._planner.retry(self._graph, self._all())
                self._do(step, is_retry=True)
            except _Crash:
                self._plan = None
            self.to_the_end()
        raise BrokenPromiseError("it is cancelled for ever")

    def _turn(self) -> None:
        if self._plan is None:
            self._make_plan()
        elif self._cancels_in == 0:
            self._cancels_in = None
            self._take(self._plan, CancelRun())
        elif self._executor.said and self._rng.random() < 0.7:
            self._take(self._plan, self._heard())
        elif self._executor.pending:
            self._executor.go_on(self._rng.randrange(self._executor.pending))
        elif not self._executor.said:
            raise BrokenPromiseError("nothing is under way, and the run has not ended")

    def _make_plan(self) -> None:
        if ROOT in self.stored.instances:
            self._plan, step = self._planner.restore(self._graph, self._all())
        else:
            self._plan, step = self._planner.begin(self._graph, _PARAMETERS)
        self._do(step)

    def _heard(self) -> Event:
        """What was said last or first or between; sometimes it comes again."""
        said = self._executor.said
        number = self._rng.randrange(len(said)) if self._disorder else 0
        return said[number] if self._rng.random() < self._disorder else said.pop(number)

    def _take(self, plan: Plan, event: Event) -> None:
        self._tell(str(event))
        if self._cancels_in is not None:
            self._cancels_in = max(0, self._cancels_in - 1)
        self._do(plan.take(event))

    def _do(self, step: Step, *, is_retry: bool = False) -> None:
        """Store the changes, then do the commands; the end may come before and after each."""
        for change in step.changes:
            self._maybe_crash()
            before = change.before.state if change.before else None
            self._tell(f"    {change.after.path!r}: {before} -> {change.after.state} {change.after.error}")
            self.stored.apply(change, is_retry=is_retry)
        for command in step.commands:
            self._maybe_crash()
            match command:
                case Execute():
                    self.stored.check_execute(command)
                    self._executor.execute(command)
                case Cancel():
                    self._executor.cancel(command)
                case Finish():
                    self.stored.check_finish(command)
                    self._finish = command

    def _all(self) -> Sequence[Instance]:
        """What is stored, in any order."""
        instances = list(self.stored.instances.values())
        self._rng.shuffle(instances)
        return instances

    def _maybe_crash(self) -> None:
        if self._crashes and self._rng.random() < self._crashes:
            raise _Crash

    def _tell(self, line: str) -> None:
        if self._trace is not None:
            self._trace.append(line)
