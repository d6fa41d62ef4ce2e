"""What a comparison says. `before` is of the run that is compared with, `after` of the run that is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from tidemill.pipelines.ir.spec import PipelineSpec
from tidemill.pipelines.runs.models import PipelineRun
from tidemill.pipelines.runs.store import TaskRow


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two runs."""

    run: PipelineRun
    pipeline: PipelineSpec
    tasks: Sequence[TaskRow]


class ComparedRun(msgspec.Struct):
    """Which run it is."""

    id: str
    name: str
    state: str
    pipeline_name: str
    pipeline_id: str
    version_id: str
    created_ms: int
    finished_ms: int | None


class ValueChange(msgspec.Struct):
    """A value that differs; what a side does not have is absent there."""

    name: str
    in_before: bool
    in_after: bool
    before: Any
    after: Any


class CodeChange(msgspec.Struct):
    """Components whose program differs, and in the same way."""

    components: list[str]
    change: str
    """`added`, `removed` or `changed`."""
    diff: list[str]
    """Lines of a unified diff; of what was added or removed, none."""
    cut: bool
    """Whether the diff goes on, or was too long to be made."""


class PackageChange(msgspec.Struct):
    """Packages that a component installs on one side only."""

    component: str
    removed: list[str]
    added: list[str]


class SettingChange(msgspec.Struct):
    """Something else that is said of how a component is executed: its image, its resources, a variable."""

    component: str
    name: str
    before: str
    after: str


class InputChange(msgspec.Struct):
    """An artifact that a task took, of other content."""

    path: str
    name: str
    before: str
    """The hash of its files, or its URI where they lie elsewhere."""
    after: str


class TaskSide(msgspec.Struct):
    state: str
    took_ms: int | None


class TaskChange(msgspec.Struct):
    """An executed task, on both sides; None where it is not."""

    path: str
    before: TaskSide | None
    after: TaskSide | None


class OutputChange(msgspec.Struct):
    """An output parameter that differs, or a number that one of both measured."""

    path: str
    name: str
    is_metric: bool
    in_before: bool
    in_after: bool
    before: Any
    after: Any


class Changes(msgspec.Struct):
    """All that differs. Lists are cut where they are too long: `cut` names those."""

    before: ComparedRun
    after: ComparedRun
    same_spec: bool
    """Whether the two pipelines are the same, to the letter."""
    parameters: list[ValueChange]
    code: list[CodeChange]
    packages: list[PackageChange]
    settings: list[SettingChange]
    inputs: list[InputChange]
    tasks: list[TaskChange]
    outputs: list[OutputChange]
    cut: list[str]
