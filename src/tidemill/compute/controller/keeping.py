"""What outlives a process: its log and its result, small ones in their row, others in the artifact store."""

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Protocol

from tidemill.compute.backends.port import Backend, Ended
from tidemill.compute.models import ProcessKey, Result
from tidemill.compute.records import KeptLog
from tidemill.core.blobs import BlobStore, put_bytes

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

INLINE_BYTES = 16 << 10
"""What is not larger lies in its row: one read instead of two, and no file for each of a thousand tasks."""


class Keeper(Protocol):
    """Moves a log from a backend to where it is kept."""

    async def keep(self, backend: Backend, key: ProcessKey) -> KeptLog:
        """Keep the whole log of a process that has ended. May be called again, with the same result."""
        ...


class WholeLogKeeper:
    """Compresses a log while it is read, and keeps it in one piece."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def keep(self, backend: Backend, key: ProcessKey) -> KeptLog:
        size, head, compressor = 0, bytearray(), zstd.ZstdCompressor()
        chunks = backend.log(key)
        async for chunk in chunks:
            size += len(chunk)
            head += compressor.compress(chunk)
            if len(head) > INLINE_BYTES:
                return await self._keep_large(size, bytes(head), compressor, chunks)
        head += compressor.flush()
        if not size:
            return KeptLog()
        if len(head) <= INLINE_BYTES:
            return KeptLog(bytes(head), "", len(head), size)
        blob = await put_bytes(self._blobs, bytes(head))
        return KeptLog(None, blob.digest, blob.size, size)

    async def _keep_large(
        self, size: int, head: bytes, compressor: "zstd.ZstdCompressor", chunks: AsyncIterator[bytes]
    ) -> KeptLog:
        total = size

        async def packed() -> AsyncIterator[bytes]:
            nonlocal total
            yield head
            async for chunk in chunks:
                total += len(chunk)
                yield await asyncio.to_thread(compressor.compress, chunk)
            yield compressor.flush()

        blob = await self._blobs.put(packed())
        return KeptLog(None, blob.digest, blob.size, total)


async def with_stored_result(blobs: BlobStore, report: Ended) -> Ended:
    """The same report with a result that is small, or lies in a blob and is only named."""
    result = report.end.result
    if result is None or len(result.data) <= INLINE_BYTES:
        return report
    blob = await put_bytes(blobs, result.data)
    return replace(report, end=replace(report.end, result=Result(b"", result.raised, blob.digest, blob.size)))
