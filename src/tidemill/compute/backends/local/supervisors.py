"""Starting a supervisor, and reading what it wrote."""

import fcntl
import os
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tidemill
from tidemill.compute.backends.local.folders import ProcessFolder
from tidemill.compute.models import End, Outcome
from tidemill.runtime import records
from tidemill.runtime.supervisor import LOCK, TELL

TROUBLE = "trouble"
"""The file that takes what a supervisor says that breaks."""
_PACKAGES = str(Path(tidemill.__file__).parent.parent)
_BEGIN = "import sys; sys.path.insert(0, sys.argv[1]); from tidemill.runtime import supervisor; supervisor.main()"
_ABOVE_ALL = 10
"""Descriptors are kept at this number or above, so that moving one to its place covers up none of the others."""
_MOST_TROUBLE = 2000


@dataclass(frozen=True, slots=True)
class Started:
    """A supervisor that was just started: our child, and the pipe in which it tells of its command."""

    pid: int
    told: int


@contextmanager
def locked(folder: ProcessFolder) -> Generator[int | None]:
    """The folder's lock, for as long as the block runs; None where its supervisor lives and has it."""
    descriptor = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield descriptor
    finally:
        os.close(descriptor)


def start_supervisor(folder: ProcessFolder, lock: int, order: dict[str, Any]) -> Started:
    """Start a supervisor that holds this lock from its first instant on. Raises OSError.

    The order holds secrets, so it is handed over as a file that has no name any more.
    """
    if not folder.wake.exists():
        os.mkfifo(folder.wake, 0o600)
    told, tell = os.pipe()
    opened: list[int] = [tell]
    try:
        with tempfile.TemporaryFile(dir=folder.path) as file:
            file.write(records.encode(order).encode())
            file.seek(0)
            trouble = os.open(folder.path / TROUBLE, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            opened.append(trouble)
            places = [(file.fileno(), 0), (trouble, 1), (trouble, 2), (lock, LOCK), (tell, TELL)]
            pid = _spawn(places)
    except BaseException:
        os.close(told)
        raise
    finally:
        for descriptor in opened:
            os.close(descriptor)
    os.set_blocking(told, False)
    return Started(pid, told)


def read_end(folder: ProcessFolder) -> tuple[End, int | None] | None:
    """How it ended and when it had begun, once that is written."""
    record = records.read(folder.end)
    if record is None:
        return None
    end = End(
        Outcome(record["outcome"]),
        record["at_ms"],
        record["exit_code"],
        record["signal"],
        record["message"],
        record["cpu_ms"],
        record["peak_memory_bytes"],
    )
    return end, record["started_ms"]


def write_end(folder: ProcessFolder, end: End, started_ms: int | None = None) -> None:
    """Write down how it ended, where no supervisor did."""
    record = {
        "outcome": end.outcome.value,
        "at_ms": end.at_ms,
        "exit_code": end.exit_code,
        "signal": end.signal,
        "message": end.message,
        "cpu_ms": end.cpu_ms,
        "peak_memory_bytes": end.peak_memory_bytes,
        "started_ms": started_ms,
    }
    records.write(folder.end, record)


def trouble_of(folder: ProcessFolder) -> str:
    """The last line of what a supervisor said that broke; empty where it said nothing."""
    try:
        said = (folder.path / TROUBLE).read_text("utf-8", "replace")[-_MOST_TROUBLE:].strip()
    except OSError:
        return ""
    return said.rpartition("\n")[2]


def ask_to_stop(folder: ProcessFolder, grace_s: float) -> None:
    """Tell a supervisor to stop its command; one that has not looked yet will find it written."""
    records.write(folder.stop, {"grace_s": grace_s})
    try:
        wake = os.open(folder.wake, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return
    try:
        os.write(wake, b"1")
    finally:
        os.close(wake)


def _spawn(places: list[tuple[int, int]]) -> int:
    """Start the interpreter in a session of its own, with these descriptors at these numbers and no variables."""
    raised = [(fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _ABOVE_ALL), place) for descriptor, place in places]
    actions = [(os.POSIX_SPAWN_DUP2, descriptor, place) for descriptor, place in raised]
    argv = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BEGIN, _PACKAGES]
    try:
        return os.posix_spawn(sys.executable, argv, {}, file_actions=actions, setsid=True)
    finally:
        for descriptor, _ in raised:
            os.close(descriptor)
