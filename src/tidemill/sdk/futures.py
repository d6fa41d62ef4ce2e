"""A workload that was submitted, and what becomes of it."""

import time
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from tidemill.kit.errors import NotFoundError
from tidemill.runtime.results import unpack_result
from tidemill.sdk.client import MOST_WAIT_S, Client
from tidemill.sdk.errors import ResultTimeoutError, UnreadableResultError, WorkloadFailedError, WorkloadStoppedError
from tidemill.sdk.logs import Following, read_log
from tidemill.sdk.messages import FINAL, Details, Ended, LogLine, Progress

T = TypeVar("T")

_NOT_YET: Any = object()


class Future(Generic[T]):
    """A call that runs elsewhere, or a command. Everything about it is asked of the server, until it has ended."""

    def __init__(self, client: Client, workload_id: str, name: str, *, is_command: bool = False) -> None:
        self.id = workload_id
        self.name = name
        self._client = client
        self._is_command = is_command
        self._ended: Ended | None = None
        self._value: Any = _NOT_YET

    def __repr__(self) -> str:
        return f"<Future {self.name} {self.id}{' ' + self._ended.state if self._ended else ''}>"

    def __reduce__(self) -> Any:
        raise TypeError("a Future cannot be sent to another process: send its result(), or its id")

    @property
    def url(self) -> str:
        """The address of its page."""
        return self._client.page_of(self.id)

    @property
    def state(self) -> str:
        """queued, admitted, running, stopping, succeeded, failed or stopped."""
        return self._ended.state if self._ended else self.details().workload.state

    def details(self) -> Details:
        """All that the server knows of it: history, processes, why it waits."""
        return self._client.get(self.id)

    def progress(self) -> Progress | None:
        """How far it says that it is (`tm.progress`); of one that failed or was stopped, how far it was.

        None for one that has not told, waits for its turn, or has succeeded.
        """
        return self.details().workload.progress

    def done(self) -> bool:
        """Whether it has ended, however."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it has ended, or for so many seconds; returns whether it has."""
        until = None if timeout is None else time.monotonic() + timeout
        while self._ended is None:
            left = MOST_WAIT_S if until is None else max(0.0, until - time.monotonic())
            for ended in self._client.wait([self.id], timeout_s=left).ended:
                self.settle(ended)
            if until is not None and time.monotonic() >= until:
                break
        return self._ended is not None

    def result(self, timeout: float | None = None) -> T:
        """What the call returned; None of a command that succeeded.

        Raises what the call raised, with the traceback from there as its cause; WorkloadFailedError where it ended
        in another way (out of memory, killed, timed out, an exit code), WorkloadStoppedError where somebody stopped it,
        ResultTimeoutError after so many seconds.
        """
        if self._value is _NOT_YET:
            self._value = self._opened(self._end(timeout))
        return self._value

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What `result` would raise, None where it would not. Raises ResultTimeoutError."""
        ended = self._end(timeout)
        try:
            if self._value is _NOT_YET:
                self._value = self._opened(ended)
        except Exception as error:  # noqa: BLE001 - whatever the call raised is the answer here
            return error
        return None

    def cancel(self) -> bool:
        """Stop it; returns whether this made it stop: False where it had ended, or was being stopped."""
        return bool(self._client.stop([self.id]))

    def logs(self, *, follow: bool = False, attempt: int | None = None, rank: int | None = None) -> Iterator[LogLine]:
        """The lines that it has said so far; with `follow` also those that come, until it has ended.

        Without an attempt those of the last one, and followed those of each that comes.
        """
        if follow:
            return Following(self._client, self.id, attempt=attempt, rank=rank).lines()
        return read_log(self._client, self.id, attempt=attempt, rank=rank)

    def settle(self, ended: Ended) -> None:
        """Say how it ended: for who waits for many at once."""
        if ended.state in FINAL:
            self._ended = ended

    @property
    def has_settled(self) -> bool:
        """Whether its end is known here; nobody is asked."""
        return self._ended is not None

    def _end(self, timeout: float | None) -> Ended:
        self.wait(timeout)
        if self._ended is None:
            raise ResultTimeoutError(
                f"{self.name} has not ended after {timeout} s, and goes on",
                hint=f"`tidemill job show {self.id}` says where it stands; cancel() stops it",
            )
        return self._ended

    def _opened(self, ended: Ended) -> Any:
        if ended.state == "stopped":
            raise WorkloadStoppedError(f"{self.name} was {ended.reason}", hint=f"`tidemill job show {self.id}`")
        data, raised = ended.result, ended.raised
        if data is None and not self._is_command:
            data, raised = self._fetched(ended)
        if data is None:
            if ended.state == "succeeded":
                return None
            raise WorkloadFailedError(self.name, self.id, ended.reason)
        return _unpacked(data, raised, WorkloadFailedError(self.name, self.id, ended.reason), self.name)

    def _fetched(self, ended: Ended) -> tuple[bytes | None, bool]:
        """A result that is not small."""
        try:
            return self._client.result(self.id)
        except NotFoundError:
            if ended.state == "succeeded":
                raise
            return None, False


def _unpacked(data: bytes, raised: bool, failed: WorkloadFailedError, name: str) -> Any:
    """The value; or raises. `sys.exit` in a call is its failure, not a reason for us to leave."""
    if raised:
        try:
            return unpack_result(data, raised=True)
        except (SystemExit, KeyboardInterrupt, GeneratorExit) as leaving:
            raise failed from leaving.__cause__
    try:
        return unpack_result(data, raised=False)
    except Exception as error:
        raise UnreadableResultError(
            f"what {name} returned cannot be read here: {type(error).__name__}: {error}",
            hint="install here what it is made of, or return plain values",
        ) from error
