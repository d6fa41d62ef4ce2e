"""Queries over pipeline runs and their tasks, within one workspace; the engine's are by run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, func, select, tuple_, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.pipelines.listing import Field, Kind, Listing, page_query
from tidemill.pipelines.plan.models import Artifact, Instance, Outputs
from tidemill.pipelines.runs.models import Moment, PipelineRun, RunState, Source
from tidemill.pipelines.runs.tables import pipeline_run_documents, pipeline_runs, pipeline_tasks

_UNFINISHED = (RunState.PENDING, RunState.RUNNING, RunState.CANCELING)
_FIELDS = {
    "id": Field(pipeline_runs.c.uuid, Kind.TEXT),
    "run_id": Field(pipeline_runs.c.uuid, Kind.TEXT),
    "name": Field(pipeline_runs.c.display_name, Kind.TEXT),
    "display_name": Field(pipeline_runs.c.display_name, Kind.TEXT),
    "description": Field(pipeline_runs.c.description, Kind.TEXT),
    "created_at": Field(pipeline_runs.c.created_ms, Kind.TIMESTAMP),
    "scheduled_at": Field(pipeline_runs.c.scheduled_ms, Kind.TIMESTAMP),
    "finished_at": Field(pipeline_runs.c.finished_ms, Kind.TIMESTAMP),
    "state": Field(pipeline_runs.c.state, Kind.TEXT),
    "status": Field(pipeline_runs.c.state, Kind.TEXT),
    "pipeline_version_id": Field(pipeline_runs.c.version_uuid, Kind.TEXT),
    "pipeline_id": Field(pipeline_runs.c.pipeline_uuid, Kind.TEXT),
    "recurring_run_id": Field(pipeline_runs.c.recurring_uuid, Kind.TEXT),
}
_PUT_TASK = """
INSERT INTO pipeline_tasks
    (run_id, path, uuid, state, workload, cache_key, created_ms, started_ms, ended_ms, instance, revision, how,
    notes)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (run_id, path) DO UPDATE SET
    state = excluded.state,
    workload = CASE WHEN excluded.workload = '' THEN pipeline_tasks.workload ELSE excluded.workload END,
    cache_key = excluded.cache_key, started_ms = excluded.started_ms, ended_ms = excluded.ended_ms,
    instance = excluded.instance, revision = excluded.revision, how = excluded.how, notes = excluded.notes
"""
_TASK = """SELECT uuid, instance, workload, created_ms, started_ms, ended_ms, cache_key, how, notes
FROM pipeline_tasks"""
_instances = msgspec.json.Decoder(Instance)
_notes = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An instance as it is stored."""

    uuid: str
    instance: Instance
    workload: str
    created_ms: int
    started_ms: int | None = None
    ended_ms: int | None = None
    cache_key: str | None = None
    """By which what it made is found again; None where it is not to be."""
    how: str = ""
    """`worker`, `container` or `command`; empty where nothing was executed."""
    notes: tuple[str, ...] = ()
    """What a reader of its end must know of how it was executed."""


def add(tx: Tx, values: Mapping[str, Any]) -> None:
    """Insert a run, its `document` among the values."""
    own = {name: value for name, value in values.items() if name != "document"}
    tx.execute(tx.insert(pipeline_runs).values(**own))
    run_id = tx.execute(select(pipeline_runs.c.id).where(pipeline_runs.c.uuid == values["uuid"])).scalar_one()
    tx.execute(tx.insert(pipeline_run_documents).values(run_id=run_id, document=values["document"]))


def by_uuid(tx: Tx, scope: Scope, uuid: str, *, whole: bool = False) -> PipelineRun | None:
    """A run, with its document where the `whole` of it is wanted."""
    wanted = select(pipeline_runs)
    if whole:
        wanted = wanted.add_columns(pipeline_run_documents.c.document).join(pipeline_run_documents)
    row = tx.execute(wanted.where(_of(scope), pipeline_runs.c.uuid == uuid)).one_or_none()
    return None if row is None else run_of(row)


