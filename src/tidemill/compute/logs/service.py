"""Reading logs page by page, and following them while they grow."""

import asyncio
import heapq
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing

from tidemill.compute.logs.failures import error_line
from tidemill.compute.logs.models import ErrorPlace, FollowEnd, LogHolder, LogLine, LogPage, Place
from tidemill.compute.logs.records import line_start, lines_of, read_block, read_lines, tail_start
from tidemill.compute.logs.shelf import LogShelf, OpenLogs, ProcessLog, Which
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError

MOST_LINES = 10_000
KEEP_ALIVE_S = 15.0

_MOST_BYTES = 4 << 20
_FOLLOWED_LINES = 2000
_FOLLOWED_BYTES = 256 << 10
_POLL_S = 0.04
_LOOK_AGAIN_S = 5.0
_ERROR_BYTES = 1 << 20


class Logs:
    """Logs of a workspace's workloads."""

    def __init__(self, shelf: LogShelf, events: EventBus) -> None:
        self._shelf = shelf
        self._events = events

    async def page(self, scope: Scope, uuid: str, which: Which, place: Place, limit: int) -> LogPage:
        """Up to `limit` lines from a place on, by time where they are those of a gang.

        Raises NotFoundError, InvalidError for what cannot be a place, UnavailableError while another server has it.
        """
        opened = await self._shelf.open(scope, uuid, which)
        most = limit if place.tail is None else min(limit, place.tail)
        offsets = await _begins(opened.logs, place)
        if place.tail is not None and len(opened.logs) > 1:
            offsets = await _last_together(opened.logs, offsets, most)
        return await _page(opened, offsets, most, _MOST_BYTES)

    async def error(self, scope: Scope, uuid: str, which: Which) -> ErrorPlace | None:
        """Where the failure of an attempt begins: in the first of its processes that failed. None where none did."""
        opened = await self._shelf.open(scope, uuid, which)
        failed = [log for log in opened.logs if log.holder.has_failed]
        if not failed:
            return None
        log = min(failed, key=lambda each: _ended_ms(each.holder))
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

        Of a workload that has not been started yet its first attempt is awaited. Raises as `page`, at once.
        """
        opened = await self._shelf.open(scope, uuid, which)
        begins = await _begins(opened.logs, place) if opened.logs else None
        return self._followed(scope, which, opened, begins)

    async def _followed(
        self, scope: Scope, which: Which, opened: OpenLogs, begins: tuple[int, ...] | None
    ) -> AsyncGenerator[LogPage | FollowEnd | None]:
        watch = _Watch(opened.workload.uuid)
        stop = self._events.listen(watch.listen)
        try:
            while not opened.logs:
                if opened.workload.state.is_final:
                    yield FollowEnd(opened.attempt, None, None)
                    return
                if not await watch.happened(_LOOK_AGAIN_S):
                    yield None
                opened = await self._shelf.open(scope, opened.workload.uuid, which)
            offsets = begins or (0,) * len(opened.logs)
            while True:
                sizes = [await log.size() for log in opened.logs]
                page = await _page(opened, offsets, _FOLLOWED_LINES, _FOLLOWED_BYTES)
                offsets = page.offsets
                if page.lines:
                    yield page
                if page.is_end:
                    yield _end_of(opened)
                    return
                if not page.lines and not await watch.grown(opened.logs, sizes):
                    yield None
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


async def _begins(logs: Sequence[ProcessLog], place: Place) -> tuple[int, ...]:
    """Where reading begins in each of these."""
    if sum((place.start is not None, place.line is not None, place.tail is not None, bool(place.cursor))) > 1:
        raise InvalidError("a log is read from one place", hint="give one of start, line, tail and cursor")
    if place.cursor:
        return _offsets(place.cursor, len(logs))
    if (place.start or place.line) and len(logs) > 1:
        raise InvalidError(
            "the log of a gang has a place for each of its processes", hint="name one of them: rank=0; or give cursor"
        )
    if place.tail is not None:
        return tuple([await tail_start(log, place.tail, _MOST_BYTES // len(logs)) for log in logs])
    if place.line:
        return tuple([await line_start(log, place.line) for log in logs])
    return (place.start or 0,) * len(logs)


def _offsets(cursor: str, count: int) -> tuple[int, ...]:
    parts = cursor.split(".")
    if len(parts) != count or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise InvalidError(f"{cursor[:50]!r} is no cursor of this log", hint="give it as an answer gave it")
    return tuple(map(int, parts))


async def _last_together(logs: Sequence[ProcessLog], offsets: tuple[int, ...], count: int) -> tuple[int, ...]:
    """Of the last lines of each log, where the last so many of all of them begin."""
    found: list[LogLine] = []
    begins = list(offsets)
    for position, log in enumerate(logs):
        async with aclosing(read_lines(log, offsets[position], rank=position, is_whole=log.holder.has_ended)) as lines:
            async for line in lines:
                found.append(line)
                begins[position] = line.next_offset
    for line in reversed(sorted(found, key=_time_of)[-count:]):
        begins[line.rank] = line.offset
    return tuple(begins)


async def _page(opened: OpenLogs, offsets: tuple[int, ...], limit: int, most_bytes: int) -> LogPage:
    """What is there from these places on, by time."""
    logs, ended = opened.logs, all(log.holder.has_ended for log in opened.logs)
    total = sum([await log.size() for log in logs])
    lines, reached = list[LogLine](), list(offsets)
    async with AsyncExitStack() as stack:
        streams = [
            await stack.enter_async_context(
                aclosing(read_lines(log, offset, rank=log.rank, is_whole=log.holder.has_ended))
            )
            for log, offset in zip(logs, offsets, strict=True)
        ]
        heads = [(line.at_ms, i, line) for i, each in enumerate(streams) if (line := await anext(each, None))]
        heapq.heapify(heads)
        size = 0
        while heads and len(lines) < limit and size < most_bytes:
            _, position, line = heads[0]
            lines.append(line)
            size += line.next_offset - line.offset
            reached[position] = line.next_offset
            following = await anext(streams[position], None)
            if following is None:
                heapq.heappop(heads)
            else:
                heapq.heapreplace(heads, (following.at_ms, position, following))
    is_over = opened.workload.state.is_final or bool(logs)
    return LogPage(opened.attempt, lines, tuple(reached), total, not heads and ended and is_over)


def _end_of(opened: OpenLogs) -> FollowEnd:
    """The end that speaks for the gang: the first that failed, else the last."""
    holders = sorted((log.holder for log in opened.logs), key=_ended_ms)
    told = next((holder for holder in holders if holder.has_failed), holders[-1])
    return FollowEnd(opened.attempt, told.outcome, told.exit_code)


def _ended_ms(holder: LogHolder) -> int:
    return holder.ended_ms or 0


def _time_of(line: LogLine) -> int:
    return line.at_ms
