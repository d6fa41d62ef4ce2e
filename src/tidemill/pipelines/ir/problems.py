"""How a pipeline is refused: the place, the reason, and the way out."""

from collections.abc import Iterable

from tidemill.kit.errors import InvalidError


def problem(place: str, reason: str, hint: str | None = None) -> InvalidError:
    """The error for what is wrong at a place, `root.dag.tasks.fit.inputs.parameters.x`; the place may be empty."""
    return InvalidError(f"{place}: {reason}" if place else reason, hint=hint)


def listed(names: Iterable[str]) -> str:
    """Names for a hint, the first of them; `none` where there are none."""
    found = list(names)
    rest = f" and {len(found) - 10} more" if len(found) > 10 else ""
    return ", ".join(sorted(found)[:10]) + rest if found else "none"
