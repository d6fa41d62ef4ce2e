"""Noticing that a process is gone: by its pidfd in the event loop, where there are none by asking again and again."""

import asyncio
import os
from collections.abc import Callable

POLL_S = 0.05
_HAS_PIDFD = hasattr(os, "pidfd_open")


class Watch:
    """Calls `on_gone` once, on the loop, when a process is gone. It need not be a child of this one.

    `is_gone` answers where there is no pidfd to wait for (`polls`).
    """

    def __init__(
        self, pid: int, is_gone: Callable[[], bool], on_gone: Callable[[], None], *, polls: bool = not _HAS_PIDFD
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._pid = pid
        self._is_gone = is_gone
        self._on_gone = on_gone
        self._handle = None if polls else _pidfd(pid)
        self._timer: asyncio.TimerHandle | None = None
        if self._handle is None:
            self._ask_again()
        else:
            self._loop.add_reader(self._handle, self._notice)

    def close(self) -> None:
        """Stop watching."""
        if self._handle is not None:
            self._loop.remove_reader(self._handle)
            os.close(self._handle)
            self._handle = None
        if self._timer is not None:
            self._timer.cancel()

    def _ask_again(self) -> None:
        _reap(self._pid)
        if self._is_gone():
            self._notice()
        else:
            self._timer = self._loop.call_later(POLL_S, self._ask_again)

    def _notice(self) -> None:
        self.close()
        _reap(self._pid)
        self._on_gone()


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _reap(pid: int) -> None:
    """Take note of a child's end; others' children are not ours to wait for."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
