"""A store in memory that keeps the whole contract except durability, for tests of the slices above."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tidemill.core.blobs.errors import storage_full
from tidemill.core.blobs.models import Blob, OpenBlob, Part, StoredBlob
from tidemill.core.blobs.names import (
    checked_digest,
    checked_part_number,
    checked_parts,
    checked_upload_id,
    no_such_blob,
    no_such_upload,
    part_never_arrived,
)
from tidemill.core.blobs.port import VERIFIED_WHOLE_BYTES
from tidemill.core.blobs.streams import CHUNK_BYTES, Meter, damaged, resolved_range, sliced
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import ConflictError


class MemoryBlobStore:
    """A `BlobStore` in memory. `capacity_bytes` makes it run full; `damage` flips a byte, as a failing disk would."""

    def __init__(self, *, capacity_bytes: int | None = None, clock: Clock = now_ms) -> None:
        self._capacity_bytes = capacity_bytes
        self._clock = clock
        self._blobs: dict[str, _Held] = {}
        self._uploads: dict[str, _Upload] = {}

    def damage(self, digest: str, *, position: int = -1) -> None:
        """Flip all bits of one byte of a stored blob."""
        held = self._blobs[digest]
        content = bytearray(held.content)
        content[position] ^= 0xFF
        self._blobs[digest] = _Held(bytes(content), held.modified_ms)

    async def check(self) -> None:
        return

    async def put(self, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None) -> Blob:
        blob, content = await self._received(chunks, limit_bytes)
        self._blobs[blob.digest] = _Held(content, self._clock())
        return blob

    @asynccontextmanager
    async def open(self, digest: str, *, start: int = 0, end: int | None = None) -> AsyncGenerator[OpenBlob]:
        held = self._blobs.get(checked_digest(digest))
        if held is None:
            raise no_such_blob(digest)
        size = len(held.content)
        right = _blob_of(held.content).digest == digest
        if size <= VERIFIED_WHOLE_BYTES and not right:
            raise damaged(digest)
        start, stop = resolved_range(size, start, end)
        fails = not right and (start, stop) == (0, size)
        chunks = _failing(digest, held.content) if fails else sliced(held.content, start, stop)
        yield OpenBlob(digest, size, start, stop, chunks)

    async def stat(self, digest: str) -> StoredBlob | None:
        held = self._blobs.get(checked_digest(digest))
        return None if held is None else StoredBlob(digest, len(held.content), held.modified_ms)

    async def delete(self, digest: str, *, if_modified_before_ms: int | None = None) -> bool:
        held = self._blobs.get(checked_digest(digest))
        if held is None or (if_modified_before_ms is not None and held.modified_ms >= if_modified_before_ms):
            return False
        del self._blobs[digest]
        return True

    async def iterate(self) -> AsyncIterator[StoredBlob]:
        for digest, held in list(self._blobs.items()):
            yield StoredBlob(digest, len(held.content), held.modified_ms)

    async def begin_multipart(self, upload_id: str) -> None:
        self._uploads[checked_upload_id(upload_id)] = _Upload(self._clock())

    async def put_part(
        self, upload_id: str, number: int, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None
    ) -> str:
        checked_part_number(number)
        self._open_upload(upload_id)
        blob, content = await self._received(chunks, limit_bytes)
        upload = self._open_upload(upload_id)
        upload.parts[Part(number, blob.digest)] = content
        upload.modified_ms = self._clock()
        return blob.digest

    async def complete_multipart(
        self, upload_id: str, parts: Sequence[tuple[int, str]], *, limit_bytes: int | None = None
    ) -> Blob:
        wanted = checked_parts(parts)
        upload = self._upload(upload_id)
        if upload.result is not None:
            if upload.result.digest not in self._blobs:
                raise no_such_upload()
            return upload.result
        for part in wanted:
            if part not in upload.parts:
                raise part_never_arrived(part)
        joined = b"".join(upload.parts[part] for part in wanted)
        upload.result = await self.put(sliced(joined, 0, len(joined)), limit_bytes=limit_bytes)
        upload.parts.clear()
        return upload.result

    async def abort_multipart(self, upload_id: str) -> None:
        self._uploads.pop(checked_upload_id(upload_id), None)

    async def collect_stale(self, *, modified_before_ms: int) -> int:
        old = [name for name, upload in self._uploads.items() if upload.modified_ms < modified_before_ms]
        for name in old:
            del self._uploads[name]
        return len(old)

    async def close(self) -> None:
        return

    async def _received(self, chunks: AsyncIterable[bytes], limit_bytes: int | None) -> tuple[Blob, bytes]:
        meter, received = Meter(limit_bytes), bytearray()
        async for chunk in chunks:
            meter.take(chunk)
            received += chunk
            if self._capacity_bytes is not None and self._used() + len(received) > self._capacity_bytes:
                raise storage_full("storing an upload")
        return meter.blob, bytes(received)

    def _used(self) -> int:
        blobs = sum(len(held.content) for held in self._blobs.values())
        return blobs + sum(len(part) for upload in self._uploads.values() for part in upload.parts.values())

    def _upload(self, upload_id: str) -> "_Upload":
        upload = self._uploads.get(checked_upload_id(upload_id))
        if upload is None:
            raise no_such_upload()
        return upload

    def _open_upload(self, upload_id: str) -> "_Upload":
        upload = self._upload(upload_id)
        if upload.result is not None:
            raise ConflictError("This upload is complete.", hint="Begin a new one to store something else.")
        return upload


@dataclass(frozen=True, slots=True)
class _Held:
    content: bytes
    modified_ms: int


@dataclass(slots=True)
class _Upload:
    modified_ms: int
    parts: dict[Part, bytes] = field(default_factory=dict[Part, bytes])
    result: Blob | None = None


def _blob_of(content: bytes) -> Blob:
    meter = Meter()
    meter.take(content)
    return meter.blob


async def _failing(digest: str, content: bytes) -> AsyncIterator[bytes]:
    """All but the last chunk, as a store that verifies while it streams."""
    async for chunk in sliced(content, 0, max(0, len(content) - CHUNK_BYTES)):
        yield chunk
    raise damaged(digest)
