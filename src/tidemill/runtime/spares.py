"""Spares: forks made ahead, each of which waits for its call, so that no call waits for a fork.

After a fork, each page that the fork server writes to is copied once. It forks several spares at a time, and so pays
for that once for all of them. How many follows from how soon the last ones were used up.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tidemill.runtime.children import Child, Foreign, close_all, fork_child
from tidemill.runtime.task import ORDER_BYTES, Task, encode_order, needs_loading, prepare, run_ordered, run_task

_MOST = 8
_SOON_S = 0.1
"""Spares that are used up within this time were too few."""
UNUSED_S = 5.0
"""When none was taken for so long, they are let go."""


@dataclass(frozen=True, slots=True)
class _Spare:
    child: Child
    order: int
    """Where the call is written to, at once and whole; closed without one, the spare ends."""


class Spares:
    """The spares of one fork server. `foreign` names the descriptors that they must not keep; theirs are added."""

    def __init__(self, foreign: Foreign) -> None:
        self._foreign = foreign
        self._waiting: list[_Spare] = []
        self._pids: set[int] = set()
        self._wanted = 1
        self._filled_s = 0.0
        self._taken_s = 0.0

    @property
    def pids(self) -> set[int]:
        """Of those that have no call, and have not been reaped."""
        return self._pids

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    def child(self, task: Task) -> Child:
        """A process for a call: a spare, or a new fork. Raises OSError where the machine has no room for one more."""
        self._taken_s = time.monotonic()
        if (child := self._given(task)) is not None:
            return child
        if needs_loading(task):
            self.let_go()
        prepare(task)
        return fork_child(partial(run_task, task), self._foreign)

    def fill(self) -> None:
        """Have some again, where all were taken."""
        if self._waiting:
            return
        now_s = time.monotonic()
        was_soon = now_s - self._filled_s < _SOON_S * self._wanted
        self._wanted = min(2 * self._wanted, _MOST) if was_soon else 1
        self._filled_s = now_s
        with contextlib.suppress(OSError):  # the machine has no room: calls are forked when they come, and say so
            while len(self._waiting) < self._wanted:
                self._waiting.append(self._forked())

    def let_go_unused(self) -> bool:
        """End those that were not used for long; False where some are left."""
        if time.monotonic() - self._taken_s >= UNUSED_S:
            self.let_go()
        return not self._waiting

    def let_go(self) -> None:
        """End all: what they have loaded is no longer what a call needs, or nobody calls."""
        for spare in self._waiting:
            close_all((spare.order, *spare.child.pipes))
        self._waiting.clear()

    def reaped(self, pid: int) -> None:
        """This process has ended."""
        if pid in self._pids:
            self._pids.discard(pid)
            for spare in [spare for spare in self._waiting if spare.child.pid == pid]:
                close_all((spare.order, *spare.child.pipes))
                self._waiting.remove(spare)

    def descriptors(self) -> Iterator[int]:
        """What is open for spares."""
        for spare in self._waiting:
            yield spare.order
            yield from spare.child.pipes

    def _given(self, task: Task) -> Child | None:
        """A spare that has taken this call; None where there is none that could."""
        order = encode_order(task)
        if task.group is not None or len(order) > ORDER_BYTES or needs_loading(task):
            return None
        while self._waiting:
            spare = self._waiting.pop()
            if _give(spare, order):
                self._pids.discard(spare.child.pid)
                return spare.child
            close_all(spare.child.pipes)
        return None

    def _forked(self) -> _Spare:
        order, giving = os.pipe()
        os.set_blocking(giving, False)
        try:
            child = fork_child(partial(run_ordered, order, os.getpid()), lambda: (*self._foreign(), giving))
        except OSError:
            os.close(giving)
            raise
        finally:
            os.close(order)
        self._pids.add(child.pid)
        return _Spare(child, giving)


def _give(spare: _Spare, order: bytes) -> bool:
    """Write an order; one that is not written whole is none."""
    try:
        return os.write(spare.order, order) == len(order)
    except OSError:  # it was killed, or pipes are short
        return False
    finally:
        os.close(spare.order)
