"""Reading logs: page by page, or as they come."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tidemill.kit.errors import UnavailableError
from tidemill.sdk.client import Client
from tidemill.sdk.messages import FINAL, LogEnd, LogLine

_PAGE = 1000
_LOOK_AGAIN_S = 1.0


def read_log(client: Client, workload_id: str, **query: Any) -> Iterator[LogLine]:
    """The lines from a place (start, line or tail) to the present end, of an attempt and a rank if they are given."""
    while True:
        page = client.log_page(workload_id, limit=_PAGE, **query)
        yield from page.lines
        if page.end or not page.lines:
            return
        which = {name: query[name] for name in ("attempt", "rank") if name in query}
        query = {**which, "attempt": page.attempt, "cursor": page.cursor}


class Following:
    """A log that is followed: each attempt from its begin to its end, or only the one that is named.

    What was interrupted goes on where it was when `lines` is called again.
    """

    def __init__(
        self,
        client: Client,
        workload_id: str,
        *,
        attempt: int | None = None,
        rank: int | None = None,
        tail: int | None = None,
    ) -> None:
        """`tail`: begin with so many lines before the present end."""
        self._client = client
        self._id = workload_id
        self._is_one = attempt is not None
        self._attempt = attempt
        self._rank = rank
        self._tail = tail
        self._cursor = ""

    def lines(self) -> Iterator[LogLine]:
        """The lines as they come, until all has ended. A connection that breaks off is taken up again."""
        while True:
            yield from self._to_end_of_attempt()
            if self._is_one or not self._begin_next():
                return

    def _to_end_of_attempt(self) -> Iterator[LogLine]:
        while True:
            place = {"cursor": self._cursor} if self._cursor else {"tail": self._tail}
            try:
                with self._client.log_stream(self._id, attempt=self._attempt, rank=self._rank, **place) as text:
                    for kind, data, cursor in _events(text):
                        if kind == "end":
                            self._attempt = msgspec.json.decode(data, type=LogEnd).attempt
                            return
                        line = msgspec.json.decode(data, type=LogLine)
                        self._cursor = cursor
                        yield line
            except UnavailableError:
                continue

    def _begin_next(self) -> bool:
        """Wait for the next attempt; False where there is none. What ran and ended meanwhile is not passed over."""
        attempt = self._attempt or 0
        while True:
            self._client.wait([self._id], timeout_s=_LOOK_AGAIN_S)
            workload = self._client.get(self._id).workload
            if workload.attempt > attempt:
                self._attempt, self._cursor, self._tail = attempt + 1, "", None
                return True
            if workload.state in FINAL:
                return False


def _events(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The events of a stream: kind, data and id."""
    told: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            told[name] = value.removeprefix(" ")
        else:
            if "data" in told:
                yield told.get("event", "message"), told["data"], told.get("id", "")
            told = {}
