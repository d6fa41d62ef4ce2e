"""What a running task tells the process that watches over it: how far it is, and what came out.

A message is a letter, a length and bytes, in a pipe of the task's own. In a process that no fork server started,
there is nobody to tell, and telling does nothing.
"""

import os
from _thread import allocate_lock  # `threading` has the same one, and costs a fork its import

from tidemill.runtime import records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

PROGRESS = b"p"
RESULT = b"r"
RAISED = b"x"
RESULT_FILE = b"R"
"""The result lies in the file that the task was given for it, since it is large."""
RAISED_FILE = b"X"
NOT_STARTED = b"s"
"""It could not even begin, and this sentence says why."""
NOTE = b"n"
"""A sentence about the end, for people."""
INLINE_BYTES = 64 * 1024
"""The largest result that travels through the pipe."""
_MAX_MESSAGE_BYTES = INLINE_BYTES + 1024
_MAX_NOTE = 500
_MAX_AMOUNT = 1e15
"""Beyond it there are no whole numbers to tell apart, and no bar that anybody could read."""
_HEAD_BYTES = 5
_HANDLER_S = 0.5


class _Teller:
    """The end of the pipe that this process has; -1 where it has none."""

    descriptor = -1
    pid = 0
    """A process that the task forks has the pipe too, and must not tell into the midst of a result."""
    lock = allocate_lock()


def progress(done: float, total: "float | None" = None, note: str = "") -> None:
    """Tell how far this task is: `done` of `total`, in any unit, and what it does now. The latest is kept and shown.

    It may be called from any code and thread, as often as one likes; outside a task, and in processes that it starts,
    it does nothing. Raises TypeError or ValueError for amounts that are no numbers.
    """
    if _Teller.descriptor >= 0 and _Teller.pid == os.getpid():
        tell(PROGRESS, records.encode(bounded_progress(done, total, note)).encode())


def read_progress(content: bytes) -> "dict[str, Any] | None":
    """What `progress` told, as `done`, `total` and `note`; None for what it cannot have told.

    A task may write into its pipe what it likes, so that whoever reads it bounds it once more.
    """
    try:
        told = records.decode(content.decode())
        return bounded_progress(told["done"], told["total"], told["note"])
    except (ValueError, TypeError, LookupError):
        return None


def bounded_progress(done: "Any", total: "Any", note: "Any") -> "dict[str, Any]":
    """Amounts from 0 on that JSON can say, a total that something can be a part of, and a note of one short line."""
    most = 0.0 if total is None else _amount(total)
    # A line break would break a list, a lone surrogate an encoder, NUL PostgreSQL: none of them is printable.
    shown = "".join([each if each.isprintable() else " " for each in _text(note)[: 2 * _MAX_NOTE]])
    told = most if 0 < most < _MAX_AMOUNT else None
    return {"done": _amount(done), "total": told, "note": " ".join(shown.split())[:_MAX_NOTE]}


def tell_into(descriptor: int) -> None:
    """From now on this process tells into that pipe."""
    _Teller.descriptor, _Teller.pid = descriptor, os.getpid()


def tell(kind: bytes, content: bytes) -> None:
    """Send one message; whoever watches being gone is no error of the task's."""
    left = memoryview(kind + len(content).to_bytes(4, "big") + content)
    try:
        # Who tells from a signal's handler may have interrupted itself here: it gives up, and hangs not.
        if not _Teller.lock.acquire(timeout=_HANDLER_S if kind == PROGRESS else -1):
            return
        try:
            while left:
                left = left[os.write(_Teller.descriptor, left) :]
        finally:
            _Teller.lock.release()
    except OSError:
        _Teller.descriptor = -1


class Messages:
    """Cuts what a task's pipe gave into messages. What is no message ends it: the rest is not listened to."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._is_broken = False

    def feed(self, piece: bytes) -> "Iterator[tuple[bytes, bytes]]":
        """The messages that this piece completes."""
        if self._is_broken:
            return
        self._waiting += piece
        while len(self._waiting) >= _HEAD_BYTES:
            kind, size = bytes(self._waiting[:1]), int.from_bytes(self._waiting[1:_HEAD_BYTES], "big")
            if size > _MAX_MESSAGE_BYTES:
                self._is_broken = True
                self._waiting.clear()
                return
            end = _HEAD_BYTES + size
            if len(self._waiting) < end:
                return
            content = bytes(self._waiting[_HEAD_BYTES:end])
            del self._waiting[:end]
            yield kind, content


def _text(told: "Any") -> str:
    return "" if told is None else str(told)


def _amount(told: "Any") -> float:
    try:
        number = float(told)
    except OverflowError:
        number = _MAX_AMOUNT
    return min(max(number, 0.0), _MAX_AMOUNT) if number == number else 0.0
