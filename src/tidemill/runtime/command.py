"""Starting one command from a supervisor: in a process group of its own, and not before everybody may know of it.

The child waits at a gate until its pid is written down. When the supervisor is killed before, the gate is closed
without a word, and the command is never run; killed after, the kernel kills the command with it.
"""

import errno
import os

from tidemill.runtime import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tidemill.runtime.cgroups import Group

_SHUT = 127
_FIRST_FREE = 5
_GATE, _TROUBLE = 3, 4
_OPEN_MAX = 1 << 20


class CommandError(Exception):
    """A command that could not be started, and why."""


class Command:
    """A child that waits at its gate. `output` and `errors` are the reading ends of its pipes."""

    def __init__(self, pid: int, output: int, errors: int, gate: int, trouble: int) -> None:
        self.pid = pid
        self.output = output
        self.errors = errors
        self._gate = gate
        self._trouble = trouble

    def open_gate(self) -> None:
        """Let it become the command. Raises CommandError where the system refuses; it is gone then, not yet reaped."""
        os.write(self._gate, b"1")
        os.close(self._gate)
        told = os.read(self._trouble, 4096).decode("utf-8", "replace")
        os.close(self._trouble)
        if told:
            raise CommandError(told)


def find_program(name: str, variables: "Mapping[str, str]", folder: str) -> str:
    """The file that a command's first word names, as a shell finds it. Raises CommandError."""
    if "/" in name:
        return os.path.join(folder, name)
    for place in variables.get("PATH", os.defpath).split(os.pathsep):
        path = os.path.join(folder, place, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    raise CommandError(f"the command {name!r} is not there: no folder of PATH has a program of that name")


def prepare(
    argv: "Sequence[str]", variables: "Mapping[str, str]", folder: str, group: "Group | None" = None
) -> Command:
    """Fork the child of a command. Raises CommandError where its program cannot be found."""
    program = find_program(argv[0], variables, folder)
    pipes = [os.pipe() for _ in range(4)]
    (output, output_end), (errors, errors_end), (gate_end, gate), (trouble, trouble_end) = pipes
    supervisor = os.getpid()
    pid = os.fork()
    if pid == 0:
        try:
            _stand_apart(supervisor, group)
            _settle(output_end, errors_end, gate_end, trouble_end)
            _become(program, argv, variables, folder)
        finally:
            os._exit(_SHUT)
    for descriptor in (output_end, errors_end, gate_end, trouble_end):
        os.close(descriptor)
    return Command(pid, output, errors, gate, trouble)


def _stand_apart(supervisor: int, group: "Group | None") -> None:
    os.setpgid(0, 0)
    kernel.die_with_parent()
    if os.getppid() != supervisor:
        os._exit(_SHUT)
    kernel.restore_signals()
    if group is not None:
        group.enter()


def _settle(output: int, errors: int, gate: int, trouble: int) -> None:
    """Put the descriptors where they belong, and close all others."""
    high = [os.dup(descriptor) for descriptor in (output, errors, gate, trouble)]
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    high = [_raised(descriptor) for descriptor in high]
    for descriptor, place in zip(high, (1, 2, _GATE, _TROUBLE), strict=True):
        os.dup2(descriptor, place, inheritable=place in (1, 2))
    os.closerange(_FIRST_FREE, _OPEN_MAX)


def _raised(descriptor: int) -> int:
    """The same descriptor at a number that nothing is moved to."""
    while descriptor < _FIRST_FREE:
        descriptor = os.dup(descriptor)
    return descriptor


def _become(program: str, argv: "Sequence[str]", variables: "Mapping[str, str]", folder: str) -> None:
    if os.read(_GATE, 1) != b"1":
        return
    try:
        os.chdir(folder)
        os.execve(program, list(argv), dict(variables))  # noqa: S606 - what was asked for
    except (OSError, ValueError) as error:
        os.write(_TROUBLE, _said(argv[0], error).encode("utf-8", "replace")[:4000])


def _said(name: str, error: Exception) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code == errno.ENOENT:
        return f"the command {name!r} is not there, or the interpreter that its first line names"
    if code == errno.ENOEXEC:
        return f"{name!r} is no program of this machine: a script needs a first line such as #!/bin/sh"
    if code == errno.EACCES:
        return f"{name!r} may not be run: it is not marked as executable"
    if code == errno.E2BIG:
        return "the command and its environment variables are longer than the system takes"
    return f"{name!r} cannot be run: {error}"
