"""Removing pipeline runs that ended long ago. Their blobs are left to whoever frees what nothing points to."""

from collections.abc import Callable, Sequence
from functools import partial

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope

_AT_ONCE = 20
"""Runs a transaction: one may have thousands of tasks, and the server's own writes wait meanwhile."""
_ENDED = "state IN ('SUCCEEDED', 'FAILED', 'CANCELED') AND finished_ms < ?"


class PipelineRetention:
    """Removes runs of all workspaces that ended before an instant. Killed in between, the next call goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def survey(self, before_ms: int) -> int:
        """How many runs `remove` would remove."""
        query = f"SELECT COUNT(*) FROM pipeline_runs WHERE {_ENDED}"  # noqa: S608
        return int(await self._database.read(lambda tx: tx.sql(query, (before_ms,))[0][0]))

    async def remove(self, before_ms: int, progress: Callable[[int], None]) -> int:
        """Remove them; `progress` is told how many are gone, after each transaction."""
        removed = 0
        while gone := await self._database.write(partial(_remove, before_ms=before_ms)):
            removed += gone
            progress(removed)
        return removed

    async def remove_of(self, scope: Scope, experiments: Sequence[int]) -> list[str]:
        """Remove the runs of these experiments that have ended; returns their ids, by which their jobs are known."""
        return await self._database.write(partial(_remove_of, scope, experiments))


def blobs_needed_then(before_ms: int, tx: Tx, digests: Sequence[str]) -> set[str]:
    """Those of these blobs that are needed when runs that ended before an instant are removed."""
    condition, parameter = tx.any_of(digests)
    query = f"""SELECT DISTINCT b.digest FROM pipeline_blobs b JOIN pipeline_runs r ON r.id = b.run_id
    WHERE b.digest {condition} AND NOT (r.finished_ms IS NOT NULL AND {_ENDED})"""  # noqa: S608
    return {row[0] for row in tx.sql(query, (parameter, before_ms))}


def _remove(tx: Tx, before_ms: int) -> int:
    ids = [row[0] for row in tx.sql(f"SELECT id FROM pipeline_runs WHERE {_ENDED} LIMIT ?", (before_ms, _AT_ONCE))]  # noqa: S608
    if ids:
        condition, parameter = tx.any_of(ids)
        tx.sql(f"DELETE FROM pipeline_runs WHERE id {condition}", (parameter,))  # noqa: S608
    return len(ids)


def _remove_of(scope: Scope, experiments: Sequence[int], tx: Tx) -> list[str]:
    condition, parameter = tx.any_of(experiments)
    ended = "state IN ('SUCCEEDED', 'FAILED', 'CANCELED')"
    query = f"SELECT id, uuid FROM pipeline_runs WHERE workspace_id = ? AND experiment_id {condition} AND {ended}"  # noqa: S608
    found = tx.sql(query, (scope.workspace_id, parameter)) if experiments else []
    if found:
        those, ids = tx.any_of([row[0] for row in found])
        tx.sql(f"DELETE FROM pipeline_runs WHERE id {those}", (ids,))  # noqa: S608
    return [row[1] for row in found]
