"""What a schedule's parameters and names may ask for, in Kubeflow's words: `[[ScheduledTime]]`, `[[CurrentTime]]`,
`[[Index]]` and `[[RunUUID]]`.

A time may have a layout, by Go's example instant: `[[ScheduledTime.2006-01-02]]`. Times are UTC. What is between other
brackets stays as it is.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

_MACRO = re.compile(r"\[\[(RunUUID|Index|ScheduledTime|CurrentTime)(?:\.([^\[\]]{1,100}))?\]\]")
_DEFAULT_LAYOUT = "20060102150405"
_DEEPEST = 50
_LAYOUTS = {
    "2006": "%Y",
    "06": "%y",
    "January": "%B",
    "Jan": "%b",
    "01": "%m",
    "Monday": "%A",
    "Mon": "%a",
    "02": "%d",
    "15": "%H",
    "03": "%I",
    "04": "%M",
    "05": "%S",
    "PM": "%p",
    "MST": "UTC",
    "Z07:00": "Z",
    "-0700": "+0000",
    "-07:00": "+00:00",
}
_LAYOUT = re.compile("|".join(re.escape(part) for part in sorted(_LAYOUTS, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Macros:
    """What they stand for in one run."""

    run_uuid: str
    scheduled_ms: int
    now_ms: int
    index: int
    """1 for the first run of a schedule."""

    def fill(self, value: Any, deepness: int = 0) -> Any:
        """A value with all of them filled in, inside of lists and objects too."""
        if isinstance(value, str):
            return _MACRO.sub(self._of, value)
        if deepness > _DEEPEST:
            return value
        if isinstance(value, list):
            return [self.fill(each, deepness + 1) for each in cast("list[Any]", value)]
        if isinstance(value, dict):
            return {key: self.fill(each, deepness + 1) for key, each in cast("dict[str, Any]", value).items()}
        return value

    def _of(self, found: re.Match[str]) -> str:
        name, layout = found[1], found[2]
        match name:
            case "ScheduledTime":
                return _told(self.scheduled_ms, layout)
            case "CurrentTime":
                return _told(self.now_ms, layout)
            case _ if layout is not None:
                return found[0]
            case "Index":
                return str(self.index)
            case _:
                return self.run_uuid


def _told(at_ms: int, layout: str | None) -> str:
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return _LAYOUT.sub(lambda found: moment.strftime(_LAYOUTS[found[0]]), layout or _DEFAULT_LAYOUT)
