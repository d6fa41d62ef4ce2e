"""What a pipeline run and its tasks are, as the tables have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class RunState(StrEnum):
    """Kubeflow's `V2beta1RuntimeState`, as far as a run of ours is in it."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    CANCELING = "CANCELING"
    SUCCEEDED = "SUCCEEDED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"

    @property
    def is_final(self) -> bool:
        return self in FINAL


FINAL = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELED})


@dataclass(frozen=True, slots=True)
class Source:
    """Where the spec of a run comes from: a version of a pipeline, or nothing but the request itself."""

    pipeline_uuid: str = ""
    version_uuid: str = ""
    recurring_uuid: str = ""


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is asked for. `document` is the pipeline spec where no version names one."""

    display_name: str = ""
    description: str = ""
    experiment_id: int | None = None
    """None: the experiment Default."""
    source: Source = Source()
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    pipeline_root: str = ""
    service_account: str = ""
    uses_cache: bool | None = None
    """The run's word over that of every task; None: each task's own."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A state, since when, and why."""

    state: str
    at_ms: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class PipelineRun:
    """A run of a pipeline."""

    id: int
    uuid: str
    display_name: str
    description: str
    experiment_id: int
    source: Source
    state: RunState
    error: str
    archived: bool
    uses_cache: bool | None
    parameters: Mapping[str, Any]
    pipeline_root: str
    service_account: str
    owner: str
    created_ms: int
    scheduled_ms: int
    finished_ms: int | None
    history: Sequence[Moment]
    tracking_run: str
    """The tracked run that it is; empty until it has begun."""
    pipeline_name: str = ""
    """What its pipeline calls itself, cut to what the column holds; empty for runs of old servers."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """How many of its steps are in each state; those that are still to come are `waiting`."""
    revision: int = 0
    """Grows with every change of its tasks."""
    notes: Sequence[str] = ()
    """What its pipeline asks for and is not applied here."""
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    """Its spec; None in lists."""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """An instance of a task of a run: `docs/mechanisms/pipelines.md` has its states."""

    uuid: str
    path: str
    name: str
    display_name: str
    parent: str
    """Its parent's path; empty for those of the root."""
    kind: str
    """`executor`, `importer`, `dag` or `loop`."""
    state: str
    attempt: int
    created_ms: int
    started_ms: int | None
    ended_ms: int | None
    error: str
    workload: str
    """The workload that executes it; empty where none does."""
    inputs: Mapping[str, Any]
    """`parameters`: by name, and `artifacts`: lists by name."""
    outputs: Mapping[str, Any]
    how: str = ""
    """`worker`, `container` or `command`; empty where nothing was executed."""
    notes: Sequence[str] = ()
    """What a reader of its end must know of how it was executed."""
