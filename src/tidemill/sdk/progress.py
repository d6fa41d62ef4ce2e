"""How far something is that is waited for: on a terminal one line that moves, elsewhere nothing."""

import sys
import time
from collections.abc import Collection
from dataclasses import dataclass

from tidemill.sdk.client import Client
from tidemill.sdk.messages import Progress

LOOKED_EVERY_S = 2.0
"""How often those that run are asked how far they are, where somebody sees it."""
_MOST_LOOKED_AT = 200
_SILENT_S = 0.5
_REDRAWN_EVERY_S = 0.1
_WIDTH = 30
_MOST_NOTE = 60


@dataclass(frozen=True, slots=True)
class Partial:
    """What those that run have done together, where each is 1 when it is done; and what the first of them says."""

    done: float = 0.0
    note: str = ""


NOTHING_YET = Partial()


def look(client: Client, ids: Collection[str], group: str = "") -> Partial:
    """How far those of these are that run."""
    if len(ids) == 1:
        found = [client.get(next(iter(ids))).workload]
    else:
        query = {"state": ["running"], "group": group, "sort": "created", "descending": False}
        found = client.list_all(limit=_MOST_LOOKED_AT, **query).workloads
    told = [each.progress for each in found if each.id in ids and each.state == "running" and each.progress]
    note = next((each.note for each in told if each.note), "")
    return Partial(sum(each.fraction or 0.0 for each in told), note)


def in_words(progress: Progress) -> str:
    """`45 %, reading`; `1,200, reading` where nobody knows of how many."""
    far = f"{progress.done:,.10g}" if progress.fraction is None else percent(progress.fraction)
    return f"{far}, {progress.note}" if progress.note else far


def percent(fraction: float) -> str:
    """A hundred is what is done, not what is almost."""
    return f"{int(fraction * 100)} %"


class ProgressLine:
    """A line on standard error. Nothing is drawn of what takes less than half a second, or where no terminal is."""

    def __init__(self, title: str, total: int, *, shown: bool | None = None) -> None:
        self._title = title
        self._total = total
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._started = time.monotonic()
        self._next = self._started + _SILENT_S
        self._next_look = self._started + LOOKED_EVERY_S
        self._partial = NOTHING_YET
        self._drawn = False

    @property
    def is_shown(self) -> bool:
        """Whether it is worth to ask how far those are that run."""
        return self._shown

    def grow(self, total: int) -> None:
        """There is more to do than was known."""
        self._total = max(self._total, total)

    def look(self, client: Client, ids: Collection[str], group: str = "") -> None:
        """Ask how far these are, where that is shown and not known since a moment ago."""
        now = time.monotonic()
        if self._shown and ids and now >= self._next_look:
            self._next_look = now + LOOKED_EVERY_S
            self._partial = look(client, ids, group)

    def at(self, done: int, failed: int) -> None:
        """Say that so many have ended, and how many of them failed."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + _REDRAWN_EVERY_S
        far = min((done + self._partial.done) / max(self._total, 1), 1.0)
        filled = round(far * _WIDTH)
        told = f"{self._title} [{'#' * filled}{'.' * (_WIDTH - filled)}] "
        if self._total == 1:
            told += percent(far)
        else:
            told += f"{done:,}/{self._total:,}, {done / (now - self._started):,.0f}/s"
        told += f", {failed:,} failed" if failed else ""
        note = self._partial.note
        told += f", {note if len(note) <= _MOST_NOTE else note[: _MOST_NOTE - 3] + '...'}" if note else ""
        self._write(f"\r\033[K{told}")
        self._drawn = True

    def close(self) -> None:
        """Leave the line clean."""
        if self._drawn:
            self._write("\r\033[K")
            self._drawn = False

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError):  # it was closed
            self._shown = False
