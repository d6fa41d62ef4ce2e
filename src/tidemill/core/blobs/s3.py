"""Blobs in an S3-compatible object store.

    <prefix>/<aa>/<sha256>                     blobs, as in a local store, so that one can be copied to the other
    <prefix>/incoming/<upload id>/begun        an upload in parts exists
    <prefix>/incoming/<upload id>/part-<nnnnn> its parts, each an object of its own
    <prefix>/incoming/<upload id>/done         what it became: "<sha256> <size>"

Why content is spooled before it is sent. The key is the digest, known only at the end. Sending to a temporary key
and copying it would need no local disk, but CopyObject ends at 5 GB, every byte is stored twice for a while, a killed
server leaves garbage that is paid for, and content that is already there travels for nothing. So up to 8 MiB wait in
memory and more in a nameless local file; then one PUT, or one multipart upload, straight to the final key. Both appear
whole or not at all. Parts of an upload wait in the bucket, which many servers share and which survives them: on
completion they are read once to learn the digest and, unless that blob is there, a second time to store it.

Why no conditional create. Two writers of one key write the same bytes, so overwriting is harmless, works on every
server, refreshes the modified time and mends a damaged copy. Large content is not sent when a blob of its size was
put within the last hour; an older one is sent again for the sake of its modified time, which keeps collectors off.

A process killed in the middle of a multipart request leaves parts that no listing shows; give the bucket a lifecycle
rule AbortIncompleteMultipartUpload of a few days.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager

from tidemill.core.blobs.models import Blob, OpenBlob, Part, StoredBlob, StoreOptions
from tidemill.core.blobs.names import (
    checked_digest,
    checked_part_number,
    checked_parts,
    checked_upload_id,
    is_digest,
    no_such_blob,
    no_such_upload,
    part_never_arrived,
)
from tidemill.core.blobs.objects import ObjectInfo, Objects, OpenObject
from tidemill.core.blobs.port import VERIFIED_WHOLE_BYTES
from tidemill.core.blobs.spool import Spool
from tidemill.core.blobs.streams import Threads, pour, resolved_range, sliced, verified
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import ConflictError, InvalidError

_TRUSTED_FOR_MS = 3_600_000
_DONE = re.compile(rb"([0-9a-f]{64}) ([0-9]{1,19})")


class S3BlobStore:
    """A `BlobStore` under `url` (s3://bucket/prefix) that also presigns downloads and uploads.

    Deleting with an age limit looks, then deletes, as S3 offers nothing atomic: a collector must leave alone what was
    put within the last day, which is far longer than a put takes from there to its row.
    """

    def __init__(self, url: str, options: StoreOptions, *, clock: Clock = now_ms) -> None:
        self._objects = Objects(url, options)
        self._spool_dir = options.spool_dir
        self._clock = clock
        self._threads = Threads()

    async def check(self) -> None:
        async for _ in self._objects.list("incoming/check"):
            return

    async def put(self, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None) -> Blob:
        spool = await pour(chunks, Spool(self._spool_dir, limit_bytes=limit_bytes), self._threads)
        try:
            return await self._keep(spool, spool.chunks(self._threads))
        finally:
            spool.discard()

    @asynccontextmanager
    async def open(self, digest: str, *, start: int = 0, end: int | None = None) -> AsyncGenerator[OpenBlob]:
        key = _key(checked_digest(digest))
        between: tuple[int, int] | None = None
        if start != 0 or end is not None:
            between = await self._range_to_ask(digest, start, end)
        found = await self._objects.get(key, between=between)
        if found is None:
            raise no_such_blob(digest)
        size = found.info.size
        start, stop = resolved_range(size, start, end)
        yield OpenBlob(digest, size, start, stop, await self._served(found, digest, start, stop))

    async def stat(self, digest: str) -> StoredBlob | None:
        found = await self._objects.head(_key(checked_digest(digest)))
        return None if found is None else StoredBlob(digest, found.size, found.modified_ms)

    async def delete(self, digest: str, *, if_modified_before_ms: int | None = None) -> bool:
        found = await self._objects.head(_key(checked_digest(digest)))
        if found is None or (if_modified_before_ms is not None and found.modified_ms >= if_modified_before_ms):
            return False
        await self._objects.delete([_key(digest)])
        return True

    async def iterate(self) -> AsyncIterator[StoredBlob]:
        async for found in self._objects.list():
            digest = found.key.rpartition("/")[2]
            if is_digest(digest) and found.key == _key(digest):
                yield StoredBlob(digest, found.size, found.modified_ms)

    async def begin_multipart(self, upload_id: str) -> None:
        await self._objects.put(_begun_key(upload_id), b"")

    async def put_part(
        self, upload_id: str, number: int, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None
    ) -> str:
        key = _part_key(upload_id, checked_part_number(number))
        await self._expect_open(upload_id)
        spool = await pour(chunks, Spool(self._spool_dir, limit_bytes=limit_bytes), self._threads)
        try:
            return await self._send(key, spool, spool.chunks(self._threads))
        finally:
            spool.discard()

    async def complete_multipart(
        self, upload_id: str, parts: Sequence[tuple[int, str]], *, limit_bytes: int | None = None
    ) -> Blob:
        wanted = checked_parts(parts)
        done = await self._result(upload_id)
        if done is not None:
            return done
        try:
            blob = await self._joined(upload_id, wanted, limit_bytes)
        except InvalidError:
            # Another server may have completed it, and removed the parts, meanwhile.
            done = await self._result(upload_id)
            if done is None:
                raise
            return done
        await self._objects.put(_done_key(upload_id), f"{blob.digest} {blob.size}".encode())
        await self._objects.delete([_part_key(upload_id, part.number) for part in wanted])
        return blob

    async def abort_multipart(self, upload_id: str) -> None:
        await self._objects.delete([found.key async for found in self._objects.list(_folder_key(upload_id))])

    async def collect_stale(self, *, modified_before_ms: int) -> int:
        uploads: dict[str, list[ObjectInfo]] = {}
        async for found in self._objects.list("incoming"):
            uploads.setdefault(found.key.split("/")[1], []).append(found)
        old = [objects for objects in uploads.values() if max(o.modified_ms for o in objects) < modified_before_ms]
        for objects in old:
            await self._objects.delete([found.key for found in objects])
        return len(old)

    async def close(self) -> None:
        await self._threads.close()

    async def presign_download(self, digest: str, *, expires_seconds: int) -> str:
        """See `PresignsDownloads`."""
        if await self.stat(digest) is None:
            raise no_such_blob(digest)
        return await self._objects.sign("GET", _key(digest), expires_seconds)

    async def presign_part(self, upload_id: str, number: int, *, expires_seconds: int) -> str:
        """See `PresignsUploads`."""
        key = _part_key(upload_id, checked_part_number(number))
        await self._expect_open(upload_id)
        return await self._objects.sign("PUT", key, expires_seconds)

    async def _served(self, found: OpenObject, digest: str, start: int, stop: int) -> AsyncIterator[bytes]:
        size = found.info.size
        if size > VERIFIED_WHOLE_BYTES and (start, stop) != (0, size):
            return found.chunks if start < stop else sliced(b"", 0, 0)
        chunks = verified(found.chunks, Blob(digest, size), self._threads)
        if size > VERIFIED_WHOLE_BYTES:
            return chunks
        return sliced(b"".join([chunk async for chunk in chunks]), start, stop)

    async def _range_to_ask(self, digest: str, start: int, end: int | None) -> tuple[int, int] | None:
        """The range to ask S3 for; None where the whole blob is to be read, and verified, anyway."""
        found = await self.stat(digest)
        if found is None:
            raise no_such_blob(digest)
        start, stop = resolved_range(found.size, start, end)
        whole = found.size <= VERIFIED_WHOLE_BYTES or (start, stop) == (0, found.size) or start == stop
        return None if whole else (start, stop)

    async def _keep(self, spool: Spool, chunks: AsyncIterator[bytes]) -> Blob:
        """Store what `spool` has measured. `chunks`: the content again, used if it is not small."""
        blob = spool.blob
        if spool.content is not None or not await self._is_fresh(blob):
            await self._send(_key(blob.digest), spool, chunks)
        return blob

    async def _send(self, key: str, spool: Spool, chunks: AsyncIterator[bytes]) -> str:
        if spool.content is not None:
            return await self._objects.put(key, spool.content)
        blob = spool.blob
        return await self._objects.put_stream(key, blob.size, verified(chunks, blob, self._threads))

    async def _is_fresh(self, blob: Blob) -> bool:
        found = await self._objects.head(_key(blob.digest))
        return found is not None and found.size == blob.size and found.modified_ms > self._clock() - _TRUSTED_FOR_MS

    async def _expect_open(self, upload_id: str) -> None:
        if await self._result(upload_id) is not None:
            raise ConflictError("This upload is complete.", hint="Begin a new one to store something else.")

    async def _result(self, upload_id: str) -> Blob | None:
        """What an upload became; None if it is still open. NotFoundError if there is no such upload."""
        begun, done = await asyncio.gather(
            self._objects.head(_begun_key(upload_id)), self._objects.get(_done_key(upload_id))
        )
        if begun is None:
            raise no_such_upload()
        if done is None:
            return None
        found = _DONE.fullmatch(b"".join([chunk async for chunk in done.chunks]))
        if found is None or await self.stat(found[1].decode()) is None:
            raise no_such_upload()
        return Blob(found[1].decode(), int(found[2]))

    async def _joined(self, upload_id: str, parts: Sequence[Part], limit_bytes: int | None) -> Blob:
        measure = Spool(None, limit_bytes=limit_bytes, to_disk=False)
        spool = await pour(self._parts(upload_id, parts), measure, self._threads)
        return await self._keep(spool, self._parts(upload_id, parts))

    async def _parts(self, upload_id: str, parts: Sequence[Part]) -> AsyncIterator[bytes]:
        for part in parts:
            found = await self._objects.get(_part_key(upload_id, part.number), etag=part.etag)
            if found is None:
                raise part_never_arrived(part)
            async for chunk in found.chunks:
                yield chunk


def _key(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _folder_key(upload_id: str) -> str:
    return f"incoming/{checked_upload_id(upload_id)}"


def _begun_key(upload_id: str) -> str:
    return f"{_folder_key(upload_id)}/begun"


def _done_key(upload_id: str) -> str:
    return f"{_folder_key(upload_id)}/done"


def _part_key(upload_id: str, number: int) -> str:
    return f"{_folder_key(upload_id)}/part-{number:05d}"
