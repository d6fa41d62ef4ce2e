"""What ended long ago, of all workspaces: for whoever looks after the installation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tidemill.compute.models import Spec
from tidemill.compute.store.rows import decoded_spec
from tidemill.core.database import Tx

DigestsOf = Callable[[Spec], Iterable[str]]
"""The blobs that a spec names."""

_HAS_ENDED = "state IN ('succeeded', 'failed', 'stopped') AND ended_ms < ?"
_HAS_LABEL = "id IN (SELECT workload_id FROM workload_labels WHERE key = ?)"
_HAS_VALUE = "id IN (SELECT workload_id FROM workload_labels WHERE key = ? AND value = ?)"


@dataclass(frozen=True, slots=True)
class EndedBatch:
    """Some workloads by row, and the bytes of their logs and results as they are stored."""

    ids: Sequence[int]
    stored_bytes: int


def ended_before(tx: Tx, before_ms: int, after_id: int, limit: int, label: str | None = None) -> EndedBatch:
    """The next few behind a row that ended before an instant, and that have a label where one is given: of this key, or
    as `key=value`."""
    wanted, values = _HAS_ENDED, (before_ms, *(label.split("=", 1) if label else ()))
    if label:
        wanted = f"{_HAS_ENDED} AND {_HAS_VALUE if '=' in label else _HAS_LABEL}"
    query = f"SELECT id FROM workloads WHERE {wanted} AND id > ? ORDER BY id LIMIT ?"  # noqa: S608
    ids = [row[0] for row in tx.sql(query, (*values, after_id, limit))]
    if not ids:
        return EndedBatch((), 0)
    condition, parameter = tx.any_of(ids)
    sizes = f"""SELECT SUM(COALESCE(log_stored_size, 0) + COALESCE(result_size, 0)) FROM workload_processes
    WHERE workload_id {condition}"""  # noqa: S608
    return EndedBatch(ids, int(tx.sql(sizes, (parameter,))[0][0] or 0))


def remove(tx: Tx, ids: Sequence[int]) -> None:
    """Remove workloads with all that hangs on their rows."""
    condition, parameter = tx.any_of(ids)
    tx.sql(f"DELETE FROM workloads WHERE id {condition}", (parameter,))  # noqa: S608


def forgotten_blobs(tx: Tx, before_ms: int, digests_of: DigestsOf) -> list[tuple[int, str]]:
    """Content, by workspace and digest, that nobody has used since an instant, and no workload needs that is kept."""
    unused = tx.sql("SELECT workspace_id, digest FROM workload_blobs WHERE used_ms < ?", (before_ms,))
    if not unused:
        return []
    # What was submitted later has used its content later.
    kept = "SELECT workspace_id, spec FROM workloads WHERE created_ms < ? AND (ended_ms IS NULL OR ended_ms >= ?)"
    needed = {
        (workspace_id, digest)
        for workspace_id, spec in tx.sql(kept, (before_ms, before_ms))
        for digest in digests_of(decoded_spec(spec))
    }
    return [(workspace_id, digest) for workspace_id, digest in unused if (workspace_id, digest) not in needed]


def forget_blobs(tx: Tx, blobs: Sequence[tuple[int, str]]) -> None:
    """Let the workspaces have handed in these no more."""
    tx.sql_many("DELETE FROM workload_blobs WHERE workspace_id = ? AND digest = ?", blobs)


def needed_then(tx: Tx, digests: Sequence[str], before_ms: int, digests_of: DigestsOf) -> set[str]:
    """Those of these blobs that are needed when what ended before an instant is gone."""
    condition, parameter = tx.any_of(digests)
    found: set[str] = set()
    for column in ("result_digest", "log_digest"):
        query = f"""SELECT DISTINCT p.{column} FROM workload_processes p JOIN workloads w ON w.id = p.workload_id
        WHERE p.{column} IS NOT NULL AND p.{column} {condition} AND (w.ended_ms IS NULL OR w.ended_ms >= ?)"""  # noqa: S608
        found |= {row[0] for row in tx.sql(query, (parameter, before_ms))}
    forgotten = set(forgotten_blobs(tx, before_ms, digests_of))
    query = f"SELECT workspace_id, digest FROM workload_blobs WHERE digest {condition}"  # noqa: S608
    return found | {digest for id_, digest in tx.sql(query, (parameter,)) if (id_, digest) not in forgotten}
