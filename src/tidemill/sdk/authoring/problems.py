"""What cannot be compiled, said with its place and with what to write instead."""

from tidemill.kit.errors import InvalidError


class NotCompilableError(InvalidError, SyntaxError):
    """A step or a pipeline in a form that has no compiled meaning, or another one than Python's."""

    code = "not_compilable"

    def __str__(self) -> str:
        return self.in_one()


def refused(place: str, reason: str, hint: str) -> NotCompilableError:
    """The error for a place: `pipeline.py:12`, what is wrong there, and what to do about it."""
    return NotCompilableError(f"{place}: {reason}", hint=hint)
