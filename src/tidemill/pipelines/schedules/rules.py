"""Which times a trigger has. Pure: no clock, no tables.

Times lie strictly after the start (or, without one, after the schedule was made) and up to the end, as Kubeflow has
them: the first of an interval is one interval after the start.
"""

from dataclasses import replace

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.schedules.cron import every_of, read_cron
from tidemill.pipelines.schedules.models import Preview, Schedule, Trigger
from tidemill.pipelines.schedules.words import words_of

MAX_INTERVAL_S = 10 * 366 * 24 * 3600
MAX_PREVIEWED = 100
LATEST_MS = 100 * 365 * 24 * 3600 * 1000
"""2069: times beyond it are nobody's plan, and calendars of programs end somewhere."""
_SECOND_MS = 1000


def read_trigger(trigger: Trigger) -> Trigger:
    """A trigger that is sound: `@every 90m` is an interval. Raises InvalidError."""
    if bool(trigger.cron) == bool(trigger.interval_s):
        raise InvalidError(
            "a schedule has a cron expression or an interval, and not both",
            hint='"30 9 * * 1-5" for 09:30 from Monday to Friday, or 900 seconds',
        )
    if (every := every_of(trigger.cron)) is not None:
        trigger = replace(trigger, cron="", interval_s=every or -1)
    if trigger.interval_s not in range(1, MAX_INTERVAL_S + 1) and not trigger.cron:
        raise InvalidError(
            f"an interval has 1 to {MAX_INTERVAL_S} seconds, and not {trigger.interval_s}", hint="900 is 15 minutes"
        )
    for name, at_ms in (("start_time", trigger.start_ms), ("end_time", trigger.end_ms)):
        if at_ms is not None and at_ms not in range(LATEST_MS):
            raise InvalidError(f"{name} is not between 1970 and 2069", hint="write it as 2026-01-31T12:00:00Z")
    if trigger.start_ms is not None and trigger.end_ms is not None and trigger.end_ms <= trigger.start_ms:
        raise InvalidError("end_time is not after start_time", hint="leave end_time out for a schedule without end")
    if trigger.cron:
        read_cron(trigger.cron)
    return trigger


def first_time(trigger: Trigger, made_ms: int) -> int | None:
    """The first time of a schedule that was made then."""
    return time_after(trigger, base_of(trigger, made_ms), made_ms)


def base_of(trigger: Trigger, made_ms: int) -> int:
    """The instant after which its times begin."""
    return made_ms if trigger.start_ms is None else trigger.start_ms


def time_after(trigger: Trigger, after_ms: int, made_ms: int) -> int | None:
    """The first time after an instant; None where there is none any more."""
    base = base_of(trigger, made_ms)
    after_ms = max(after_ms, base)
    if trigger.cron:
        second = read_cron(trigger.cron).after(after_ms // _SECOND_MS)
        found = None if second is None else second * _SECOND_MS
    else:
        step = trigger.interval_s * _SECOND_MS
        found = base + ((after_ms - base) // step + 1) * step
    return found if found is not None and found <= _last(trigger) else None


def latest_time(trigger: Trigger, after_ms: int, until_ms: int, made_ms: int) -> int | None:
    """The last time after one instant and up to another: of what was missed, that which still counts.

    Found by halves, in some thirty steps however much lies between.
    """
    latest = time_after(trigger, after_ms, made_ms)
    if latest is None or latest > until_ms:
        return None
    behind = until_ms  # after which there is none up to until_ms
    while behind - latest > 1:
        middle = (latest + behind) // 2
        further = time_after(trigger, middle, made_ms)
        if further is not None and further <= until_ms:
            latest = further
        else:
            behind = middle
    return latest


def due_time(schedule: Schedule, now_ms: int) -> int | None:
    """The time that a run is to begin for now: the earliest that was missed, or the latest where it does not catch up.

    None where none has come.
    """
    if not schedule.enabled or schedule.next_ms is None or schedule.next_ms > now_ms:
        return None
    if schedule.catches_up:
        return schedule.next_ms
    return latest_time(schedule.trigger, schedule.next_ms - 1, now_ms, schedule.created_ms) or schedule.next_ms


def time_behind(schedule: Schedule, due_ms: int, now_ms: int, *, failed: bool) -> int | None:
    """What comes after a time. Behind one whose run could not begin, what was missed is not tried one by one."""
    if failed:
        latest = latest_time(schedule.trigger, due_ms, now_ms, schedule.created_ms)
        if latest is not None:
            return latest
    return time_after(schedule.trigger, due_ms, schedule.created_ms)


def upcoming(trigger: Trigger, after_ms: int, made_ms: int, count: int) -> list[int]:
    """The next times after an instant."""
    times = list[int]()
    while len(times) < count and (found := time_after(trigger, times[-1] if times else after_ms, made_ms)) is not None:
        times.append(found)
    return times


def preview(trigger: Trigger, now_ms: int, count: int) -> Preview:
    """What a schedule of this trigger would do from now on. Raises InvalidError."""
    trigger = read_trigger(trigger)
    return Preview(words_of(trigger), upcoming(trigger, now_ms, now_ms, min(max(count, 0), MAX_PREVIEWED)))


def _last(trigger: Trigger) -> int:
    return LATEST_MS if trigger.end_ms is None else trigger.end_ms
