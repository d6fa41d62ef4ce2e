"""`/api/v1/pipeline-schedules`: what Kubeflow's API does not tell of a schedule: its next times, and what its last came
to.

Schedules are made, switched and deleted through `/apis/v2beta1/recurringruns`, as Kubeflow's clients do.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route
from tidemill.pipelines.listing import Listing, Operation, Predicate
from tidemill.pipelines.schedules.models import NewSchedule, Occurrence, Schedule, Standing, Trigger
from tidemill.pipelines.schedules.service import Schedules
from tidemill.pipelines.schedules.words import words_of

_ROOT = "/api/v1/pipeline-schedules"
_UPCOMING_IN_LISTS, _UPCOMING = 1, 10


class ScheduleTimeRow(msgspec.Struct):
    """What one time of a schedule came to."""

    due_ms: int
    at_ms: int
    """When that was decided."""
    run_id: str
    """Empty where no run could begin: `error` says why."""
    run_name: str
    run_state: str
    """Empty where there is no such run any more."""
    run_finished_ms: int | None
    error: str


class PipelineScheduleRow(msgspec.Struct):
    """A schedule, and how it does; `times` are left out of lists."""

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
    """Empty where it has a spec of its own."""
    version_id: str
    """Empty where each run takes the pipeline's latest version."""
    parameters: Mapping[str, Any]
    created_ms: int
    next_ms: list[int]
    """The next times: one in lists. None while it is off, and behind its end."""
    last: ScheduleTimeRow | None
    active: int
    """How many of its runs have not ended."""
    count: int
    """How many times it had."""
    error: str
    """Why its last time's run could not begin; empty where it could."""
    times: list[ScheduleTimeRow]
    """The latest first."""


class PipelineSchedulePage(msgspec.Struct):
    """Schedules, the latest first; `next_page_token` is empty on the last page, `total` counts all pages."""

    schedules: list[PipelineScheduleRow]
    next_page_token: str
    total: int


class PipelineScheduleQuery(msgspec.Struct):
    """Which schedules: with this text in their name, of this pipeline or experiment."""

    search: str = ""
    name: str = ""
    """Of exactly this name."""
    pipeline_id: str = ""
    experiment_id: int | None = None
    limit: int = 50
    page_token: str = ""


class PipelineScheduleId(msgspec.Struct):
    schedule_id: str = ""
    limit: int = 50
    """How many of its latest times are wanted, 1000 at most."""


class TriggerQuery(msgspec.Struct):
    """A trigger: a cron expression or an interval. `timezone` is that of the expression, unless it names one itself."""

    cron: str = ""
    interval_s: int = 0
    timezone: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    count: int = 5


class SchedulePreview(msgspec.Struct):
    """A trigger in plain English, the cron expression as a schedule takes it, and its next times."""

    words: str
    cron: str
    next_ms: list[int]


class PipelineScheduleApi:
    """Schedules with their times."""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    def routes(self) -> Sequence[Route]:
        view = Permission.VIEW
        return [
            Route(
                method="GET",
                path=_ROOT,
                permission=view,
                message=PipelineScheduleQuery,
                handler=self.list_all,
                answer=PipelineSchedulePage,
                summary="Schedules of pipelines, the latest first, each with its next time and its last.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/preview",
                permission=view,
                message=TriggerQuery,
                handler=self.preview,
                answer=SchedulePreview,
                summary="When a schedule of this trigger would begin runs.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/{{schedule_id}}",
                permission=view,
                message=PipelineScheduleId,
                handler=self.get,
                answer=PipelineScheduleRow,
                summary="A schedule with its next times, and what its latest came to.",
            ),
        ]

    async def list_all(self, scope: Scope, message: PipelineScheduleQuery) -> PipelineSchedulePage:
        listing = Listing(tuple(_predicates(message)), "created_at", True, message.limit, message.page_token)
        found, token, total = await self._schedules.list_all(scope, listing, message.experiment_id)
        standings = await self._schedules.standings(found)
        rows = [self._row(each, standing) for each, standing in zip(found, standings, strict=True)]
        return PipelineSchedulePage(rows, token, total)

    async def get(self, scope: Scope, message: PipelineScheduleId) -> PipelineScheduleRow:
        found = await self._schedules.get(scope, message.schedule_id)
        (standing,) = await self._schedules.standings([found])
        row = self._row(found, standing, _UPCOMING)
        row.times = [_time_row(each) for each in await self._schedules.history(found, message.limit)]
        return row

    async def preview(self, scope: Scope, message: TriggerQuery) -> SchedulePreview:
        cron = message.cron.strip()
        if cron and message.timezone and "TZ=" not in cron:
            cron = f"CRON_TZ={message.timezone} {cron}"
        trigger = Trigger(cron, message.interval_s, message.start_ms, message.end_ms)
        found = self._schedules.preview(NewSchedule("", trigger), message.count)
        return SchedulePreview(found.words, cron, list(found.times_ms))

    def _row(self, schedule: Schedule, standing: Standing, upcoming: int = _UPCOMING_IN_LISTS) -> PipelineScheduleRow:
        return PipelineScheduleRow(
            id=schedule.uuid,
            name=schedule.display_name,
            description=schedule.description,
            enabled=schedule.enabled,
            words=words_of(schedule.trigger),
            cron=schedule.trigger.cron,
            interval_s=schedule.trigger.interval_s,
            start_ms=schedule.trigger.start_ms,
            end_ms=schedule.trigger.end_ms,
            catches_up=schedule.catches_up,
            max_concurrency=schedule.max_concurrency,
            experiment_id=str(schedule.experiment_id),
            pipeline_id=schedule.source.pipeline_uuid,
            version_id=schedule.source.version_uuid,
            parameters=schedule.parameters,
            created_ms=schedule.created_ms,
            next_ms=self._schedules.upcoming(schedule, upcoming),
            last=None if standing.last is None else _time_row(standing.last),
            active=standing.active,
            count=schedule.times,
            error=schedule.error,
            times=[],
        )


def _predicates(message: PipelineScheduleQuery) -> Iterator[Predicate]:
    if message.search:
        yield Predicate("display_name", Operation.IS_SUBSTRING, (message.search,))
    if message.name:
        yield Predicate("display_name", Operation.EQUALS, (message.name,))
    if message.pipeline_id:
        yield Predicate("pipeline_id", Operation.EQUALS, (message.pipeline_id,))


def _time_row(occurrence: Occurrence) -> ScheduleTimeRow:
    return ScheduleTimeRow(
        due_ms=occurrence.due_ms,
        at_ms=occurrence.at_ms,
        run_id=occurrence.run_uuid,
        run_name=occurrence.run_name,
        run_state=occurrence.run_state,
        run_finished_ms=occurrence.run_finished_ms,
        error=occurrence.error,
    )
