"""A run whose tasks are executed by hand."""

from collections.abc import Mapping
from typing import Any

from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.plan.models import (
    Artifact,
    Cancel,
    CancelRun,
    Event,
    Execute,
    Failed,
    Finish,
    Inputs,
    Instance,
    Outputs,
    Started,
    State,
    Step,
    Succeeded,
)
from tidemill.pipelines.plan.plan import Plan


def artifact(name: str) -> Artifact:
    return Artifact(name, f"file:///{name}")


class Run:
    """What is stored of it, and what is to be executed."""

    def __init__(
        self, graph: Graph, parameters: Mapping[str, Any] | None = None, *artifacts: tuple[str, Artifact], job: str = ""
    ) -> None:
        self.graph = graph
        self.stored: dict[str, Instance] = {}
        self.executed: list[str] = []
        self.open: dict[str, Execute] = {}
        self.canceled: list[str] = []
        self.finish: Finish | None = None
        given = {name: (each,) for name, each in artifacts}
        self.plan, step = Plan.begin(graph, parameters or {}, given, job=job)
        self.do(step)

    def do(self, step: Step) -> Step:
        for change in step.changes:
            assert self.stored.get(change.after.path) == change.before
            self.stored[change.after.path] = change.after
        for command in step.commands:
            match command:
                case Execute():
                    self.executed.append(command.path)
                    self.open[command.path] = command
                case Cancel():
                    self.canceled.append(command.path)
                case Finish():
                    self.finish = command
        return step

    def take(self, event: Event) -> Step:
        return self.do(self.plan.take(event))

    def start(self, path: str) -> Step:
        return self.take(Started(path, self.open[path].attempt))

    def succeed(self, *paths: str, artifacts: Mapping[str, tuple[Artifact, ...]] | None = None, **outputs: Any) -> None:
        for path in paths:
            attempt = self.open.pop(path).attempt
            self.take(Succeeded(path, attempt, Outputs(outputs, artifacts or {})))

    def fail(self, *paths: str, error: str = "boom") -> None:
        for path in paths:
            self.take(Failed(path, self.open.pop(path).attempt, error))

    def cancel(self) -> None:
        self.take(CancelRun())

    def restart(self) -> Step:
        """All that was in memory is gone."""
        self.open.clear()
        self.plan, step = Plan.restore(self.graph, self.stored.values())
        return self.do(step)

    def retry(self) -> None:
        self.open.clear()
        self.finish = None
        self.plan, step = Plan.retry(self.graph, self.stored.values())
        self.do(step)

    def state(self, path: str) -> State:
        return self.stored[path].state

    def states(self, *paths: str) -> list[str]:
        return [self.stored[path].state.value for path in paths]

    def error(self, path: str) -> str:
        return self.stored[path].error

    def given(self, path: str) -> Inputs:
        """What a task is executed with."""
        return self.open[path].inputs

    def parameters(self, path: str) -> Mapping[str, Any]:
        return self.open[path].inputs.parameters

    @property
    def ended(self) -> State | None:
        return self.finish.state if self.finish else None

    @property
    def outputs(self) -> Mapping[str, Any]:
        assert self.finish is not None
        return self.finish.outputs.parameters
