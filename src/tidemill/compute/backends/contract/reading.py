"""Reading the log of a process, and waiting until something is in it."""

import asyncio
from collections.abc import Callable

from tidemill.compute.backends.port import Backend
from tidemill.compute.models import ProcessKey
from tidemill.runtime.loglines import Line, parse_log

PATIENCE_S = 20.0
"""How long a test waits for what must come."""
_PAUSE_S = 0.01


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
