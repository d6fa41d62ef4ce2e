"""Content that is handed in before the workload that needs it: functions and files, each once, by its digest."""

from collections.abc import AsyncIterable
from contextlib import AbstractAsyncContextManager

from tidemill.compute.checking import checked_digest
from tidemill.compute.store import blobs
from tidemill.core.blobs import BlobStore, OpenBlob, StoredBlob
from tidemill.core.database import Database
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError


class Parcels:
    """Blobs as a workspace hands them in. What another workspace has handed in does not exist here."""

    def __init__(self, database: Database, store: BlobStore, *, limit_bytes: int, clock: Clock = now_ms) -> None:
        self._database = database
        self._store = store
        self._limit_bytes = limit_bytes
        self._clock = clock

    async def put(self, scope: Scope, digest: str, chunks: AsyncIterable[bytes]) -> int:
        """Store content under the digest that its sender gave it; returns its size in bytes.

        Raises InvalidError where the content has another digest, TooLargeError over the limit.
        """
        checked_digest(digest)
        stored = await self._store.put(chunks, limit_bytes=self._limit_bytes)
        if stored.digest != digest:
            raise InvalidError(
                f"the content has the SHA-256 {stored.digest}, not {digest}",
                hint="send it again: it changed on its way",
            )
        await self._database.write(lambda tx: blobs.note(tx, scope, {digest: stored.size}, self._clock()))
        return stored.size

    async def find(self, scope: Scope, digest: str) -> StoredBlob:
        """The blob, if this workspace has handed it in and the store holds it. Raises NotFoundError."""
        checked_digest(digest)
        known = await self._database.read(lambda tx: blobs.known(tx, scope, [digest]))
        found = await self._store.stat(digest) if digest in known else None
        if found is None:
            raise NotFoundError(f"the workspace has no blob {digest}", hint="PUT /api/v1/blobs/<digest> hands one in")
        return found

    def open(self, digest: str, start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]:
        """Open the bytes of a blob that was found."""
        return self._store.open(digest, start=start, end=end)
