"""Folders held open by descriptor. Everything below a store's root is reached through one, never by a path.

A name here is one component, made by us; a symbolic link is never followed, and what is not a regular file where a
file should be is an error. So no text from outside, and nothing planted in the folder, leads anywhere else.
"""

import errno
import fcntl
import os
import stat
import sys
from pathlib import Path
from typing import NamedTuple, Self

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a planted FIFO must not wait for a writer. It changes nothing for regular files.
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC

LOCK_NAME = "lock"
"""The file that `Folder.lock` locks; it is never removed while the folder is in use."""


class Entry(NamedTuple):
    """One name in a folder, described without following it. `modified_ms`: milliseconds since the epoch."""

    name: str
    size: int
    modified_ms: int


class Folder:
    """One open folder. Closing is the owner's work; `with` does it, and so does losing the last reference."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def root(cls, path: Path) -> Self:
        """Open a store's root, making it and missing parents with mode 0700, each synced into its parent."""
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
            with cls(os.open(folder.parent, _FOLDER_FLAGS)) as parent:
                parent.sync()
        return cls(os.open(path, _FOLDER_FLAGS))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        # A cancelled task never sees the folder that a thread opened for it.
        self.close()

    def folder(self, name: str) -> "Folder":
        """Open the folder `name`. FileNotFoundError if missing, NotADirectoryError if it is a link or a file."""
        return Folder(os.open(_plain(name), _FOLDER_FLAGS | os.O_NOFOLLOW, dir_fd=self._descriptor))

    def make_folder(self, name: str) -> None:
        """Make the folder `name` with mode 0700 unless it is there. Not synced: see `sync`."""
        try:
            os.mkdir(_plain(name), 0o700, dir_fd=self._descriptor)
        except FileExistsError:
            return

    def create(self, name: str) -> int:
        """Create the file `name` with mode 0600 for writing and return its descriptor; it must not exist."""
        return os.open(_plain(name), _CREATE_FLAGS, 0o600, dir_fd=self._descriptor)

    def open(self, name: str) -> int:
        """Open the regular file `name` for reading. Anything else by that name is an OSError with ELOOP."""
        descriptor = os.open(_plain(name), _READ_FLAGS, dir_fd=self._descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        return descriptor

    def entry(self, name: str) -> Entry | None:
        """Describe `name`, or None if there is nothing by that name."""
        try:
            status = os.stat(_plain(name), dir_fd=self._descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return Entry(name, status.st_size, status.st_mtime_ns // 1_000_000)

    def entries(self) -> list[Entry]:
        """Describe all names, sorted."""
        # A fresh descriptor: listing moves an offset that all users of one descriptor share.
        descriptor = os.open(".", _FOLDER_FLAGS, dir_fd=self._descriptor)
        try:
            names = sorted(os.listdir(descriptor))
        finally:
            os.close(descriptor)
        return [entry for entry in map(self.entry, names) if entry is not None]

    def move(self, name: str, to: "Folder", new_name: str) -> None:
        """Rename atomically, replacing what is there. The new name lasts only after `to.sync()`."""
        os.rename(_plain(name), _plain(new_name), src_dir_fd=self._descriptor, dst_dir_fd=to.fileno())

    def remove(self, name: str) -> bool:
        """Remove a file or link; False if there was none."""
        try:
            os.unlink(_plain(name), dir_fd=self._descriptor)
        except FileNotFoundError:
            return False
        return True

    def remove_folder(self, name: str) -> None:
        """Remove the folder `name` and the files in it; nothing happens if there is none."""
        try:
            with self.folder(name) as inner:
                for entry in inner.entries():
                    inner.remove(entry.name)
            os.rmdir(_plain(name), dir_fd=self._descriptor)
        except FileNotFoundError:
            return

    def lock(self, *, shared: bool = False, wait: bool = True) -> "FolderLock":
        """Take the lock of this folder, against every other taker in any process; shared ones go together.

        It is given back by closing it, or when the process ends, however it ends.
        Raises BlockingIOError if `wait` is False and somebody has it.
        """
        # A file, since a network file system locks no folders; opened anew, since a lock belongs to one opening.
        descriptor = os.open(LOCK_NAME, _LOCK_FLAGS, 0o600, dir_fd=self._descriptor)
        lock = FolderLock(descriptor)
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
        return lock

    def sync(self) -> None:
        """Wait until the names in this folder are on the disk."""
        os.fsync(self._descriptor)

    def fileno(self) -> int:
        """The descriptor, still owned by this folder."""
        return self._descriptor

    def writable(self) -> bool:
        """Whether this process may create files here."""
        return os.access(".", os.W_OK | os.X_OK, dir_fd=self._descriptor)

    def close(self) -> None:
        """Close the descriptor, once."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


class FolderLock:
    """A lock that is held until it is closed; `with` does it, and so does losing the last reference."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Give the lock back, once."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def sync_file(descriptor: int) -> None:
    """Wait until a file's content and size are on the disk."""
    if sys.platform == "darwin":
        # There fsync reaches only the drive's cache.
        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(descriptor)


def _plain(name: str) -> str:
    """Names are made by us; this catches the day when one is not."""
    if name in ("", ".", "..") or "/" in name or "\0" in name:
        raise ValueError(f"{name!r} is not a plain file name")
    return name
