"""Many calls of one function that were submitted together, and are waited for together."""

import time
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from tidemill.sdk.client import MOST_ITEMS, MOST_WAIT_S, Client
from tidemill.sdk.errors import ResultTimeoutError
from tidemill.sdk.futures import Future
from tidemill.sdk.progress import LOOKED_EVERY_S, ProgressLine

T = TypeVar("T")

_PAUSE_PER_PENDING_S = 0.0002


class FutureGroup(Generic[T]):
    """Calls in the order in which they were made. To iterate over it gives their results in that order, as they come.

    One request at a time waits for up to 1,000 of them. It may be used by several threads.
    """

    def __init__(
        self, client: Client, futures: Sequence[Future[T]], name: str, group: str, *, progress: bool | None = None
    ) -> None:
        """`progress`: whether to draw a line; None: where standard error is a terminal."""
        self.name = name
        self.group = group
        """The name by which the server knows them together: `tidemill job list --group`."""
        self.futures = tuple(futures)
        self._client = client
        self._pending = {future.id: future for future in futures}
        self._failed = 0
        self._progress = progress

    def __repr__(self) -> str:
        return f"<FutureGroup {self.group} of {len(self.futures)}, {len(self._pending)} pending>"

    def __len__(self) -> int:
        return len(self.futures)

    def __iter__(self) -> Iterator[T]:
        """The results in order. Raises what the first call that failed raised."""
        return self._results(None)

    def results(self, timeout: float | None = None) -> list[T]:
        """All results in order. Raises what a call raised, ResultTimeoutError after so many seconds."""
        return list(self._results(timeout))

    def as_completed(self, timeout: float | None = None) -> Iterator[Future[T]]:
        """The futures in the order in which they end. Raises ResultTimeoutError after so many seconds."""
        yield from [future for future in self.futures if future.has_settled]
        yield from self._as_they_end(timeout)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all have ended, or for so many seconds; returns whether they have."""
        try:
            for _ in self._as_they_end(timeout):
                pass
        except ResultTimeoutError:
            return False
        return True

    def done(self) -> bool:
        """Whether all have ended."""
        return self.wait(0)

    def cancel(self) -> int:
        """Stop all that have not ended; returns how many this made stop."""
        return len(self._client.stop(group=self.group)) if self._pending else 0

    def _results(self, timeout: float | None) -> Iterator[T]:
        ended = self._as_they_end(timeout)
        for future in self.futures:
            while not future.has_settled:
                next(ended, None)
            yield future.result()

    def _as_they_end(self, timeout: float | None) -> Iterator[Future[T]]:
        """Those that end from now on."""
        until = None if timeout is None else time.monotonic() + timeout
        line = ProgressLine(self.name, len(self.futures), shown=self._progress)
        try:
            while self._pending:
                settled = self._ask(until, MOST_WAIT_S if not line.is_shown else LOOKED_EVERY_S)
                line.look(self._client, self._pending, self.group)
                line.at(len(self.futures) - len(self._pending), self._failed)
                yield from settled
                if self._pending and until is not None and time.monotonic() >= until:
                    raise ResultTimeoutError(
                        f"{len(self._pending)} of {len(self.futures)} have not ended after {timeout} s, and go on",
                        hint=f"`tidemill job list --group {self.group}` shows them; cancel() stops them",
                    )
        finally:
            line.close()

    def _ask(self, until: float | None, most_s: float) -> list[Future[T]]:
        """One request, of so many seconds at most, for the first thousand that have not ended.

        What it costs grows with their number: so does the pause between two of them.
        """
        began = time.monotonic()
        asked = list(self._pending)[:MOST_ITEMS]
        left = most_s if until is None else min(most_s, max(0.0, until - began))
        settled: list[Future[T]] = []
        for ended in self._client.wait(asked, until="any", timeout_s=left).ended:
            future = self._pending.get(ended.id)
            if future is not None:
                future.settle(ended)
                self._pending.pop(ended.id, None)
                self._failed += ended.state != "succeeded"
                settled.append(future)
        pause_s = len(asked) * _PAUSE_PER_PENDING_S - (time.monotonic() - began)
        if self._pending and pause_s > 0:
            time.sleep(min(pause_s, left))
        return settled
