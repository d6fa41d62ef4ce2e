"""What processes receive and send: the kernel counts by socket and by interface, this adds up by process.

A process in our own network namespace is counted by the TCP sockets that it and all below it hold. One in a namespace
that is not ours is counted by the interfaces of that, once we have seen it there: its sockets are not told to us.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tidemill.compute.backends.local.namespaces import moved_in_namespace, namespace_of
from tidemill.compute.backends.local.sockets import TcpSocket, held_sockets, tcp_sockets
from tidemill.compute.models import ProcessKey

_SAME_ROUND_S = 0.25
"""Whoever looks again so soon is told the same: calls and commands are sampled one after the other."""
_FORGOTTEN_AFTER_S = 600.0


@dataclass(frozen=True, slots=True)
class Look:
    """The sockets of the machine at an instant, by cookie."""

    number: int
    sockets: Mapping[int, TcpSocket]
    cookies: Mapping[int, int]
    """By inode, of those that a process holds."""
    newest: int
    """The number of the look that last showed a socket which was not there before."""
    namespace: str | None
    """Ours."""


@dataclass(slots=True)
class _Counted:
    """What is known of a process. Amounts are bytes received and sent."""

    asked_s: float
    open: dict[int, TcpSocket] = field(default_factory=dict[int, TcpSocket])
    missed: set[int] = field(default_factory=set[int])
    """Those of the open ones that the last look did not show."""
    closed: tuple[int, int] = (0, 0)
    elsewhere: tuple[int, int] = (0, 0)
    """What went through namespaces that are not ours."""
    namespaces: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    """How far the counters of those were."""
    look: int = -1
    searched: int = -1
    """The look in which it was last searched for sockets."""

    @property
    def total(self) -> tuple[int, int]:
        received, sent = _added(self.closed, self.elsewhere)
        for each in self.open.values():
            received += each.received_bytes
            sent += each.sent_bytes
        return received, sent


class NetworkMeter:
    """Counts from look to look. What opens and closes between two of them is not seen."""

    def __init__(self, dump: Callable[[], Mapping[int, TcpSocket] | None] = tcp_sockets) -> None:
        self._dump = dump
        self._lock = threading.Lock()
        self._last: Look | None = None
        self._told: Look | None = None
        self._looked_s = float("-inf")
        self._counted: dict[ProcessKey, _Counted] = {}

    def look(self) -> Look | None:
        """All sockets now; None where the kernel does not tell.

        To be called before one looks which processes there are: so each socket's holder is among them.
        """
        with self._lock:
            now_s = time.monotonic()
            if now_s - self._looked_s >= _SAME_ROUND_S:
                self._looked_s = now_s
                self._forget(now_s - _FORGOTTEN_AFTER_S)
                sockets = self._dump()
                self._told = None if sockets is None else _after(self._last, sockets)
                self._last = self._told or self._last
            return self._told

    def moved(self, look: Look | None, key: ProcessKey, pids: Sequence[int]) -> tuple[int, int] | None:
        """Bytes that a process and all below it received and sent, as far as they were seen; `pids` are all of them.

        None where that is not known: nobody tells of sockets, or we may not look at any of the processes.
        """
        spaces = {pid: space for pid in pids if (space := namespace_of(pid)) is not None}
        if look is None or (pids and not spaces):
            return None
        with self._lock:
            counted = self._counted.get(key)
            if counted is None:
                counted = self._counted[key] = _Counted(0.0)
            counted.asked_s = time.monotonic()
            _follow(counted, look)
            if counted.searched < look.newest:
                counted.searched = look.number
                _search(counted, look, pids)
            if elsewhere := {space: pid for pid, space in spaces.items() if space != look.namespace}:
                _count_elsewhere(counted, elsewhere)
            return counted.total

    def _forget(self, before_s: float) -> None:
        """Drop those that nobody has asked about since then."""
        self._counted = {key: counted for key, counted in self._counted.items() if counted.asked_s > before_s}


METER = NetworkMeter()
"""The one of this machine: what it looks at is the same for all backends and runners of a server."""


def _after(before: Look | None, sockets: Mapping[int, TcpSocket]) -> Look:
    number, known, newest = 0, set[int](), 0
    if before is not None:
        number, known, newest = before.number + 1, set(before.cookies.values()), before.newest
    cookies = {each.inode: cookie for cookie, each in sockets.items() if each.inode}
    if not known.issuperset(cookies.values()):
        newest = number
    return Look(number, sockets, cookies, newest, namespace_of("self"))


def _follow(counted: _Counted, look: Look) -> None:
    """Note what went through the sockets that are known, those among them that no process holds any more.

    One that is not shown is only taken for closed when the next look does not show it either: while others come and go,
    the kernel may pass over one.
    """
    if counted.look == look.number:
        return
    counted.look = look.number
    for cookie, last in list(counted.open.items()):
        now = look.sockets.get(cookie)
        if now is not None:
            counted.open[cookie] = now
            counted.missed.discard(cookie)
        elif cookie not in counted.missed:
            counted.missed.add(cookie)
        else:
            counted.missed.discard(cookie)
            counted.closed = _added(counted.closed, (last.received_bytes, last.sent_bytes))
            del counted.open[cookie]


def _search(counted: _Counted, look: Look, pids: Sequence[int]) -> None:
    """Find the sockets that these hold now."""
    for inode in held_sockets(pids) & look.cookies.keys():
        cookie = look.cookies[inode]
        counted.open[cookie] = look.sockets[cookie]


def _count_elsewhere(counted: _Counted, pids: Mapping[str, int]) -> None:
    """Note what went through these namespaces, in each of which is this process, since they were first seen."""
    for space, pid in pids.items():
        now = moved_in_namespace(pid)
        if now is not None:
            then = counted.namespaces.get(space, now)
            grown = (max(0, now[0] - then[0]), max(0, now[1] - then[1]))
            counted.elsewhere = _added(counted.elsewhere, grown)
            counted.namespaces[space] = now


def _added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
