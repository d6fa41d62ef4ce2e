"""Secrets as files, one each: `<root>/<workspace id>/<name>`, of mode 0600 in folders of mode 0700.

A value is whole or not there, whoever is killed while it is written: it gets a name of its own first, which no secret
can have, is synced, and then renamed. What a kill has left of such a file goes with the next value that is written.
"""

import errno
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tidemill.core.blobs import Folder, sync_file
from tidemill.kit.clock import Clock
from tidemill.kit.errors import DamagedError, StorageFullError, UnavailableError
from tidemill.kit.ids import random_hex
from tidemill.tenancy.secrets.models import MOST_BYTES, Secret, is_name

_WRITTEN = ".put-"
_LEFT_AFTER_MS = 3600 * 1000
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class SecretFiles:
    """The files of all workspaces. Names are checked by the caller; `Folder` lets none of them lead elsewhere."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._clock = clock

    def put(self, workspace_id: int, name: str, value: bytes) -> Secret:
        """Keep a value in the place of whatever was there; returns when it is on the disk."""
        with _mapped("kept"), Folder.root(self._root) as root:
            root.make_folder(str(workspace_id))
            root.sync()
            with root.folder(str(workspace_id)) as folder:
                self._remove_leftovers(folder)
                _write(folder, name, value)
                found = folder.entry(name)
        return Secret(name, found.modified_ms if found is not None else self._clock())

    def entries(self, workspace_id: int) -> list[Secret]:
        """The secrets of a workspace, by name."""
        with _mapped("listed"):
            try:
                with self._folder(workspace_id) as folder:
                    return [Secret(each.name, each.modified_ms) for each in folder.entries() if is_name(each.name)]
            except FileNotFoundError:
                return []

    def read(self, workspace_id: int, name: str) -> str | None:
        """A value; None where there is no such secret. Raises DamagedError where it is no text of ours."""
        with _mapped("read"):
            try:
                with self._folder(workspace_id) as folder:
                    descriptor = folder.open(name)
            except FileNotFoundError:
                return None
            with open(descriptor, "rb") as file:
                value = file.read(MOST_BYTES + 1)
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise DamagedError(f"the secret {name!r} is no text any more", hint="set it again") from None

    def remove(self, workspace_id: int, name: str) -> bool:
        """Remove a secret; False where there was none."""
        with _mapped("deleted"):
            try:
                with self._folder(workspace_id) as folder:
                    is_removed = folder.remove(name)
                    folder.sync()
            except FileNotFoundError:
                return False
        return is_removed

    def _folder(self, workspace_id: int) -> Folder:
        """The folder of a workspace. Raises FileNotFoundError where nothing was ever kept; it is not made to look."""
        if not self._root.is_dir():
            raise FileNotFoundError
        with Folder.root(self._root) as root:
            return root.folder(str(workspace_id))

    def _remove_leftovers(self, folder: Folder) -> None:
        for entry in folder.entries():
            if entry.name.startswith(_WRITTEN) and entry.modified_ms < self._clock() - _LEFT_AFTER_MS:
                folder.remove(entry.name)


def _write(folder: Folder, name: str, value: bytes) -> None:
    temporary = f"{_WRITTEN}{random_hex()}"
    descriptor = folder.create(temporary)
    try:
        with open(descriptor, "wb") as file:
            file.write(value)
            file.flush()
            sync_file(file.fileno())
        folder.move(temporary, folder, name)
    except BaseException:
        folder.remove(temporary)
        raise
    folder.sync()


@contextmanager
def _mapped(done: str) -> Generator[None]:
    """An error of the operating system in words that may travel: without a path, which is the cause's to know."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFullError(
                "there is no room for the secret", hint="free some space in the data directory"
            ) from error
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise UnavailableError(
            f"the secret could not be {done}: {reason}", hint="look at the folder secrets of the data directory"
        ) from error
