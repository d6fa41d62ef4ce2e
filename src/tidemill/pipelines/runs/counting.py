"""How far a run is: steps by state, and how many are still to come as far as one can know.

Kept up by what changes, so that a list of runs costs no look at their tasks.
"""

from collections import Counter
from collections.abc import Mapping

from tidemill.pipelines.ir.graph import Dag, Graph
from tidemill.pipelines.plan.models import ROOT, Instance, Kind, State

_MAY_NEVER_OPEN = frozenset({State.SKIPPED, State.UPSTREAM_FAILED, State.CANCELED, State.FAILED})


class Tally:
    """Counts the steps of a run: what is executed or imported. Parents are taken before what is in them."""

    def __init__(self, graph: Graph) -> None:
        self._root = graph.root
        self._dags: dict[str, Dag] = {}
        """What each DAG, loop and iteration is opened into, by path."""
        self._steps: dict[int, int] = {}
        self._states = Counter[State]()
        self._to_come = 0
        self._iterations: dict[str, int] = {}
        """Of loops that were opened, by path."""
        self._opened = set[str]()
        self._closed = set[str]()
        """DAGs that ended without having been opened: what is in them never comes."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Steps by state. A loop that has not been opened counts nothing, for nobody knows over what it goes."""
        counts = {state.value: count for state, count in self._states.items() if count > 0}
        waiting = counts.get(State.WAITING, 0) + max(0, self._to_come)
        return counts | ({State.WAITING.value: waiting} if waiting else {})

    def take(self, before: Instance | None, after: Instance) -> None:
        """Count a change; `before` is None for what is new."""
        if after.parent is not None:
            self._open(after.parent)
        match after.kind:
            case Kind.EXECUTOR:
                if before is None:
                    self._to_come -= 1
                else:
                    self._states[before.state] -= 1
                self._states[after.state] += 1
            case Kind.LOOP:
                self._take_loop(after)
            case Kind.DAG:
                self._take_dag(before, after)

    def _take_loop(self, loop: Instance) -> None:
        dag = self._dag_of(loop)
        if loop.iterations is not None:
            more = loop.iterations - self._iterations.get(loop.path, 0)
            self._iterations[loop.path] = loop.iterations
            self._to_come += more * (1 if dag is None else self._steps_of(dag))

    def _take_dag(self, before: Instance | None, after: Instance) -> None:
        path, steps = after.path, self._steps_of(self._dag_of(after))
        if path == ROOT and before is None:
            self._to_come += steps
        if after.state is State.RUNNING:
            self._open(path)
        elif after.state in _MAY_NEVER_OPEN and path not in self._opened and path not in self._closed:
            self._closed.add(path)
            self._to_come -= steps

    def _open(self, path: str) -> None:
        self._opened.add(path)
        if path in self._closed:
            self._closed.remove(path)
            self._to_come += self._steps_of(self._dags.get(path))

    def _dag_of(self, instance: Instance) -> Dag | None:
        path = instance.path
        if path not in self._dags:
            around = self._root if path == ROOT else self._dags.get(instance.parent or ROOT, self._root)
            task = around.tasks.get(instance.task)
            is_itself = path == ROOT or instance.iteration is not None
            inner = around if is_itself else task.dag if task is not None else None
            if inner is None:
                return None
            self._dags[path] = inner
        return self._dags[path]

    def _steps_of(self, dag: Dag | None) -> int:
        if dag is None:
            return 0
        if id(dag) not in self._steps:
            self._steps[id(dag)] = sum(
                0 if task.is_loop else 1 if task.dag is None else self._steps_of(task.dag)
                for task in dag.tasks.values()
            )
        return self._steps[id(dag)]
