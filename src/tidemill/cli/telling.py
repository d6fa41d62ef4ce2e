"""Saying how far a long piece of work is: on a terminal one line that moves, elsewhere a line now and then."""

import sys
import time
from types import TracebackType

import click

_SILENT_S = 1
_LINE_EVERY_S = 5
_REDRAWN_EVERY_S = 0.1
_WIDTH = 30


class Telling:
    """Progress on standard error; nothing is said of what takes less than a second.

    As a context manager it leaves the terminal's line clean, whatever happens.
    """

    def __init__(self, title: str, total: int = 0) -> None:
        self._title = title
        self._total = total
        self._moves = sys.stderr.isatty()
        self._next = time.monotonic() + _SILENT_S
        self._drawn = False

    def __enter__(self) -> "Telling":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._drawn:
            click.echo("\r\033[K", err=True, nl=False)

    def at(self, done: int, text: str) -> None:
        """Say that `done` of the total is done, in words."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (_REDRAWN_EVERY_S if self._moves else _LINE_EVERY_S)
        share = min(done / self._total, 1) if self._total else None
        if self._moves:
            self._draw(share, text)
        else:
            percent = "" if share is None else f" {share:.0%}"
            click.echo(f"{self._title}:{percent} {text}", err=True)

    def _draw(self, share: float | None, text: str) -> None:
        filled = round((share or 0) * _WIDTH)
        bar = "" if share is None else f" [{'#' * filled}{'.' * (_WIDTH - filled)}] {share:4.0%}"
        line = f"{self._title}{bar} {text}"
        click.echo(f"\r\033[K{line}", err=True, nl=False)
        self._drawn = True
