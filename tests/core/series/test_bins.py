"""Bins: every point is counted once, extremes are kept, edges are exact."""

import math
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import (
    Stored,
    canonical,
    columns,
    histories,
    history_key,
    regular_histories,
    step_key,
    stored_series,
)
from tidemill.core.series.bins import Bins, bin_points, complete_bins, plan_bins
from tidemill.core.series.chunk import encode_chunk
from tidemill.core.series.order import INT64_MAX, INT64_MIN
from tidemill.core.series.points import NO_POINTS, Point, Points
from tidemill.core.series.windows import Axis, Window

_ENDS = st.integers(-10, 40) | st.integers(INT64_MIN, INT64_MAX) | st.sampled_from([INT64_MIN, INT64_MAX])


@st.composite
def windows(draw: st.DrawFn) -> Window:
    axis = draw(st.sampled_from(Axis))
    low, high = sorted(draw(st.tuples(_ENDS, _ENDS)))
    origin = draw(_ENDS) if axis is Axis.RELATIVE else 0
    return Window(axis, low, high, draw(st.integers(1, 12)), origin)


@given(stored_series(histories) | stored_series(regular_histories), windows())
def test_bins_of_a_stored_series_are_those_of_its_points(given_: tuple[list[Point], Stored], window: Window) -> None:
    history, stored = given_
    plan = plan_bins(stored.summaries, stored.tail, window)
    check(complete_bins(plan, stored.load(plan.load)), history, window)


@given(histories | regular_histories, windows())
def test_bins_of_points_are_what_the_rule_says(history: list[Point], window: Window) -> None:
    check(bin_points(columns(history).canonical(), window), history, window)


def test_a_whole_long_history_is_binned_from_summaries_alone() -> None:
    stored = regular(chunks=100)
    plan = plan_bins(stored.summaries, stored.tail, Window(Axis.STEP, 0, 9999, 10))
    assert plan.load == ()
    found = complete_bins(plan, [])
    assert found.count.tolist() == [1000] * 10
    assert found.x.tolist() == list(range(999, 10_000, 1000))
    values = np.sin(np.arange(10_000)).reshape(10, 1000)
    assert np.array_equal(found.minimum, values.min(axis=1))
    assert np.array_equal(found.maximum, values.max(axis=1))
    assert np.array_equal(found.last, values[:, -1])
    assert found.mean == pytest.approx(values.mean(axis=1))


def test_chunks_on_the_edge_of_a_bucket_are_opened_and_those_outside_are_not() -> None:
    stored = regular(chunks=100)
    plan = plan_bins(stored.summaries, stored.tail, Window(Axis.STEP, 150, 549, 2))
    assert plan.load == (1, 3, 5)
    assert len(plan.whole) == 2


def test_a_bucket_without_finite_values_still_says_what_it_holds() -> None:
    found = bin_points(
        columns([Point(0, 0, math.nan), Point(1, 1, math.inf), Point(8, 8, -math.inf), Point(9, 9, 2.5)]),
        Window(Axis.STEP, 0, 9, 2),
    )
    assert found.count.tolist() == [0, 1]
    assert found.x.tolist() == [1, 9]
    assert np.isnan(found.mean[0])
    assert (found.minimum[1], found.maximum[1], found.mean[1], found.last[1]) == (2.5, 2.5, 2.5, 2.5)
    assert found.nan_count.tolist() == [1, 0]
    assert found.positive_infinity_count.tolist() == [1, 0]
    assert found.negative_infinity_count.tolist() == [0, 1]


def test_the_mean_of_huge_values_is_finite() -> None:
    stored = Stored([encode_chunk(columns([Point(i, i, 1.7e308) for i in range(4)]))], NO_POINTS)
    stored.blobs.append(encode_chunk(columns([Point(i, i, 1.5e308) for i in range(4, 8)])))
    plan = plan_bins(stored.summaries, stored.tail, Window(Axis.STEP, 0, 100, 1))
    assert plan.load == ()
    assert complete_bins(plan, []).mean.tolist() == pytest.approx([1.6e308])
    assert bin_points(stored.load([0])[0], Window(Axis.STEP, 0, 100, 1)).mean.tolist() == [1.7e308]


def test_nothing_in_the_window_gives_no_rows() -> None:
    stored = regular(chunks=2)
    window = Window(Axis.TIME, 1000, 2000, 50)
    plan = plan_bins(stored.summaries, stored.tail, window)
    assert plan.load == ()
    assert len(complete_bins(plan, []).x) == 0
    assert len(bin_points(NO_POINTS, window).x) == 0


def check(found: Bins, history: list[Point], window: Window) -> None:
    """Against one dictionary of lists."""
    key = step_key if window.axis is Axis.STEP else history_key
    buckets: dict[int, list[Point]] = {}
    for point in sorted(canonical(history), key=key):
        if window.low <= shown_x(point, window) <= window.high:
            buckets.setdefault(bucket_of(shown_x(point, window), window), []).append(point)
    assert found.buckets.tolist() == sorted(buckets)
    for row, bucket in enumerate(sorted(buckets)):
        check_row(found, row, buckets[bucket], window)


def check_row(found: Bins, row: int, points: Sequence[Point], window: Window) -> None:
    finite = [point for point in points if math.isfinite(point.value)]
    kinds = Counter("nan" if math.isnan(point.value) else point.value for point in points)
    assert found.count[row] == len(finite)
    assert found.nan_count[row] == kinds["nan"]
    assert found.positive_infinity_count[row] == kinds[math.inf]
    assert found.negative_infinity_count[row] == kinds[-math.inf]
    assert found.x[row] == shown_x((finite or points)[-1], window)
    statistics = (found.minimum[row], found.maximum[row], found.last[row])
    if not finite:
        assert all(map(math.isnan, (*statistics, found.mean[row])))
        return
    values = [point.value for point in finite]
    assert statistics == (min(values), max(values), values[-1])
    exact = sum(map(Fraction, values)) / len(values)
    # A relative error, and the grain of the smallest numbers.
    slack = Fraction(max(map(abs, values))) / 10**12 + Fraction(len(values), 2**1074)
    assert abs(Fraction(float(found.mean[row])) - exact) <= slack


def shown_x(point: Point, window: Window) -> int:
    return point.step if window.axis is Axis.STEP else point.timestamp - window.origin


def bucket_of(x: int, window: Window) -> int:
    span = window.high - window.low + 1
    return (x - window.low) * min(window.buckets, span) // span


def regular(*, chunks: int) -> Stored:
    """Chunks of 100 points, a step a millisecond."""
    steps = np.arange(100 * chunks, dtype=np.int64)
    whole = Points(steps, steps, np.sin(steps))
    return Stored([encode_chunk(whole[start : start + 100]) for start in range(0, len(whole), 100)], NO_POINTS)
