"""Single files of the local store: one that is being received, one that is being read."""

import os
import secrets
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from tidemill.core.blobs.errors import mapped_os_errors
from tidemill.core.blobs.folders import Folder, sync_file
from tidemill.core.blobs.models import Blob
from tidemill.core.blobs.port import VERIFIED_WHOLE_BYTES
from tidemill.core.blobs.streams import CHUNK_BYTES, Meter, damaged, expect_digest
from tidemill.kit.errors import UnavailableError

T = TypeVar("T")


class IncomingFile(Generic[T]):
    """A `Sink` into a temporary file of `folder`; `keep(name, blob)` moves it, complete and synced, to its place."""

    def __init__(self, folder: Folder, keep: Callable[[str, Blob], T], *, limit_bytes: int | None) -> None:
        self._folder = folder
        self._keep = keep
        self._meter = Meter(limit_bytes)
        self._name = "put-" + secrets.token_hex(16)
        self._descriptor = -1
        self._over = False
        # A cancelled put discards while its last write may still run in another thread.
        self._lock = threading.Lock()

    def write(self, batch: Sequence[bytes]) -> None:
        with self._lock, mapped_os_errors("storing an upload"):
            self._write(batch)

    def finish(self, batch: Sequence[bytes]) -> T:
        with self._lock, mapped_os_errors("storing an upload"):
            self._write(batch)
            sync_file(self._descriptor)
            kept = self._keep(self._name, self._meter.blob)
            self._close()
            return kept

    def discard(self) -> None:
        with self._lock:
            if self._over:
                return
            self._close()
            # What cannot be removed now is removed by collect_stale; the first error is the one to report.
            try:
                self._folder.remove(self._name)
            except OSError:
                return

    def _write(self, batch: Sequence[bytes]) -> None:
        if self._over:
            raise UnavailableError("The upload was given up.")
        if self._descriptor < 0:
            self._descriptor = self._folder.create(self._name)
        for chunk in batch:
            self._meter.take(chunk)
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def _close(self) -> None:
        self._over = True
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class StoredFile:
    """A file open for reading from its start, verified against `digest` when it is read to its end.

    `whole` holds the verified content of a small file, which is closed by then; it is None for a larger one.
    """

    def __init__(self, descriptor: int, digest: str) -> None:
        # A file object, not a bare descriptor: if the opener is cancelled it closes itself.
        self._file = os.fdopen(descriptor, "rb", buffering=0)
        self._digest = digest
        self._lock = threading.Lock()
        self.size = os.fstat(descriptor).st_size
        self._offset, self._stop = 0, self.size
        self._meter: Meter | None = Meter()
        self.whole = self._read_whole() if self.size <= VERIFIED_WHOLE_BYTES else None

    def narrow(self, start: int, stop: int) -> None:
        """Serve only these bytes. Unless that is all of them, they are not verified."""
        if (start, stop) != (0, self.size):
            self._offset, self._stop, self._meter = start, stop, None

    def read_next(self) -> bytes:
        """The next chunk, b"" at the end. Raises DamagedError in place of the last one if the digest is not right."""
        with self._lock, mapped_os_errors("reading a blob"):
            return self._read_next()

    def close(self) -> None:
        """Close the file, after a read that is under way."""
        with self._lock:
            self._file.close()

    def _read_whole(self) -> bytes:
        with self._file:
            chunks: list[bytes] = []
            while chunk := self._read_next():
                chunks.append(chunk)
            if not chunks:
                self._verify()
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _read_next(self) -> bytes:
        wanted = min(CHUNK_BYTES, self._stop - self._offset)
        if wanted <= 0:
            return b""
        chunk = os.pread(self._file.fileno(), wanted, self._offset)
        if not chunk:
            raise damaged(self._digest)
        self._offset += len(chunk)
        if self._meter is not None:
            self._meter.take(chunk)
        if self._offset == self._stop:
            self._verify()
        return chunk

    def _verify(self) -> None:
        if self._meter is not None:
            expect_digest(self._meter.blob, Blob(self._digest, self._stop))
