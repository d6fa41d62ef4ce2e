"""What names and parameters of schedules may ask for."""

from datetime import UTC, datetime

import pytest

from tidemill.pipelines.schedules.macros import Macros

DUE = int(datetime(2026, 11, 9, 8, 7, 6, tzinfo=UTC).timestamp() * 1000)
MACROS = Macros("some-uuid", DUE, DUE + 61_000, 7)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("at [[ScheduledTime]]", "at 20261109080706"),
        ("[[CurrentTime]]", "20261109080807"),
        ("[[ScheduledTime.2006-01-02T15:04:05Z07:00]]", "2026-11-09T08:07:06Z"),
        ("[[CurrentTime.Mon 02 Jan 06]]", "Mon 09 Nov 26"),
        ("[[Index]]/[[RunUUID]]", "7/some-uuid"),
        ("[[Index.x]] [[Nothing]] [[ScheduledTime", "[[Index.x]] [[Nothing]] [[ScheduledTime"),
    ],
)
def test_what_stands_in_double_brackets_is_filled_in(text: str, filled: str) -> None:
    assert MACROS.fill(text) == filled


def test_lists_and_objects_are_filled_inside() -> None:
    given = {"a": ["[[Index]]", 1, None, {"b": "[[Index]]"}], "[[Index]]": True}
    assert MACROS.fill(given) == {"a": ["7", 1, None, {"b": "7"}], "[[Index]]": True}
