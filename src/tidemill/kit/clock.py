"""The one place that reads the wall clock, so that callers can be given another."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since the Unix epoch."""


def now_ms() -> int:
    """Milliseconds since the Unix epoch, by the system clock."""
    return time.time_ns() // 1_000_000
