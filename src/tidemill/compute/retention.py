"""Removing workloads that ended long ago, with their logs, results and curves, and content that none needs any more."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from tidemill.compute.controller import digests_of
from tidemill.compute.store import ended
from tidemill.compute.store.ended import EndedBatch
from tidemill.core.database import Database, Tx

_AT_ONCE = 50
"""Workloads a transaction, so that it holds up the server's own writes only for a moment."""


@dataclass(frozen=True, slots=True)
class RemovedWorkloads:
    """How many workloads are removed, or would be, and the bytes of their logs and results."""

    workloads: int = 0
    bytes: int = 0

    def __add__(self, batch: EndedBatch) -> "RemovedWorkloads":
        return RemovedWorkloads(self.workloads + len(batch.ids), self.bytes + batch.stored_bytes)


class WorkloadRetention:
    """Removes what ended before an instant, of all workspaces. Blobs are left to whoever frees what nothing needs.

    Killed in between, the next call goes on.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def survey(self, before_ms: int) -> RemovedWorkloads:
        """What `remove` would remove."""
        found, last = RemovedWorkloads(), 0
        while (batch := await self._database.read(partial(_look, before_ms=before_ms, after=last))).ids:
            found, last = found + batch, batch.ids[-1]
        return found

    async def remove(
        self, before_ms: int, progress: Callable[[RemovedWorkloads], None], *, label: str | None = None
    ) -> RemovedWorkloads:
        """Remove it, or only what has a label of this key, or this `key=value`.

        `progress` is told the sums after each transaction.
        """
        removed, last = RemovedWorkloads(), 0
        while (batch := await self._database.write(partial(_remove, before_ms=before_ms, after=last, label=label))).ids:
            removed, last = removed + batch, batch.ids[-1]
            progress(removed)
        if label is None:
            await self._database.write(partial(_forget_blobs, before_ms=before_ms))
        return removed


def blobs_needed_then(before_ms: int, tx: Tx, digests: Sequence[str]) -> Collection[str]:
    """Those of these blobs that are needed when what ended before an instant is removed."""
    return ended.needed_then(tx, digests, before_ms, digests_of)


def _look(tx: Tx, before_ms: int, after: int, label: str | None = None) -> EndedBatch:
    return ended.ended_before(tx, before_ms, after, _AT_ONCE, label)


def _remove(tx: Tx, before_ms: int, after: int, label: str | None) -> EndedBatch:
    batch = _look(tx, before_ms, after, label)
    if batch.ids:
        ended.remove(tx, batch.ids)
    return batch


def _forget_blobs(tx: Tx, before_ms: int) -> None:
    ended.forget_blobs(tx, ended.forgotten_blobs(tx, before_ms, digests_of))
