"""A log as plain text: for whoever takes it along."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

from tidemill.compute.logs.models import LogLine
from tidemill.compute.logs.pages import MOST_BYTES, read_page
from tidemill.compute.logs.shelf import OpenLogs

_LINES_AT_ONCE = 10_000
_MOST_WAITING = 1 << 20


class TextWriter:
    """Writes logs as text, lines that came in pieces put together again. A gang's lines are marked by rank."""

    def __init__(self, opened: OpenLogs, *, with_times: bool) -> None:
        self._opened = opened
        self._with_times = with_times
        self._with_ranks = len(opened.logs) > 1
        self._begun: dict[tuple[int, str], tuple[LogLine, list[str]]] = {}

    async def text(self) -> AsyncGenerator[bytes]:
        """All lines to the present end."""
        offsets = (0,) * len(self._opened.logs)
        while True:
            page = await read_page(self._opened, offsets, _LINES_AT_ONCE, MOST_BYTES)
            if not page.lines:
                break
            offsets = page.offsets
            if part := "".join([self._taken(line) for line in page.lines]):
                yield part.encode()
        if rest := "".join([self._written(begin, texts) for begin, texts in self._begun.values()]):
            yield rest.encode()

    def _taken(self, line: LogLine) -> str:
        """What can be written now that this has come."""
        key = line.rank, line.stream
        begin, texts = self._begun.pop(key, (line, []))
        texts.append(line.text)
        if line.goes_on and sum(map(len, texts)) < _MOST_WAITING:
            self._begun[key] = begin, texts
            return ""
        return self._written(begin, texts)

    def _written(self, begin: LogLine, texts: list[str]) -> str:
        time = f"{_iso(begin.at_ms)} " if self._with_times else ""
        rank = f"[{begin.rank}] " if self._with_ranks else ""
        return f"{time}{rank}{''.join(texts)}\n"


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at_ms % 1000:03d}Z"