def page(
    tx: Tx, scope: Scope, listing: Listing, experiment_id: int | None = None, *, archived: bool | None = None
) -> tuple[list[PipelineRun], str, int]:
    """A page of runs without their documents, the token of the next, and how many there are on all pages."""
    of = ("runs", scope.workspace_id, experiment_id, archived)
    query = page_query(listing, _FIELDS, id_column=pipeline_runs.c.id, default_sort="created_at", of=of)
    conditions = [_of(scope), query.where]
    if experiment_id is not None:
        conditions.append(pipeline_runs.c.experiment_id == experiment_id)
    if archived is not None:
        conditions.append(pipeline_runs.c.archived.is_(archived))
    found = select(pipeline_runs, *query.marks).where(*conditions, query.after)
    wanted = found.order_by(*query.order).limit(query.limit)
    rows, token = query.page(tx.execute(wanted).all())
    total = tx.execute(select(func.count()).select_from(pipeline_runs).where(*conditions)).scalar_one()
    return [run_of(row) for row in rows], token, int(total)


def last_green(tx: Tx, scope: Scope, run: PipelineRun) -> str | None:
    """The latest run that succeeded of the same pipeline, of those that began before this one."""
    source, name = run.source.pipeline_uuid, run.pipeline_name
    same = pipeline_runs.c.pipeline_uuid == source if source else pipeline_runs.c.pipeline_name == name
    if not source and not name:
        return None
    query = (
        select(pipeline_runs.c.uuid)
        .where(_of(scope), same, pipeline_runs.c.state == RunState.SUCCEEDED, pipeline_runs.c.id < run.id)
        .order_by(pipeline_runs.c.created_ms.desc(), pipeline_runs.c.id.desc())
        .limit(1)
    )
    return tx.execute(query).scalar_one_or_none()


