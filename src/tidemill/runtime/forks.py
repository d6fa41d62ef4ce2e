"""One fork of a fork server: begun, listened to, and its end put into words."""

import contextlib
import os
import signal
from dataclasses import dataclass, field

from tidemill.runtime.cgroups import Group, make_group
from tidemill.runtime.channel import (
    NOT_STARTED,
    NOTE,
    PROGRESS,
    RAISED,
    RAISED_FILE,
    RESULT,
    RESULT_FILE,
    Messages,
    read_progress,
)
from tidemill.runtime.families import MARK, family
from tidemill.runtime.limits import Limits
from tidemill.runtime.loglines import LogWriter
from tidemill.runtime.masking import Masks
from tidemill.runtime.proctree import processes, shared_out_bytes
from tidemill.runtime.spares import Spares
from tidemill.runtime.task import Task
from tidemill.runtime.wire import Header

TYPE_CHECKING = False
if TYPE_CHECKING:
    import resource

_PIECE_BYTES = 65_536
_MOST_PIECES = 64
"""How much is read of one pipe before others get their turn: 4 MiB."""


@dataclass(slots=True)
class Fork:
    """A process that runs a call, as its fork server knows it."""

    key: str
    pid: int
    started_ms: int
    folder: str
    work: str
    """Where the call finds itself."""
    grace_s: float
    pipes: dict[int, str]
    """What can be read → "o", "e" or "c": output, errors, channel."""
    limits: Limits
    masks: Masks
    memory_bytes: int
    """What the tree may hold; 0 for any amount."""
    disk_bytes: int
    log: LogWriter | None = None
    """There is none before the first output."""
    cause: str = ""
    """The outcome that we brought about: stopped, timed_out, out_of_memory, failed."""
    note: str = ""
    """Why we did."""
    progress: bytes = b""
    """The latest that it told, as JSON."""
    is_orphan: bool = False
    """No server speaks of it: nobody is told of its end."""
    is_progress_due: bool = False
    is_flush_due: bool = False
    told: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])
    messages: Messages = field(default_factory=Messages)

    @property
    def mark(self) -> str:
        """What its descendants carry in their environment."""
        return f"{MARK}={self.key}"

    @property
    def is_limited(self) -> bool:
        return bool(self.memory_bytes or self.disk_bytes)

    def excess(self, now_s: float) -> str:
        """The outcome of going over its limits; empty while it keeps them. `now_s` is that of `time.monotonic`."""
        if self._is_out_of_memory():
            self.note = self.limits.memory_excess
            return "out_of_memory"
        self.note = self.limits.disk_excess(now_s)
        return "failed" if self.note else ""

    def _is_out_of_memory(self) -> bool:
        group = self.limits.group
        if group is not None and group.limits_memory:
            return self.limits.is_out_of_memory()
        if not self.memory_bytes:
            return False
        members = [seen.pid for seen in family(self.pid, self.mark, processes())]
        return shared_out_bytes(members) > self.memory_bytes

    def read(self, descriptor: int) -> bool:
        """Take what a pipe holds; False when it will never hold more."""
        stream = self.pipes[descriptor]
        for _ in range(_MOST_PIECES):
            try:
                piece = os.read(descriptor, _PIECE_BYTES)
            except BlockingIOError:
                return True
            if not piece:
                return False
            self._take(stream, piece)
            if len(piece) < _PIECE_BYTES:
                return True
        return True

    def close(self) -> None:
        """Take the rest of what it said, which is no more than its pipes hold, and let go of those."""
        for descriptor in self.pipes:
            self.read(descriptor)
            os.close(descriptor)
        self.pipes.clear()
        if self.log is not None:
            self.log.close()

    def _take(self, stream: str, piece: bytes) -> None:
        if stream != "c":
            if self.log is None:
                self.log = LogWriter(os.path.join(self.folder, "log"), self.masks)
            self.log.take(stream, piece)
            return
        for kind, content in self.messages.feed(piece):
            if kind == PROGRESS:
                self.progress = content
            else:
                self.told[kind] = content

    def told_progress(self) -> Header | None:
        """How far it last said that it is; None where it has not, or what it said is nonsense."""
        told = read_progress(self.progress)
        return told and {**told, "note": self.masks.masked(told["note"].encode()).decode(errors="replace")}

    def end(self, status: int, use: "resource.struct_rusage", now_ms: int) -> tuple[Header, bytes]:
        """The words for its end, and the result that came through the pipe."""
        code = os.waitstatus_to_exitcode(status)
        header: Header = {
            "op": "ended",
            "key": self.key,
            "pid": self.pid,
            "started_ms": self.started_ms,
            "at_ms": now_ms,
            "exit_code": code if code >= 0 else None,
            "signal": -code if code < 0 else None,
            "cpu_ms": round((use.ru_utime + use.ru_stime) * 1000),
            "peak_memory_bytes": use.ru_maxrss * 1024,
            **self._verdict(code),
        }
        if header["outcome"] != "succeeded" and (told := self.told_progress()) is not None:
            header["progress"] = told
        if RAISED in self.told or RAISED_FILE in self.told:
            header |= {"raised": True, "in_file": RAISED not in self.told}
            return header, self.told.get(RAISED, b"")
        if header["outcome"] == "succeeded":
            header |= {"raised": False, "in_file": RESULT not in self.told}
            return header, self.told.get(RESULT, b"")
        return header, b""

    def _verdict(self, code: int) -> Header:
        note = self.masks.masked(self.told.get(NOTE, b"")).decode(errors="replace")
        if NOT_STARTED in self.told:
            why = self.masks.masked(self.told[NOT_STARTED])
            return {"outcome": "not_started", "message": why.decode(errors="replace")}
        missing = self.log.failure if self.log is not None else ""
        if self.cause:
            return {"outcome": self.cause, "message": self.note or missing}
        if code == 0 and (RESULT in self.told or RESULT_FILE in self.told):
            return {"outcome": "succeeded", "message": missing}
        if self.limits.group is not None and self.limits.group.oom_kills():
            return {"outcome": "out_of_memory", "message": self.limits.memory_excess}
        if code < 0:
            return {"outcome": "killed", "message": _signal_name(-code)}
        # A call that says nothing of itself has said so with an empty note.
        return {
            "outcome": "failed",
            "message": note if NOTE in self.told else "the process ended without giving a result",
        }


