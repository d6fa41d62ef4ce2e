"""Who points to which blobs, of all workspaces: for whoever looks whether they are all there."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.compute.models import Spec
from tidemill.compute.store.rows import decoded_spec
from tidemill.core.database import Tx

_ALL = """
SELECT digest, MAX(size) AS size FROM (
    SELECT digest, size FROM workload_blobs
    UNION ALL SELECT log_digest, log_stored_size FROM workload_processes WHERE log_digest IS NOT NULL
    UNION ALL SELECT result_digest, result_size FROM workload_processes WHERE result_digest IS NOT NULL
) AS pointed GROUP BY digest
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a workload was asked to be; `id` is its row's."""

    id: int
    workspace_id: int
    uuid: str
    spec: Spec


@dataclass(frozen=True, slots=True)
class Pointer:
    """Something that points to a blob: a process's log or result, or, with an empty `uuid`, content handed in."""

    workspace_id: int
    uuid: str
    what: str
    digest: str


def all_bytes(tx: Tx) -> tuple[int, int]:
    """How many blobs all workloads need, and their bytes."""
    count, size = tx.sql(f"SELECT COUNT(*), SUM(size) FROM ({_ALL}) AS needed")[0]  # noqa: S608
    return int(count), int(size or 0)


def digests_after(tx: Tx, last: str, limit: int) -> list[str]:
    """The next few blobs that something points to, in order."""
    query = f"SELECT digest FROM ({_ALL}) AS needed WHERE digest > ? ORDER BY digest LIMIT ?"  # noqa: S608
    return [row[0] for row in tx.sql(query, (last, limit))]


def of_processes(tx: Tx, digests: Sequence[str]) -> list[Pointer]:
    """The logs and results that lie in these blobs."""
    condition, parameter = tx.any_of(digests)
    found: list[Pointer] = []
    for what in ("log", "result"):
        query = f"""SELECT w.workspace_id, w.uuid, p.attempt, p.rank, p.{what}_digest
        FROM workload_processes p JOIN workloads w ON w.id = p.workload_id
        WHERE p.{what}_digest IS NOT NULL AND p.{what}_digest {condition} ORDER BY w.id, p.attempt, p.rank"""  # noqa: S608
        for workspace_id, uuid, attempt, rank, digest in tx.sql(query, (parameter,)):
            found.append(Pointer(workspace_id, uuid, f"{what} of attempt {attempt}, process {rank}", digest))
    return found


def handed_in(tx: Tx, digests: Sequence[str]) -> list[Pointer]:
    """Those of these blobs that workspaces have handed in."""
    condition, parameter = tx.any_of(digests)
    query = f"SELECT workspace_id, digest FROM workload_blobs WHERE digest {condition}"  # noqa: S608
    return [
        Pointer(workspace_id, "", "content handed in", digest) for workspace_id, digest in tx.sql(query, (parameter,))
    ]


def asked_after(tx: Tx, last_id: int, limit: int) -> list[Asked]:
    """The next few workloads behind a row."""
    query = "SELECT id, workspace_id, uuid, spec FROM workloads WHERE id > ? ORDER BY id LIMIT ?"
    rows = tx.sql(query, (last_id, limit))
    return [Asked(id_, workspace_id, uuid, decoded_spec(spec)) for id_, workspace_id, uuid, spec in rows]
