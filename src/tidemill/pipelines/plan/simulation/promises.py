"""What must hold, whatever happened."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tidemill.pipelines.ir.graph import Dag, Graph, Task
from tidemill.pipelines.plan.models import BROKEN, FINAL, LIVE, ROOT, Change, Execute, Finish, Instance, State

_ENDS = FINAL - {State.SKIPPED, State.UPSTREAM_FAILED}
_BEGINNINGS = (LIVE | FINAL) - {State.CANCELING}
_LEGAL: Mapping[State | None, frozenset[State]] = {
    None: _BEGINNINGS,
    State.WAITING: _BEGINNINGS,
    State.READY: frozenset({State.RUNNING, State.CANCELING}) | _ENDS,
    State.RUNNING: frozenset({State.CANCELING}) | _ENDS,
    State.CANCELING: _ENDS,
}


class BrokenPromiseError(Exception):
    """Something happened that must never happen."""


class Stored:
    """The instances of a run as they are stored, one change after the other."""

    def __init__(self, graph: Graph) -> None:
        self.instances: dict[str, Instance] = {}
        self._graph = graph
        self._live: Counter[str] = Counter()
        """Iterations that are open, by loop."""

    def apply(self, change: Change, *, is_retry: bool) -> None:
        """Store it; it must change what is there, and the way that instances go."""
        after, before = change.after, self.instances.get(change.after.path)
        if before != change.before:
            raise BrokenPromiseError(f"{after.path}: a change of {change.before}, and what is stored is {before}")
        if is_retry and before is not None and before.state.is_final:
            self._check_forgotten(before)
        elif after.state not in _LEGAL.get(before.state if before else None, ()):
            raise BrokenPromiseError(f"{after.path} went from {before.state if before else None} to {after.state}")
        self._check_exit(before, after)
        self.instances[after.path] = after
        if after.iteration is not None and after.parent is not None:
            self._live[after.parent] += after.state.is_live - (before is not None and before.state.is_live)
            limit = self._way(after.parent)[-1].spec.iterator_policy.parallelism_limit
            if limit and self._live[after.parent] > limit:
                raise BrokenPromiseError(f"{after.parent} has {self._live[after.parent]} open, and may have {limit}")

    def _check_forgotten(self, before: Instance) -> None:
        """A retry keeps what succeeded, unless it is behind an exit task, which may have been told of a failure."""
        if before.state not in BROKEN and not any(task.name in behind for task, behind in self._behind(before.path)):
            raise BrokenPromiseError(f"{before.path} was {before.state}, and a retry begins it again")

    def _check_exit(self, before: Instance | None, after: Instance) -> None:
        """Exit tasks run in spite of a failure or a cancellation; in a cancelled run nothing else begins."""
        if not after.path:
            return
        way = self._way(after.path)
        if way[-1].is_exit and after.state is State.UPSTREAM_FAILED:
            raise BrokenPromiseError(f"{after.path} is an exit task, and was not run because of a failure")
        is_spared = any(task.is_exit for task in way)
        if is_spared and after.state is State.CANCELING:
            raise BrokenPromiseError(f"{after.path} belongs to an exit task, and is told to end")
        begins = after.state.is_live and not (before is not None and before.state.is_live)
        if begins and not is_spared and self.instances[ROOT].state is State.CANCELING:
            raise BrokenPromiseError(f"{after.path} begins in a run that is cancelled")

    def _way(self, path: str) -> Sequence[Task]:
        """The tasks on the way to an instance, and its own."""
        dag: Dag | None = self._graph.root
        way: list[Task] = []
        for name in path.split("/"):
            if dag is not None:
                way.append(dag.tasks[name.partition("[")[0]])
                dag = way[-1].dag
        return way

    def _behind(self, path: str) -> Iterator[tuple[Task, set[str]]]:
        """The tasks on the way to an instance, each with those in its DAG that are exit tasks or behind one."""
        dag = self._graph.root
        for task in self._way(path):
            behind: set[str] = set()
            for each in dag.tasks.values():
                if each.is_exit or not behind.isdisjoint(each.upstream):
                    behind.add(each.name)
            yield task, behind
            dag = task.dag or dag

    def check_execute(self, command: Execute) -> None:
        """What has ended is not executed again."""
        stored = self.instances.get(command.path)
        if stored is None or not stored.state.is_live or stored.attempt != command.attempt:
            raise BrokenPromiseError(f"{command.path}: attempt {command.attempt} is to be executed, and it is {stored}")

    def check_finish(self, command: Finish) -> None:
        """A run that has ended has nothing open, and what it says of itself is so."""
        if open_ := [each.path for each in self.instances.values() if each.state.is_live]:
            raise BrokenPromiseError(f"the run has ended, and {open_[0]!r} has not")
        root = self.instances[ROOT]
        if (root.state, root.outputs, root.error) != (command.state, command.outputs, command.error):
            raise BrokenPromiseError(f"the run ended as {command}, and {root} is stored")
        parts = [each for each in self.instances.values() if each.parent == ROOT]
        if root.state is State.SUCCEEDED and any(each.state in BROKEN for each in parts):
            raise BrokenPromiseError("the run has succeeded, and a part of it has not")


def check_same_end(calm: Mapping[str, Instance], stormy: Mapping[str, Instance]) -> None:
    """A run with crashes, or one that was cancelled and retried, ends as one to which nothing happened."""
    expected, found = _told(calm), _told(stormy)
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) != found.get(path):
            raise BrokenPromiseError(f"{path!r} ended as {found.get(path)} and should have as {expected.get(path)}")


def _told(instances: Mapping[str, Instance]) -> Mapping[str, tuple[object, ...]]:
    """Ends without the number of attempts; what only waits, because of an earlier attempt, has not been."""
    return {
        path: (each.kind, each.state, each.inputs, each.outputs, each.error, each.iterations)
        for path, each in instances.items()
        if each.state is not State.WAITING
    }
