"""The supervisor: starts one command, keeps its log, holds its limits, and writes down its end.

It is started with an order (JSON) on its standard input, the lock of its folder as descriptor 3, and as 4 a pipe whose
reader learns when the command has begun. It outlives whoever started it, and takes the command with it when it
is killed. It imports little, since every command pays for it.
"""

import errno
import os
import select
import sys
import time

from tidemill.runtime import kernel, proctree, records
from tidemill.runtime.command import Command, CommandError, prepare
from tidemill.runtime.container import end_container, was_out_of_memory
from tidemill.runtime.limits import make_limits
from tidemill.runtime.loglines import LogWriter
from tidemill.runtime.masking import Masks
from tidemill.runtime.tree import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tidemill.runtime.records import Record

LOCK, TELL = 3, 4
_OPEN_MAX = 1 << 20
_READ_BYTES = 1 << 16
_DRAIN_S = 2.0
"""How long pipes are listened to after everything is gone: somebody out of reach may hold them open."""
_GONE_S = 10.0
_WITHOUT_PIDFD_S = 0.02
_MOST_WAIT_S = 60.0
_FULL = (errno.ENOSPC, errno.EDQUOT)
_FULL_S = 0.5
"""How often an end is tried to be written that a full disk refuses."""
SUCCEEDED, FAILED, KILLED, OUT_OF_MEMORY = "succeeded", "failed", "killed", "out_of_memory"
TIMED_OUT, STOPPED, NOT_STARTED = "timed_out", "stopped", "not_started"


def main() -> None:
    """Follow the order on the standard input."""
    with open(0, encoding="utf-8") as file:
        order = records.decode(file.read())
    os.open(os.devnull, os.O_RDONLY)
    for descriptor in (LOCK, TELL):
        os.set_inheritable(descriptor, False)
    os.closerange(TELL + 1, _OPEN_MAX)
    kernel.name_process("tidemill-super")
    kernel.adopt_orphans()
    Supervisor(order).run()


