"""Where the bytes of a log lie: with the backend while its process runs and is not put away, afterwards kept by us.

Offsets are the same in both, so that whoever reads may go on in the one where the other ended.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from tidemill.compute.backends.port import Backend
from tidemill.compute.logs.frames import Frame, Index, index_size, read_index, unpack
from tidemill.compute.models import ProcessKey
from tidemill.compute.records import KeptLog
from tidemill.core.blobs import BlobStore

_FOOT_BYTES = 64 * 1024
"""Holds the index of a log of 1.4 GB."""


class LogSource(Protocol):
    """The bytes of one log."""

    async def size(self) -> int:
        """How many there are now."""
        ...

    def read(self, start: int) -> AsyncGenerator[bytes]:
        """All from `start` to the present end."""
        ...

    async def landmark(self, line: int) -> tuple[int, int]:
        """An offset at or before a line, counted from 0, and the number of the line that begins there."""
        ...

    async def landmark_before(self, offset: int) -> tuple[int, int]:
        """An offset at or before this one, and the number of the line that begins there."""
        ...


class LiveSource:
    """A log that its backend has."""

    def __init__(self, backend: Backend, key: ProcessKey) -> None:
        self._backend = backend
        self._key = key

    async def size(self) -> int:
        return await self._backend.log_size(self._key)

    async def read(self, start: int) -> AsyncGenerator[bytes]:
        async for chunk in self._backend.log(self._key, start=start):
            yield chunk

    async def landmark(self, line: int) -> tuple[int, int]:
        return 0, 0

    async def landmark_before(self, offset: int) -> tuple[int, int]:
        return 0, 0


class KeptSource:
    """A log that we keep, in its row or in a blob. Only the frames that are asked for are unpacked."""

    def __init__(self, blobs: BlobStore, kept: KeptLog) -> None:
        self._blobs = blobs
        self._kept = kept
        self._known: Index | None = None

    async def size(self) -> int:
        return self._kept.size

    async def read(self, start: int) -> AsyncGenerator[bytes]:
        if start >= self._kept.size:
            return
        frames = (await self._index()).frames_from(start)
        async with aclosing(self._packed(frames)) as packed:
            for frame in frames:
                content = await asyncio.to_thread(unpack, await anext(packed), frame.end - frame.start)
                yield content[max(0, start - frame.start) :]

    async def landmark(self, line: int) -> tuple[int, int]:
        if not self._kept.size:
            return 0, 0
        frame = (await self._index()).frame_of_line(line)
        return frame.start, frame.lines_before

    async def landmark_before(self, offset: int) -> tuple[int, int]:
        if not self._kept.size:
            return 0, 0
        frame = (await self._index()).frames_from(min(offset, self._kept.size - 1))[0]
        return frame.start, frame.lines_before

    async def _index(self) -> Index:
        if self._known is None:
            foot = await self._foot(_FOOT_BYTES)
            size = index_size(foot)
            self._known = read_index(foot[-size:] if size <= len(foot) else await self._foot(size))
        return self._known

    async def _foot(self, size: int) -> bytes:
        if self._kept.data is not None:
            return self._kept.data[-size:]
        start = max(0, self._kept.stored_size - size)
        async with self._blobs.open(self._kept.digest, start=start) as blob:
            return b"".join([chunk async for chunk in blob.chunks])

    async def _packed(self, frames: list[Frame]) -> AsyncGenerator[bytes]:
        """The packed bytes of these frames, which follow one another."""
        if (data := self._kept.data) is not None:
            for frame in frames:
                yield data[frame.packed_start : frame.packed_end]
            return
        first, last = frames[0], frames[-1]
        async with self._blobs.open(self._kept.digest, start=first.packed_start, end=last.packed_end) as blob:
            waiting, wanted = bytearray(), iter(frames)
            frame = next(wanted)
            async for chunk in blob.chunks:
                waiting += chunk
                while frame is not None and len(waiting) >= (size := frame.packed_end - frame.packed_start):
                    yield bytes(waiting[:size])
                    del waiting[:size]
                    frame = next(wanted, None)
