"""The order of values, NaN and zeros included."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import histories, lists, step_key
from tidemill.core.series.order import latest_position, value_rank, value_ranks
from tidemill.core.series.points import Point


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_ranks_compare_as_the_values_do(one: float, other: float) -> None:
    assert (value_rank(one) < value_rank(other)) == (one < other)
    assert (value_rank(one) == value_rank(other)) == (one == other)


@given(st.lists(st.floats()))
def test_ranks_of_arrays_are_the_ranks_of_their_values(values: list[float]) -> None:
    assert value_ranks(np.array(values, dtype=np.float64)).tolist() == [value_rank(value) for value in values]


def test_every_nan_ranks_right_after_zero() -> None:
    quiet, negative, payload = np.array([0x7FF8 << 48, 0xFFF8 << 48, (0x7FF8 << 48) + 7], dtype=np.uint64).view("f8")
    ranks = {value_rank(float(value)) for value in (quiet, negative, payload)}
    assert len(ranks) == 1
    assert value_rank(0.0) == value_rank(-0.0) < ranks.pop() < value_rank(5e-324)


@given(histories.filter(bool))
def test_the_latest_point_is_the_greatest_by_step_timestamp_and_value(history: list[Point]) -> None:
    found = latest_position(*lists(history))
    assert step_key(history[found])[:3] == max(step_key(point)[:3] for point in history)


def test_of_equal_latest_points_the_first_stays() -> None:
    assert latest_position([1, 1], [5, 5], [math.nan, 0.0]) == 0
    assert latest_position([1, 1], [5, 5], [0.0, math.nan]) == 0
    assert latest_position([1, 1], [5, 5], [-1.0, math.nan]) == 1
