"""How a run goes on: each method is one thing that happens to an instance, and what follows is put into a queue."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.graph import Dag, Graph, Task
from tidemill.pipelines.plan.deciding import Refused, decide, divide, root_inputs, sentence
from tidemill.pipelines.plan.ledger import Ledger
from tidemill.pipelines.plan.models import ROOT, Cancel, Execute, Finish, Inputs, Instance, Kind, State
from tidemill.pipelines.plan.opened import OpenDag, Opened, OpenLoop


class Machine:
    """What is open, and what follows from what. Everything that is public leaves nothing in the queue."""

    def __init__(self, graph: Graph, ledger: Ledger, job: str) -> None:
        self._graph = graph
        self._ledger = ledger
        self._job = job
        self._is_canceling = False
        self._open: dict[str, Opened] = {}
        self._kept: dict[str, list[Instance]] = {}
        """What was stored, by parent, until the parent is open."""
        self._work: deque[Callable[[], None]] = deque()
        """A queue and no recursion: a long chain is deeper than Python's stack."""

    def begin(self, root: Instance) -> None:
        """Open the run, if it has the inputs that it needs."""
        try:
            inputs = root_inputs(self._graph, root.inputs)
        except InvalidError as error:
            self._put(replace(root, state=State.FAILED, error=sentence(error)))
        else:
            running = replace(root, state=State.RUNNING, inputs=inputs, error="")
            self._put(running)
            self._open_dag(running, self._graph.root, inputs, is_spared=False)
        self._follow()

    def restore(self, root: Instance, stored: Mapping[str, Instance]) -> None:
        """Go on where the instances stand. Each is taken up when its parent is, if that is still to be."""
        for each in stored.values():
            parent = stored.get(each.parent) if each.parent is not None else None
            if parent is not None and (parent.parent is None or not parent.state.is_final):
                self._kept.setdefault(parent.path, []).append(each)
        if root.state is State.WAITING:
            self.begin(root)
        elif root.state.is_final:
            self._ledger.order(Finish(root.state, root.outputs, root.error))
        else:
            self._is_canceling = root.state is State.CANCELING
            self._ledger.remember(root)
            self._open_dag(root, self._graph.root, root.inputs, is_spared=False)
            self._follow()

    def put(self, after: Instance) -> None:
        """Something happened to what is executed."""
        self._put(after)
        self._follow()

    def cancel(self) -> None:
        """From now on nothing begins but exit tasks, and what is executed is told to end."""
        root = self._open.get(ROOT)
        if root is None or self._is_canceling:
            return
        self._is_canceling = True
        root.instance = replace(root.instance, state=State.CANCELING)
        self._put(root.instance)
        for each in list(self._ledger.unfinished.values()):
            is_executed = each.kind is Kind.EXECUTOR and each.state.is_live
            if is_executed and each.parent is not None and not self._open[each.parent].spares(each):
                self._tell_to_end(each)
        for opened in self._open.values():
            if isinstance(opened, OpenLoop):
                self._work.append(partial(self._refill, opened))
        self._follow()

    def task_of(self, instance: Instance) -> Task:
        """The task of something that is executed."""
        parent = self._open[instance.parent or ROOT]
        return parent.task if isinstance(parent, OpenLoop) else parent.dag.tasks[instance.task]

    # What follows from what.

    def _follow(self) -> None:
        while self._work:
            self._work.popleft()()

    def _put(self, after: Instance) -> None:
        self._ledger.put(after)
        if after.state.is_final:
            self._work.append(partial(self._ended, after))

    def _ended(self, end: Instance) -> None:
        """Count it down at what follows it, and at what it is in."""
        if end.parent is None:
            self._ledger.order(Finish(end.state, end.outputs, end.error))
            return
        parent = self._open[end.parent]
        parent.ended(end)
        if isinstance(parent, OpenLoop):
            self._refill(parent)
        else:
            self._trigger_due(parent, parent.dag.tasks[end.task].followers)

    def _trigger_due(self, opened: OpenDag, among: Iterable[str]) -> None:
        for task in opened.due(among):
            self._work.append(partial(self._trigger, opened, task))
        if opened.is_done:
            self._close(opened)

    def _trigger(self, within: OpenDag, task: Task) -> None:
        """Its time has come: it begins, or ends at once."""
        path = within.path_of(task)
        attempt, parent = self._ledger.attempt(path), within.instance.path
        new = Instance(path, _kind(task), State.READY, parent, task.name, attempt)
        inputs = decide(task, within, self._job, is_canceling=self._is_canceling)
        if isinstance(inputs, Refused):
            self._put(replace(new, state=inputs.state, error=inputs.reason))
            return
        new, is_spared = replace(new, inputs=inputs), task.is_exit or within.is_spared
        if not task.is_loop:
            self._start(new, task, inputs, is_spared=is_spared)
            return
        items = divide(task, inputs)
        if isinstance(items, Refused):
            self._put(replace(new, state=items.state, error=items.reason))
            return
        loop = replace(new, state=State.RUNNING, iterations=len(items))
        self._put(loop)
        self._open_loop(loop, task, items, is_spared=is_spared)

    def _start(self, new: Instance, task: Task, inputs: Inputs, *, is_spared: bool) -> None:
        if task.dag is None:
            self._put(new)
            self._ledger.order(Execute(new.path, new.attempt, task, inputs, new.iteration))
            return
        running = replace(new, state=State.RUNNING)
        self._put(running)
        self._open_dag(running, task.dag, inputs, is_spared=is_spared)

    def _refill(self, loop: OpenLoop) -> None:
        """Open as many iterations as may be open."""
        if self._open.get(loop.instance.path) is not loop:
            return
        is_stopped = self._is_canceling and not loop.is_spared
        if not is_stopped:
            for number in loop.due():
                self._start_iteration(loop, number)
        if loop.is_done or (is_stopped and loop.is_idle):
            self._close(loop)

    def _start_iteration(self, loop: OpenLoop, number: int) -> None:
        path, item = f"{loop.instance.path}[{number}]", loop.items[number]
        attempt, kind = self._ledger.attempt(path), _kind_of_each(loop.task)
        parent, name = loop.instance.path, loop.instance.task
        new = Instance(path, kind, State.READY, parent, name, attempt, iteration=number, inputs=item)
        self._start(new, loop.task, loop.inputs | item, is_spared=loop.is_spared)

    def _close(self, opened: Opened) -> None:
        del self._open[opened.instance.path]
        end = opened.end()
        if end.parent is None and self._is_canceling and end.state is not State.SUCCEEDED:
            end = replace(end, state=State.CANCELED)
        self._put(end)

    # What is open, and what of it was stored before.

    def _open_dag(self, instance: Instance, dag: Dag, inputs: Inputs, *, is_spared: bool) -> None:
        opened = OpenDag(instance, dag, inputs, is_spared)
        self._open[instance.path] = opened
        self._work.append(partial(self._take_up_dag, opened))

    def _open_loop(self, instance: Instance, task: Task, items: Sequence[Inputs], *, is_spared: bool) -> None:
        opened = OpenLoop(instance, task, instance.inputs, items, is_spared)
        self._open[instance.path] = opened
        self._work.append(partial(self._take_up_loop, opened))

    def _take_up_dag(self, opened: OpenDag) -> None:
        for child in self._kept.pop(opened.instance.path, ()):
            if self._take_up(child, opened):
                self._go_on(child, opened.dag.tasks[child.task], child.inputs, is_spared=opened.spares(child))
        self._trigger_due(opened, opened.dag.tasks)

    def _take_up_loop(self, opened: OpenLoop) -> None:
        for child in self._kept.pop(opened.instance.path, ()):
            if self._take_up(child, opened):
                self._go_on(child, opened.task, opened.inputs | child.inputs, is_spared=opened.is_spared)
        self._refill(opened)

    def _take_up(self, child: Instance, opened: Opened) -> bool:
        """Count what was stored; whether it is under way."""
        if child.state.is_final:
            opened.begun(child)
            opened.ended(child)
            return False
        self._ledger.remember(child)
        if child.state.is_live:
            opened.begun(child)
        return child.state.is_live

    def _go_on(self, child: Instance, task: Task, inputs: Inputs, *, is_spared: bool) -> None:
        """It was under way when the plan was lost: what follows from that follows again."""
        if child.kind is Kind.DAG and task.dag is not None:
            self._open_dag(child, task.dag, inputs, is_spared=is_spared)
        elif child.kind is Kind.LOOP:
            items = divide(task, inputs)
            if isinstance(items, Refused):
                self._put(replace(child, state=items.state, error=items.reason))
            else:
                self._open_loop(child, task, items, is_spared=is_spared)
        elif self._is_canceling and not is_spared:
            self._tell_to_end(child)
        else:
            self._ledger.order(Execute(child.path, child.attempt, task, inputs, child.iteration))

    def _tell_to_end(self, executed: Instance) -> None:
        if executed.state is not State.CANCELING:
            self._put(replace(executed, state=State.CANCELING))
        self._ledger.order(Cancel(executed.path, executed.attempt))


def _kind(task: Task) -> Kind:
    return Kind.LOOP if task.is_loop else _kind_of_each(task)


def _kind_of_each(task: Task) -> Kind:
    """What one iteration is, or a task that is no loop."""
    return Kind.EXECUTOR if task.dag is None else Kind.DAG
