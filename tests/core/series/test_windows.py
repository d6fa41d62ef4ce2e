"""What a chart may ask for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import Stored, histories, stored_series
from tidemill.core.series.order import INT64_MAX, INT64_MIN
from tidemill.core.series.points import NO_POINTS, Point
from tidemill.core.series.windows import MAX_BUCKETS, Axis, Window, extent_of
from tidemill.kit.errors import InvalidError

_INT64 = st.integers(INT64_MIN, INT64_MAX)


@given(_INT64, _INT64, st.integers(1, MAX_BUCKETS), st.data())
def test_starts_of_buckets_are_the_smallest_x_in_them(one: int, other: int, buckets: int, data: st.DataObject) -> None:
    window = Window(Axis.STEP, min(one, other), max(one, other), buckets)
    starts = window.starts()
    assert starts[0] == window.low
    assert starts[-1] == window.high + 1
    assert len(starts) == window.bucket_count + 1
    bucket = data.draw(st.integers(0, window.bucket_count - 1))
    assert window.bucket_of(starts[bucket]) == bucket
    assert window.bucket_of(starts[bucket] - 1) == bucket - 1


def test_there_are_no_more_buckets_than_steps() -> None:
    assert Window(Axis.STEP, 5, 9, 1000).starts() == [5, 6, 7, 8, 9, 10]


@pytest.mark.parametrize(
    ("low", "high", "buckets", "origin"),
    [(1, 0, 5, 0), (0, 9, 0, 0), (0, 9, MAX_BUCKETS + 1, 0), (0, 2**63, 5, 0), (-(2**63) - 1, 0, 5, 0), (0, 9, 5, 3)],
)
def test_windows_that_make_no_chart_are_refused(low: int, high: int, buckets: int, origin: int) -> None:
    with pytest.raises(InvalidError):
        Window(Axis.STEP, low, high, buckets, origin)


@given(stored_series(histories))
def test_the_extent_of_a_series_spans_chunks_and_tail(given_: tuple[list[Point], Stored]) -> None:
    history, stored = given_
    found = extent_of(stored.summaries, stored.tail)
    if not history:
        assert found is None
        return
    table = np.array([(point.step, point.timestamp) for point in history], dtype=np.int64)
    assert found == (table[:, 0].min(), table[:, 0].max(), table[:, 1].min(), table[:, 1].max())


def test_a_series_without_points_has_no_extent() -> None:
    assert extent_of([], NO_POINTS) is None
