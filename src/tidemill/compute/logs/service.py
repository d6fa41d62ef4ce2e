"""Logs as users ask for them: page by page, followed, downloaded, and where the failure begins."""

from collections.abc import AsyncGenerator

from tidemill.compute.logs.failures import error_line
from tidemill.compute.logs.following import Follower
from tidemill.compute.logs.models import ErrorPlace, FollowEnd, LogPage, Place
from tidemill.compute.logs.pages import MOST_BYTES, begins_of, last_together, read_page
from tidemill.compute.logs.records import line_number, lines_of, read_block
from tidemill.compute.logs.shelf import LogShelf, Which
from tidemill.compute.logs.text import TextWriter
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope

MOST_LINES = 10_000

_ERROR_BYTES = 1 << 20


class Logs:
    """Logs of a workspace's workloads. All raise NotFoundError for what is not there, InvalidError for what cannot be
    a place, and UnavailableError while another server has the log.
    """

    def __init__(self, shelf: LogShelf, events: EventBus) -> None:
        self._shelf = shelf
        self._events = events

    async def page(self, scope: Scope, uuid: str, which: Which, place: Place, limit: int) -> LogPage:
        """Up to `limit` lines from a place on, by time where they are those of a gang."""
        opened = await self._shelf.open(scope, uuid, which)
        most = limit if place.tail is None else min(limit, place.tail)
        offsets = await begins_of(opened.logs, place)
        if place.tail is not None and len(opened.logs) > 1:
            offsets = await last_together(opened.logs, offsets, most)
        return await read_page(opened, offsets, most, MOST_BYTES)

    async def line_number(self, scope: Scope, uuid: str, which: Which, offset: int) -> int:
        """The number, counted from 0, of the line that begins at a byte of the log of one process.

        That of a process which still runs is counted from its begin.
        """
        opened = await self._shelf.open(scope, uuid, which)
        return await line_number(opened.logs[0], offset)

    async def error(self, scope: Scope, uuid: str, which: Which) -> ErrorPlace | None:
        """Where the failure of an attempt begins: in the first of its processes that failed. None where none did."""
        opened = await self._shelf.open(scope, uuid, which)
        failed = [log for log in opened.logs if log.holder.has_failed]
        if not failed:
            return None
        log = min(failed, key=lambda each: each.holder.ended_ms or 0)
        size = await log.size()
        start = max(0, size - _ERROR_BYTES)
        block = await read_block(log, start, size)
        begin = 0 if start == 0 else block.find(b"\n") + 1
        line = error_line(list(lines_of(block[begin:], start + begin)))
        return None if line is None else ErrorPlace(log.rank, line.offset)

    async def follow(
        self, scope: Scope, uuid: str, which: Which, place: Place
    ) -> AsyncGenerator[LogPage | FollowEnd | None]:
        """The lines from a place on as they come, then the end. None says that nothing has come for a while.

        Of a workload that has not been started yet its first attempt is awaited.
        """
        opened = await self._shelf.open(scope, uuid, which)
        offsets = await begins_of(opened.logs, place) if opened.logs else ()
        return Follower(self._shelf, self._events, scope, which).follow(opened, offsets)

    async def text(
        self, scope: Scope, uuid: str, which: Which, *, with_times: bool = False
    ) -> tuple[int, AsyncGenerator[bytes]]:
        """The number of the attempt, and all lines to the present end as plain text."""
        opened = await self._shelf.open(scope, uuid, which)
        return opened.attempt, TextWriter(opened, with_times=with_times).text()
