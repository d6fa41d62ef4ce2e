"""A fork server: an interpreter with an environment's modules loaded, which forks one process for each call.

It is given the folder for its journal, and a socket that listens already. It has one thread, so that a fork is safe. It
outlives the server that started it, ends by itself when it has been of no use for long, and takes what it runs with it
when it is killed.
"""

import contextlib
import gc
import importlib
import io
import json
import os
import selectors
import signal
import socket
import sys
import time
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tidemill.runtime import families, forks, kernel
from tidemill.runtime.connection import Connection
from tidemill.runtime.forks import Fork
from tidemill.runtime.journal import Journal
from tidemill.runtime.kernel import now_ms
from tidemill.runtime.limits import WATCH_S
from tidemill.runtime.spares import UNUSED_S, Spares
from tidemill.runtime.timers import Timers
from tidemill.runtime.wire import ANNOUNCED_AFTER_S, LISTENER, LOCK, PROTOCOL, Header, WireError
from tidemill.runtime.workplaces import Workplaces

_PROGRESS_S = 0.25
_WITHSTANDING_S = 0.2
_LONG_S = 3600.0
_SHORT_S = 0.003
"""A call that ends within this time does not wait until spares have been made."""
Ready = Callable[[], None]


class ForkServer:
    """The loop: connections, forks, timers."""

    def __init__(self, listener: socket.socket, folder: Path, *, idle_s: float) -> None:
        self._listener = listener
        self._idle_s = idle_s
        self._journal = Journal(folder / "journal")
        self._workplaces = Workplaces(str(folder / "work"))
        self._selector = selectors.DefaultSelector()
        self._connections: set[Connection] = set()
        self._forks: dict[str, Fork] = {}
        self._by_pid: dict[int, Fork] = {}
        self._timers = Timers()
        self._spares = Spares(self._own_descriptors)
        self._has_started = False
        """Whether a call was started since spares were made."""
        self._fills_s = 0.0
        """When spares are made though calls run."""
        self._is_letting_go_due = False
        self._orphans: dict[int, str] = {}
        self._idle_since = time.monotonic()
        self._is_ending = False
        self._is_left = False
        """Its server has left in order: it ends with the last fork, unless another comes."""
        self._woken, self._waking = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def run(self) -> None:
        """Serve until it is told to end, or has been idle for long with nobody connected."""
        signal.set_wakeup_fd(self._waking, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end_all)
        self._listener.setblocking(False)
        self._watch(self._listener, self._accept)
        self._watch(self._woken, self._wake)
        while not self._is_done():
            for key, _ in self._selector.select(self._patience()):
                key.data()
            self._timers.fire()
            for connection in list(self._connections):
                self._flush(connection)
            self._fill_spares()

    def _is_done(self) -> bool:
        if self._forks:
            return False
        idle = time.monotonic() - self._idle_since
        return self._is_ending or (not self._connections and (self._is_left or idle >= self._idle_s))

    def _patience(self) -> float:
        """How long to wait for something to happen."""
        wait_s = self._timers.wait_s()
        is_used = self._connections or self._forks  # it does not end of idleness, so nothing wakes it
        idle_s = _LONG_S if is_used else self._idle_s - (time.monotonic() - self._idle_since)
        return max(0.0, idle_s if wait_s is None else min(wait_s, idle_s))

    # Connections ----------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        with contextlib.suppress(BlockingIOError):
            accepted, _ = self._listener.accept()
            connection = Connection(accepted)
            self._is_left = False
            self._connections.add(connection)
            self._watch(accepted, lambda: self._receive(connection))
            connection.send({"op": "hello", "protocol": PROTOCOL, "pid": os.getpid()})

    def _receive(self, connection: Connection) -> None:
        try:
            for header, payload in connection.receive():
                self._serve(connection, json.loads(header), payload)
        except (WireError, OSError, ValueError, KeyError, TypeError) as error:
            if not isinstance(error, (ConnectionError, EOFError)):
                print(f"a connection was closed: {error!r}", file=sys.stderr)  # noqa: T201 - the pool's own log
            self._drop(connection)
            return
        if connection.is_at_end:
            self._drop(connection)

    def _flush(self, connection: Connection) -> None:
        try:
            left = connection.flush()
        except OSError:
            self._drop(connection)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if left else 0)
        known = self._selector.get_key(connection.socket)
        if known.events != events:
            self._selector.modify(connection.socket, events, known.data)

    def _drop(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.discard(connection)
            self._selector.unregister(connection.socket)
            connection.socket.close()
            self._idle_since = time.monotonic()

    def _serve(self, connection: Connection, header: Header, payload: bytes) -> None:
        match header["op"]:
            case "start":
                self._start(connection, header, payload)
            case "stop":
                for key in header["keys"]:
                    if (fork := self._forks.get(key)) is not None:
                        self._ask_to_end(fork, "stopped", header["grace_s"])
            case "adopt":
                self._adopt(connection, header["keys"])
            case "forget":
                self._journal.forget(header["keys"])
            case "leave":
                self._is_left = True
            case _:
                raise WireError(f"there is no operation {header['op']!r}")

    def _tell(self, header: Header, payload: bytes = b"") -> None:
        for connection in self._connections:
            connection.send(header, payload)

    # What it is told ------------------------------------------------------------------------------------------------

    def _start(self, connection: Connection, header: Header, payload: bytes) -> None:
        key = header["key"]
        if key in self._forks or key in self._journal.ended:
            self._say(connection, key)
            return
        started_ms = now_ms()
        try:
            self._journal.begin(key, started_ms)
            work = self._workplaces.take(header["folder"])
            fork = forks.begin(header, payload, work, started_ms, self._spares)
        except OSError as error:
            message = f"the machine could not start one more process: {error.strerror}"
            self._finish({"op": "ended", "key": key, "at_ms": now_ms(), "outcome": "not_started", "message": message})
            return
        self._has_started = True
        if self._spares.is_empty:
            self._fills_s = time.monotonic() + _SHORT_S
            self._timers.after(_SHORT_S, _nothing, self._lacks_spares)
        self._forks[key] = self._by_pid[fork.pid] = fork
        for descriptor in fork.pipes:
            self._watch(descriptor, lambda descriptor=descriptor: self._read(fork, descriptor))
        self._after(ANNOUNCED_AFTER_S, fork, self._announce)
        if (timeout_s := header["timeout_s"]) is not None:
            self._after(timeout_s, fork, lambda late: self._ask_to_end(late, "timed_out", late.grace_s))
        if fork.is_limited:
            self._after(WATCH_S, fork, self._weigh)

    def _adopt(self, connection: Connection, keys: list[str]) -> None:
        """Say what became of each; end and forget what nobody speaks of."""
        wanted = set(keys)
        for key in keys:
            self._say(connection, key)
        self._journal.forget([key for key in self._journal.ended if key not in wanted])
        orphans = [fork for fork in self._forks.values() if fork.key not in wanted]
        for fork in orphans:
            fork.is_orphan = True
            self._ask_to_end(fork, "stopped", fork.grace_s)
        connection.send({"op": "adopted", "ending": [fork.key for fork in orphans]})

    def _say(self, connection: Connection, key: str) -> None:
        if (fork := self._forks.get(key)) is not None:
            connection.send(_running(fork))
            if (told := fork.told_progress()) is not None:
                connection.send({"op": "progress", "key": key, **told})
        elif (kept := self._journal.ended.get(key)) is not None:
            connection.send(*kept)
        else:
            connection.send({"op": "unknown", "key": key})

    # Forks ----------------------------------------------------------------------------------------------------------

    def _fill_spares(self) -> None:
        """Fork ahead once what was started has ended, or has run for a while: after a call, there often comes another.
        Several forks take longer than a short call, whose end would wait for them."""
        if not self._has_started or self._is_ending or not self._spares.is_empty:
            return
        if not self._forks or time.monotonic() >= self._fills_s:
            self._has_started = False
            self._spares.fill()
            if not self._is_letting_go_due:
                self._let_go_of_spares()

    def _lacks_spares(self) -> bool:
        return self._has_started and self._spares.is_empty

    def _let_go_of_spares(self) -> None:
        self._is_letting_go_due = not self._spares.let_go_unused()
        if self._is_letting_go_due:
            self._timers.after(UNUSED_S, self._let_go_of_spares, lambda: True)

    def _read(self, fork: Fork, descriptor: int) -> None:
        if descriptor not in fork.pipes:
            return  # it ended in this very round
        had_progress = fork.progress
        if not fork.read(descriptor):
            self._selector.unregister(descriptor)
            os.close(descriptor)
            del fork.pipes[descriptor]
        if fork.progress is not had_progress and not fork.is_progress_due:
            fork.is_progress_due = True
            self._after(_PROGRESS_S if had_progress else 0, fork, self._tell_progress)
        if fork.log is not None and not fork.is_flush_due:
            self._flush_log(fork)

    def _flush_log(self, fork: Fork) -> None:
        """Unfinished lines are kept after a moment: a prompt, a progress bar."""
        wait_s = fork.log.flush() if fork.log is not None else None
        fork.is_flush_due = wait_s is not None
        if wait_s is not None:
            self._after(wait_s, fork, self._flush_log)

    def _tell_progress(self, fork: Fork) -> None:
        fork.is_progress_due = False
        if (told := fork.told_progress()) is not None:
            self._tell({"op": "progress", "key": fork.key, **told})

    def _announce(self, fork: Fork) -> None:
        self._tell(_running(fork))

    def _ask_to_end(self, fork: Fork, cause: str, grace_s: float) -> None:
        """TERM now and KILL after the grace. Asked again, the shorter grace counts."""
        fork.cause = fork.cause or cause
        families.send_group(fork.pid, signal.SIGTERM)
        self._after(grace_s, fork, self._kill)

    def _kill(self, fork: Fork) -> None:
        """Kill the process itself, whose descendants follow when it has ended; again while it withstands."""
        families.send_group(fork.pid, signal.SIGKILL)
        self._after(_WITHSTANDING_S, fork, self._kill)

    def _weigh(self, fork: Fork) -> None:
        """Look whether it keeps its limits."""
        if cause := fork.excess(time.monotonic()):
            self._ask_to_end(fork, cause, 0.0 if cause == "out_of_memory" else fork.grace_s)
        else:
            self._after(WATCH_S, fork, self._weigh)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self._woken, 512):
                pass
        while (pid := _dead_child()) is not None:
            fork = self._by_pid.pop(pid, None)
            if fork is None:
                self._orphans.pop(pid, None)
                self._spares.reaped(pid)
                os.waitpid(pid, 0)
            else:
                self._reap(fork)

    def _reap(self, fork: Fork) -> None:
        """Its process has ended: end what it left, take the rest of what it said, and keep and tell its end."""
        families.send_group(
            fork.pid, signal.SIGKILL
        )  # its zombie still holds the number, so this is nobody else's group
        self._end_orphans(fork)
        for descriptor in fork.pipes:
            self._selector.unregister(descriptor)
        fork.close()
        _, status, use = os.wait4(fork.pid, 0)
        del self._forks[fork.key]
        header, payload = fork.end(status, use, now_ms())
        header["has_files"] = self._workplaces.give_back(fork.work, fork.folder)
        if (group := fork.limits.group) is not None:
            self._timers.after(_WITHSTANDING_S, group.remove, lambda: True)
        if fork.is_orphan:
            self._journal.forget([fork.key])
            self._tell({"op": "dropped", "key": fork.key})
            return
        self._finish(header, payload)

    def _finish(self, header: Header, payload: bytes = b"") -> None:
        self._journal.end(header, payload)
        self._tell(header, payload)
        self._idle_since = time.monotonic()

    def _end_orphans(self, fork: Fork) -> None:
        """End what a task leaves behind. Only one that left somebody is worth a look at every process there is."""
        own = self._by_pid.keys() | self._spares.pids | {fork.pid}
        strange = families.own_children() - own - self._orphans.keys()
        if not strange:
            return
        families.kill_family(fork.pid, fork.mark)
        left = families.own_children() - own
        self._orphans = dict.fromkeys(left, "")  # others' daemons; they go with the marks of their own tasks

    def _end_all(self, _number: int, _frame: object) -> None:
        self._is_ending = True
        for fork in list(self._forks.values()):
            self._ask_to_end(fork, "stopped", fork.grace_s)

    # The loop's own -------------------------------------------------------------------------------------------------

    def _after(self, seconds: float, fork: Fork, act: Callable[[Fork], object]) -> None:
        """Do this later, unless the fork has ended by then."""
        self._timers.after(seconds, lambda: act(fork), lambda: self._forks.get(fork.key) is fork)

    def _watch(self, source: Any, act: Ready) -> None:
        self._selector.register(source, selectors.EVENT_READ, act)

    def _own_descriptors(self) -> Iterator[int]:
        """What a fork must not keep: it would hold our connections open after our end."""
        yield from (self._listener.fileno(), LOCK, self._woken, self._waking, self._journal.descriptor)
        yield from (connection.socket.fileno() for connection in self._connections)
        yield from self._spares.descriptors()
        for fork in self._forks.values():
            yield from fork.pipes
        if isinstance(self._selector, selectors.EpollSelector):
            yield self._selector.fileno()


