"""What a fork server began and how it ended, in a file: read by the next server when the fork server is gone.

Frames are appended, each by one write. A record that a kill cut off is the last, and is left out. Nothing is synced:
what a fork server ran does not outlive the machine's crash either. What a full disk
refused is written when there is room.
"""

import errno
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from tidemill.runtime.wire import FrameReader, Header, WireError, encode_frame

_MODE = 0o600
_REWRITTEN_BYTES = 4 * 1024 * 1024
_BEGAN, _ENDED, _FORGOTTEN = "began", "ended", "forgotten"


@dataclass(slots=True)
class Kept:
    """What a journal says, by key."""

    began: dict[str, Header] = field(default_factory=dict[str, Header])
    """Forks that have begun, and of which no end is known."""
    ended: dict[str, tuple[Header, bytes]] = field(default_factory=dict[str, tuple[Header, bytes]])
    """Ends that nobody has acknowledged, with their results."""


def read_journal(path: Path) -> Kept:
    """All that it says; nothing where there is none."""
    kept = Kept()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return kept
    try:
        for header, payload in FrameReader().feed(content):
            _apply(kept, json.loads(header), payload)
    except (WireError, ValueError):
        return kept
    return kept


class Journal:
    """Writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = Kept()
        self._descriptor = _opened(path)
        self._size = 0
        self._limit = _REWRITTEN_BYTES
        self._is_torn = False
        """Whether the file lacks something, or ends in half a record."""

    @property
    def descriptor(self) -> int:
        return self._descriptor

    @property
    def ended(self) -> dict[str, tuple[Header, bytes]]:
        """Ends that nobody has acknowledged."""
        return self._kept.ended

    def begin(self, key: str, started_ms: int) -> None:
        """To be called before the fork: what is not in the journal has never run. Raises OSError of a full disk."""
        self._append({"what": _BEGAN, "key": key, "started_ms": started_ms})
        if self._is_torn:
            self._kept.began.pop(key, None)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def end(self, header: Header, payload: bytes) -> None:
        self._append({"what": _ENDED, **header}, payload)

    def forget(self, keys: list[str]) -> None:
        for key in keys:
            if key in self._kept.ended or key in self._kept.began:
                self._append({"what": _FORGOTTEN, "key": key})
        if self._size > self._limit:
            self._try_to_rewrite()

    def _append(self, record: Header, payload: bytes = b"") -> None:
        _apply(self._kept, record, payload)
        if self._is_torn:
            self._try_to_rewrite()
            return
        frame = encode_frame(record, payload)
        try:
            written = os.write(self._descriptor, frame)
        except OSError:
            written = 0
        self._size += written
        self._is_torn = written < len(frame)

    def _try_to_rewrite(self) -> None:
        """Keep only what still counts: in a new file that takes the old one's place at once, where there is room."""
        fresh = self._path.with_suffix(".new")
        frames = [encode_frame(record) for record in self._kept.began.values()]
        frames += [encode_frame(record, payload) for record, payload in self._kept.ended.values()]
        content = b"".join(frames)
        try:
            fresh.write_bytes(content)
            fresh.chmod(_MODE)
            descriptor = _opened(fresh)
            fresh.rename(self._path)
        except OSError:
            return
        os.dup2(descriptor, self._descriptor, inheritable=False)
        os.close(descriptor)
        self._size, self._is_torn = len(content), False
        self._limit = max(_REWRITTEN_BYTES, 2 * self._size)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)


def _apply(kept: Kept, record: Header, payload: bytes) -> None:
    key = record["key"]
    match record["what"]:
        case "began":
            kept.began[key] = record
        case "ended":
            kept.began.pop(key, None)
            kept.ended[key] = (record, payload)
        case _:
            kept.began.pop(key, None)
            kept.ended.pop(key, None)
