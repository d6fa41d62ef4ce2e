"""Streams between the event loop and threads: batching, hashing, limits, ranges."""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, Protocol, TypeVar

from tidemill.core.blobs.errors import RangeOutsideError
from tidemill.core.blobs.models import Blob
from tidemill.kit.errors import DamagedError, InvalidError, TooLargeError, UnavailableError

CHUNK_BYTES = 1 << 20
"""Bytes per hop between event loop and thread: one hop costs about 0.1 ms, a network chunk is 64 KiB or less."""

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Threads:
    """A pool of threads of a store's own, so that slow disks hold up nobody else's work."""

    def __init__(self, count: int = 8) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="tidemill-blobs")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function` in a thread and wait for it."""
        return await self.start(function, *args, **kwargs)

    def start(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[T]":
        """Call `function` in a thread; its result or error may be awaited, or left alone, without complaint."""
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args, **kwargs))
        except RuntimeError as error:
            raise UnavailableError("The artifact store is closed.") from error
        future.add_done_callback(_mark_as_seen)
        return future

    async def close(self) -> None:
        """Refuse new calls and wait for those that run."""
        await asyncio.to_thread(self._pool.shutdown)


class Sink(Protocol[T_co]):
    """Takes bytes in a thread. After `finish` returned, `discard` does nothing; it may come while a write runs."""

    def write(self, batch: Sequence[bytes]) -> None: ...

    def finish(self, batch: Sequence[bytes]) -> T_co:
        """Take the last batch and make everything final."""
        ...

    def discard(self) -> None: ...


async def pour(chunks: AsyncIterable[bytes], sink: Sink[T], threads: Threads) -> T:
    """Send all `chunks` into `sink`, receiving one batch while the one before is written.

    Content of one batch or less costs a single hop. On any error, cancellation included, the sink is discarded.
    """
    held: list[bytes] = []
    writing: asyncio.Future[None] | None = None
    try:
        async for batch in batched(chunks):
            if held:
                if writing is not None:
                    await writing
                writing = threads.start(sink.write, held)
            held = batch
        if writing is not None:
            await writing
        return await threads.run(sink.finish, held)
    except BaseException:
        await asyncio.shield(threads.start(sink.discard))
        raise


async def batched(chunks: AsyncIterable[bytes]) -> AsyncIterator[list[bytes]]:
    """Group `chunks` into lists of about CHUNK_BYTES; empty chunks are dropped, no list is empty."""
    batch: list[bytes] = []
    size = 0
    async for chunk in chunks:
        if not chunk:
            continue
        batch.append(chunk)
        size += len(chunk)
        if size >= CHUNK_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Meter:
    """Counts and hashes what passes, and stops it at a limit."""

    def __init__(self, limit_bytes: int | None = None) -> None:
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self._size = 0

    def take(self, chunk: bytes) -> None:
        """Count one chunk; raises TooLargeError before it would pass the limit."""
        self._size += len(chunk)
        if self._limit_bytes is not None and self._size > self._limit_bytes:
            raise TooLargeError(
                f"The content is larger than the limit of {self._limit_bytes} bytes.",
                hint="Send less, or have the limit raised in the server's settings.",
            )
        self._hash.update(chunk)

    @property
    def blob(self) -> Blob:
        """Digest and size of all that has passed."""
        return Blob(self._hash.hexdigest(), self._size)


async def verified(stream: AsyncIterable[bytes], expected: Blob, threads: Threads) -> AsyncIterator[bytes]:
    """Pass `stream` on, raising DamagedError instead of its last chunk if it is not the bytes of `expected`."""
    meter = Meter()
    held = b""
    async for chunk in stream:
        if held:
            yield held
        held = chunk
        await threads.run(meter.take, chunk)
    expect_digest(meter.blob, expected)
    if held:
        yield held


def expect_digest(found: Blob, expected: Blob) -> None:
    """Raise DamagedError unless the bytes found are those expected."""
    if found != expected:
        raise damaged(expected.digest)


def damaged(digest: str) -> DamagedError:
    """The one wording for a blob whose bytes are not those of its digest."""
    return DamagedError(
        f"Blob {digest} is damaged: its bytes no longer have this SHA-256.",
        hint="Upload the same content again to mend it, or restore a backup. `tidemill fsck` lists all such blobs.",
    )


def resolved_range(size: int, start: int, end: int | None) -> tuple[int, int]:
    """The bytes to serve, as (start, stop), of a blob of `size` bytes. An `end` past the end is cut."""
    if start < 0 or (end is not None and end < start):
        raise InvalidError(f"Bytes {start} to {end} are not a range.")
    if start > 0 and start >= size:
        raise RangeOutsideError(f"The range starts at byte {start}, but there are only {size} bytes.")
    return start, size if end is None else min(end, size)


async def sliced(data: bytes, start: int, stop: int) -> AsyncIterator[bytes]:
    """`data[start:stop]` in chunks of CHUNK_BYTES."""
    for begin in range(start, stop, CHUNK_BYTES):
        yield data[begin : min(begin + CHUNK_BYTES, stop)]


def _mark_as_seen(future: "asyncio.Future[T]") -> None:
    """Fetch the error of a future that nobody may await any more, so that asyncio does not report it as lost."""
    if not future.cancelled():
        future.exception()
