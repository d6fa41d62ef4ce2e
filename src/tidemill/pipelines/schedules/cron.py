"""Cron expressions: which second comes next.

Five fields (minute first) or six (second first, as Kubeflow's clients write them), names of days and months, `?` for
`*`, `@daily` and its like, `@every 90m`, and `CRON_TZ=Europe/Berlin` in front for a time zone other than UTC.

Where clocks are set forward or back, what happens at an hour happens once that day: what would fall into the hour that
is left out comes right after it, and the hour that comes twice counts the first time. What goes on all day goes on.
"""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from tidemill.kit.errors import InvalidError

MAX_LENGTH = 200
_UTC = "UTC"
_ZONE = re.compile(r"(?:CRON_TZ|TZ)=(\S*)\s+(.*)", re.DOTALL)
_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}")
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY = re.compile(r"@every\s+((?:\d+[hms])+)")
_PART_OF_DURATION = re.compile(r"(\d+)([hms])")
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_WITHOUT_SECONDS, _WITH_SECONDS = 5, 6
_MOST_TRIED = 10_000
"""Candidates that lie behind us: an hour that comes twice has as many, second by second, at most."""
_HINT = 'five fields, such as "30 9 * * 1-5" (09:30 from Monday to Friday), or six with seconds in front'


class Cron:
    """A cron expression, read. Raises InvalidError for what is none."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise InvalidError(f"a cron expression has at most {MAX_LENGTH} characters, and this has {len(text)}")
        self.zone_name, expression = split_zone(text)
        self._zone = zone_of(self.zone_name)
        self.fields = _fields(expression)
        # A single second is counted from the minute, so that it is treated like a minute where clocks are set.
        self._offset_s = 0
        if len(self.fields) == _WITH_SECONDS and self.fields[0].isdecimal() and int(self.fields[0][:3]) < 60:
            self._offset_s = int(self.fields[0])
            self.fields = self.fields[1:]
        self._expression = " ".join(self.fields)
        try:
            self._simulated(0)
        except (CronSimError, ValueError, AssertionError) as error:
            raise InvalidError(f"{expression[:100]!r} is no cron expression: {error}", hint=_HINT) from error

    @property
    def second(self) -> int:
        """The second of a minute where it is a single one; the other fields are then five."""
        return self._offset_s

    def after(self, second: int) -> int | None:
        """The first second after this one, both since 1970; None where there is none in fifty years."""
        from_minute = second - self._offset_s
        found = islice(self._simulated(from_minute), _MOST_TRIED)
        later = (stamp for moment in found if (stamp := int(moment.timestamp())) > from_minute)
        stamp = next(later, None)
        return None if stamp is None else stamp + self._offset_s

    def explain(self) -> str:
        """What it says, in English."""
        return CronSim(self._expression, datetime.fromtimestamp(0, self._zone)).explain()

    def _simulated(self, second: int) -> Iterator[datetime]:
        return CronSim(self._expression, datetime.fromtimestamp(second, self._zone))


@lru_cache(maxsize=1000)
def read_cron(text: str) -> Cron:
    """A cron expression, read once. Raises InvalidError."""
    return Cron(text)


def split_zone(text: str) -> tuple[str, str]:
    """The time zone of a cron expression, UTC where it names none, and the rest."""
    found = _ZONE.fullmatch(text.strip())
    return (found[1], found[2].strip()) if found is not None else (_UTC, text.strip())


def zone_of(name: str) -> tzinfo:
    """A time zone by its name in the IANA database. Raises InvalidError."""
    try:
        if _ZONE_NAME.fullmatch(name) is not None:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    raise InvalidError(
        f"there is no time zone {name[:100]!r}",
        hint="such as Europe/Berlin or UTC; a machine without any takes them from the package tzdata",
    )


def every_of(text: str) -> int | None:
    """The seconds of `@every 1h30m`; None for anything else. Raises InvalidError where they are none."""
    _, expression = split_zone(text)
    if not expression.startswith("@every"):
        return None
    if (found := _EVERY.fullmatch(expression)) is None or len(expression) > MAX_LENGTH:
        raise InvalidError(f"{expression[:100]!r} is no interval", hint='such as "@every 90m" or "@every 1h30m"')
    return sum(int(count) * _SECONDS[unit] for count, unit in _PART_OF_DURATION.findall(found[1]))


def _fields(expression: str) -> list[str]:
    fields = _NAMED.get(expression.lower(), expression).upper().split()
    if len(fields) not in (_WITHOUT_SECONDS, _WITH_SECONDS):
        raise InvalidError(
            f"{expression[:100]!r} has {len(fields)} fields, and a cron expression five or six", hint=_HINT
        )
    return [re.sub(r"^\?", "*", field) for field in fields]
