"""What a plan speaks of: instances of tasks, what goes into them and comes out, events, and commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tidemill.pipelines.ir.graph import Task
from tidemill.pipelines.ir.spec import ArtifactType, Value

ROOT = ""
"""The path of the run itself."""


class State(StrEnum):
    """Where an instance stands; docs/mechanisms/pipelines.md says what each means."""

    WAITING = "waiting"
    READY = "ready"
    RUNNING = "running"
    CANCELING = "canceling"
    SUCCEEDED = "succeeded"
    CACHED = "cached"
    SKIPPED = "skipped"
    FAILED = "failed"
    CANCELED = "canceled"
    UPSTREAM_FAILED = "upstream_failed"

    @property
    def is_live(self) -> bool:
        """Whether something is still to come of it."""
        return self in LIVE

    @property
    def is_final(self) -> bool:
        return self in FINAL


LIVE = frozenset({State.READY, State.RUNNING, State.CANCELING})
DONE = frozenset({State.SUCCEEDED, State.CACHED})
"""It has outputs."""
BROKEN = frozenset({State.FAILED, State.CANCELED, State.UPSTREAM_FAILED})
"""A retry begins it again."""
FINAL = DONE | BROKEN | {State.SKIPPED}


class Kind(StrEnum):
    """What an instance is made of."""

    EXECUTOR = "executor"
    DAG = "dag"
    LOOP = "loop"
    """Its iterations are instances of their own."""


# What goes in and comes out ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Artifact:
    """What a plan hands on; `id` is its keeper's and means nothing here."""

    name: str
    uri: str
    type: ArtifactType = field(default_factory=ArtifactType)
    metadata: Mapping[str, Value] = field(default_factory=dict[str, Value])
    custom_path: str = ""
    id: str = ""


Artifacts = Mapping[str, tuple[Artifact, ...]]
"""Artifacts by input or output; one that is no list has one."""
Parameters = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a task is given. An input that is absent is not in it."""

    parameters: Parameters = field(default_factory=dict[str, Value])
    artifacts: Artifacts = field(default_factory=dict[str, tuple[Artifact, ...]])

    def __or__(self, other: "Inputs") -> "Inputs":
        return Inputs({**self.parameters, **other.parameters}, {**self.artifacts, **other.artifacts})


@dataclass(frozen=True, slots=True)
class Outputs:
    """What came of a task. An output that is absent is not in it."""

    parameters: Parameters = field(default_factory=dict[str, Value])
    artifacts: Artifacts = field(default_factory=dict[str, tuple[Artifact, ...]])


# Instances -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Instance:
    """A task in a run, or an iteration of one, or the run itself: that one has no parent and no path."""

    path: str
    kind: Kind
    state: State
    parent: str | None = None
    """The path of what it is in."""
    task: str = ""
    """Its name in its DAG; an iteration has its loop's."""
    attempt: int = 1
    """Counts the retries of the run in which it was begun again."""
    iteration: int | None = None
    """The number of this iteration, from 0."""
    iterations: int | None = None
    """How many iterations a loop has, once it is open."""
    inputs: Inputs = Inputs()
    """Of an iteration only its item: the rest is its loop's, and is not kept a thousand times."""
    outputs: Outputs = Outputs()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be stored. `before` is None for an instance that is new."""

    before: Instance | None
    after: Instance


# Commands: what is to be done once the changes are stored ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Execute:
    """Execute a task. Given again after a crash: once for each path and attempt is enough."""

    path: str
    attempt: int
    task: Task
    inputs: Inputs
    iteration: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """End what is executed, or see to it that it never is. Its end is an event like any other, and must come."""

    path: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Finish:
    """The run has ended."""

    state: State
    outputs: Outputs
    error: str = ""


Command = Execute | Cancel | Finish


@dataclass(frozen=True, slots=True)
class Step:
    """What follows from an event: changes to be stored together, and then commands."""

    changes: tuple[Change, ...] = ()
    commands: tuple[Command, ...] = ()


# Events --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Started:
    """It is executed now."""

    path: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Succeeded:
    path: str
    attempt: int
    outputs: Outputs = Outputs()
    cached: bool = False
    """The outputs are those of an earlier execution."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It ended without outputs: by itself, or because it was told to."""

    path: str
    attempt: int
    error: str


@dataclass(frozen=True, slots=True)
class CancelRun:
    """Somebody asks for the end of the run."""


Event = Started | Succeeded | Failed | CancelRun
