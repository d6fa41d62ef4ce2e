"""Summaries say of a chunk what its points say."""

import math

import numpy as np
import pytest
from hypothesis import given

from tests.core.series.histories import canonical, columns, histories, regular_histories
from tidemill.core.series.order import OrderKey, value_rank
from tidemill.core.series.points import Point
from tidemill.core.series.summary import ChunkSummary


@given((histories | regular_histories).filter(bool))
def test_a_summary_is_true_of_its_points(history: list[Point]) -> None:
    ordered = canonical(history)
    summary = ChunkSummary.of(columns(ordered))
    steps = [point.step for point in ordered]
    finite = [point.value for point in ordered if math.isfinite(point.value)]
    first, last = ordered[0], ordered[-1]
    assert summary.count == len(ordered)
    assert summary.first_key == OrderKey(first.timestamp, first.step, value_rank(first.value))
    assert summary.last_key == OrderKey(last.timestamp, last.step, value_rank(last.value))
    assert summary.extent == (min(steps), max(steps), first.timestamp, last.timestamp)
    assert summary.ascending == (steps == sorted(steps))
    assert summary.finite_count == len(finite)
    assert summary.nan_count == sum(math.isnan(point.value) for point in ordered)
    assert summary.positive_infinity_count == sum(point.value == math.inf for point in ordered)
    assert summary.negative_infinity_count == sum(point.value == -math.inf for point in ordered)
    assert (summary.min_value, summary.max_value) == ((min(finite), max(finite)) if finite else (None, None))
    assert summary.last_value == (finite[-1] if finite else None)


@given((histories | regular_histories).filter(bool))
def test_steps_of_a_summary_are_all_the_steps_or_unknown(history: list[Point]) -> None:
    points = columns(history).canonical()
    steps = ChunkSummary.of(points).steps()
    deltas = {int(delta) for delta in np.diff(points.steps)}
    assert (steps is None) == (len(deltas) > 1)
    assert steps is None or np.array_equal(steps, points.steps)


@given(histories.filter(bool))
def test_the_mean_is_finite_and_between_the_extremes(history: list[Point]) -> None:
    summary = ChunkSummary.of(columns(history).canonical())
    if summary.min_value is None or summary.max_value is None:
        assert summary.mean_value is None
    else:
        assert summary.mean_value is not None
        slack = 1e-12 * max(abs(summary.min_value), abs(summary.max_value))
        assert summary.min_value - slack <= summary.mean_value <= summary.max_value + slack


def test_the_mean_of_huge_values_is_their_mean() -> None:
    points = columns([Point(i, i, value) for i, value in enumerate([1.7e308, 1.7e308, -1.7e308, 1.6e308])])
    assert ChunkSummary.of(points).mean_value == pytest.approx(0.825e308)
