"""Who executes: outlives crashes, does a thing once however often it is told to, and speaks in any order."""
# ruff: noqa: S311 - fates, not secrets

import random
from dataclasses import dataclass

from tidemill.pipelines.plan.models import (
    Artifact,
    Cancel,
    Event,
    Execute,
    Failed,
    Inputs,
    Outputs,
    Started,
    Succeeded,
)

Key = tuple[str, int]


@dataclass(slots=True)
class _Execution:
    inputs: Inputs
    has_begun: bool = False
    end: Event | None = None


class SimulatedExecutor:
    """What it makes of a path is the same whenever it is asked, so that runs can be compared."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._executions: dict[Key, _Execution] = {}
        self._pending: list[Key] = []
        self.said: list[Event] = []

    @property
    def pending(self) -> int:
        """How many executions are under way."""
        return len(self._pending)

    def execute(self, command: Execute) -> None:
        """Begin, or say again what there was to say."""
        key = (command.path, command.attempt)
        known = self._executions.get(key)
        if known is None:
            self._executions[key] = _Execution(command.inputs)
            self._pending.append(key)
        elif known.end is not None:
            self.said.append(known.end)

    def cancel(self, command: Cancel) -> None:
        """End it; what has ended, or never began, has its end said too."""
        key = (command.path, command.attempt)
        known = self._executions.setdefault(key, _Execution(Inputs()))
        if known.end is None:
            known.end = Failed(*key, "cancelled")
            if key in self._pending:
                self._pending.remove(key)
        self.said.append(known.end)

    def go_on(self, number: int) -> None:
        """One of those under way takes its next step."""
        key = self._pending[number % len(self._pending)]
        execution = self._executions[key]
        if not execution.has_begun:
            execution.has_begun = True
            self.said.append(Started(*key))
            return
        self._pending.remove(key)
        execution.end = self._fate(key, execution.inputs)
        self.said.append(execution.end)

    def _fate(self, key: Key, inputs: Inputs) -> Event:
        path = key[0]
        fate = random.Random(f"{self._seed} {path}").random()
        if fate < 0.08:
            return Failed(*key, f"{path} is broken")
        if fate < 0.1:
            return Succeeded(*key, Outputs({"out": "no number"}))
        if fate < 0.12:
            return Succeeded(*key)
        total = sum(value for value in inputs.parameters.values() if isinstance(value, int)) % 7
        artifact = Artifact("data", f"file:///{path}/{len(inputs.artifacts.get('datas', ()))}")
        return Succeeded(*key, Outputs({"out": total}, {"data": (artifact,)}), cached=fate < 0.2)
