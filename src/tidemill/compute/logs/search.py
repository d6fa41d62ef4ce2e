"""Searching all logs of a workload, block by block: a log of any size takes little memory, and time by its length.

There is no way to make it slow by what is searched for: a text is found by the C library, an expression by an
automaton (`expressions`). So many searches run at once, each for so long; what is left then is found by the next call.
"""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from tidemill.compute.logs.expressions import parse
from tidemill.compute.logs.finding import ExpressionFinder, Finder, TextFinder
from tidemill.compute.logs.models import LogLine
from tidemill.compute.logs.records import lines_of
from tidemill.compute.logs.shelf import LogShelf, ProcessLog
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError, UnavailableError

MOST_FOUND = 1000
MOST_CONTEXT = 10

_AT_ONCE = 2
_FOR_S = 15.0
_BLOCK_BYTES = 4 << 20
_LOGS_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched for: a text, or an expression (see `expressions`); and how much around it is shown."""

    text: str = ""
    expression: str = ""
    any_case: bool = True
    context: int = 2

    def finder(self) -> Finder:
        """What finds it. Raises InvalidError."""
        if bool(self.text) == bool(self.expression):
            raise InvalidError("a log is searched for a text or an expression", hint="text=... or regex=...")
        if self.expression:
            return ExpressionFinder(parse(self.expression, any_case=self.any_case))
        if self.any_case and not self.text.isascii():
            return ExpressionFinder(parse(re.escape(self.text), any_case=True))
        return TextFinder(self.text, any_case=self.any_case)


@dataclass(frozen=True, slots=True)
class Found:
    """A line that was searched for, and the lines of the same process around it."""

    attempt: int
    line: LogLine
    before: list[LogLine]
    after: list[LogLine]


@dataclass(frozen=True, slots=True)
class FoundPage:
    """What was found, by attempt, rank and place."""

    found: list[Found]
    cursor: str
    """Where to search on; empty when all is searched."""
    searched_bytes: int
    unreached: int
    """Logs that another server has, which were passed over."""


class LogSearch:
    """Searches the logs of all attempts and processes of a workload."""

    def __init__(self, shelf: LogShelf) -> None:
        self._shelf = shelf
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def search(self, scope: Scope, uuid: str, query: Query, limit: int, cursor: str = "") -> FoundPage:
        """The first so many lines from the cursor on. Raises NotFoundError, InvalidError."""
        finder, place = query.finder(), _place(cursor)
        workload = await self._shelf.workload(scope, uuid)
        async with self._turns:
            work = _Work(finder, query.context, limit, asyncio.get_running_loop().time() + _FOR_S)
            while logs := await self._shelf.next_logs(workload, place[0], place[1], _LOGS_AT_ONCE):
                for log in logs:
                    key = log.holder.key
                    start = place[2] if (key.attempt, key.rank) == place[:2] else 0
                    try:
                        left = await work.search(log, start)
                    except UnavailableError:
                        work.unreached += 1
                        left = None
                    if left is not None:
                        return work.page(f"{key.attempt}.{key.rank}.{left}")
                    place = key.attempt, key.rank + 1, 0
            return work.page("")


class _Work:
    """One search, as far as it has come."""

    def __init__(self, finder: Finder, context: int, limit: int, until_s: float) -> None:
        self.unreached = 0
        self._finder = finder
        self._context = context
        self._limit = limit
        self._until_s = until_s
        self._found: list[Found] = []
        self._searched = 0

    def page(self, cursor: str) -> FoundPage:
        return FoundPage(self._found, cursor, self._searched, self.unreached)

    async def search(self, log: ProcessLog, start: int) -> int | None:
        """Search one log from a byte on; returns the byte to go on from, None when it is searched to its end."""
        carried, waiting, at = b"", list[int](), start
        async with aclosing(_blocks(log, start)) as blocks:
            async for block, is_last in blocks:
                window, base = carried + block, at - len(carried)
                waiting += [at + begin for begin in await asyncio.to_thread(self._finder.find, block)]
                at += len(block)
                self._searched += len(block)
                while waiting:
                    found = self._shown(log, window, base, waiting[0])
                    if found is not None and len(found.after) < self._context and not is_last:
                        break  # the lines behind it are in the next block
                    if len(self._found) >= self._limit:
                        return waiting[0]
                    self._found += [found] if found else []
                    del waiting[0]
                if not is_last and asyncio.get_running_loop().time() > self._until_s:
                    return waiting[0] if waiting else at
                carried = _last_lines(window, 2 * self._context + 1)
        return None

    def _shown(self, log: ProcessLog, window: bytes, base: int, offset: int) -> Found | None:
        """A record with those around it, as far as they are in the window, which begins at byte `base`."""
        begin = offset - base
        end = window.find(b"\n", begin) + 1 or len(window)
        first, last = begin, end
        for _ in range(self._context):
            first = window.rfind(b"\n", 0, max(0, first - 1)) + 1 if first else 0
            last = window.find(b"\n", last) + 1 or len(window)
        rank = log.rank
        before, after = lines_of(window[first:begin], base + first, rank), lines_of(window[end:last], base + end, rank)
        line = next(lines_of(window[begin:end], offset, rank), None)
        return None if line is None else Found(log.holder.key.attempt, line, list(before), list(after))


async def _blocks(log: ProcessLog, start: int) -> AsyncGenerator[tuple[bytes, bool]]:
    """Blocks of whole records from a byte on at which one begins, and whether it is the last."""
    waiting = bytearray()
    async with aclosing(log.read(start)) as chunks:
        async for chunk in chunks:
            waiting += chunk
            if len(waiting) >= _BLOCK_BYTES:
                end = waiting.rfind(b"\n") + 1
                if end:
                    yield bytes(waiting[:end]), False
                    del waiting[:end]
    end = len(waiting) if log.holder.has_ended else waiting.rfind(b"\n") + 1
    yield bytes(waiting[:end]), True


def _last_lines(block: bytes, count: int) -> bytes:
    at = len(block)
    for _ in range(count + 1):
        at = block.rfind(b"\n", 0, at)
        if at < 0:
            return block
    return block[at + 1 :]


def _place(cursor: str) -> tuple[int, int, int]:
    if not cursor:
        return 0, 0, 0
    parts = cursor.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise InvalidError(f"{cursor[:50]!r} is no cursor of a search", hint="give it as an answer gave it")
    return int(parts[0]), int(parts[1]), int(parts[2])
