"""Reading a stretch of one log, or of the logs of a gang by time."""

import heapq
from collections.abc import Sequence
from contextlib import AsyncExitStack, aclosing

from tidemill.compute.logs.models import LogLine, LogPage, Place
from tidemill.compute.logs.records import line_start, read_lines, tail_start
from tidemill.compute.logs.shelf import OpenLogs, ProcessLog
from tidemill.kit.errors import InvalidError

MOST_BYTES = 4 << 20
"""What a page may hold of the log, whatever the number of lines."""


async def begins_of(logs: Sequence[ProcessLog], place: Place) -> tuple[int, ...]:
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
        return tuple([await tail_start(log, place.tail, MOST_BYTES // len(logs)) for log in logs])
    if place.line:
        return tuple([await line_start(log, place.line) for log in logs])
    return (place.start or 0,) * len(logs)


def _offsets(cursor: str, count: int) -> tuple[int, ...]:
    parts = cursor.split(".")
    if len(parts) != count or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise InvalidError(f"{cursor[:50]!r} is no cursor of this log", hint="give it as an answer gave it")
    return tuple(map(int, parts))


async def last_together(logs: Sequence[ProcessLog], offsets: tuple[int, ...], count: int) -> tuple[int, ...]:
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


async def read_page(opened: OpenLogs, offsets: tuple[int, ...], limit: int, most_bytes: int) -> LogPage:
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
    ranks = tuple(log.rank for log in logs)
    return LogPage(opened.attempt, ranks, lines, offsets, tuple(reached), total, not heads and ended and is_over)


def _time_of(line: LogLine) -> int:
    return line.at_ms