class Supervisor:
    """One command from its start to its end."""

    def __init__(self, order: "Record") -> None:
        self._order = order
        self._folder: str = order["folder"]
        self._grace_s = float(order["grace_s"])
        self._log = LogWriter(self._path("log"), Masks(order["masked"]))
        self._limits, self._trouble = make_limits(order)
        self._tree = Tree(self._limits.group)
        self._poll = select.poll()
        self._pipes: dict[int, str] = {}
        self._wake = os.open(self._path("wake"), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_asked = False
        self._cause, self._message = "", ""
        self._deadline_s: float | None = None
        self._kill_s: float | None = None
        self._look_s = 0.0
        self._started_ms: int | None = None

    def run(self) -> None:
        """Start the command, wait for its end, write it down."""
        kernel.on_terminate(self._ask)
        self._poll.register(self._wake, select.POLLIN)
        if os.path.exists(self._path("stop.json")):
            self._end(STOPPED, "stopped before it had begun")
            return
        try:
            command = prepare(self._order["command"], self._order["variables"], self._order["cwd"], self._limits.group)
        except (CommandError, OSError) as error:
            self._end(NOT_STARTED, str(error))
            return
        self._begin(command)
        try:
            command.open_gate()
        except CommandError as error:
            self._cause, self._message = NOT_STARTED, str(error)
        else:
            self._tell(b"%d %d\n" % (command.pid, self._started_ms))
        status = self._watch(command)
        self._finish(status)

    def _begin(self, command: Command) -> None:
        """Write down who runs, before it does."""
        self._started_ms = kernel.now_ms()
        if self._order["timeout_s"] is not None:
            self._deadline_s = time.monotonic() + float(self._order["timeout_s"])
        group = self._limits.group
        seen, own = proctree.look_at(command.pid), proctree.look_at(os.getpid())
        state: Record = {
            "pid": command.pid,
            "born": seen.born if seen else "",
            "supervisor": os.getpid(),
            "supervisor_born": own.born if own else "",
            "started_ms": self._started_ms,
            "cgroup": group.record if group else None,
            "devices": self._order["devices"],
            "container": self._order["container"],
            "trouble": self._trouble,
        }
        records.write(self._path("state.json"), state)
        for descriptor, stream in ((command.output, "o"), (command.errors, "e")):
            os.set_blocking(descriptor, False)
            self._pipes[descriptor] = stream
            self._poll.register(descriptor, select.POLLIN)

    def _watch(self, command: Command) -> int:
        """Wait until the command itself has ended; its wait status."""
        handle = _pidfd(command.pid)
        if handle is not None:
            self._poll.register(handle, select.POLLIN)
        while (status := self._tree.reap(command.pid)) is None:
            limit_s = _WITHOUT_PIDFD_S if handle is None else _MOST_WAIT_S
            self._step(min(limit_s, self._act()))
        if handle is not None:
            self._poll.unregister(handle)
            os.close(handle)
        return status

    def _act(self) -> float:
        """Do what is due; the seconds until the next thing is."""
        now_s = time.monotonic()
        if self._is_asked:
            self._take_stop(now_s)
        if self._deadline_s is not None and now_s >= self._deadline_s:
            self._deadline_s = None
            self._wind_down(TIMED_OUT, f"it ran for longer than {self._order['timeout_s']:g} s", self._grace_s)
        if now_s >= self._look_s:
            self._look_s = now_s + self._limits.pause_s
            self._look(now_s)
        if self._kill_s is not None and now_s >= self._kill_s:
            self._tree.kill()
            self._kill_s = now_s + 1.0
        due = [self._look_s, self._deadline_s, self._kill_s]
        flush_s = self._log.flush()
        waits = [each - now_s for each in due if each is not None]
        return max(0.0, min(waits if flush_s is None else [*waits, flush_s]))

    def _take_stop(self, now_s: float) -> None:
        """Stop as stop.json says; a later word may shorten the grace, never lengthen it."""
        self._is_asked = False
        asked = records.read(self._path("stop.json")) or {"grace_s": self._grace_s}
        grace_s = float(asked["grace_s"])
        if self._kill_s is None:
            self._wind_down(STOPPED, "", grace_s)
        else:
            self._kill_s = min(self._kill_s, now_s + grace_s)

    def _look(self, now_s: float) -> None:
        if self._limits.is_out_of_memory():
            if self._cause != OUT_OF_MEMORY:
                self._wind_down(OUT_OF_MEMORY, self._limits.memory_excess, 0.0)
        elif not self._cause and (excess := self._limits.disk_excess(now_s)):
            self._wind_down(FAILED, excess, self._grace_s)

    def _wind_down(self, cause: str, message: str, grace_s: float) -> None:
        """End the tree: a word first, and the kill after the grace. The first cause is the one that is told."""
        if not self._cause:
            self._cause, self._message = cause, message
        if grace_s > 0:
            self._tree.signal(kernel.SIGTERM)
        kill_s = time.monotonic() + grace_s
        self._kill_s = kill_s if self._kill_s is None else min(self._kill_s, kill_s)

    def _step(self, wait_s: float) -> None:
        """Wait for something to happen, and take what the pipes have."""
        for descriptor, _ in self._poll.poll(wait_s * 1000):
            if descriptor == self._wake:
                self._read(descriptor)
                self._is_asked = True
            elif descriptor in self._pipes:
                self._take(descriptor)

    def _take(self, descriptor: int) -> None:
        data = self._read(descriptor)
        if data:
            self._log.take(self._pipes[descriptor], data)
        elif data is not None:
            self._poll.unregister(descriptor)
            os.close(descriptor)
            del self._pipes[descriptor]

    def _read(self, descriptor: int) -> "bytes | None":
        """What is there; None where nothing is yet."""
        try:
            return os.read(descriptor, _READ_BYTES)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _finish(self, status: int) -> None:
        """The command has ended: end what it left behind, take the rest of the log, write down the end."""
        if not self._cause and self._limits.is_out_of_memory() and status != 0:
            self._cause, self._message = OUT_OF_MEMORY, self._limits.memory_excess
        if not self._tree.kill_all(_GONE_S):
            self._message = f"{self._message}; some of its processes could not be killed".removeprefix("; ")
        until_s = time.monotonic() + _DRAIN_S
        while self._pipes and (left_s := until_s - time.monotonic()) > 0:
            self._step(left_s)
        code = os.waitstatus_to_exitcode(status)
        if self._order["container"] is not None:
            self._finish_container(self._order["container"], code)
        outcome = self._cause or (SUCCEEDED if code == 0 else FAILED if code > 0 else KILLED)
        self._end(outcome, self._message, code)

    def _finish_container(self, container: "Record", code: int) -> None:
        """The engine's program has ended: ask the engine why, and see that the container is gone."""
        if not self._cause and code == container["not_run"]:
            self._cause, self._message = NOT_STARTED, "the container could not be run: the log says why"
        elif not self._cause and was_out_of_memory(container, code):
            asked = container["memory_bytes"]
            self._cause, self._message = OUT_OF_MEMORY, f"it needed more than the {asked} bytes that it asked for"
        end_container(container)

    def _end(self, outcome: str, message: str, code: "int | None" = None) -> None:
        """The last word: everything before it is in the log."""
        self._log.close()
        if self._limits.group is not None:
            self._limits.group.remove()
        code = None if outcome == NOT_STARTED else code
        begun = code is not None
        is_measured = begun and self._order["container"] is None  # a container is not below us
        end: Record = {
            "outcome": outcome,
            "at_ms": kernel.now_ms(),
            "exit_code": code if code is not None and code >= 0 else None,
            "signal": -code if code is not None and code < 0 else None,
            "message": "; ".join(filter(None, (message, self._log.failure))),
            "cpu_ms": self._tree.cpu_ms if is_measured else None,
            "peak_memory_bytes": max(self._tree.peak_bytes, self._limits.peak_bytes) if is_measured else None,
            "started_ms": self._started_ms if begun else None,
        }
        _remove_tree(self._order["cwd"])  # what filled the disk makes room for what is to be written
        while True:
            try:
                records.write(self._path("end.json"), end)
                return
            except OSError as error:
                if error.errno not in _FULL:
                    raise
            time.sleep(_FULL_S)

    def _ask(self) -> None:
        """A signal that would end the supervisor is a word to stop the command."""
        os.write(self._wake, b"1")

    def _tell(self, word: bytes) -> None:
        """Say it to whoever started this supervisor, if they still listen."""
        try:  # noqa: SIM105 - contextlib costs a third of a supervisor's start
            os.write(TELL, word)
        except OSError:
            pass

    def _path(self, name: str) -> str:
        return os.path.join(self._folder, name)


def _remove_tree(folder: str) -> None:
    """Remove a folder as far as that goes. Without `shutil`, which takes longer to load than a supervisor to start."""
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files:
            _try(os.unlink, os.path.join(path, name))
        for name in folders:
            below = os.path.join(path, name)
            _try(os.unlink if os.path.islink(below) else os.rmdir, below)
    _try(os.rmdir, folder)


def _try(act: "Callable[[str], None]", path: str) -> None:
    try:  # noqa: SIM105 - as above
        act(path)
    except OSError:
        pass


def _pidfd(pid: int) -> "int | None":
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


if __name__ == "__main__":
    sys.exit(main())
