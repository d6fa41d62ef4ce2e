"""Nodes and quotas as an administrator sees and sets them: they are the installation's, not a workspace's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tidemill.compute.models import Quota
from tidemill.core.database import Tx


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A workload of the queue, as its row has it."""

    uuid: str
    name: str
    owner: str
    created_ms: int


_SET_QUOTA = """
INSERT INTO compute_quotas (
    workspace_id, cpu_milli, memory_bytes, gpus, workloads, cohort, may_borrow, may_preempt, weight
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (workspace_id) DO UPDATE SET cpu_milli = excluded.cpu_milli, memory_bytes = excluded.memory_bytes,
    gpus = excluded.gpus, workloads = excluded.workloads, cohort = excluded.cohort,
    may_borrow = excluded.may_borrow, may_preempt = excluded.may_preempt, weight = excluded.weight
"""


def set_quota(tx: Tx, quota: Quota) -> None:
    """Set what a workspace may hold, whatever it was."""
    limits = (quota.cpu_milli, quota.memory_bytes, quota.gpus, quota.workloads)
    rules = (quota.cohort, quota.may_borrow, quota.may_preempt, quota.weight)
    tx.sql_many(_SET_QUOTA, [(quota.workspace_id, *limits, *rules)])


def set_open(tx: Tx, name: str, *, is_open: bool) -> bool:
    """Say whether a node takes new work; False where there is no such node."""
    return bool(tx.sql("UPDATE compute_nodes SET is_open = ? WHERE name = ? RETURNING name", (is_open, name)))


def waiting_counts(tx: Tx) -> Mapping[int, int]:
    """How many workloads wait, by workspace."""
    return dict(tx.sql("SELECT workspace_id, COUNT(*) FROM workloads WHERE state = 'queued' GROUP BY workspace_id"))


def names(tx: Tx, ids: Sequence[int]) -> Mapping[int, str]:
    """What workloads of any workspace are called."""
    condition, parameter = tx.any_of(ids)
    return dict(tx.sql(f"SELECT id, name FROM workloads WHERE id {condition}", (parameter,)))  # noqa: S608


def in_line(tx: Tx, ids: Sequence[int]) -> Mapping[int, WaitingRow]:
    """What an administrator sees of workloads that wait."""
    condition, parameter = tx.any_of(ids)
    query = f"SELECT id, uuid, name, owner, created_ms FROM workloads WHERE id {condition}"  # noqa: S608
    return {row[0]: WaitingRow(*row[1:]) for row in tx.sql(query, (parameter,))}


def unfinished_counts(tx: Tx) -> dict[str, int]:
    """How many workloads of all workspaces are in each state but the last ones; what has ended costs nothing here."""
    query = """SELECT state, COUNT(*) FROM workloads WHERE workspace_id IN (SELECT id FROM workspaces)
    AND state IN ('queued', 'admitted', 'running', 'stopping') GROUP BY state"""
    return dict(tx.sql(query))
