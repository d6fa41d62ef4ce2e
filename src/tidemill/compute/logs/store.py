"""Which processes a workload has, as far as their logs are concerned; confined to the workspace of a scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.compute.logs.models import LogHolder
from tidemill.compute.models import Outcome, ProcessKey, State
from tidemill.compute.records import KeptLog
from tidemill.core.database import Tx
from tidemill.core.identity import Scope

_HOLDERS = """SELECT attempt, rank, node, outcome, exit_code, ended_ms, log_size, log_stored_size, log_digest, log
FROM workload_processes WHERE workload_id = ?"""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a workload stands."""

    id: int
    uuid: str
    state: State
    attempt: int


def standing(tx: Tx, scope: Scope, uuid: str) -> Standing | None:
    """The workload of this id."""
    query = "SELECT id, uuid, state, attempt FROM workloads WHERE uuid = ? AND workspace_id = ?"
    rows = tx.sql(query, (uuid, scope.workspace_id))
    return Standing(rows[0][0], rows[0][1], State(rows[0][2]), rows[0][3]) if rows else None


def holders(tx: Tx, workload: Standing, attempt: int, rank: int | None, limit: int) -> list[LogHolder]:
    """The processes of an attempt, or the one of this rank, in the order of ranks."""
    where, parameters = "attempt = ?", [workload.id, attempt]
    if rank is not None:
        where, parameters = f"{where} AND rank = ?", [*parameters, rank]
    return _found(tx, workload, f"{_HOLDERS} AND {where} ORDER BY rank LIMIT ?", [*parameters, limit])


def next_holders(tx: Tx, workload: Standing, attempt: int, rank: int, limit: int) -> list[LogHolder]:
    """The next few processes of any attempt, from this attempt and rank on."""
    where = "(attempt > ? OR (attempt = ? AND rank >= ?)) ORDER BY attempt, rank LIMIT ?"
    return _found(tx, workload, f"{_HOLDERS} AND {where}", [workload.id, attempt, attempt, rank, limit])


def _found(tx: Tx, workload: Standing, query: str, parameters: Sequence[int]) -> list[LogHolder]:
    return [_holder(workload.uuid, row) for row in tx.sql(query, parameters)]


def _holder(uuid: str, row: Sequence[Any]) -> LogHolder:
    attempt, rank, node, outcome, exit_code, ended_ms, size, stored, digest, data = row
    kept = None if size is None else KeptLog(None if data is None else bytes(data), digest or "", stored, size)
    told = None if outcome is None else Outcome(outcome)
    return LogHolder(ProcessKey(uuid, attempt, rank), node, told, exit_code, ended_ms, kept)
