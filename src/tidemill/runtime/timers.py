"""What an event loop shall do later."""

import heapq
import time
from collections.abc import Callable

_SPARED = 1000
"""So many timers may wait before those that have become pointless are looked for."""
Act = Callable[[], object]
IsLive = Callable[[], bool]


class Timers:
    """Timers, each with a question that says whether it still matters: most are of what has ended long before."""

    def __init__(self) -> None:
        self._waiting: list[tuple[float, int, IsLive, Act]] = []
        self._number = 0
        self._most = _SPARED

    def after(self, seconds: float, act: Act, is_live: IsLive) -> None:
        """Do this later, if it matters then."""
        self._number += 1
        heapq.heappush(self._waiting, (time.monotonic() + seconds, self._number, is_live, act))
        if len(self._waiting) > self._most:
            self._waiting = [timer for timer in self._waiting if timer[2]()]
            heapq.heapify(self._waiting)
            self._most = max(_SPARED, 2 * len(self._waiting))

    def wait_s(self) -> float | None:
        """Seconds until the next; None for none."""
        return max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None

    def fire(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        while self._waiting and self._waiting[0][0] <= now:
            _, _, is_live, act = heapq.heappop(self._waiting)
            if is_live():
                act()
