"""All that a supervisor's command started, and what that started: found, signalled, reaped, killed.

Descendants that lose their parent become children of the supervisor (it is their subreaper), so none gets away by
making a session of its own; and when there is no child left, nothing is left.
"""

import os
import time

from tidemill.runtime import kernel, proctree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tidemill.runtime.cgroups import Group

_PAUSE_S = 0.005
_RSS_UNIT = 1 if os.uname().sysname == "Darwin" else 1024


class Tree:
    """The processes below this one. `cpu_ms` and `peak_bytes` are of those that have ended."""

    def __init__(self, group: "Group | None") -> None:
        self._group = group
        self._cpu_s = 0.0
        self._has_children = True
        self.peak_bytes = 0
        """The most that one of them held."""

    @property
    def cpu_ms(self) -> int:
        return round(self._cpu_s * 1000)

    def reap(self, wanted: int) -> "int | None":
        """Take note of children that have ended; the wait status of the wanted one, when it is among them."""
        found: int | None = None
        while True:
            try:
                pid, status, use = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                self._has_children = False
                return found
            if pid == 0:
                return found
            self._cpu_s += use.ru_utime + use.ru_stime
            self.peak_bytes = max(self.peak_bytes, use.ru_maxrss * _RSS_UNIT)
            found = status if pid == wanted else found

    def signal(self, number: int) -> None:
        """Send a signal to each process of the tree."""
        for pid in self._pids():
            try:  # noqa: SIM105 - contextlib costs a third of a supervisor's start
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                pass

    def kill(self) -> None:
        """Kill what is there now. What it forks meanwhile is left: see `kill_all`."""
        if self._group is not None:
            self._group.kill()
        self.signal(kernel.SIGKILL)

    def kill_all(self, limit_s: float) -> bool:
        """Kill until nothing is left; False where something still is after so many seconds."""
        until_s = time.monotonic() + limit_s
        while not self._is_empty():
            if time.monotonic() > until_s:
                return False
            self.kill()
            time.sleep(_PAUSE_S)
        return True

    def _is_empty(self) -> bool:
        """Whether there is no child left, hence no descendant."""
        self.reap(0)
        return not self._has_children and not (self._group is not None and self._group.members())

    def _pids(self) -> "set[int]":
        pids = {seen.pid for seen in proctree.below(os.getpid(), proctree.processes()) if not seen.is_zombie}
        return pids | self._group.members() if self._group is not None else pids
