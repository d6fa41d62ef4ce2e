"""Sizes and durations as people write and read them."""

import re
from typing import Any

import click

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
_DURATION = re.compile(r"([0-9]{1,9})([smhdw])")


class Duration(click.ParamType[int]):
    """`90s`, `15m`, `1h`, `30d` or `2w`, as milliseconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = _DURATION.fullmatch(str(value).strip().lower())
        if match is None:
            self.fail(f"{value!r} is not a duration such as 90s, 15m, 1h, 30d or 2w", param, ctx)
        return int(match[1]) * _UNITS_S[match[2]] * 1000


def size_text(size: int) -> str:
    """`0 B`, `999 B`, `1.2 kB`, `3.4 GB`: powers of 1,000, three digits."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 99.95 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def counted(count: int, singular: str, plural: str = "") -> str:
    """`1 run`, `2 runs`, `1,000 runs`."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
