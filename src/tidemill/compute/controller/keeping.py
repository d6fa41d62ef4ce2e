"""What outlives a process: its log and its result, small ones in their row, others in the artifact store."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Protocol

from tidemill.compute.backends.port import Backend, Ended
from tidemill.compute.logs.frames import Packer
from tidemill.compute.models import ProcessKey, Result
from tidemill.compute.records import KeptLog
from tidemill.core.blobs import BlobStore, put_bytes

INLINE_BYTES = 16 << 10
"""What is not larger lies in its row: one read instead of two, and no file for each of a thousand tasks."""


class Keeper(Protocol):
    """Moves a log from a backend to where it is kept."""

    async def keep(self, backend: Backend, key: ProcessKey) -> KeptLog:
        """Keep the whole log of a process that has ended. May be called again, with the same result."""
        ...


class WholeLogKeeper:
    """Packs a log while it is read (`compute.logs.frames` has the form)."""

    def __init__(self, blobs: BlobStore) -> None:
        self._blobs = blobs

    async def keep(self, backend: Backend, key: ProcessKey) -> KeptLog:
        head, packer = bytearray(), Packer()
        chunks = backend.log(key)
        async for chunk in chunks:
            head += packer.take(chunk)
            if len(head) > INLINE_BYTES:
                return await self._keep_large(bytes(head), packer, chunks)
        head += packer.end()
        if len(head) <= INLINE_BYTES:
            return KeptLog(bytes(head) or None, "", len(head), packer.size)
        blob = await put_bytes(self._blobs, bytes(head))
        return KeptLog(None, blob.digest, blob.size, packer.size)

    async def _keep_large(self, head: bytes, packer: Packer, chunks: AsyncIterator[bytes]) -> KeptLog:
        async def packed() -> AsyncIterator[bytes]:
            yield head
            async for chunk in chunks:
                yield await asyncio.to_thread(packer.take, chunk)
            yield packer.end()

        blob = await self._blobs.put(packed())
        return KeptLog(None, blob.digest, blob.size, packer.size)


async def with_stored_result(blobs: BlobStore, report: Ended) -> Ended:
    """The same report with a result that is small, or lies in a blob and is only named."""
    result = report.end.result
    if result is None or len(result.data) <= INLINE_BYTES:
        return report
    blob = await put_bytes(blobs, result.data)
    return replace(report, end=replace(report.end, result=Result(b"", result.raised, blob.digest, blob.size)))