def begin(header: Header, payload: bytes, work: str, now_ms: int, spares: Spares) -> Fork:
    """A process for a call that finds itself in `work`. Raises OSError where the machine has no room for one more."""
    limits = _limits(header, work)
    task = _task(header, payload, work, limits.group)
    child = spares.child(task)
    output, errors, channel = child.pipes
    return Fork(
        key=task.key,
        pid=child.pid,
        started_ms=now_ms,
        folder=task.folder,
        work=work,
        grace_s=header["grace_s"],
        pipes={output: "o", errors: "e", channel: "c"},
        memory_bytes=header["memory_bytes"],
        disk_bytes=header["disk_bytes"],
        limits=limits,
        masks=Masks(header["masked"]),
    )


def _task(header: Header, payload: bytes, work: str, group: Group | None) -> Task:
    cut = header["function_bytes"]
    return Task(
        key=header["key"],
        folder=header["folder"],
        work=work,
        variables=header["variables"],
        entry=header["entry"],
        function=payload[:cut],
        arguments=payload[cut:],
        max_result_bytes=header["max_result_bytes"],
        parent=os.getpid(),
        group=group,
    )


def _limits(header: Header, work: str) -> Limits:
    """Its limits, with a control group where memory is limited and the machine lets us make one.

    A call without a limit of memory is spared the milliseconds that a group takes; its cores are not limited then.
    """
    base, memory_bytes, group = header["cgroup_base"], header["memory_bytes"], None
    if base and memory_bytes:
        with contextlib.suppress(OSError):
            group = make_group(base, header["key"], memory_bytes=memory_bytes, cpu_milli=header["cpu_milli"])
    return Limits(group, memory_bytes=memory_bytes, disk_bytes=header["disk_bytes"], work=work)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
