"""One server a data directory: a lock that the kernel lets go when its holder dies, and a note of who that is."""

import errno
import fcntl
import os
import shlex
import time
from pathlib import Path
from typing import IO

import msgspec

from tidemill.kit.errors import ConflictError, InvalidError, StorageFullError
from tidemill.runtime.server_note import FILE_NAME, ServerNote, read_note

_TRIES = 10
_PAUSE_S = 0.02
_FULL = (errno.ENOSPC, errno.EDQUOT)


def prepare_data_dir(data_dir: Path) -> None:
    """Make a data directory where it is missing, with mode 0700, and see that files can be made in it.

    Raises InvalidError, or StorageFullError, that says why it cannot be used.
    """
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(data_dir / FILE_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "rb"):
            pass
    except FileExistsError as error:
        raise InvalidError(f"{data_dir} is not a directory", hint="name another --data-dir") from error
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(
                f"{data_dir} cannot be used: no space is left on its disk",
                hint="free some space there, or name another --data-dir",
            ) from error
        reason = (error.strerror or str(error)).lower()
        raise InvalidError(
            f"{data_dir} cannot be used: {reason}", hint="check who owns it, or name another --data-dir"
        ) from error


class DirectoryLock:
    """Held by the server of a data directory for as long as it lives."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME
        self._file: IO[bytes] | None = None

    def take(self) -> None:
        """Take the lock; ConflictError naming the holder when there is one.

        A note that a killed server left is removed: until `write`, nobody can tell who holds the directory.
        """
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
        if _locked(file):
            file.truncate(0)
        else:
            file.close()
            note = read_note(self._path.parent)
            holder = f"process {note.pid} at {note.url}" if note else "another process"
            raise ConflictError(
                f"{self._path.parent} is being served by {holder}",
                hint=f"tidemill down --data-dir {shlex.quote(str(self._path.parent))}, or use another --data-dir",
            )
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


def _locked(file: IO[bytes]) -> bool:
    """Take the lock of an open note. Who only looks whether it is free holds it for an instant: worth a few tries."""
    for attempt in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if attempt + 1 < _TRIES:
                time.sleep(_PAUSE_S)
        else:
            return True
    return False