def change(tx: Tx, run_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a run."""
    tx.execute(update(pipeline_runs).where(pipeline_runs.c.id == run_id).values(**values))


def moved(tx: Tx, run: PipelineRun, moment: Moment) -> PipelineRun:
    """Put a run into another state, with a line in its history."""
    state = RunState(moment.state)
    finished = moment.at_ms if state.is_final else None
    after = replace(run, state=state, error=moment.error, finished_ms=finished, history=[*run.history, moment])
    history = msgspec.json.encode(after.history).decode()
    values = {"state": state, "error": moment.error, "finished_ms": finished, "history": history}
    tx.execute(update(pipeline_runs).where(pipeline_runs.c.id == run.id).values(**values))
    return after


def held(tx: Tx, run_id: int) -> PipelineRun | None:
    """A run without its document, which nobody else changes until the transaction ends."""
    row = tx.execute(select(pipeline_runs).where(pipeline_runs.c.id == run_id).with_for_update()).one_or_none()
    return None if row is None else run_of(row)


def remove(tx: Tx, run_id: int) -> None:
    tx.execute(delete(pipeline_runs).where(pipeline_runs.c.id == run_id))


def unfinished(tx: Tx) -> list[tuple[str, int]]:
    """Runs of all workspaces that have not ended: uuid and workspace."""
    query = select(pipeline_runs.c.uuid, pipeline_runs.c.workspace_id).where(pipeline_runs.c.state.in_(_UNFINISHED))
    return [(row.uuid, row.workspace_id) for row in tx.execute(query)]


def tasks(tx: Tx, run_id: int, since: int = 0) -> list[TaskRow]:
    """Instances of a run, in the order in which they came to be; only those that changed after the revision `since`."""
    changed, values = (" AND revision > ?", (run_id, since)) if since > 0 else ("", (run_id,))
    return [_task_of(row) for row in tx.sql(f"{_TASK} WHERE run_id = ?{changed} ORDER BY id", values)]


def task(tx: Tx, run_id: int, path: str) -> TaskRow | None:
    """The instance of this path."""
    found = tx.sql(f"{_TASK} WHERE run_id = ? AND path = ?", (run_id, path))
    return next((_task_of(row) for row in found), None)


def named_tasks(tx: Tx, scope: Scope, wanted: Sequence[tuple[str, str]]) -> list[tuple[str, str, str, str]]:
    """Of (id of a run, path of a task) those that are there: these two, with the run's name and the task's state."""
    tasks = pipeline_tasks.c
    columns = (pipeline_runs.c.uuid, pipeline_runs.c.display_name, tasks.path, tasks.state)
    among = tuple_(pipeline_runs.c.uuid, tasks.path).in_(wanted)
    rows = tx.execute(select(*columns).join(pipeline_tasks).where(_of(scope), among))
    return [(row.uuid, row.display_name, row.path, row.state) for row in rows]


def artifact(tx: Tx, scope: Scope, run_uuid: str, path: str, name: str) -> Artifact | None:
    """The first artifact of an output that a task of a run made."""
    run = by_uuid(tx, scope, run_uuid)
    row = task(tx, run.id, path) if run is not None else None
    return next(iter(row.instance.outputs.artifacts.get(name, ())), None) if row is not None else None


def put_tasks(tx: Tx, run_id: int, rows: Sequence[TaskRow], revision: int = 0) -> None:
    """Insert or overwrite instances, as what changed with this revision; a workload stays where none is given."""
    tx.sql_many(
        _PUT_TASK,
        [
            (
                run_id,
                row.instance.path,
                row.uuid,
                row.instance.state,
                row.workload,
                row.cache_key,
                row.created_ms,
                row.started_ms,
                row.ended_ms,
                msgspec.json.encode(row.instance).decode(),
                revision,
                row.how,
                msgspec.json.encode(row.notes).decode(),
            )
            for row in rows
        ],
    )


def made_before(tx: Tx, scope: Scope, keys: Sequence[str]) -> dict[str, Outputs]:
    """What the latest task of the workspace made that succeeded with each of these cache keys."""
    condition, parameter = tx.any_of(keys)
    query = f"""SELECT t.cache_key, t.instance FROM pipeline_tasks t JOIN pipeline_runs r ON r.id = t.run_id
    WHERE t.cache_key {condition} AND t.state IN ('succeeded', 'cached') AND r.workspace_id = ? ORDER BY t.id"""  # noqa: S608
    return {key: _instances.decode(text).outputs for key, text in tx.sql(query, (parameter, scope.workspace_id))}


def note_blobs(tx: Tx, run_id: int, digests: Iterable[str]) -> None:
    """Keep what a run's artifacts consist of for as long as the run."""
    rows = [(run_id, digest) for digest in digests]
    tx.sql_many("INSERT INTO pipeline_blobs (run_id, digest) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def blobs_needed(tx: Tx, digests: Sequence[str]) -> set[str]:
    """Those of these blobs that are in artifacts of some run, for whoever frees what nothing points to."""
    condition, parameter = tx.any_of(digests)
    query = f"SELECT DISTINCT digest FROM pipeline_blobs WHERE digest {condition}"  # noqa: S608
    return {row[0] for row in tx.sql(query, (parameter,))}


def run_of(row: Any) -> PipelineRun:
    """A run from its row."""
    document = getattr(row, "document", None)
    return PipelineRun(
        id=row.id,
        uuid=row.uuid,
        display_name=row.display_name,
        description=row.description,
        experiment_id=row.experiment_id,
        source=Source(row.pipeline_uuid, row.version_uuid, row.recurring_uuid),
        state=RunState(row.state),
        error=row.error,
        archived=row.archived,
        uses_cache=row.uses_cache,
        parameters=msgspec.json.decode(row.parameters),
        pipeline_root=row.pipeline_root,
        service_account=row.service_account,
        owner=row.owner,
        created_ms=row.created_ms,
        scheduled_ms=row.scheduled_ms,
        finished_ms=row.finished_ms,
        history=msgspec.json.decode(row.history, type=list[Moment]),
        tracking_run=row.tracking_run,
        pipeline_name=row.pipeline_name,
        counts=msgspec.json.decode(row.counts, type=dict[str, int]),
        revision=row.revision,
        notes=_notes.decode(row.notes),
        document=None if document is None else msgspec.json.decode(document),
    )


def _task_of(row: Any) -> TaskRow:
    *plain, notes = row[2:]
    return TaskRow(row[0], _instances.decode(row[1]), *plain, notes=_notes.decode(notes))


def _of(scope: Scope) -> ColumnElement[bool]:
    return pipeline_runs.c.workspace_id == scope.workspace_id
