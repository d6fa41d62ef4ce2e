"""Points: canonical form, latest, extent, look-up by key."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.core.series.histories import canonical, columns, histories, history_key, keys, lists, points, step_key
from tidemill.core.series.order import OrderKey, value_rank
from tidemill.core.series.points import NO_POINTS, Point, Points
from tidemill.kit.errors import InvalidError


@given(histories)
def test_canonical_is_sorted_and_without_duplicates(history: list[Point]) -> None:
    assert keys(columns(history).canonical()) == keys(canonical(history))


@given(histories)
def test_canonical_points_are_returned_as_they_are(history: list[Point]) -> None:
    once = columns(history).canonical()
    assert once.is_canonical()
    assert once.canonical() is once


@given(histories.filter(bool), st.data())
def test_points_with_a_duplicate_are_not_canonical(history: list[Point], data: st.DataObject) -> None:
    ordered = canonical(history)
    place = data.draw(st.integers(0, len(ordered) - 1))
    assert not columns([*ordered[: place + 1], *ordered[place:]]).is_canonical()


@given(histories, st.data())
def test_points_out_of_order_are_not_canonical(history: list[Point], data: st.DataObject) -> None:
    ordered = canonical(history)
    assume(len(ordered) > 1)
    place = data.draw(st.integers(1, len(ordered) - 1))
    assert not columns([*ordered[place:], *ordered[:place]]).is_canonical()


@given(histories.filter(bool))
def test_latest_is_the_greatest_by_step_timestamp_and_value(history: list[Point]) -> None:
    assert step_key(columns(history).latest()) == max(map(step_key, history))


@given(histories.filter(bool))
def test_extent_spans_steps_and_timestamps(history: list[Point]) -> None:
    steps = [point.step for point in history]
    times = [point.timestamp for point in history]
    assert columns(history).extent() == (min(steps), max(steps), min(times), max(times))


@given(histories, points)
def test_a_key_is_found_where_the_order_says(history: list[Point], sought: Point) -> None:
    ordered = canonical(history)
    key = OrderKey(sought.timestamp, sought.step, value_rank(sought.value))
    assert columns(ordered).position_of(key) == sum(history_key(point) < history_key(sought) for point in ordered)
    assert columns(ordered).position_after(key) == sum(history_key(point) <= history_key(sought) for point in ordered)


@given(histories)
def test_points_iterate_as_they_were_given(history: list[Point]) -> None:
    assert keys(Points.of(*lists(history))) == keys(history)


def test_concatenation_keeps_the_order_of_parts() -> None:
    one, two = columns([Point(2, 2, 2.0)]), columns([Point(1, 1, 1.0), Point(0, 0, 0.0)])
    assert [point.step for point in Points.concatenate([one, NO_POINTS, two])] == [2, 1, 0]
    assert len(Points.concatenate([])) == 0


def test_a_slice_shares_the_columns() -> None:
    whole = columns([Point(i, i, float(i)) for i in range(10)])
    part = whole[2:5]
    assert [point.step for point in part] == [2, 3, 4]
    assert np.shares_memory(part.values, whole.values)


def test_points_are_the_same_with_nan_and_differ_by_any_column() -> None:
    one = columns([Point(1, 2, math.nan)])
    assert one.same_as(columns([Point(1, 2, math.nan)]))
    for other in (Point(0, 2, math.nan), Point(1, 0, math.nan), Point(1, 2, 0.0)):
        assert not one.same_as(columns([other]))


def test_numbers_beyond_64_bits_and_uneven_columns_are_refused() -> None:
    with pytest.raises(InvalidError, match="64-bit"):
        Points.of([2**63], [0], [0.0])
    with pytest.raises(InvalidError, match="length"):
        Points.of([1, 2], [0], [0.0])
