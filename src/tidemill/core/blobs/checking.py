"""Reading everything back to find what is damaged or missing."""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal

from tidemill.core.blobs.models import Blob
from tidemill.core.blobs.port import BlobStore
from tidemill.kit.errors import DamagedError, NotFoundError, TidemillError, UnavailableError

Problem = Literal["damaged", "missing", "unreadable"]
"""damaged: the bytes are not those of the digest. missing: something points to it and it is not there.
unreadable: the store fails to read it; it may be whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One blob that is not as it should be, and in a sentence why."""

    digest: str
    problem: Problem
    detail: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been read so far."""

    blobs: int
    bytes: int


async def fsck(
    store: BlobStore,
    *,
    referenced: AsyncIterable[str] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> AsyncIterator[Finding]:
    """Read and verify every blob, then look for each digest of `referenced`; yields what is wrong, once each.

    Safe beside a running server: blobs that come or go meanwhile are no findings. Costs a read of the whole store.
    `progress` is called after every blob.
    """
    named: set[str] = set()
    blobs = total_bytes = 0
    async for stored in store.iterate():
        finding = await _finding(store, stored.digest)
        if finding is not None:
            named.add(finding.digest)
            yield finding
        blobs, total_bytes = blobs + 1, total_bytes + stored.size
        if progress is not None:
            progress(Progress(blobs, total_bytes))
    if referenced is not None:
        async for digest in referenced:
            finding = await _missing(store, digest)
            if finding is not None and digest not in named:
                named.add(digest)
                yield finding


async def verify(store: BlobStore, digest: str) -> Blob:
    """Read a blob to its end. Raises NotFoundError if there is none, DamagedError if it is not what was put."""
    size = 0
    async with store.open(digest) as blob:
        async for chunk in blob.chunks:
            size += len(chunk)
    return Blob(digest, size)


async def _finding(store: BlobStore, digest: str) -> Finding | None:
    try:
        await verify(store, digest)
    except NotFoundError:
        return None
    except (DamagedError, UnavailableError) as error:
        return _named(digest, error)
    return None


async def _missing(store: BlobStore, digest: str) -> Finding | None:
    try:
        if await store.stat(digest) is None:
            return Finding(digest, "missing", "An artifact points to it, and the store does not hold it.")
    except (DamagedError, UnavailableError) as error:
        return _named(digest, error)
    return None


def _named(digest: str, error: TidemillError) -> Finding:
    return Finding(digest, "damaged" if isinstance(error, DamagedError) else "unreadable", error.message)
