"""Reading logs: page by page, or as they come."""

from collections.abc import Iterable, Iterator

import msgspec

from tidemill.kit.errors import UnavailableError
from tidemill.sdk.client import Client
from tidemill.sdk.messages import LogLine

_PAGE = 1000


def read_log(
    client: Client, workload_id: str, *, attempt: int | None = None, rank: int = 0, start: int = 0
) -> Iterator[LogLine]:
    """The lines of a process's log from byte `start` to its present end."""
    at: int | None = start
    while at is not None:
        page = client.log_page(workload_id, attempt=attempt, rank=rank, start=at, limit=_PAGE)
        yield from page.lines
        at = page.next if page.lines and page.next != at else None


def follow_log(
    client: Client, workload_id: str, *, attempt: int | None = None, rank: int = 0, start: int = 0
) -> Iterator[LogLine]:
    """The lines from byte `start` on, as they come, until the process has ended. What breaks off is taken up again."""
    at = start
    while True:
        try:
            with client.log_stream(workload_id, attempt=attempt, rank=rank, start=at) as text:
                for event, data in _events(text):
                    if event == "end":
                        return
                    if event in ("", "message", "line"):
                        line = msgspec.json.decode(data, type=LogLine)
                        yield line
                        at = line.offset + 1
        except UnavailableError:
            continue


def _events(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The events of a stream: kind and data."""
    kind, data = "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield kind, "\n".join(data)
            kind, data = "", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
