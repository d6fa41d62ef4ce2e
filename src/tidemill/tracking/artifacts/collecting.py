"""Freeing bytes that no file points to any more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass

from tidemill.core.blobs import BlobStore, StoredBlob
from tidemill.core.database import Database, Tx
from tidemill.tracking.artifacts import store

_BLOBS_AT_ONCE = 500
_REMOVALS_AT_ONCE = 16

Doomed = Collection[tuple[int, str]]
"""Folders, each with its workspace, whose files count as gone."""


Needed = Callable[[Tx, Sequence[str]], Collection[str]]
"""Which of some blobs another slice needs."""


@dataclass(frozen=True, slots=True)
class Freed:
    """Blobs that are freed, or would be, and their bytes."""

    blobs: int = 0
    bytes: int = 0


class BlobCollector:
    """Finds and frees blobs of all workspaces that no file has pointed to for a while, and no other slice needs.

    Safe beside running servers: a blob that was put at or after `before_ms` stays, whether a file points to it yet or
    not, and putting it again makes it young.
    """

    def __init__(self, database: Database, blobs: BlobStore, needed: Sequence[Needed] = ()) -> None:
        self._database = database
        self._blobs = blobs
        self._needed = tuple(needed)

    async def survey(self, before_ms: int, doomed: Doomed = ()) -> Freed:
        """What `collect` would free, were the files below these folders gone."""
        freed = Freed()
        async for batch in self._unused(before_ms, doomed):
            freed = Freed(freed.blobs + len(batch), freed.bytes + sum(blob.size for blob in batch))
        return freed

    async def collect(self, before_ms: int, progress: Callable[[Freed], None]) -> Freed:
        """Free what nothing points to; `progress` is told the sums after every few hundred."""
        freed = Freed()
        async for batch in self._unused(before_ms, ()):
            for start in range(0, len(batch), _REMOVALS_AT_ONCE):
                part = batch[start : start + _REMOVALS_AT_ONCE]
                removals = (self._blobs.delete(blob.digest, if_modified_before_ms=before_ms) for blob in part)
                gone = [blob for blob, done in zip(part, await asyncio.gather(*removals), strict=True) if done]
                freed = Freed(freed.blobs + len(gone), freed.bytes + sum(blob.size for blob in gone))
            progress(freed)
        return freed

    async def collect_stale(self, before_ms: int) -> int:
        """Remove what killed writes and forsaken uploads left; returns how many."""
        return await self._blobs.collect_stale(modified_before_ms=before_ms)

    async def _unused(self, before_ms: int, doomed: Doomed) -> AsyncIterator[list[StoredBlob]]:
        batch: list[StoredBlob] = []
        async for blob in self._blobs.iterate():
            if blob.modified_ms < before_ms:
                batch.append(blob)
            if len(batch) == _BLOBS_AT_ONCE:
                yield await self._without_used(batch, doomed)
                batch = []
        yield await self._without_used(batch, doomed)

    async def _without_used(self, batch: list[StoredBlob], doomed: Doomed) -> list[StoredBlob]:
        digests = [blob.digest for blob in batch]
        used = await self._database.read(lambda tx: self._used(tx, digests, doomed))
        return [blob for blob in batch if blob.digest not in used]

    def _used(self, tx: Tx, digests: Sequence[str], doomed: Doomed) -> set[str]:
        rows = store.folders_by_digest(tx, digests)
        used = {digest for digest, workspace_id, folder in rows if not _is_below(workspace_id, folder, doomed)}
        return used.union(*(needed(tx, digests) for needed in self._needed))


def _is_below(workspace_id: int, folder: str, doomed: Doomed) -> bool:
    if not doomed:
        return False
    names = folder.split("/")
    return any((workspace_id, "/".join(names[:length])) in doomed for length in range(1, len(names) + 1))
