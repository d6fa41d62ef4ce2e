"""Where content for an object store waits until its digest, which is its key, is known."""

import os
import tempfile
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO

from tidemill.core.blobs.errors import mapped_os_errors
from tidemill.core.blobs.models import Blob
from tidemill.core.blobs.port import VERIFIED_WHOLE_BYTES
from tidemill.core.blobs.streams import CHUNK_BYTES, Meter, Threads
from tidemill.kit.errors import UnavailableError

_DOING = "keeping an upload on this machine until it can be sent on"


class Spool:
    """A `Sink` that ends as itself: up to 8 MiB in memory, more in a nameless file that vanishes with the process.

    With `to_disk=False` it only counts and hashes what does not fit in memory.
    """

    def __init__(self, folder: Path | None, *, limit_bytes: int | None, to_disk: bool = True) -> None:
        self._folder = folder
        self._to_disk = to_disk
        self._meter = Meter(limit_bytes)
        self._small: list[bytes] | None = []
        self._file: IO[bytes] | None = None
        self._over = False
        self._lock = threading.Lock()

    @property
    def blob(self) -> Blob:
        """Digest and size of what came."""
        return self._meter.blob

    @property
    def content(self) -> bytes | None:
        """All of it, if it is small."""
        return None if self._small is None else b"".join(self._small)

    def write(self, batch: Sequence[bytes]) -> None:
        with self._lock, mapped_os_errors(_DOING):
            self._write(batch)

    def finish(self, batch: Sequence[bytes]) -> "Spool":
        with self._lock, mapped_os_errors(_DOING):
            self._write(batch)
            if self._file is not None:
                self._file.flush()
            return self

    def discard(self) -> None:
        """Free memory and disk; harmless when repeated."""
        with self._lock:
            self._over = True
            self._small = None
            if self._file is not None:
                self._file.close()

    async def chunks(self, threads: Threads) -> AsyncIterator[bytes]:
        """What went to disk, from its start."""
        offset = 0
        while chunk := await threads.run(self._read, offset):
            offset += len(chunk)
            yield chunk

    def _write(self, batch: Sequence[bytes]) -> None:
        if self._over:
            raise UnavailableError("The upload was given up.")
        for chunk in batch:
            self._meter.take(chunk)
        if self._small is not None and self.blob.size > VERIFIED_WHOLE_BYTES:
            batch = [*self._small, *batch]
            self._small = None
            if self._to_disk:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed by discard
        if self._small is not None:
            self._small.extend(batch)
        elif self._file is not None:
            self._file.writelines(batch)

    def _read(self, offset: int) -> bytes:
        with self._lock, mapped_os_errors(_DOING):
            if self._file is None or self._over:
                return b""
            return os.pread(self._file.fileno(), CHUNK_BYTES, offset)
