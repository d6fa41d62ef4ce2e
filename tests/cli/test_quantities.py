"""Sizes and durations as people write and read them."""

import click
import pytest

from tidemill.cli.quantities import Duration, counted, size_text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1, "1 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (5_600_000_000_000, "5.6 TB"),
        (5_600_000_000_000_000, "5600.0 TB"),
    ],
)
def test_a_size_has_at_most_three_digits_below_a_thousand_terabytes(size: int, text: str) -> None:
    assert size_text(size) == text


@pytest.mark.parametrize(
    ("text", "seconds"), [("0s", 0), ("90s", 90), ("15m", 900), ("1h", 3600), ("30D", 2_592_000), (" 2w ", 1_209_600)]
)
def test_a_duration_is_a_whole_number_and_its_unit(text: str, seconds: int) -> None:
    assert Duration().convert(text, None, None) == seconds * 1000


@pytest.mark.parametrize("text", ["", "1", "h", "1.5h", "-1h", "1h30m", "1y", "٣h", "9999999999s"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="not a duration such as"):
        Duration().convert(text, None, None)


def test_things_are_counted_in_words() -> None:
    assert [counted(0, "run"), counted(1, "run"), counted(1234, "run")] == ["0 runs", "1 run", "1,234 runs"]
    assert counted(2, "entry", "entries") == "2 entries"
