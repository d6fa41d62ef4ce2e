"""The tables as the controller moves them: all workspaces at once, in driver-level SQL, since every task passes here.

Nothing in this file may answer a user's request; `asking.py` does that, within a scope.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tidemill.compute.admission import Waiting
from tidemill.compute.models import Change, Node, Process, ProcessKey, Progress, Quota, State, Workload
from tidemill.compute.records import KeptLog, KnownNode, Live, Moment, ProcessChange, Submission
from tidemill.compute.shapes import shape_of, shape_text
from tidemill.compute.store.rows import (
    NODE_COLUMNS,
    PROCESS_COLUMNS,
    WORKLOAD_COLUMNS,
    devices_of,
    devices_text,
    encoded_spec,
    node_of,
    node_row,
    process_of,
    progress_text,
    state_of,
    workload_of,
)
from tidemill.core.database import Dialect, Tx

_MOST_MESSAGE = 10_000
_TURN = 0x71DE_0002  # an advisory lock of PostgreSQL
_ADD = """
INSERT INTO workloads (
    workspace_id, uuid, name, group_name, kind, owner, state, reason, attempt, retries, losses, priority, shape,
    grace_s, queued_ms, not_before_ms, created_ms, spec
) VALUES (?, ?, ?, ?, ?, ?, 'queued', 'submitted', 0, 0, 0, ?, ?, ?, ?, 0, ?, ?)
"""
_ADD_HISTORY = "INSERT INTO workload_history (workload_id, attempt, state, reason, at_ms) VALUES (?, ?, ?, ?, ?)"
_ADD_LABEL = "INSERT INTO workload_labels (workload_id, workspace_id, key, value) VALUES (?, ?, ?, ?)"
_CHANGE = """
UPDATE workloads SET state = ?, reason = COALESCE(?, reason), attempt = ?, retries = ?, losses = ?, queued_ms = ?,
    not_before_ms = ?, stop_cause = ?, admitted_ms = COALESCE(?, admitted_ms), started_ms = ?, ended_ms = ?
WHERE id = ?
"""
_ADD_PROCESS = """
INSERT INTO workload_processes (workload_id, attempt, rank, node, devices, message, result_raised)
VALUES (?, ?, ?, ?, ?, '', ?)
"""
_BEGIN_PROCESS = """
UPDATE workload_processes SET started_ms = ?, pid = ? WHERE workload_id = ? AND attempt = ? AND rank = ?
"""
_END_PROCESS = """
UPDATE workload_processes SET started_ms = ?, pid = ?, outcome = ?, ended_ms = ?, exit_code = ?, signal = ?,
    message = ?, cpu_ms = ?, peak_memory_bytes = ?, progress = ?, result_raised = ?, result_size = ?,
    result_digest = ?, result = ?
WHERE workload_id = ? AND attempt = ? AND rank = ?
"""
# A walk that leaps from lane to lane through the queue's index, and takes the head of each: what it costs does not
# grow with the number that waits.
_WAITING = """
WITH RECURSIVE lanes (workspace_id, shape) AS (
    SELECT * FROM (
        SELECT workspace_id, shape FROM workloads WHERE state = 'queued' AND not_before_ms = 0
        ORDER BY workspace_id, shape LIMIT 1
    ) first_lane
    UNION ALL
    SELECT w.workspace_id, w.shape FROM lanes JOIN workloads w ON w.id = COALESCE(
        (
            SELECT n.id FROM workloads n WHERE n.state = 'queued' AND n.not_before_ms = 0
            AND n.workspace_id = lanes.workspace_id AND n.shape > lanes.shape
            ORDER BY n.shape, n.priority DESC, n.queued_ms, n.id LIMIT 1
        ),
        (
            SELECT n.id FROM workloads n WHERE n.state = 'queued' AND n.not_before_ms = 0
            AND n.workspace_id > lanes.workspace_id
            ORDER BY n.workspace_id, n.shape, n.priority DESC, n.queued_ms, n.id LIMIT 1
        )
    )
)
SELECT w.id, w.workspace_id, w.shape, w.priority, w.queued_ms FROM lanes JOIN workloads w ON w.id IN (
    SELECT h.id FROM workloads h WHERE h.state = 'queued' AND h.not_before_ms = 0
    AND h.workspace_id = lanes.workspace_id AND h.shape = lanes.shape
    ORDER BY h.priority DESC, h.queued_ms, h.id LIMIT ?
)
"""
_LIVE = """
SELECT w.uuid, p.attempt, p.rank, w.id, w.workspace_id, w.shape, w.priority, w.admitted_ms, w.state, p.node,
    p.devices, p.started_ms, w.grace_s
