"""Blobs in a folder of this machine, or of a file system that several share."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from tidemill.core.blobs.files import IncomingFile, StoredFile
from tidemill.core.blobs.layout import Layout
from tidemill.core.blobs.models import Blob, OpenBlob, Part, StoredBlob
from tidemill.core.blobs.names import checked_digest, checked_part_number, checked_parts, no_such_upload
from tidemill.core.blobs.streams import Threads, pour, resolved_range, sliced
from tidemill.core.blobs.uploads import Completion, Uploads


class LocalBlobStore:
    """A `BlobStore` in the folder `root`, made with mode 0700 if missing.

    A put writes to a temporary name, syncs the file, renames it to its digest and syncs the folder, in this order,
    before it returns. Blocking work runs in threads of the store's own; a blob of up to 1 MiB costs one hop.
    """

    def __init__(self, root: Path) -> None:
        self._layout = Layout(root)
        self._uploads = Uploads(self._layout.incoming, self._layout.uploads)
        self._threads = Threads()

    async def check(self) -> None:
        await self._threads.run(self._layout.check)

    async def put(self, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None) -> Blob:
        sink = IncomingFile(self._layout.incoming, self._layout.publish, limit_bytes=limit_bytes)
        return await pour(chunks, sink, self._threads)

    @asynccontextmanager
    async def open(self, digest: str, *, start: int = 0, end: int | None = None) -> AsyncGenerator[OpenBlob]:
        file = await self._threads.run(self._layout.open_blob, checked_digest(digest))
        try:
            start, stop = resolved_range(file.size, start, end)
            file.narrow(start, stop)
            chunks = self._read(file) if file.whole is None else sliced(file.whole, start, stop)
            yield OpenBlob(digest, file.size, start, stop, chunks)
        finally:
            if file.whole is None:
                await asyncio.shield(self._threads.start(file.close))

    async def stat(self, digest: str) -> StoredBlob | None:
        return await self._threads.run(self._layout.stat, checked_digest(digest))

    async def delete(self, digest: str, *, if_modified_before_ms: int | None = None) -> bool:
        return await self._threads.run(self._layout.remove, checked_digest(digest), if_modified_before_ms)

    async def iterate(self) -> AsyncIterator[StoredBlob]:
        for shard in self._layout.shards():
            for blob in await self._threads.run(self._layout.shard_blobs, shard):
                yield blob

    async def begin_multipart(self, upload_id: str) -> None:
        await self._threads.run(self._uploads.begin, upload_id)

    async def put_part(
        self, upload_id: str, number: int, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None
    ) -> str:
        keep = partial(self._uploads.keep_part, upload_id, checked_part_number(number))
        await self._threads.run(self._uploads.expect_open, upload_id)
        return await pour(chunks, IncomingFile(self._layout.incoming, keep, limit_bytes=limit_bytes), self._threads)

    async def complete_multipart(
        self, upload_id: str, parts: Sequence[tuple[int, str]], *, limit_bytes: int | None = None
    ) -> Blob:
        wanted = checked_parts(parts)
        completion = await self._threads.run(self._uploads.hold, upload_id)
        try:
            done = await self._threads.run(completion.result)
            if done is not None:
                return await self._expect_there(done)
            await self._threads.run(completion.expect_parts, wanted)
            blob = await self.put(self._joined(completion, wanted), limit_bytes=limit_bytes)
            await self._threads.run(completion.finish, blob)
            return blob
        finally:
            completion.release()

    async def abort_multipart(self, upload_id: str) -> None:
        await self._threads.run(self._uploads.abort, upload_id)

    async def collect_stale(self, *, modified_before_ms: int) -> int:
        files = await self._threads.run(self._layout.collect_incoming, modified_before_ms)
        return files + await self._threads.run(self._uploads.collect, modified_before_ms)

    async def close(self) -> None:
        await self._threads.close()
        self._layout.close()

    async def _expect_there(self, done: Blob) -> Blob:
        """What a completed upload became, unless a collector has taken it since."""
        if await self.stat(done.digest) is None:
            raise no_such_upload()
        return done

    async def _read(self, file: StoredFile) -> AsyncIterator[bytes]:
        """The file's chunks, each read while the one before is on its way to the client."""
        ahead = self._threads.start(file.read_next)
        while chunk := await ahead:
            ahead = self._threads.start(file.read_next)
            yield chunk

    async def _joined(self, completion: Completion, parts: Sequence[Part]) -> AsyncIterator[bytes]:
        for part in parts:
            file = await self._threads.run(completion.open_part, part)
            if file.whole is not None:
                yield file.whole
                continue
            try:
                async for chunk in self._read(file):
                    yield chunk
            finally:
                await self._threads.run(file.close)
