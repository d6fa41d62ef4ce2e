"""How far a group of tasks is: on a terminal one line that moves, elsewhere nothing."""

import sys
import time

_SILENT_S = 0.5
_REDRAWN_EVERY_S = 0.1
_WIDTH = 30


class Progress:
    """A line on standard error. Nothing is drawn of what takes less than half a second, or where no terminal is."""

    def __init__(self, title: str, total: int, *, shown: bool | None = None) -> None:
        self._title = title
        self._total = total
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._started = time.monotonic()
        self._next = self._started + _SILENT_S
        self._drawn = False

    def at(self, done: int, failed: int) -> None:
        """Say that so many have ended, and how many of them failed."""
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + _REDRAWN_EVERY_S
        filled = round(done / max(self._total, 1) * _WIDTH)
        told = f"{self._title} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done:,}/{self._total:,}"
        told += f", {done / (now - self._started):,.0f}/s"
        told += f", {failed:,} failed" if failed else ""
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
