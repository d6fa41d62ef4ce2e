"""Schedules in words: their times, and what those came to."""

from datetime import UTC, datetime

import click

from tidemill.cli.jobs.words import duration
from tidemill.kit.clock import now_ms
from tidemill.sdk.schedule_messages import Schedule, ScheduleTime

_MOST_NOTE = 60


def time_text(at_ms: int) -> str:
    """`Mon 2026-11-30 09:30:00`, by the clock of this machine."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone().strftime("%a %Y-%m-%d %H:%M:%S")


def how_soon(at_ms: int) -> str:
    """`in 3h 12m`, or how late it is."""
    left = at_ms - now_ms()
    return f"in {duration(left)}" if left >= 0 else f"{duration(-left)} late"


def tell_next(next_ms: list[int]) -> None:
    """The next times on standard error, a line each."""
    for at_ms in next_ms:
        click.echo(f"  {time_text(at_ms)}  {how_soon(at_ms)}", err=True)


def outcome_of(time: ScheduleTime | None) -> str:
    """What a time came to, in a word: the state of its run, `not begun` or `run deleted`."""
    if time is None:
        return "-"
    if not time.run_id:
        return "not begun"
    return time.run_state.lower() or "run deleted"


def next_text(schedule: Schedule) -> str:
    """When its next run begins, or why none does."""
    if not schedule.enabled:
        return "off"
    return time_text(schedule.next_ms[0]) if schedule.next_ms else "ended"


def one_line(text: str) -> str:
    """The beginning of a text in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_NOTE else f"{line[:_MOST_NOTE]}..."
