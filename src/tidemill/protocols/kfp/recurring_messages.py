"""What recurring runs look like on Kubeflow's wire."""

import msgspec

from tidemill.core.identity import Scope
from tidemill.pipelines import Schedule, Trigger
from tidemill.protocols.kfp.filters import Int64
from tidemill.protocols.kfp.source_messages import Sourced, sourced
from tidemill.protocols.kfp.timestamps import milliseconds, timestamp, timestamp_or_none

ENABLE, DISABLE, UNSPECIFIED = "ENABLE", "DISABLE", "MODE_UNSPECIFIED"


class CronSchedule(msgspec.Struct, frozen=True, omit_defaults=True):
    start_time: str | None = None
    end_time: str | None = None
    cron: str = ""


class PeriodicSchedule(msgspec.Struct, frozen=True, omit_defaults=True):
    start_time: str | None = None
    end_time: str | None = None
    interval_second: str = ""
    """A number as text, as protobuf's JSON writes numbers of 64 bits."""


class WireTrigger(msgspec.Struct, frozen=True, omit_defaults=True):
    cron_schedule: CronSchedule | None = None
    periodic_schedule: PeriodicSchedule | None = None

    @staticmethod
    def of(trigger: Trigger) -> "WireTrigger":
        start, end = timestamp_or_none(trigger.start_ms), timestamp_or_none(trigger.end_ms)
        if trigger.cron:
            return WireTrigger(cron_schedule=CronSchedule(start, end, trigger.cron))
        return WireTrigger(periodic_schedule=PeriodicSchedule(start, end, str(trigger.interval_s)))


class PeriodicScheduleIn(msgspec.Struct, frozen=True):
    start_time: str | None = None
    end_time: str | None = None
    interval_second: Int64 = 0


class TriggerIn(msgspec.Struct, frozen=True):
    """A trigger as clients send it."""

    cron_schedule: CronSchedule | None = None
    periodic_schedule: PeriodicScheduleIn | None = None

    def read(self) -> Trigger:
        """In our words; where it names neither kind, or both, it comes out so. Raises InvalidError."""
        cron, periodic = self.cron_schedule, self.periodic_schedule
        bounds = periodic if periodic is not None else cron
        return Trigger(
            cron="" if cron is None else cron.cron.strip(),
            interval_s=0 if periodic is None else periodic.interval_second,
            start_ms=None if bounds is None or not bounds.start_time else milliseconds(bounds.start_time),
            end_ms=None if bounds is None or not bounds.end_time else milliseconds(bounds.end_time),
        )


class WireRecurringRun(Sourced, omit_defaults=True, kw_only=True):
    recurring_run_id: str
    namespace: str
    created_at: str
    updated_at: str
    max_concurrency: str
    trigger: WireTrigger
    mode: str
    status: str
    no_catchup: bool = False

    @staticmethod
    def of(scope: Scope, schedule: Schedule) -> "WireRecurringRun":
        return WireRecurringRun(
            recurring_run_id=schedule.uuid,
            namespace=scope.workspace,
            created_at=timestamp(schedule.created_ms),
            updated_at=timestamp(schedule.updated_ms),
            max_concurrency=str(schedule.max_concurrency),
            trigger=WireTrigger.of(schedule.trigger),
            mode=ENABLE if schedule.enabled else DISABLE,
            status="ENABLED" if schedule.enabled else "DISABLED",
            no_catchup=not schedule.catches_up,
            **sourced(schedule),
        )


class RecurringRunPage(msgspec.Struct, omit_defaults=True):
    """The list comes in camelCase, and its fellow fields do not: so Kubeflow's own client reads them."""

    recurring_runs: list[WireRecurringRun] = msgspec.field(default_factory=list, name="recurringRuns")
    total_size: int = 0
    next_page_token: str = ""
