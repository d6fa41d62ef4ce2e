"""A supervisor whose command is a container engine's program: what it asks the engine when that has ended.

The container is not below the supervisor, but below the engine's daemon: it is ended by name.
"""

import os
import time

from tidemill.runtime import kernel
from tidemill.runtime.command import CommandError, find_program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidemill.runtime.records import Record

_KILLED = 128 + kernel.SIGKILL
_ASK_S = 30.0
_PAUSE_S = 0.01


def end_container(container: "Record") -> None:
    """End a container, and remove what its engine keeps of it. One that is gone needs nothing."""
    for command in container["end"]:
        ask(command, container["variables"])


def was_out_of_memory(container: "Record", code: int) -> bool:
    """Whether a container that ended with this code was out of memory. An engine that cannot tell leaves a guess."""
    if code != _KILLED or not container["memory_bytes"]:
        return False
    question = container["tells_out_of_memory"]
    return not question or ask(question, container["variables"]).strip() == b"true"


def ask(command: "Sequence[str]", variables: "Mapping[str, str]") -> bytes:
    """What a program prints, at most for half a minute; nothing where it cannot be run."""
    try:
        program = find_program(command[0], variables, "/")
    except CommandError:
        return b""
    reading, writing = os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    actions = [(os.POSIX_SPAWN_DUP2, nothing, 0), (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, nothing, 2)]
    try:
        pid = os.posix_spawn(program, list(command), dict(variables), file_actions=actions)
    except OSError:
        pid = 0
    os.close(nothing)
    os.close(writing)
    if pid:
        _wait(pid)
    os.set_blocking(reading, False)
    try:
        return os.read(reading, 4096)
    except BlockingIOError:
        return b""
    finally:
        os.close(reading)


def _wait(pid: int) -> None:
    until_s = time.monotonic() + _ASK_S
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if time.monotonic() > until_s:
            os.kill(pid, kernel.SIGKILL)
            os.waitpid(pid, 0)
            return
        time.sleep(_PAUSE_S)
