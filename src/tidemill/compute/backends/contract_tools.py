"""What the conformance suite of backends works with: reports to wait for, and programs to run."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from tidemill.compute.backends.port import Backend, Ended, Report, Running, Unknown
from tidemill.compute.models import ProcessKey
from tidemill.kit.ids import random_hex
from tidemill.runtime.loglines import Line, parse_log

PATIENCE_S = 20.0
LINE_BYTES = 100
_PAUSE_S = 0.01
Kind = TypeVar("Kind", bound=Report)


class Reports:
    """A reporter that keeps all it is told, in order, and lets a test wait for some of it."""

    def __init__(self) -> None:
        self.all: list[Report] = []
        self._news = asyncio.Event()

    def __call__(self, report: Report) -> None:
        self.all.append(report)
        self._news.set()

    def of(self, key: ProcessKey) -> list[Report]:
        """What was told of a process so far."""
        return [report for report in self.all if report.key == key]

    async def first(self, key: ProcessKey) -> Report:
        """The first word about a process, whatever it is."""
        return await self._first(key, (Running, Ended, Unknown))

    async def running(self, key: ProcessKey) -> Running:
        return await self._first(key, (Running,))

    async def ended(self, key: ProcessKey) -> Ended:
        return await self._first(key, (Ended,))

    async def unknown(self, key: ProcessKey) -> Unknown:
        return await self._first(key, (Unknown,))

    async def _first(self, key: ProcessKey, kinds: tuple[type[Kind], ...]) -> Kind:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                self._news.clear()
                for report in self.of(key):
                    if isinstance(report, kinds):
                        return report
                await self._news.wait()


class Programs:
    """Commands that behave as a test needs. A backend that runs no real processes gives its own."""

    def exits(self, code: int = 0) -> Sequence[str]:
        """Ends at once with this code."""
        return "sh", "-c", f"exit {code}"

    def kills_itself(self, signal: int) -> Sequence[str]:
        return "sh", "-c", f"kill -{signal} $$"

    def is_not_there(self) -> Sequence[str]:
        """A command that cannot be had."""
        return ("no-such-program-anywhere",)

    def says(self, *lines: str) -> Sequence[str]:
        """Prints these lines to its standard output."""
        return "printf", "%s\\n", *lines

    def waits(self) -> Sequence[str]:
        """Says "ready", and runs until it is asked to end."""
        return "sh", "-c", "echo ready; exec sleep 600"

    def says_goodbye(self) -> Sequence[str]:
        """Says "ready", and when it is asked to end says "goodbye" and ends with code 0."""
        code = "trap 'echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.02; done"
        return "sh", "-c", f"exec 2>/dev/null; {code}"  # the shell tells of each child that a signal ends

    def is_stubborn(self) -> Sequence[str]:
        """Says "ready", and does not end when it is asked to."""
        return "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 600; done"

    def shows(self, *variables: str) -> Sequence[str]:
        """Prints the values of these environment variables, a line each; "-" for one that is not there."""
        return "sh", "-c", "; ".join(f'echo "${{{name}--}}"' for name in variables)

    def shows_file(self, path: str) -> Sequence[str]:
        """Prints a file of its work folder."""
        return "cat", path

    def pours(self, lines: int) -> Sequence[str]:
        """Prints so many lines, each its number in LINE_BYTES bytes with the line feed, as fast as it can."""
        return sys.executable, "-I", "-S", "-c", f"for n in range({lines}): print(f'{{n:0{LINE_BYTES - 1}}}')"

    def takes_memory(self, size: int) -> Sequence[str]:
        """Fills so many bytes of memory, says "full", and runs until it is asked to end."""
        code = f"import time; kept = b'x' * {size}; print('full', flush=True); time.sleep(600)"
        return sys.executable, "-I", "-S", "-c", code

    def leaves_a_child(self) -> Sequence[str]:
        """Starts a process in a session of its own that ignores being asked to end, prints its pid, and ends."""
        return "sh", "-c", "trap '' TERM; setsid sleep 600 & echo $!"

    def has_a_child(self) -> Sequence[str]:
        """The same, and runs until it is asked to end."""
        return "sh", "-c", "(trap '' TERM; exec setsid sleep 600) & echo $!; exec sleep 600"


def new_key(rank: int = 0) -> ProcessKey:
    """The key of a process that nobody has heard of."""
    return ProcessKey(random_hex(), 1, rank)


async def log_of(backend: Backend, key: ProcessKey, start: int = 0) -> bytes:
    """All of a log as it is now."""
    return b"".join([chunk async for chunk in backend.log(key, start=start)])


async def lines_of(backend: Backend, key: ProcessKey) -> list[Line]:
    return list(parse_log(await log_of(backend, key)))


async def said(backend: Backend, key: ProcessKey, stream: str = "o") -> list[str]:
    """The lines of one stream."""
    return [line.text for line in await lines_of(backend, key) if line.stream == stream]


async def until_said(backend: Backend, key: ProcessKey, text: str) -> None:
    """Wait until a process has printed this line."""
    await _until(backend, key, lambda lines: text in lines)


async def first_line(backend: Backend, key: ProcessKey) -> str:
    """Wait for the first whole line that a process prints."""
    return (await _until(backend, key, lambda lines: len(lines) > 0))[0]


async def until_forgotten(backend: Backend, key: ProcessKey) -> None:
    """Wait until a process that has said something is gone, and its log with it."""
    await _until(backend, key, lambda lines: not lines)


async def _until(backend: Backend, key: ProcessKey, is_enough: Callable[[list[str]], bool]) -> list[str]:
    """Look at a log again and again: nothing tells when it grows."""
    async with asyncio.timeout(PATIENCE_S):
        while not is_enough(lines := await said(backend, key)):  # noqa: ASYNC110
            await asyncio.sleep(_PAUSE_S)
    return lines
