"""Which times a trigger has: cron and intervals, where clocks are set too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.schedules import rules
from tidemill.pipelines.schedules.models import Trigger
from tidemill.pipelines.schedules.words import words_of

DAY_MS = 24 * 3600 * 1000


def ms(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def times(trigger: Trigger, after: str, count: int, zone: str = "UTC", made: str = "2026-01-01") -> list[str]:
    found = rules.upcoming(rules.read_trigger(trigger), ms(after), ms(made), count)
    return [datetime.fromtimestamp(each / 1000, ZoneInfo(zone)).isoformat() for each in found]


def cron(expression: str, after: str, count: int, zone: str = "UTC") -> list[str]:
    return times(Trigger(expression if zone == "UTC" else f"CRON_TZ={zone} {expression}"), after, count, zone)


def test_five_fields_begin_with_the_minute_and_six_with_the_second() -> None:
    assert cron("30 9 * * 1-5", "2026-11-27T10:00", 2) == ["2026-11-30T09:30:00+00:00", "2026-12-01T09:30:00+00:00"]
    assert cron("10 30 9 ? * MON-FRI", "2026-11-27T10:00", 1) == ["2026-11-30T09:30:10+00:00"]
    assert cron("*/20 * * * * *", "2026-11-27T10:00", 3)[-1] == "2026-11-27T10:01:00+00:00"


def test_either_day_is_enough_where_both_are_told() -> None:
    assert cron("0 0 13 * FRI", "2026-11-10T00:00", 3) == [
        "2026-11-13T00:00:00+00:00",
        "2026-11-20T00:00:00+00:00",
        "2026-11-27T00:00:00+00:00",
    ]
    assert cron("0 0 1 * MON", "2026-11-28T00:00", 2) == ["2026-11-30T00:00:00+00:00", "2026-12-01T00:00:00+00:00"]


def test_a_time_lies_strictly_after_the_instant_that_is_asked_of() -> None:
    assert cron("0 12 * * *", "2026-11-10T12:00", 1) == ["2026-11-11T12:00:00+00:00"]
    assert cron("0 12 * * *", "2026-11-10T11:59:59.999", 1) == ["2026-11-10T12:00:00+00:00"]


def test_names_stand_for_expressions_and_intervals() -> None:
    assert cron("@daily", "2026-11-10T12:00", 1) == ["2026-11-11T00:00:00+00:00"]
    assert rules.read_trigger(Trigger("@every 1h30m")) == Trigger(interval_s=5400)
    assert cron("0 0 29 2 *", "2026-11-10", 1) == ["2028-02-29T00:00:00+00:00"]


def test_an_interval_keeps_its_grid() -> None:
    trigger = Trigger(interval_s=900, start_ms=ms("2026-11-10T12:05"))
    assert times(trigger, "2026-11-10T12:00", 2) == ["2026-11-10T12:20:00+00:00", "2026-11-10T12:35:00+00:00"]
    assert times(trigger, "2027-01-01T00:00", 1) == ["2027-01-01T00:05:00+00:00"]
    assert times(Trigger(interval_s=60), "2026-01-01T00:00:30", 1, made="2026-01-01T00:00:07") == [
        "2026-01-01T00:01:07+00:00"
    ]


def test_times_lie_between_start_and_end() -> None:
    trigger = Trigger("0 * * * *", start_ms=ms("2026-11-10T12:00"), end_ms=ms("2026-11-10T14:00"))
    assert times(trigger, "2026-11-01", 9) == ["2026-11-10T13:00:00+00:00", "2026-11-10T14:00:00+00:00"]
    assert times(trigger, "2026-11-10T14:00", 9) == []


@pytest.mark.parametrize("expression", ["30 2 * * *", "0 30 2 * * *"])
def test_what_falls_into_the_hour_that_is_left_out_comes_right_after_it(expression: str) -> None:
    assert cron(expression, "2026-03-28T00:00", 3, "Europe/Berlin") == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-30T02:30:00+02:00",
    ]


@pytest.mark.parametrize("expression", ["30 2 * * *", "0 30 2 * * *"])
def test_an_hour_that_comes_twice_counts_the_first_time(expression: str) -> None:
    assert cron(expression, "2026-10-24T12:00", 2, "Europe/Berlin") == [
        "2026-10-25T02:30:00+02:00",
        "2026-10-26T02:30:00+01:00",
    ]


def test_what_goes_on_all_day_goes_on_where_clocks_are_set() -> None:
    twice = cron("*/30 * * * *", "2026-10-24T23:59", 6, "Europe/Berlin")
    assert twice == [
        f"2026-10-25T02:{minute}:00{offset}" for offset in ("+02:00", "+01:00") for minute in ("00", "30")
    ] + ["2026-10-25T03:00:00+01:00", "2026-10-25T03:30:00+01:00"]
    assert cron("0 * * * *", "2026-03-29T00:00", 2, "Europe/Berlin") == [
        "2026-03-29T03:00:00+02:00",
        "2026-03-29T04:00:00+02:00",
    ]


@settings(max_examples=100, deadline=None)
@given(
    expression=st.sampled_from(["30 2 * * *", "15 */5 * * * *", "0 1-3 * * *", "*/7 * * * *", "30 0 2 * * *"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"]),
    day=st.integers(0, 20 * 365),
    minute=st.integers(0, 24 * 60),
)
def test_times_grow_and_the_latest_is_the_one_before_the_next(
    expression: str, zone: str, day: int, minute: int
) -> None:
    trigger, after = Trigger(f"CRON_TZ={zone} {expression}"), ms("2010-01-01") + day * DAY_MS + minute * 60_000
    found = rules.upcoming(trigger, after, 0, 60)
    assert found == sorted(set(found))
    assert found[0] > after
    for index in (0, 17, 58):
        for until in (found[index], found[index + 1] - 1):
            assert rules.latest_time(trigger, after, until, 0) == found[index]
    assert rules.latest_time(trigger, after, found[0] - 1, 0) is None


def test_the_latest_time_is_found_however_much_was_missed() -> None:
    assert rules.latest_time(Trigger("* * * * * *"), 0, ms("2026-11-10T12:00:00.700"), 0) == ms("2026-11-10T12:00")
    assert rules.latest_time(Trigger(interval_s=7), 3000, 3000 + 700_000_001, 3000) == 3000 + 700_000_000


@pytest.mark.parametrize(
    "trigger",
    [
        Trigger(),
        Trigger("* * * * *", 60),
        Trigger("x"),
        Trigger("* * * *"),
        Trigger("61 * * * *"),
        Trigger("0 0 30 2 *"),
        Trigger("CRON_TZ=Mars/Olympus * * * * *"),
        Trigger("CRON_TZ=../../etc/passwd * * * * *"),
        Trigger("* " * 500),
        Trigger("@every 0s"),
        Trigger("@every soon"),
        Trigger(interval_s=-1),
        Trigger(interval_s=2**40),
        Trigger("* * * * *", start_ms=-1),
        Trigger("* * * * *", end_ms=2**60),
        Trigger("* * * * *", start_ms=5000, end_ms=5000),
    ],
)
def test_what_is_no_trigger_is_refused(trigger: Trigger) -> None:
    with pytest.raises(InvalidError):
        rules.read_trigger(trigger)


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (Trigger("30 9 * * 1-5"), "at 09:30 on Monday through Friday"),
        (Trigger("CRON_TZ=Europe/Berlin 0 0 9 ? * *"), "at 09:00 every day (Europe/Berlin)"),
        (Trigger("*/15 * * * *"), "every 15 minutes"),
        (Trigger("0 0/10 * * * *"), "every 10 minutes"),
        (Trigger("*/7 * * * *"), "every seventh minute of every hour"),
        (Trigger("20 0 9 * * *"), "at 09:00 every day, at second 20"),
        (Trigger("15 * * * *"), "at 15 minutes past every hour"),
        (Trigger(interval_s=1), "every second"),
        (Trigger(interval_s=900), "every 15 minutes"),
        (Trigger(interval_s=5400), "every 1 hour 30 minutes"),
    ],
)
def test_a_trigger_is_told_in_words(trigger: Trigger, words: str) -> None:
    assert words_of(trigger) == words
