"""What the SDK sends and reads of schedules: the native API, and what it uses of Kubeflow's recurring runs."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tidemill.sdk.pipeline_messages import RuntimeConfig, VersionReference

ENABLE, DISABLE = "ENABLE", "DISABLE"


class CronSchedule(msgspec.Struct, frozen=True, omit_defaults=True):
    cron: str
    start_time: str | None = None
    end_time: str | None = None


class PeriodicSchedule(msgspec.Struct, frozen=True, omit_defaults=True):
    interval_second: str
    start_time: str | None = None
    end_time: str | None = None


class Trigger(msgspec.Struct, frozen=True, omit_defaults=True):
    """When runs begin: one of the two."""

    cron_schedule: CronSchedule | None = None
    periodic_schedule: PeriodicSchedule | None = None


class NewSchedule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A schedule that is to be made: of a spec, of a version of an uploaded pipeline, or of its latest."""

    display_name: str
    trigger: Trigger
    experiment_id: str = ""
    pipeline_spec: Mapping[str, Any] | None = None
    pipeline_version_reference: VersionReference = VersionReference()
    runtime_config: RuntimeConfig = RuntimeConfig()
    max_concurrency: str = "1"
    mode: str = ENABLE
    no_catchup: bool = False


class MadeSchedule(msgspec.Struct):
    """A schedule as Kubeflow's API shows it."""

    recurring_run_id: str
    display_name: str
    experiment_id: str
    trigger: Trigger
    max_concurrency: str
    pipeline_spec: Mapping[str, Any] | None = None
    pipeline_version_reference: VersionReference = VersionReference()
    runtime_config: RuntimeConfig = RuntimeConfig()
    no_catchup: bool = False


class ScheduleTime(msgspec.Struct):
    """What one time of a schedule came to: a run, or an error that says why there is none."""

    due_ms: int
    at_ms: int
    run_id: str
    run_name: str
    run_state: str
    """Empty where there is no such run any more."""
    run_finished_ms: int | None
    error: str


class Schedule(msgspec.Struct):
    """A schedule, and how it does."""

    id: str
    name: str
    description: str
    enabled: bool
    words: str
    """Its trigger in plain English."""
    cron: str
    interval_s: int
    start_ms: int | None
    end_ms: int | None
    catches_up: bool
    max_concurrency: int
    experiment_id: str
    pipeline_id: str
    version_id: str
    parameters: Mapping[str, Any]
    created_ms: int
    next_ms: list[int]
    """Its next times: one in lists."""
    last: ScheduleTime | None
    active: int
    """How many of its runs have not ended."""
    count: int
    """How many times it had."""
    error: str
    """Why its last time's run could not begin."""
    times: list[ScheduleTime]
    """The latest first; lists lack them."""


class SchedulePage(msgspec.Struct):
    schedules: list[Schedule]
    next_page_token: str
    total: int


class SchedulePreview(msgspec.Struct):
    """A trigger in plain English, the cron expression as a schedule takes it, and its next times."""

    words: str
    cron: str
    next_ms: list[int]
