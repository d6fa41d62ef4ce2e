"""From bytes of a log to its lines."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from tidemill.compute.logs.models import LogLine
from tidemill.compute.logs.sources import LogSource
from tidemill.runtime.loglines import parse_line

_TAIL_BYTES = 64 * 1024
_TAIL_GROWTH = 4


def lines_of(block: bytes, offset: int, rank: int = 0) -> Iterator[LogLine]:
    """The lines of some whole records, the first of which begins at this byte of the log. What is none is left out."""
    at = 0
    while at < len(block):
        end = block.find(b"\n", at) + 1 or len(block)
        line = parse_line(block[at:end])
        if line is not None:
            stream = "stdout" if line.stream == "o" else "stderr"
            yield LogLine(line.at_ms, stream, line.text, offset + at, offset + end, rank, line.goes_on)
        at = end


async def read_lines(source: LogSource, start: int, *, rank: int, is_whole: bool) -> AsyncGenerator[LogLine]:
    """The lines that begin at or behind a byte.

    A last one without an end is still being written: left out, unless the log `is_whole`, when nobody will end it.
    """
    offset = max(0, start - 1)  # with the byte before it, to see whether a line begins there
    waiting, is_at_begin = b"", start == 0
    async with aclosing(source.read(offset)) as chunks:
        async for chunk in chunks:
            block, end, rest = chunk.rpartition(b"\n")
            if not end:
                waiting += chunk
                continue
            block, waiting = waiting + block + end, rest
            size = len(block)
            if not is_at_begin:
                skipped = block.find(b"\n") + 1
                block, offset, size, is_at_begin = block[skipped:], offset + skipped, size - skipped, True
            for line in lines_of(block, offset, rank):
                yield line
            offset += size
    if is_whole and is_at_begin and waiting:
        for line in lines_of(waiting, offset, rank):
            yield line


async def tail_start(source: LogSource, lines: int, most_bytes: int) -> int:
    """The byte at which the last so many lines begin, or as many of them as there are in so many bytes."""
    size, window = await source.size(), _TAIL_BYTES
    while True:
        start = max(0, size - window)
        block = await read_block(source, start, size)
        ends = block.count(b"\n")
        if ends > lines or start == 0 or window >= most_bytes:
            return start + _begin_of_last(block, lines)
        window = min(window * _TAIL_GROWTH, most_bytes)


async def line_start(source: LogSource, number: int) -> int:
    """The byte at which a line begins, counted from 0; the end of the log where it has fewer."""
    offset, line = await source.landmark(number)
    async with aclosing(source.read(offset)) as chunks:
        async for chunk in chunks:
            here = chunk.count(b"\n")
            if line + here >= number:
                return offset + _begin_of(chunk, number - line)
            line, offset = line + here, offset + len(chunk)
    return offset


async def line_number(source: LogSource, offset: int) -> int:
    """The number of the line that begins at this byte, counted from 0."""
    at, line = await source.landmark_before(offset)
    async with aclosing(source.read(at)) as chunks:
        async for chunk in chunks:
            if at + len(chunk) >= offset:
                return line + chunk.count(b"\n", 0, offset - at)
            line, at = line + chunk.count(b"\n"), at + len(chunk)
    return line


async def read_block(source: LogSource, start: int, end: int) -> bytes:
    """The bytes of a range."""
    found = bytearray()
    async with aclosing(source.read(start)) as chunks:
        async for chunk in chunks:
            found += chunk
            if len(found) >= end - start:
                break
    return bytes(found[: end - start])


def _begin_of_last(block: bytes, lines: int) -> int:
    at = len(block)
    for _ in range(lines + 1):
        at = block.rfind(b"\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def _begin_of(block: bytes, number: int) -> int:
    at = 0
    for _ in range(number):
        at = block.find(b"\n", at) + 1
    return at
