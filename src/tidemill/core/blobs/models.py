"""What the byte store speaks of: blobs, parts, and how a store is opened."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that are stored: SHA-256 in 64 lower-case hex digits, and size in bytes."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """One entry of a walk over the store. `modified_ms`: when it was last put, by the store's own clock."""

    digest: str
    size: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class OpenBlob:
    """A blob open for reading: `chunks` yields the bytes `start` to `stop` (exclusive) of `size`, once."""

    digest: str
    size: int
    start: int
    stop: int
    chunks: AsyncIterator[bytes]

    @property
    def length(self) -> int:
        """Number of bytes that `chunks` yields."""
        return self.stop - self.start


class Part(NamedTuple):
    """One part of a multipart upload: its number from 1, and the etag that its upload was answered with."""

    number: int
    etag: str


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """What an object store's address alone does not say; a folder needs none of it.

    `endpoint`: URL of an S3-compatible server, None for AWS; written with http:// it is reached without TLS.
    Without keys the usual chain is walked: AWS variables, web identity, instance profile.
    `spool_dir`: local folder where a large upload waits until its digest is known; the system's default if None.
    """

    endpoint: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    virtual_hosted_style: bool = False
    spool_dir: Path | None = None
