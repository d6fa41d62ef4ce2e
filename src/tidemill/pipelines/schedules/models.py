"""What a schedule of a pipeline is, and what came of each of its times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidemill.pipelines.runs.models import Source


@dataclass(frozen=True, slots=True)
class Trigger:
    """When runs begin: by a cron expression, or by an interval; from `start_ms` to `end_ms` where they are given."""

    cron: str = ""
    """As the client wrote it, with `CRON_TZ=Europe/Berlin` in front where it has a time zone."""
    interval_s: int = 0
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class NewSchedule:
    """What is asked for. `document` is the pipeline spec where no pipeline is named."""

    display_name: str
    trigger: Trigger
    description: str = ""
    experiment_id: int | None = None
    """None: the experiment Default."""
    source: Source = field(default_factory=Source)
    """A pipeline without a version: its latest one, whichever that is when a run begins."""
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    parameters: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    pipeline_root: str = ""
    service_account: str = ""
    max_concurrency: int = 1
    catches_up: bool = True
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule as it is stored."""

    id: int
    workspace_id: int
    uuid: str
    display_name: str
    description: str
    experiment_id: int
    source: Source
    trigger: Trigger
    parameters: Mapping[str, Any]
    pipeline_root: str
    service_account: str
    max_concurrency: int
    catches_up: bool
    enabled: bool
    owner: str
    created_ms: int
    updated_ms: int
    next_ms: int | None
    """The first time of which nothing has come yet, while it is on; None where there is none."""
    last_ms: int | None
    """The latest time that a run was begun for, or should have been."""
    times: int
    """How many times there were."""
    error: str
    """Why the last time's run could not begin; empty where it could."""
    document: Mapping[str, Any] | None = field(default=None, repr=False)
    """Its own spec; None where it names a pipeline, and in lists."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a schedule: the run that began for it, or why none could."""

    due_ms: int
    at_ms: int
    """When that was decided."""
    run_uuid: str
    """Empty where none began."""
    error: str
    run_name: str = ""
    run_state: str = ""
    """Empty where the run was deleted, or none began."""
    run_finished_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a schedule does: what its last time came to, and how many of its runs have not ended."""

    last: Occurrence | None = None
    active: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """A trigger in words, and the next times that it makes."""

    words: str
    times_ms: Sequence[int]
