"""What logs speak of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from tidemill.compute.models import Outcome, ProcessKey
from tidemill.compute.records import KeptLog

Stream = Literal["stdout", "stderr"]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One record of a log. `goes_on`: the next record of the same stream has more of this line."""

    at_ms: int
    stream: Stream
    text: str
    offset: int
    """The byte of the log at which it begins."""
    next_offset: int
    rank: int = 0
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class LogHolder:
    """A process as far as its log is concerned. `kept` is None while its backend has the log."""

    key: ProcessKey
    node: str
    outcome: Outcome | None
    exit_code: int | None
    ended_ms: int | None
    kept: KeptLog | None = field(repr=False)

    @property
    def has_ended(self) -> bool:
        """Whether it has ended: nothing is added to its log any more."""
        return self.outcome is not None

    @property
    def has_failed(self) -> bool:
        return self.outcome not in (None, Outcome.SUCCEEDED, Outcome.STOPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where reading begins: at most one of them, else at the begin of the log."""

    start: int | None = None
    """A byte: of the first line that begins there or later."""
    line: int | None = None
    """A line, counted from 0."""
    tail: int | None = None
    """So many lines before the present end."""
    cursor: str = ""
    """What an answer gave, to go on behind it."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """A stretch of the log of one process, or of a gang's processes by time."""

    attempt: int
    ranks: tuple[int, ...]
    lines: list[LogLine]
    begins: tuple[int, ...]
    """By process, in the order of ranks: where this stretch begins."""
    offsets: tuple[int, ...]
    """And where the next one does."""
    total_bytes: int
    is_end: bool
    """Whether all of these processes have ended, and all is read."""

    @property
    def cursor(self) -> str:
        """Where to go on, as a client hands it back."""
        return _cursor_text(self.offsets)

    def cursors(self) -> Iterator[str]:
        """Where to go on behind each of the lines."""
        offsets = dict(zip(self.ranks, self.begins, strict=True))
        for line in self.lines:
            offsets[line.rank] = line.next_offset
            yield _cursor_text(offsets.values())


@dataclass(frozen=True, slots=True)
class ErrorPlace:
    """Where the failure of an attempt begins in the log."""

    rank: int
    offset: int


@dataclass(frozen=True, slots=True)
class FollowEnd:
    """The attempt that was followed has ended, and all of its lines are told."""

    attempt: int
    outcome: Outcome | None
    exit_code: int | None


def _cursor_text(offsets: Iterable[int]) -> str:
    return ".".join(map(str, offsets))
