"""Following a log: its lines as they come, within a twentieth of a second, and at last its end.

A reader that is slow is waited for: what it has not taken yet lies in the log, not in memory.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from tidemill.compute.logs.models import FollowEnd, LogHolder, LogPage
from tidemill.compute.logs.pages import read_page
from tidemill.compute.logs.shelf import LogShelf, OpenLogs, ProcessLog, Which
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope

KEEP_ALIVE_S = 15.0

_LINES = 2000
_BYTES = 256 << 10
_POLL_S = 0.04
_LOOK_AGAIN_S = 5.0


class Follower:
    """Follows the logs of an attempt."""

    def __init__(self, shelf: LogShelf, events: EventBus, scope: Scope, which: Which) -> None:
        self._shelf = shelf
        self._events = events
        self._scope = scope
        self._which = which

    async def follow(self, opened: OpenLogs, offsets: tuple[int, ...]) -> AsyncGenerator[LogPage | FollowEnd | None]:
        """Pages from these places on, then the end; None where nothing has come for a while.

        Nothing opened: the first attempt is awaited.
        """
        watch = _Watch(opened.workload.uuid)
        stop = self._events.listen(watch.listen)
        try:
            while not opened.logs and not opened.workload.state.is_final:
                opened = await self._shelf.open(self._scope, opened.workload.uuid, self._which)
                offsets = (0,) * len(opened.logs)
                if not opened.logs and not await watch.happened(_LOOK_AGAIN_S):
                    yield None
            while opened.logs:
                sizes = [await log.size() for log in opened.logs]
                page = await read_page(opened, offsets, _LINES, _BYTES)
                offsets = page.offsets
                if page.lines:
                    yield page
                if page.is_end:
                    break
                if not page.lines and not await watch.grown(opened.logs, sizes):
                    yield None
            yield _end_of(opened)
        finally:
            stop()


class _Watch:
    """Sees that a log grows, by looking, or that its process ended, by events; what these miss, by looking too."""

    def __init__(self, uuid: str) -> None:
        self._uuid = uuid
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()

    def listen(self, event: Event) -> None:
        """Called on whichever thread committed."""
        if event.workload_id == self._uuid:
            self._loop.call_soon_threadsafe(self._changed.set)

    async def happened(self, within_s: float) -> bool:
        """Whether the workload changed within so long."""
        try:
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    async def grown(self, logs: Sequence[ProcessLog], sizes: Sequence[int]) -> bool:
        """Wait until one of these logs is larger than it was, or has ended; False after a quiet while."""
        quiet_from, look_from = self._loop.time(), self._loop.time()
        while self._loop.time() - quiet_from < KEEP_ALIVE_S:
            if await self.happened(_POLL_S) or self._loop.time() - look_from > _LOOK_AGAIN_S:
                look_from = self._loop.time()
                was_ended = [log.holder.has_ended for log in logs]
                for log in logs:
                    await log.look_again()
                if [log.holder.has_ended for log in logs] != was_ended:
                    return True
            if [await log.size() for log in logs] != sizes:
                return True
        return False


def _end_of(opened: OpenLogs) -> FollowEnd:
    """The end that speaks for the gang: the first that failed, else the last."""
    if not opened.logs:
        return FollowEnd(opened.attempt, None, None)
    holders = sorted((log.holder for log in opened.logs), key=_ended_ms)
    told = next((holder for holder in holders if holder.has_failed), holders[-1])
    return FollowEnd(opened.attempt, told.outcome, told.exit_code)


def _ended_ms(holder: LogHolder) -> int:
    return holder.ended_ms or 0
