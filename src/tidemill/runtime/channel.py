"""What a running task tells the process that watches over it: how far it is, and what came out.

A message is a letter, a length and bytes, in a pipe of the task's own. In a process that no fork server started,
there is nobody to tell, and telling does nothing.
"""

import os

from tidemill.runtime import records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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
_MAX_NOTE = 2000
_HEAD_BYTES = 5


class _Teller:
    """The end of the pipe that this process has; -1 where it has none."""

    descriptor = -1


def progress(done: float, total: "float | None" = None, note: str = "") -> None:
    """Tell how far this task is: `done` of `total`, in any unit, and what it does now. The latest is kept and shown.

    It may be called from any code; outside a task it does nothing.
    """
    if _Teller.descriptor < 0:
        return
    told = {"done": _finite(done), "total": None if total is None else _finite(total), "note": str(note)[:_MAX_NOTE]}
    tell(PROGRESS, records.encode(told).encode())


def tell_into(descriptor: int) -> None:
    """From now on this process tells into that pipe."""
    _Teller.descriptor = descriptor


def tell(kind: bytes, content: bytes) -> None:
    """Send one message; whoever watches being gone is no error of the task's."""
    left = memoryview(kind + len(content).to_bytes(4, "big") + content)
    try:
        while left:
            left = left[os.write(_Teller.descriptor, left) :]
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


def _finite(amount: float) -> float:
    number = float(amount)
    return number if number - number == 0 else 0.0
