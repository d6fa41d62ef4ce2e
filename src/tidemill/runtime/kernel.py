"""The few things that only Linux's kernel does for us, through its C library. Elsewhere they do nothing.

Its functions are looked up when this module is imported: a fork may then call them without taking locks.
`ctypes` and `signal` would cost a supervisor half of its start; what they stand on does what is needed here.
"""

import _ctypes
import _signal  # pyright: ignore[reportMissingModuleSource, reportMissingImports]
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_PR_SET_CHILD_SUBREAPER = 36
SIGHUP = 1
SIGINT = 2
SIGKILL = 9
SIGPIPE = 13
SIGTERM = 15
SIGXFSZ = 25


def _no_prctl(*_arguments: object) -> int:
    return 0


def _find_prctl() -> "Callable[..., int]":
    if sys.platform != "linux":
        return _no_prctl
    try:
        itself = _ctypes.dlopen(None, 0)  # pyright: ignore[reportArgumentType] - None is this very process
        address = _ctypes.dlsym(itself, "prctl")
    except OSError:
        return _no_prctl
    return lambda *arguments: _ctypes.call_function(address, arguments)


_prctl = _find_prctl()


def die_with_parent() -> None:
    """This process is killed when its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """What descendants leave behind becomes this process's child, rather than init's."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def name_process(name: str) -> None:
    """The name that ps and top show; at most 15 bytes of it."""
    _prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def now_ms() -> int:
    """Milliseconds since the Unix epoch. `kit.clock` takes longer to import than a supervisor has."""
    return time.time_ns() // 1_000_000  # noqa: TID251 - a clock of the client ring


def on_terminate(act: "Callable[[], object]") -> None:
    """Do this where SIGTERM, SIGINT or SIGHUP would end this process."""
    for number in (SIGHUP, SIGINT, SIGTERM):
        _signal.signal(number, lambda _number, _frame: act())  # pyright: ignore[reportUnknownMemberType, reportUnknownLambdaType]


def restore_signals() -> None:
    """Undo what the interpreter did to signals, for the program that this process becomes."""
    for number in (SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGXFSZ):
        _signal.signal(number, _signal.SIG_DFL)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]


def hold_signals(numbers: "Iterable[int]") -> None:
    """Hold back signals from this thread, and from what it forks."""
    _signal.pthread_sigmask(_signal.SIG_BLOCK, numbers)  # pyright: ignore[reportUnknownMemberType]


def let_signals(numbers: "Iterable[int]") -> None:
    """Let those through again that were held back."""
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, numbers)  # pyright: ignore[reportUnknownMemberType]
