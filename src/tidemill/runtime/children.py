"""A fork of this process, with pipes to what it says."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NoReturn

from tidemill.runtime.kernel import hold_signals, let_signals
from tidemill.runtime.task import HELD_SIGNALS

Descriptors = tuple[int, int, int]
"""Of its output, its errors and its channel."""
Foreign = Callable[[], Iterable[int]]
"""The descriptors of this process that are none of a fork's business."""
Run = Callable[[Descriptors, Iterable[int]], NoReturn]
"""What a fork does: it is given its own descriptors, and those that it must close."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process that was forked, and the ends of its pipes that are read, without waiting."""

    pid: int
    pipes: Descriptors


def fork_child(run: Run, foreign: Foreign) -> Child:
    """Fork a process. Raises OSError where the machine has no room for one more."""
    readers, writers = _pipes()
    # A signal that came between the fork and the fork's own handlers would be taken for the fork server's.
    hold_signals(HELD_SIGNALS)
    try:
        pid = os.fork()
        if pid == 0:
            run(writers, (*foreign(), *readers))
    except OSError:
        close_all(readers)
        raise
    finally:
        let_signals(HELD_SIGNALS)
        close_all(writers)
    return Child(pid, readers)


def close_all(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _pipes() -> tuple[Descriptors, Descriptors]:
    """Three pipes: what is read of them, and what is written."""
    made: list[tuple[int, int]] = []
    try:
        for _ in range(3):
            made.append(os.pipe())
            os.set_blocking(made[-1][0], False)
    except OSError:
        close_all([end for pair in made for end in pair])
        raise
    (a, x), (b, y), (c, z) = made
    return (a, b, c), (x, y, z)
