"""A terminal that shows one text that is drawn anew, and hears single keys."""

import contextlib
import select
import sys
import termios
import tty
from types import TracebackType
from typing import Any

import click

_OTHER_SCREEN, _OWN_SCREEN = "\033[?1049h\033[?25l", "\033[?25h\033[?1049l"
_HOME, _REST_OF_LINE, _REST_OF_SCREEN = "\033[H", "\033[K", "\033[J"


class Screen:
    """Takes the terminal over for as long as the block runs, and gives it back as it was."""

    def __init__(self) -> None:
        self._before: list[Any] = []

    def __enter__(self) -> "Screen":
        self._before = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)
        click.echo(_OTHER_SCREEN, nl=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(termios.error):
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)
        click.echo(_OWN_SCREEN, nl=False)

    def draw(self, text: str) -> None:
        """Show a text, as much of it as there is room for."""
        width, height = _size()
        lines = [line[:width] for line in text.splitlines()[:height]]
        drawn = f"{_REST_OF_LINE}\r\n".join(lines)
        click.echo(f"{_HOME}{drawn}{_REST_OF_LINE}{_REST_OF_SCREEN}", nl=False)

    def key(self, within_s: float) -> str:
        """The key that is pressed within so long; empty for none."""
        ready, _, _ = select.select([sys.stdin], [], [], within_s)
        return sys.stdin.read(1) if ready else ""


def has_terminal() -> bool:
    """Whether somebody looks, and can press keys."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _size() -> tuple[int, int]:
    rows, columns = termios.tcgetwinsize(sys.stdout)
    return columns or 80, max((rows or 24) - 1, 1)
