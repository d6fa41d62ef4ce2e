"""What is open: DAGs and loops, each counting what it still waits for, so that an end costs only what follows it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tidemill.pipelines.ir.graph import Dag, Task
from tidemill.pipelines.plan.collecting import dag_outputs, loop_outputs
from tidemill.pipelines.plan.models import BROKEN, Inputs, Instance, State


@dataclass(slots=True)
class OpenDag:
    """A DAG whose tasks are under way."""

    instance: Instance
    dag: Dag
    inputs: Inputs
    is_spared: bool
    """It belongs to an exit task: it goes on when the run is cancelled."""
    ends: dict[str, Instance] = field(default_factory=dict[str, Instance])
    _waits: dict[str, int] = field(init=False)
    """Tasks that were not triggered yet, and for how many each waits."""

    def __post_init__(self) -> None:
        self._waits = {name: len(task.upstream) for name, task in self.dag.tasks.items()}

    @property
    def is_done(self) -> bool:
        return len(self.ends) == len(self.dag.tasks)

    def path_of(self, task: Task) -> str:
        return f"{self.instance.path}/{task.name}" if self.instance.path else task.name

    def spares(self, child: Instance) -> bool:
        """Whether this task goes on when the run is cancelled."""
        return self.is_spared or self.dag.tasks[child.task].is_exit

    def begun(self, child: Instance) -> None:
        """It was triggered before."""
        self._waits.pop(child.task, None)

    def ended(self, child: Instance) -> None:
        """Count it down at those that follow it."""
        self.ends[child.task] = child
        for follower in self.dag.tasks[child.task].followers:
            if follower in self._waits:
                self._waits[follower] -= 1

    def due(self, among: Iterable[str]) -> Iterator[Task]:
        """Those that wait for nothing any more; each is given once."""
        for name in among:
            if self._waits.get(name) == 0:
                del self._waits[name]
                yield self.dag.tasks[name]

    def end(self) -> Instance:
        """How it ends, once it is done."""
        ends = [self.ends[name] for name in self.dag.tasks]
        state, error = _verdict(ends, "tasks")
        if state is State.SUCCEEDED:
            return replace(self.instance, state=state, outputs=dag_outputs(self.dag, self.ends))
        return replace(self.instance, state=state, error=error)


@dataclass(slots=True)
class OpenLoop:
    """A loop whose iterations are under way."""

    instance: Instance
    task: Task
    inputs: Inputs
    items: Sequence[Inputs]
    """What each iteration is given besides."""
    is_spared: bool
    ends: dict[int, Instance] = field(default_factory=dict[int, Instance])
    _begun: set[int] = field(default_factory=set[int])
    _next: int = 0

    @property
    def is_done(self) -> bool:
        return len(self.ends) == len(self.items)

    @property
    def is_idle(self) -> bool:
        """Whether none of its iterations is open."""
        return len(self.ends) == len(self._begun)

    def spares(self, _child: Instance) -> bool:
        return self.is_spared

    def begun(self, child: Instance) -> None:
        if child.iteration is not None:
            self._begun.add(child.iteration)

    def ended(self, child: Instance) -> None:
        if child.iteration is not None:
            self.ends[child.iteration] = child

    def due(self) -> Iterator[int]:
        """The iterations to be opened now, as many as the limit allows; each is given once."""
        limit = self.task.spec.iterator_policy.parallelism_limit or len(self.items)
        while self._next < len(self.items) and len(self._begun) - len(self.ends) < limit:
            if self._next not in self._begun:
                self._begun.add(self._next)
                yield self._next
            self._next += 1

    def end(self) -> Instance:
        """How it ends, once it is done, or was cancelled and is idle."""
        ends = [self.ends[number] for number in sorted(self.ends)]
        state, error = _verdict(ends, "iterations")
        if state is not State.SUCCEEDED:
            return replace(self.instance, state=state, error=error)
        if not self.is_done:
            return replace(self.instance, state=State.CANCELED, error="the run was cancelled")
        collected = [end.outputs for end in ends]
        return replace(self.instance, state=state, outputs=loop_outputs(self.task, collected))


Opened = OpenDag | OpenLoop


def _verdict(ends: Sequence[Instance], what: str) -> tuple[State, str]:
    """What the ends of its parts mean for a whole, and why; the first that failed speaks for the others."""
    broken = [end for end in ends if end.state in BROKEN]
    failed = [end for end in broken if end.state is State.FAILED]
    if not broken:
        return State.SUCCEEDED, ""
    if not failed:
        return State.CANCELED, f"{len(broken)} of {len(ends)} {what} were cancelled"
    first = failed[0]
    name = first.task if first.iteration is None else f"iteration {first.iteration}"
    others = f" (and {len(failed) - 1} more of {len(ends)} {what})" if len(failed) > 1 else ""
    return State.FAILED, f"{name} failed{others}: {first.error}"
