"""The plan of a run: a state machine without clock or I/O. Events go in, changes and commands come out."""

from collections.abc import Iterable
from dataclasses import replace

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.plan.collecting import executor_outputs
from tidemill.pipelines.plan.deciding import sentence
from tidemill.pipelines.plan.ledger import Ledger
from tidemill.pipelines.plan.machine import Machine
from tidemill.pipelines.plan.models import (
    DONE,
    ROOT,
    Artifacts,
    CancelRun,
    Event,
    Failed,
    Inputs,
    Instance,
    Kind,
    Parameters,
    Started,
    State,
    Step,
    Succeeded,
)
from tidemill.pipelines.plan.retrying import forgotten


class Plan:
    """Where a run stands, in memory: what is open and what is executed. What is needed no more is dropped.

    It is made by `begin`, `restore` or `retry`, which give a first step as well. Whoever calls stores the changes of a
    step and then does its commands, before the next event. Nothing in a user's data makes it raise.
    """

    def __init__(self, graph: Graph, job: str) -> None:
        self._ledger = Ledger()
        self._machine = Machine(graph, self._ledger, job)

    @classmethod
    def begin(
        cls, graph: Graph, parameters: Parameters, artifacts: Artifacts | None = None, *, job: str = ""
    ) -> tuple["Plan", Step]:
        """A new run. `job` is its resource name, which exit tasks are told."""
        plan = cls(graph, job)
        root = Instance(ROOT, Kind.DAG, State.WAITING, inputs=Inputs(parameters, artifacts or {}))
        plan._machine.begin(root)
        return plan, plan._ledger.step()

    @classmethod
    def restore(cls, graph: Graph, instances: Iterable[Instance], *, job: str = "") -> tuple["Plan", Step]:
        """The plan of a run of which these instances were stored, the run itself among them.

        The step gives the commands again for what is under way, and what follows from what was stored.
        """
        plan = cls(graph, job)
        stored = {each.path: each for each in instances}
        plan._machine.restore(stored[ROOT], stored)
        return plan, plan._ledger.step()

    @classmethod
    def retry(cls, graph: Graph, instances: Iterable[Instance], *, job: str = "") -> tuple["Plan", Step]:
        """A run that has ended, and is to end better: what failed, was cancelled or never triggered begins again.

        A run that has not ended, or has succeeded, is restored.
        """
        stored = {each.path: each for each in instances}
        root = stored[ROOT]
        if not root.state.is_final or root.state in DONE:
            return cls.restore(graph, stored.values(), job=job)
        plan = cls(graph, job)
        for each in forgotten(graph, stored):
            plan._ledger.remember(stored[each.path])
            plan._ledger.put(each)
            stored[each.path] = each
        plan._ledger.remember(root)
        again = replace(root, state=State.WAITING, attempt=root.attempt + 1, error="")
        plan._machine.restore(again, stored)
        return plan, plan._ledger.step()

    def take(self, event: Event) -> Step:
        """What follows from an event. One that is late, or comes twice, changes nothing."""
        if isinstance(event, CancelRun):
            self._machine.cancel()
            return self._ledger.step()
        known = self._ledger.unfinished.get(event.path)
        if known is None or known.kind is not Kind.EXECUTOR or not known.state.is_live:
            return Step()
        if known.attempt != event.attempt:
            return Step()
        if (after := self._after(known, event)) != known:
            self._machine.put(after)
        return self._ledger.step()

    def _after(self, known: Instance, event: Started | Succeeded | Failed) -> Instance:
        """What an event makes of what is executed."""
        match event:
            case Started():
                return replace(known, state=State.RUNNING) if known.state is State.READY else known
            case Failed():
                state = State.CANCELED if known.state is State.CANCELING else State.FAILED
                return replace(known, state=state, error=event.error)
            case Succeeded():
                return self._succeeded(known, event)

    def _succeeded(self, known: Instance, event: Succeeded) -> Instance:
        try:
            outputs = executor_outputs(self._machine.task_of(known), event.outputs)
        except InvalidError as error:
            return replace(known, state=State.FAILED, error=sentence(error))
        return replace(known, state=State.CACHED if event.cached else State.SUCCEEDED, outputs=outputs)
