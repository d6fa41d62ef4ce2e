"""Which blobs a workspace has handed in for its workloads, and which blobs compute needs at all."""

from collections.abc import Mapping, Sequence

from tidemill.core.database import Tx
from tidemill.core.identity import Scope

_NOTE = """
INSERT INTO workload_blobs (workspace_id, digest, size, used_ms) VALUES (?, ?, ?, ?)
ON CONFLICT (workspace_id, digest) DO UPDATE SET used_ms = excluded.used_ms
"""


def note(tx: Tx, scope: Scope, sizes: Mapping[str, int], now_ms: int) -> None:
    """These blobs, with their sizes, are the workspace's from now on, and were used now."""
    tx.sql_many(_NOTE, [(scope.workspace_id, digest, size, now_ms) for digest, size in sizes.items()])


def known(tx: Tx, scope: Scope, digests: Sequence[str]) -> dict[str, int]:
    """The sizes of those of these blobs that the workspace has handed in."""
    condition, parameter = tx.any_of(digests)
    query = f"SELECT digest, size FROM workload_blobs WHERE workspace_id = ? AND digest {condition}"  # noqa: S608
    return dict(tx.sql(query, (scope.workspace_id, parameter)))


def needed(tx: Tx, digests: Sequence[str]) -> set[str]:
    """Those of these blobs that some workload of any workspace needs: for whoever frees what nothing points to."""
    condition, parameter = tx.any_of(digests)
    found: set[str] = set()
    for table, column in (
        ("workload_blobs", "digest"),
        ("workload_processes", "result_digest"),
        ("workload_processes", "log_digest"),
    ):
        query = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL AND {column} {condition}"  # noqa: S608
        found |= {row[0] for row in tx.sql(query, (parameter,))}
    return found
