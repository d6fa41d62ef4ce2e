"""A trigger in plain English: "every 15 minutes", "at 09:30 on Monday through Friday (Europe/Berlin)"."""

import re

from tidemill.pipelines.schedules.cron import read_cron
from tidemill.pipelines.schedules.models import Trigger

_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
_STEPS = re.compile(r"Every (\d+)(?:st|nd|rd|th) (second of every minute|minute of every hour)")
_MINUTE = re.compile(r"At minute (\d+) (?:of|past) every hour")
_ON_THE_HOUR = re.compile(r"At minute 0 past every")


def words_of(trigger: Trigger) -> str:
    """When its runs begin, without a capital in front."""
    if not trigger.cron:
        return f"every {_interval(trigger.interval_s)}"
    cron = read_cron(trigger.cron)
    told = _STEPS.sub(_evenly, cron.explain())
    told = _MINUTE.sub(lambda found: _past(int(found[1])), _ON_THE_HOUR.sub("On the hour, every", told))
    if cron.second:
        told = f"{told}, at second {cron.second}"
    told = told[:1].lower() + told[1:]
    return told if cron.zone_name == "UTC" else f"{told} ({cron.zone_name})"


def _interval(seconds: int) -> str:
    """`day`, `15 minutes`, `1 hour 30 minutes`."""
    parts = list[str]()
    for unit, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count:,} {unit}{'s' if count > 1 else ''}")
    return parts[0].removeprefix("1 ") if len(parts) == 1 else " ".join(parts)


def _evenly(found: re.Match[str]) -> str:
    """Every 15th minute of every hour is every 15 minutes; every 7th is not every 7, since an hour has 60."""
    step = int(found[1])
    return found[0] if 60 % step else f"Every {step} {found[2].split()[0]}s"


def _past(minute: int) -> str:
    return f"At {minute} minute{'s' if minute > 1 else ''} past every hour"
