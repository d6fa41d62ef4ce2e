"""What a retry forgets: what failed, was cancelled or never triggered, and what was told that it did."""

from collections.abc import Mapping
from dataclasses import replace

from tidemill.pipelines.ir.graph import Dag, Graph
from tidemill.pipelines.plan.models import BROKEN, ROOT, Inputs, Instance, Kind, Outputs, State


def forgotten(graph: Graph, stored: Mapping[str, Instance]) -> list[Instance]:
    """Instances that begin again, as they wait for it: with a new attempt, and nothing of the old one.

    What succeeded stays, inside of what failed too. An exit task that ran behind a failure goes with it: what it was
    told is no longer so.
    """
    return _Forgetting(stored).all(graph.root)


class _Forgetting:
    def __init__(self, stored: Mapping[str, Instance]) -> None:
        self._children: dict[str, list[Instance]] = {}
        for each in stored.values():
            if each.parent is not None:
                self._children.setdefault(each.parent, []).append(each)
        self._forgotten: list[Instance] = []
        self._dags: list[tuple[str, Dag]] = []
        """Paths of DAGs that begin again, with what they have."""

    def all(self, root: Dag) -> list[Instance]:
        self._dags.append((ROOT, root))
        while self._dags:
            self._in_dag(*self._dags.pop())
        return self._forgotten

    def _in_dag(self, path: str, dag: Dag) -> None:
        children = {child.task: child for child in self._children.get(path, ())}
        again: set[str] = set()
        for name, task in dag.tasks.items():
            child = children.get(name)
            if child is None:
                continue
            if not again.isdisjoint(task.upstream):
                again.add(name)
                self._forget_whole(child)
            elif _is_broken(child):
                again.add(name)
                self._forget(child, task.dag)

    def _forget(self, broken: Instance, dag: Dag | None) -> None:
        """It begins again; what succeeded in it stays."""
        self._wait(broken)
        if broken.kind is Kind.LOOP:
            for iteration in self._children.get(broken.path, ()):
                if _is_broken(iteration):
                    self._forget(iteration, dag)
        elif dag is not None:
            self._dags.append((broken.path, dag))

    def _forget_whole(self, stale: Instance) -> None:
        """It begins again from nothing."""
        left = [stale]
        while left:
            each = left.pop()
            self._wait(each)
            left += self._children.get(each.path, ())

    def _wait(self, each: Instance) -> None:
        if each.state is State.WAITING:
            return
        blank = replace(each, state=State.WAITING, attempt=each.attempt + 1, iterations=None, error="")
        self._forgotten.append(replace(blank, inputs=Inputs(), outputs=Outputs()))


def _is_broken(child: Instance) -> bool:
    return child.state in BROKEN or child.state is State.WAITING
