"""What a user asks of workloads: every query here is confined to the workspace of its scope."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from tidemill.compute.admission import Waiting
from tidemill.compute.models import ProcessKey, Progress, Result, State
from tidemill.compute.records import KeptLog, Listing, Moment, ProcessRecord, Standing, WorkloadRecord, WorkloadSort
from tidemill.compute.store.moving import waiting_of
from tidemill.compute.store.rows import PROCESS_COLUMNS, RECORD_COLUMNS, process_of, progress_of, record_of, state_of
from tidemill.compute.tables import workload_labels, workloads
from tidemill.core.database import Tx
from tidemill.core.identity import Scope

_MOST_PROCESSES = 1000
_SORT_COLUMNS: Mapping[WorkloadSort, ColumnElement[Any]] = {
    WorkloadSort.CREATED: workloads.c.created_ms,
    WorkloadSort.NAME: workloads.c.name,
    WorkloadSort.PRIORITY: workloads.c.priority,
}
_RECORD = tuple(workloads.c[name.strip()] for name in RECORD_COLUMNS.split(","))


def record(tx: Tx, scope: Scope, uuid: str) -> WorkloadRecord | None:
    """The workload of this id."""
    rows = tx.sql(
        f"SELECT {RECORD_COLUMNS} FROM workloads WHERE uuid = ? AND workspace_id = ?",  # noqa: S608
        (uuid, scope.workspace_id),
    )
    return record_of(rows[0]) if rows else None


def states(tx: Tx, scope: Scope, uuids: Sequence[str]) -> dict[str, State]:
    """The states of those of these workloads that the workspace has."""
    condition, parameter = tx.any_of(uuids)
    query = f"SELECT uuid, state FROM workloads WHERE uuid {condition} AND +workspace_id = ?"  # noqa: S608
    return {uuid: state_of(state) for uuid, state in tx.sql(query, (parameter, scope.workspace_id))}


def unfinished_of_group(tx: Tx, scope: Scope, group: str) -> list[str]:
    """The workloads of a group that have not come to their end, by age."""
    query = """SELECT uuid FROM workloads WHERE workspace_id = ? AND group_name = ? AND group_name <> ''
    AND state IN ('queued', 'admitted', 'running', 'stopping') ORDER BY id"""
    return [row[0] for row in tx.sql(query, (scope.workspace_id, group))]


def counts(tx: Tx, scope: Scope, group: str = "") -> dict[State, int]:
    """How many workloads of the workspace, or of one group of it, are in each state; states of none are left out."""
    where, parameters = "workspace_id = ?", (scope.workspace_id,)
    if group:
        where, parameters = f"{where} AND group_name = ? AND group_name <> ''", (scope.workspace_id, group)
    query = f"SELECT state, COUNT(*) FROM workloads WHERE {where} GROUP BY state"  # noqa: S608
    return {state_of(state): count for state, count in tx.sql(query, parameters)}


def page(tx: Tx, scope: Scope, listing: Listing) -> tuple[int, list[WorkloadRecord]]:
    """How many workloads a listing has in all, and one page of them."""
    wanted = _wanted(scope, listing)
    total = tx.execute(select(func.count()).select_from(workloads).where(wanted)).scalar_one()
    found = tx.execute(_ordered(select(*_RECORD).where(wanted), listing).offset(listing.offset).limit(listing.limit))
    return total, [record_of(row) for row in found]


def history(tx: Tx, workload: WorkloadRecord, limit: int) -> list[Moment]:
    """The last so many changes of state of a workload, the first of them first."""
    query = "SELECT at_ms, state, attempt, reason FROM workload_history WHERE workload_id = ? ORDER BY id DESC LIMIT ?"
    rows = tx.sql(query, (workload.id, limit))
    return [Moment(at_ms, state_of(state), attempt, reason) for at_ms, state, attempt, reason in reversed(rows)]


def processes(tx: Tx, workload: WorkloadRecord) -> list[ProcessRecord]:
    """The processes of a workload, of the last attempt first, and up to a thousand of them."""
    query = f"""SELECT attempt, log_size, log_stored_size, log_digest, result_size, {PROCESS_COLUMNS}
    FROM workload_processes WHERE workload_id = ? ORDER BY attempt DESC, rank LIMIT ?"""  # noqa: S608
    found: list[ProcessRecord] = []
    for attempt, log_size, log_stored, log_digest, result_size, *row in tx.sql(query, (workload.id, _MOST_PROCESSES)):
        log = None if log_size is None else KeptLog(None, log_digest or "", log_stored, log_size)
        found.append(ProcessRecord(attempt, process_of(row), log, result_size))
    return found


def progress(tx: Tx, found: Sequence[WorkloadRecord]) -> dict[str, Progress]:
    """How far the present attempts of these are, by the first of their processes that told."""
    condition, ids = tx.any_of([each.id for each in found])
    query = f"""SELECT w.uuid, p.progress FROM workloads w
    JOIN workload_processes p ON p.workload_id = w.id AND p.attempt = w.attempt
    WHERE w.id {condition} AND p.progress IS NOT NULL ORDER BY p.rank DESC"""  # noqa: S608
    return {uuid: told for uuid, text in tx.sql(query, (ids,)) if (told := progress_of(text)) is not None}


def result(tx: Tx, workload: WorkloadRecord, rank: int) -> Result | None:
    """What a process of the last attempt gave; None where it gave nothing, or has not yet."""
    query = """SELECT result, result_raised, result_digest, result_size FROM workload_processes
    WHERE workload_id = ? AND attempt = ? AND rank = ? AND result_size IS NOT NULL"""
    rows = tx.sql(query, (workload.id, workload.attempt, rank))
    return Result(bytes(rows[0][0] or b""), bool(rows[0][1]), rows[0][2] or "", rows[0][3]) if rows else None


def standings(tx: Tx, scope: Scope, uuids: Sequence[str]) -> dict[str, Standing]:
    """Where those of these that the workspace has stand, with what rank 0 gave in the last attempt, if it is small.

    They are looked up by id: with the plus SQLite does not look through all of the workspace.
    """
    condition, parameter = tx.any_of(uuids)
    query = f"""SELECT w.uuid, w.state, w.reason, p.result, p.result_raised, p.result_size FROM workloads w
    LEFT JOIN workload_processes p
    ON p.workload_id = w.id AND p.attempt = w.attempt AND p.rank = 0 AND p.result IS NOT NULL
    WHERE w.uuid {condition} AND +w.workspace_id = ?"""  # noqa: S608
    return {row[0]: _standing(row) for row in tx.sql(query, (parameter, scope.workspace_id))}


def log_of(tx: Tx, scope: Scope, key: ProcessKey) -> tuple[str, KeptLog | None] | None:
    """The node and the kept log of a process, None for the log while its backend has it; None without such one."""
    query = """SELECT p.node, p.log_size, p.log_stored_size, p.log_digest, p.log
    FROM workloads w JOIN workload_processes p ON p.workload_id = w.id
    WHERE w.uuid = ? AND w.workspace_id = ? AND p.attempt = ? AND p.rank = ?"""
    rows = tx.sql(query, (key.workload, scope.workspace_id, key.attempt, key.rank))
    if not rows:
        return None
    node, size, stored, digest, data = rows[0]
    return node, None if size is None else KeptLog(None if data is None else bytes(data), digest or "", stored, size)


def place_in_queue(tx: Tx, workload: WorkloadRecord) -> Waiting:
    """The workload as admission sees it."""
    query = "SELECT id, workspace_id, shape, priority, queued_ms FROM workloads WHERE id = ?"
    return waiting_of(tx.sql(query, (workload.id,))[0])


def _wanted(scope: Scope, listing: Listing) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = [workloads.c.workspace_id == scope.workspace_id]
    if listing.states:
        wanted.append(workloads.c.state.in_([state.value for state in listing.states]))
    if listing.kinds:
        wanted.append(workloads.c.kind.in_([kind.value for kind in listing.kinds]))
    if listing.owner:
        wanted.append(workloads.c.owner == listing.owner)
    if listing.group:
        wanted += [workloads.c.group_name == listing.group, workloads.c.group_name != ""]
    if listing.search:
        wanted.append(func.lower(workloads.c.name).contains(listing.search.lower(), autoescape=True))
    if listing.ended_since_ms is not None:
        wanted.append(workloads.c.ended_ms >= listing.ended_since_ms)
    for key, value in listing.labels.items():
        labelled = select(workload_labels.c.workload_id).where(
            workload_labels.c.workspace_id == scope.workspace_id,
            workload_labels.c.key == key,
            workload_labels.c.value == value,
        )
        wanted.append(workloads.c.id.in_(labelled))
    return and_(*wanted)


def _ordered(query: Select[Any], listing: Listing) -> Select[Any]:
    if listing.sort is WorkloadSort.QUEUE:
        return query.order_by(workloads.c.priority.desc(), workloads.c.queued_ms, workloads.c.id)
    column = _SORT_COLUMNS[listing.sort]
    if listing.descending:
        return query.order_by(column.desc(), workloads.c.id.desc())
    return query.order_by(column, workloads.c.id)


def _standing(row: Sequence[Any]) -> Standing:
    uuid, state, reason, data, raised, size = row
    result = None if data is None else Result(bytes(data), bool(raised), "", size)
    return Standing(uuid, state_of(state), reason, result)