def main() -> None:
    """Serve the socket that was handed over as a descriptor."""
    folder, idle_s, *preloaded = sys.argv[1:]
    os.chdir(folder)
    os.closerange(LOCK + 1, os.sysconf("SC_OPEN_MAX"))  # what its server had inherited of others
    for descriptor in (LISTENER, LOCK):
        os.set_inheritable(descriptor, False)
    os.write(LOCK, str(os.getpid()).encode())
    listener = socket.socket(fileno=LISTENER)
    kernel.adopt_orphans()
    kernel.name_process("tm-forkserver")
    for module in preloaded:
        try:
            importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - a task that needs it will say so; others do without
            print(f"{module} could not be loaded: {error!r}", file=sys.stderr)  # noqa: T201 - the pool's own log
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    sys.modules["__main__"] = types.ModuleType("__main__")  # a call's own, not this program's
    server = ForkServer(listener, Path(folder), idle_s=float(idle_s))
    gc.collect()
    gc.disable()
    gc.freeze()  # what is loaded now stays in pages that all forks share
    server.run()


def _running(fork: Fork) -> Header:
    return {"op": "running", "key": fork.key, "pid": fork.pid, "started_ms": fork.started_ms}


def _nothing() -> None:
    """The loop itself looks what is to be done when it wakes."""


def _dead_child() -> int | None:
    """A child that has ended and still holds its number; None for none."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return None if found is None else found.si_pid