FROM workload_processes p JOIN workloads w ON w.id = p.workload_id
WHERE p.outcome IS NULL ORDER BY w.id, p.rank
"""
_PROCESSES = f"""
SELECT p.workload_id, {", ".join(f"p.{name.strip()}" for name in PROCESS_COLUMNS.split(","))}
FROM workloads w JOIN workload_processes p ON p.workload_id = w.id AND p.attempt = w.attempt
WHERE w.id {{condition}} ORDER BY p.workload_id, p.rank
"""  # noqa: S608
_HEAR = f"""
INSERT INTO compute_nodes ({NODE_COLUMNS}, is_offered, is_open, heard_ms) VALUES ({", ".join("?" * 8)}, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET backend = excluded.backend, cpu_milli = excluded.cpu_milli,
    memory_bytes = excluded.memory_bytes, gpus = excluded.gpus, disk_bytes = excluded.disk_bytes,
    devices = excluded.devices, gpu_model = excluded.gpu_model, is_offered = excluded.is_offered,
    heard_ms = excluded.heard_ms
"""  # noqa: S608
_NOTE_PROGRESS = """
UPDATE workload_processes SET progress = ? WHERE workload_id = ? AND attempt = ? AND rank = ? AND outcome IS NULL
"""
_KEEP_LOG = """
UPDATE workload_processes SET log_size = ?, log_stored_size = ?, log_digest = ?, log = ?
WHERE workload_id = (SELECT id FROM workloads WHERE uuid = ?) AND attempt = ? AND rank = ? AND log_size IS NULL
"""


class SqlComputeStore:
    """`ComputeStore` within a transaction."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        # In one order, so that two who change the same ones wait for each other and not both.
        self._locking = "ORDER BY id FOR UPDATE" if tx.dialect is Dialect.POSTGRESQL else ""

    def take_turn(self) -> None:
        if self._tx.dialect is Dialect.POSTGRESQL:  # SQLite has one writer
            self._tx.sql("SELECT pg_advisory_xact_lock(?)", (_TURN,))

    def add(self, submissions: Sequence[Submission], now_ms: int) -> None:
        self._tx.sql_many(_ADD, [_submission_row(each, now_ms) for each in submissions])
        condition, uuids = self._tx.any_of([each.uuid for each in submissions])
        ids = dict(self._tx.sql(f"SELECT uuid, id FROM workloads WHERE uuid {condition}", (uuids,)))  # noqa: S608
        self._tx.sql_many(_ADD_HISTORY, [(ids[each.uuid], 0, "queued", "submitted", now_ms) for each in submissions])
        labels = [
            (ids[each.uuid], each.workspace_id, key, value)
            for each in submissions
            for key, value in each.spec.labels.items()
        ]
        if labels:
            self._tx.sql_many(_ADD_LABEL, labels)

    def load(self, uuids: Sequence[str]) -> dict[str, Workload]:
        return {workload.uuid: workload for workload in self._loaded("uuid", uuids)}

    def load_ids(self, ids: Sequence[int]) -> dict[int, Workload]:
        return {workload.id: workload for workload in self._loaded("id", ids)}

    def histories(self, uuids: Sequence[str]) -> dict[str, list[Moment]]:
        condition, parameter = self._tx.any_of(uuids)
        query = f"""SELECT w.uuid, h.at_ms, h.state, h.attempt, h.reason
        FROM workloads w JOIN workload_history h ON h.workload_id = w.id WHERE w.uuid {condition} ORDER BY h.id"""  # noqa: S608
        found: dict[str, list[Moment]] = {}
        for uuid, at_ms, state, attempt, reason in self._tx.sql(query, (parameter,)):
            found.setdefault(uuid, []).append(Moment(at_ms, state_of(state), attempt, reason))
        return found

    def apply(self, changes: Sequence[Change], processes: Sequence[ProcessChange] = ()) -> set[int]:
        chains: dict[int, list[Change]] = {}
        for change in changes:
            chains.setdefault(change.before.id, []).append(change)
        if not chains:
            return set()
        condition, ids = self._tx.any_of(list(chains))
        query = f"SELECT id, state, attempt FROM workloads WHERE id {condition} {self._locking}"  # noqa: S608
        now = {id_: (state, attempt) for id_, state, attempt in self._tx.sql(query, (ids,))}
        kept = [chain for id_, chain in chains.items() if now.get(id_) == _point(chain[0].before)]
        applied = {chain[0].before.id for chain in kept}
        self._store_processes(kept, [each for each in processes if each.workload_id in applied])
        self._many(_CHANGE, (_change_row(chain) for chain in kept))
        self._many(_ADD_HISTORY, (row for chain in kept for row in _history_rows(chain)))
        return applied

    def end_backoffs(self, now_ms: int) -> None:
        is_over = "state = 'queued' AND not_before_ms > 0 AND not_before_ms <= ?"
        self._tx.sql(f"UPDATE workloads SET not_before_ms = 0 WHERE {is_over}", (now_ms,))  # noqa: S608

    def next_backoff_ms(self) -> int | None:
        query = """SELECT not_before_ms FROM workloads WHERE state = 'queued' AND not_before_ms > 0
        ORDER BY not_before_ms LIMIT 1"""
        rows = self._tx.sql(query)
        return rows[0][0] if rows else None

    def waiting(self, each_lane: int) -> list[Waiting]:
        return [waiting_of(row) for row in self._tx.sql(_WAITING, (each_lane,))]

    def live(self) -> list[Live]:
        return [_live(row) for row in self._tx.sql(_LIVE)]

    def nodes(self) -> list[KnownNode]:
        query = f"SELECT {NODE_COLUMNS}, heard_ms, is_open, is_offered FROM compute_nodes ORDER BY name"  # noqa: S608
        return [KnownNode(node_of(row[:8]), row[8], bool(row[9]), bool(row[10])) for row in self._tx.sql(query)]

    def quotas(self) -> dict[int, Quota]:
        query = """SELECT workspace_id, cpu_milli, memory_bytes, gpus, workloads, cohort, may_borrow,
        may_preempt, weight FROM compute_quotas"""
        return {row[0]: _quota(row) for row in self._tx.sql(query)}

    def hear(self, backend: str, nodes: Sequence[Node], own: Sequence[str], now_ms: int) -> None:
        gone = sorted(set(own) - {node.name for node in nodes})
        if gone:
            condition, names = self._tx.any_of(gone)
            query = f"UPDATE compute_nodes SET is_offered = ? WHERE backend = ? AND name {condition}"  # noqa: S608
            self._tx.sql(query, (False, backend, names))
        self._many(_HEAR, ((*node_row(node), True, True, now_ms) for node in nodes))

    def note_progress(self, told: Mapping[ProcessKey, Progress]) -> dict[str, int]:
        condition, uuids = self._tx.any_of(sorted({key.workload for key in told}))
        query = f"SELECT uuid, id, workspace_id, attempt FROM workloads WHERE uuid {condition}"  # noqa: S608
        known = {uuid: (id_, workspace, attempt) for uuid, id_, workspace, attempt in self._tx.sql(query, (uuids,))}
        self._many(
            _NOTE_PROGRESS,
            (
                (progress_text(progress), known[key.workload][0], key.attempt, key.rank)
                for key, progress in told.items()
                if key.workload in known and known[key.workload][2] == key.attempt
            ),
        )
        return {uuid: workspace for uuid, (_, workspace, _) in known.items()}

    def unsettled(self, nodes: Sequence[str]) -> list[ProcessKey]:
        condition, names = self._tx.any_of(nodes)
        query = f"""SELECT w.uuid, p.attempt, p.rank FROM workload_processes p JOIN workloads w ON w.id = p.workload_id
        WHERE p.outcome IS NOT NULL AND p.log_size IS NULL AND p.node {condition}"""  # noqa: S608
        return [ProcessKey(*row) for row in self._tx.sql(query, (names,))]

    def keep_logs(self, logs: Mapping[ProcessKey, KeptLog]) -> None:
        self._many(
            _KEEP_LOG,
            (
                (log.size, log.stored_size, log.digest or None, log.data, key.workload, key.attempt, key.rank)
                for key, log in logs.items()
            ),
        )

    def _loaded(self, column: str, values: Sequence[str] | Sequence[int]) -> list[Workload]:
        condition, parameter = self._tx.any_of(values)
        query = f"SELECT {WORKLOAD_COLUMNS} FROM workloads WHERE {column} {condition} {self._locking}"  # noqa: S608
        rows = self._tx.sql(query, (parameter,))
        processes = self._processes([row[0] for row in rows if row[4] != "queued"])
        return [workload_of(row, tuple(processes.get(row[0], ()))) for row in rows]

    def _processes(self, ids: Sequence[int]) -> dict[int, list[Process]]:
        found: dict[int, list[Process]] = {}
        if ids:
            condition, parameter = self._tx.any_of(ids)
            for id_, *row in self._tx.sql(_PROCESSES.format(condition=condition), (parameter,)):
                found.setdefault(id_, []).append(process_of(row))
        return found

    def _store_processes(self, chains: Sequence[Sequence[Change]], processes: Sequence[ProcessChange]) -> None:
        admitted = (
            change.after for chain in chains for change in chain if change.after.attempt > change.before.attempt
        )
        self._many(
            _ADD_PROCESS,
            (
                (each.id, each.attempt, process.rank, process.node, devices_text(process.devices), False)
                for each in admitted
                for process in each.processes
            ),
        )
        last = {(each.workload_id, each.attempt, each.process.rank): each.process for each in processes}
        begun = ((each.started_ms, each.pid, *key) for key, each in last.items() if each.end is None)
        self._many(_BEGIN_PROCESS, begun)
        self._many(_END_PROCESS, ((*_end_row(each), *key) for key, each in last.items() if each.end is not None))

    def _many(self, text: str, rows: Iterable[Sequence[Any]]) -> None:
        if listed := list(rows):
            self._tx.sql_many(text, listed)


def waiting_of(row: Sequence[Any]) -> Waiting:
    """What waits, by a row of id, workspace, shape, priority and time."""
    id_, workspace_id, text, priority, queued_ms = row
    shape = shape_of(text)
    return Waiting(id_, workspace_id, shape.each, shape.replicas, shape.backend, priority, queued_ms, shape.gpu_model)


def _live(row: Sequence[Any]) -> Live:
    uuid, attempt, rank, id_, workspace_id, shape, priority, admitted_ms, state, node, devices, started_ms, grace_s = (
        row
    )
    return Live(
        ProcessKey(uuid, attempt, rank),
        id_,
        workspace_id,
        shape_of(shape).each,
        priority,
        admitted_ms,
        state_of(state),
        node,
        devices_of(devices),
        started_ms is not None,
        grace_s,
    )


def _quota(row: Sequence[Any]) -> Quota:
    workspace_id, cpu, memory, gpus, workloads, cohort, may_borrow, may_preempt, weight = row
    return Quota(workspace_id, cpu, memory, gpus, workloads, cohort, bool(may_borrow), bool(may_preempt), weight)


def _submission_row(each: Submission, now_ms: int) -> tuple[Any, ...]:
    spec = each.spec
    head = (each.workspace_id, each.uuid, each.name, each.group, spec.kind.value, each.owner)
    return *head, spec.priority, shape_text(spec), spec.grace_s, now_ms, now_ms, encoded_spec(spec)


def _point(workload: Workload) -> tuple[str, int]:
    return workload.state.value, workload.attempt


def _change_row(chain: Sequence[Change]) -> tuple[Any, ...]:
    last = chain[-1]
    after, state = last.after, last.after.state
    reason = next((change.reason for change in reversed(chain) if change.reason), None)
    began = [process.started_ms for process in after.processes if process.started_ms is not None]
    return (
        state.value,
        reason,
        after.attempt,
        after.retries,
        after.losses,
        after.queued_ms,
        after.not_before_ms,
        after.stop_cause.value if after.stop_cause else None,
        next((change.at_ms for change in reversed(chain) if change.after.state is State.ADMITTED), None),
        min(began, default=None),
        last.at_ms if state.is_final else None,
        after.id,
    )


def _history_rows(chain: Sequence[Change]) -> Iterable[tuple[Any, ...]]:
    for change in chain:
        if _point(change.before) != _point(change.after):
            yield change.after.id, change.after.attempt, change.after.state.value, change.reason, change.at_ms


def _end_row(process: Process) -> tuple[Any, ...]:
    end = process.end
    assert end is not None, "only what has ended is written so"  # noqa: S101 - a caller's order, not input
    result = end.result
    size = None if result is None else result.size if result.digest else len(result.data)
    return (
        process.started_ms,
        process.pid,
        end.outcome.value,
        end.at_ms,
        end.exit_code,
        end.signal,
        end.message.replace("\0", "")[:_MOST_MESSAGE],  # no text of PostgreSQL holds it
        end.cpu_ms,
        end.peak_memory_bytes,
        progress_text(process.progress),
        result is not None and result.raised,
        size,
        result.digest or None if result else None,
        result.data if result and not result.digest else None,
    )
