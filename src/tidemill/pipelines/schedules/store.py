"""Queries over schedules and their times, within one workspace; the scheduler's are of all workspaces."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, case, delete, func, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.pipelines.listing import Field, Kind, Listing, page_query
from tidemill.pipelines.runs.models import RunState, Source
from tidemill.pipelines.runs.tables import pipeline_runs
from tidemill.pipelines.schedules.models import Occurrence, Schedule, Standing, Trigger
from tidemill.pipelines.schedules.tables import pipeline_schedule_times, pipeline_schedules

_KEPT_TIMES = 1000
_UNFINISHED = (RunState.PENDING, RunState.RUNNING, RunState.CANCELING)
_LISTED = [column for column in pipeline_schedules.c if column.name != "document"]
_IS_ON = and_(pipeline_schedules.c.enabled, pipeline_schedules.c.next_ms.is_not(None))
_STATUS = case((pipeline_schedules.c.enabled, "ENABLED"), else_="DISABLED")
_FIELDS = {
    "id": Field(pipeline_schedules.c.uuid, Kind.TEXT),
    "recurring_run_id": Field(pipeline_schedules.c.uuid, Kind.TEXT),
    "name": Field(pipeline_schedules.c.display_name, Kind.TEXT),
    "display_name": Field(pipeline_schedules.c.display_name, Kind.TEXT),
    "description": Field(pipeline_schedules.c.description, Kind.TEXT),
    "created_at": Field(pipeline_schedules.c.created_ms, Kind.TIMESTAMP),
    "updated_at": Field(pipeline_schedules.c.updated_ms, Kind.TIMESTAMP),
    "status": Field(_STATUS, Kind.TEXT),
    "pipeline_id": Field(pipeline_schedules.c.pipeline_uuid, Kind.TEXT),
    "pipeline_version_id": Field(pipeline_schedules.c.version_uuid, Kind.TEXT),
}


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """Insert a schedule."""
    tx.execute(tx.insert(pipeline_schedules).values(**values))


def count(tx: Tx, scope: Scope) -> int:
    """How many schedules the workspace has."""
    query = select(func.count()).select_from(pipeline_schedules).where(_of(scope))
    return int(tx.execute(query).scalar_one())


def by_uuid(tx: Tx, scope: Scope, uuid: str) -> Schedule | None:
    """A schedule with its document."""
    query = select(pipeline_schedules).where(_of(scope), pipeline_schedules.c.uuid == uuid)
    row = tx.execute(query).one_or_none()
    return None if row is None else _schedule(row)


def page(tx: Tx, scope: Scope, listing: Listing, experiment_id: int | None = None) -> tuple[list[Schedule], str, int]:
    """A page of schedules without their documents, the token of the next, and how many there are on all pages."""
    of = ("schedules", scope.workspace_id, experiment_id)
    query = page_query(listing, _FIELDS, id_column=pipeline_schedules.c.id, default_sort="created_at", of=of)
    conditions = [_of(scope), query.where]
    if experiment_id is not None:
        conditions.append(pipeline_schedules.c.experiment_id == experiment_id)
    wanted = select(*_LISTED, *query.marks).where(*conditions, query.after).order_by(*query.order).limit(query.limit)
    rows, token = query.page(tx.execute(wanted).all())
    total = tx.execute(select(func.count()).select_from(pipeline_schedules).where(*conditions)).scalar_one()
    return [_schedule(row) for row in rows], token, int(total)


def change(tx: Tx, schedule_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a schedule."""
    tx.execute(update(pipeline_schedules).where(pipeline_schedules.c.id == schedule_id).values(**values))


def remove(tx: Tx, schedule_id: int) -> None:
    """Remove a schedule with its times."""
    tx.execute(delete(pipeline_schedules).where(pipeline_schedules.c.id == schedule_id))


