"""One thing that is looked at, and what is found."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tidemill.core.settings import Loaded


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """It works, and something is worth knowing or will bite later."""
    ERROR = "error"
    """Something does not work."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the thing is, and the command or step that mends it."""

    state: State
    detail: str
    fix: str | None = None


Checker = Callable[[Loaded], Verdict]
"""Looks at one thing; makes and changes nothing. It may raise a TidemillError or OSError where it cannot look."""


def ok(detail: str) -> Verdict:
    return Verdict(State.OK, detail)


def warning(detail: str, fix: str) -> Verdict:
    return Verdict(State.WARNING, detail, fix)


def error(detail: str, fix: str) -> Verdict:
    return Verdict(State.ERROR, detail, fix)
