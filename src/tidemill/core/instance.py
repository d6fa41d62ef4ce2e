"""One server a data directory: a lock that the kernel lets go when its holder dies, and a note of who that is."""

import fcntl
import os
from pathlib import Path
from typing import IO

import msgspec

from tidemill.kit.errors import ConflictError

FILE_NAME = "server.json"


class ServerNote(msgspec.Struct):
    """Who serves a data directory, and where."""

    pid: int
    url: str
    started_ms: int
    version: str


class DirectoryLock:
    """Held by the server of a data directory for as long as it lives."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Take the lock; ConflictError naming the holder when there is one."""
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            note = read_note(self._path.parent)
            holder = f"process {note.pid} at {note.url}" if note else "another process"
            raise ConflictError(
                f"{self._path.parent} is being served by {holder}",
                hint=f"tidemill down --data-dir {self._path.parent}, or use another --data-dir",
            ) from None
        self._file = file

    def write(self, note: ServerNote) -> None:
        """Say who holds it."""
        assert self._file is not None, "the lock is taken first"  # noqa: S101 - a caller's order, not input
        self._file.seek(0)
        self._file.truncate()
        self._file.write(msgspec.json.encode(note))
        self._file.flush()

    def release(self) -> None:
        """Let the next server have the directory."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None


def read_note(data_dir: Path) -> ServerNote | None:
    """The note of the last server of this directory that did not end in order, or of the one that runs."""
    try:
        return msgspec.json.decode((data_dir / FILE_NAME).read_bytes(), type=ServerNote)
    except (OSError, msgspec.MsgspecError):
        return None


def running_server(data_dir: Path) -> ServerNote | None:
    """The note of the server that holds this directory now."""
    try:
        with (data_dir / FILE_NAME).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except OSError:
        return read_note(data_dir)