def held(tx: Tx, schedule_id: int) -> Schedule | None:
    """A schedule without its document, which nobody else changes until the transaction ends."""
    query = select(*_LISTED).where(pipeline_schedules.c.id == schedule_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return None if row is None else _schedule(row)


def due(tx: Tx, now_ms: int) -> list[int]:
    """The ids of schedules of all workspaces whose time has come, the longest overdue first."""
    query = select(pipeline_schedules.c.id).where(_IS_ON, pipeline_schedules.c.next_ms <= now_ms)
    ordered = query.order_by(pipeline_schedules.c.next_ms, pipeline_schedules.c.id)
    return list(tx.execute(ordered).scalars())


def with_active(tx: Tx, schedule_id: int) -> tuple[Schedule | None, int]:
    """A schedule with its document, and how many of its runs have not ended."""
    row = tx.execute(select(pipeline_schedules).where(pipeline_schedules.c.id == schedule_id)).one_or_none()
    if row is None:
        return None, 0
    found = _schedule(row)
    return found, active(tx, found)


def next_time(tx: Tx, after_ms: int) -> int | None:
    """The earliest time after an instant that any schedule waits for."""
    query = select(func.min(pipeline_schedules.c.next_ms)).where(_IS_ON, pipeline_schedules.c.next_ms > after_ms)
    return tx.execute(query).scalar_one()


def active(tx: Tx, schedule: Schedule) -> int:
    """How many of its runs have not ended."""
    query = select(func.count()).select_from(pipeline_runs)
    mine = pipeline_runs.c.workspace_id == schedule.workspace_id, pipeline_runs.c.recurring_uuid == schedule.uuid
    return int(tx.execute(query.where(*mine, pipeline_runs.c.state.in_(_UNFINISHED))).scalar_one())


def note(tx: Tx, schedule: Schedule, occurrence: Occurrence) -> None:
    """Keep what a time came to, and forget the oldest now and then."""
    values = {
        "schedule_id": schedule.id,
        "due_ms": occurrence.due_ms,
        "at_ms": occurrence.at_ms,
        "run_uuid": occurrence.run_uuid,
        "error": occurrence.error,
    }
    tx.execute(tx.insert(pipeline_schedule_times).values(**values))
    if schedule.times % 100 == 0 and schedule.times:
        mine = pipeline_schedule_times.c.schedule_id == schedule.id
        latest = select(pipeline_schedule_times.c.due_ms).where(mine).order_by(pipeline_schedule_times.c.due_ms.desc())
        oldest_kept = latest.limit(1).offset(_KEPT_TIMES).scalar_subquery()
        tx.execute(delete(pipeline_schedule_times).where(mine, pipeline_schedule_times.c.due_ms <= oldest_kept))


def history(tx: Tx, schedule: Schedule, limit: int) -> list[Occurrence]:
    """Its latest times, the latest first, with the runs that began."""
    times = pipeline_schedule_times
    query = _occurrences().where(times.c.schedule_id == schedule.id).order_by(times.c.due_ms.desc()).limit(limit)
    return [_occurrence(row) for row in tx.execute(query)]


def standings(tx: Tx, schedules: Sequence[Schedule]) -> list[Standing]:
    """How each of them does."""
    times = pipeline_schedule_times
    latest = (
        select(times.c.schedule_id, func.max(times.c.due_ms).label("due_ms"))
        .where(times.c.schedule_id.in_([schedule.id for schedule in schedules]))
        .group_by(times.c.schedule_id)
        .subquery()
    )
    is_latest = and_(times.c.schedule_id == latest.c.schedule_id, times.c.due_ms == latest.c.due_ms)
    rows = tx.execute(_occurrences().join(latest, is_latest))
    lasts = {row.schedule_id: _occurrence(row) for row in rows}
    runs = pipeline_runs.c
    counted = tx.execute(
        select(runs.recurring_uuid, func.count().label("active"))
        .where(
            runs.recurring_uuid.in_([schedule.uuid for schedule in schedules]),
            runs.workspace_id.in_({schedule.workspace_id for schedule in schedules}),
            runs.state.in_(_UNFINISHED),
        )
        .group_by(runs.recurring_uuid)
    )
    actives = {row.recurring_uuid: int(row.active) for row in counted}
    return [Standing(lasts.get(schedule.id), actives.get(schedule.uuid, 0)) for schedule in schedules]


def _occurrences() -> Any:
    times, runs = pipeline_schedule_times, pipeline_runs
    columns = select(times, runs.c.display_name, runs.c.state, runs.c.finished_ms)
    return columns.select_from(times.outerjoin(runs, and_(times.c.run_uuid == runs.c.uuid, times.c.run_uuid != "")))


def _occurrence(row: Any) -> Occurrence:
    return Occurrence(
        due_ms=row.due_ms,
        at_ms=row.at_ms,
        run_uuid=row.run_uuid,
        error=row.error,
        run_name=row.display_name or "",
        run_state=row.state or "",
        run_finished_ms=row.finished_ms,
    )


def _schedule(row: Any) -> Schedule:
    document = getattr(row, "document", None)
    return Schedule(
        id=row.id,
        workspace_id=row.workspace_id,
        uuid=row.uuid,
        display_name=row.display_name,
        description=row.description,
        experiment_id=row.experiment_id,
        source=Source(row.pipeline_uuid, row.version_uuid, row.uuid),
        trigger=Trigger(row.cron, row.interval_s, row.start_ms, row.end_ms),
        parameters=msgspec.json.decode(row.parameters),
        pipeline_root=row.pipeline_root,
        service_account=row.service_account,
        max_concurrency=row.max_concurrency,
        catches_up=row.catches_up,
        enabled=row.enabled,
        owner=row.owner,
        created_ms=row.created_ms,
        updated_ms=row.updated_ms,
        next_ms=row.next_ms,
        last_ms=row.last_ms,
        times=row.times,
        error=row.error,
        document=None if document is None else msgspec.json.decode(document),
    )


def _of(scope: Scope) -> ColumnElement[bool]:
    return pipeline_schedules.c.workspace_id == scope.workspace_id
