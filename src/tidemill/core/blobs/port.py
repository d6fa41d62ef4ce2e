"""The contract of a content-addressed byte store, and what some stores can do beyond it.

`tidemill.core.blobs.contract` holds the tests that every implementation passes.
"""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol, runtime_checkable

from tidemill.core.blobs.models import Blob, OpenBlob, StoredBlob

VERIFIED_WHOLE_BYTES = 8 << 20
"""Blobs up to this size are read and verified as a whole before their first byte is handed over."""


class BlobStore(Protocol):
    """Maps the SHA-256 of bytes to the bytes. It knows of no run, path or tenant.

    Concurrency: any number of tasks, threads' event loops and server processes may use one store at once. Two puts
    of the same content do not disturb each other, and whoever reads meanwhile sees all of the blob.

    Durability: when `put`, `put_part` or `complete_multipart` returns, the bytes and their name are synced. Killed
    at any instant before, the process leaves no visible blob, only leftovers that `collect_stale` removes.

    Idempotence: every call may be repeated. `put` of content that is there stores it again, which mends a damaged
    copy and refreshes the modified time, so that a collector with an age limit keeps off. (An object store need not
    be sent large content that was put within the last hour.) `delete` and `abort_multipart` of what is not there do
    nothing. A repeated `complete_multipart` answers the same.

    Integrity: what is read is what was put, or DamagedError. Blobs up to VERIFIED_WHOLE_BYTES are verified before
    the first byte; larger ones while they stream, with the error raised before the last chunk is handed over, so
    that a reader who counts bytes never ends up with a full count of wrong ones. A range of a larger blob is NOT
    verified: that would need the whole of it.

    Errors, from every method: UnavailableError (the store cannot be reached, or failed; try again), StorageFullError
    (from writes; nothing stays behind and reads go on), InvalidError (a digest or range that cannot be one).
    An error of the caller's own iterator passes through unchanged.
    """

    async def check(self) -> None:
        """Answer whether the store can be used: return, or raise UnavailableError that says why not."""
        ...

    async def put(self, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None) -> Blob:
        """Store all of `chunks`. Raises TooLargeError as soon as more than `limit_bytes` have come."""
        ...

    def open(self, digest: str, *, start: int = 0, end: int | None = None) -> AbstractAsyncContextManager[OpenBlob]:
        """Open the bytes `start` to `end` (exclusive; None or past the end: all) for reading.

        Entering raises NotFoundError, RangeOutsideError, or DamagedError for a blob verified as a whole.
        """
        ...

    async def stat(self, digest: str) -> StoredBlob | None:
        """Size and modified time of a blob, or None if the store does not hold it. Reads no content."""
        ...

    async def delete(self, digest: str, *, if_modified_before_ms: int | None = None) -> bool:
        """Remove a blob; True if it was there and is gone.

        With `if_modified_before_ms` a blob that was put at or after that instant stays: a collector gives an
        instant well in the past, so that a put in flight, whose row is not yet committed, loses nothing.
        """
        ...

    def iterate(self) -> AsyncIterator[StoredBlob]:
        """Walk over all blobs, in no promised order. One that comes or goes meanwhile may be seen or not."""
        ...

    async def begin_multipart(self, upload_id: str) -> None:
        """Begin an upload in parts under an id of the caller's, which survives a restart of the server.

        The id has 32 lower-case hex digits and is never used for two uploads.
        """
        ...

    async def put_part(
        self, upload_id: str, number: int, chunks: AsyncIterable[bytes], *, limit_bytes: int | None = None
    ) -> str:
        """Store one part (number 1 to 10,000) and return its etag. A number sent again replaces the part.

        Raises NotFoundError for an unknown upload, ConflictError for a completed one, TooLargeError as `put`.
        """
        ...

    async def complete_multipart(
        self, upload_id: str, parts: Sequence[tuple[int, str]], *, limit_bytes: int | None = None
    ) -> Blob:
        """Join `parts`, (number, etag) with numbers ascending, into a blob.

        Raises NotFoundError for an unknown upload, InvalidError for a part that never came, TooLargeError when the
        sum is over `limit_bytes`, and perhaps ConflictError while another completion of the same upload runs.
        """
        ...

    async def abort_multipart(self, upload_id: str) -> None:
        """Forget an upload and its parts. A blob that it was completed into stays."""
        ...

    async def collect_stale(self, *, modified_before_ms: int) -> int:
        """Remove what killed puts and forsaken uploads left, if untouched since that instant; returns how many."""
        ...

    async def close(self) -> None:
        """Give back threads and descriptors. No other call may follow."""
        ...


@runtime_checkable
class PresignsDownloads(Protocol):
    """A store that clients can read from directly."""

    async def presign_download(self, digest: str, *, expires_seconds: int) -> str:
        """A URL that answers GET with the blob's bytes, without credentials, until it expires.

        The bytes do not pass through us, hence are not verified. Raises NotFoundError.
        """
        ...


@runtime_checkable
class PresignsUploads(Protocol):
    """A store that clients can send the parts of a multipart upload to directly."""

    async def presign_part(self, upload_id: str, number: int, *, expires_seconds: int) -> str:
        """A URL that takes the part's bytes by PUT and answers with its etag in the ETag header.

        Completing hashes what lies in the store, so that the digest never rests on a client's word.
        """
        ...
