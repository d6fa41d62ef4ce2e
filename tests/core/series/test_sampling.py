"""Sampling: the rule of MLflow's get-history-bulk-interval, whatever the chunks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.series.histories import (
    Stored,
    canonical,
    columns,
    histories,
    keys,
    regular_histories,
    step_key,
    stored_series,
)
from tidemill.core.series.chunk import encode_chunk
from tidemill.core.series.order import INT64_MAX, INT64_MIN
from tidemill.core.series.points import NO_POINTS, Point, Points
from tidemill.core.series.sampling import (
    StepRange,
    complete_sample,
    plan_sample,
    sample,
    sample_positions,
)

_ENDS = st.integers(-5, 35) | st.sampled_from([INT64_MIN, INT64_MAX])
step_ranges = st.tuples(_ENDS, _ENDS).map(sorted).map(lambda ends: StepRange(*ends))
stored = stored_series(histories) | stored_series(regular_histories)


@given(stored, step_ranges, st.integers(1, 12))
def test_a_sample_of_a_stored_series_is_what_the_rule_says(
    given_: tuple[list[Point], Stored], steps: StepRange, limit: int
) -> None:
    history, series = given_
    assert keys(read_sample(series, steps, limit)) == keys(expected(history, steps, limit))


@given(histories | regular_histories, step_ranges, st.integers(1, 12))
def test_a_sample_of_points_is_what_the_rule_says(history: list[Point], steps: StepRange, limit: int) -> None:
    assert keys(sample(columns(history).canonical(), steps, limit)) == keys(expected(history, steps, limit))


@pytest.mark.parametrize(
    ("count", "limit", "taken"),
    [
        (10, 3, [0, 4, 9]),
        (10, 4, [0, 3, 6, 9]),
        (10, 6, [0, 2, 4, 6, 8, 9]),
        (10, 1, [9]),
        (10, 10, list(range(10))),
        (3, 320, [0, 1, 2]),
        (0, 5, []),
    ],
)
def test_positions_taken_are_those_mlflow_takes(count: int, limit: int, taken: list[int]) -> None:
    assert sample_positions(count, limit).tolist() == taken


def test_of_a_regular_history_only_chunks_with_wanted_points_are_loaded() -> None:
    series = regular(chunks=100)
    plan = plan_sample(series.summaries, series.tail, StepRange(), 5)
    assert plan.load == (0, 20, 40, 60, 99)
    assert plan_sample(series.summaries, series.tail, StepRange(1050, 1149), 320).load == (10, 11)


def test_a_range_that_begins_within_a_chunk_of_unknown_steps_opens_it() -> None:
    steps = np.cumsum(np.arange(300) % 3, dtype=np.int64)
    whole = Points(steps, np.arange(300, dtype=np.int64), np.zeros(300))
    series = Stored([encode_chunk(whole[start : start + 100]) for start in (0, 100, 200)], NO_POINTS)
    assert plan_sample(series.summaries, series.tail, StepRange(150, 1000), 3).load == (1, 2)
    found = read_sample(series, StepRange(150, 1000), 3)
    assert keys(found) == keys(expected(list(whole), StepRange(150, 1000), 3))


def test_chunks_of_other_steps_are_not_loaded_even_in_a_tangled_history() -> None:
    one, two = regular(chunks=1).blobs[0], columns([Point(7, 50, 1.0), Point(3, 60, 2.0)])
    series = Stored([one, encode_chunk(two)], NO_POINTS)
    assert plan_sample(series.summaries, series.tail, StepRange(0, 5), 320).load == (0, 1)
    assert plan_sample(series.summaries, series.tail, StepRange(50, 60), 320).load == (0,)


def read_sample(series: Stored, steps: StepRange, limit: int) -> Points:
    plan = plan_sample(series.summaries, series.tail, steps, limit)
    return complete_sample(plan, [series.blobs[position] for position in plan.load])


def expected(history: list[Point], steps: StepRange, limit: int) -> list[Point]:
    """The rule word for word: deal the ordered points into buckets as NTILE does; first of each, last of the last."""
    ordered = sorted(canonical(history), key=step_key)
    inside = [point for point in ordered if steps.start <= point.step <= steps.end]
    if len(inside) <= limit:
        return inside
    buckets: list[list[Point]] = []
    left = list(inside)
    for bucket in range(limit):
        size = len(inside) // limit + (1 if bucket < len(inside) % limit else 0)
        buckets.append(left[:size])
        left = left[size:]
    return [*(bucket[0] for bucket in buckets[:-1]), buckets[-1][-1]]


def regular(*, chunks: int) -> Stored:
    """Chunks of 100 points, a step a millisecond."""
    steps = np.arange(100 * chunks, dtype=np.int64)
    whole = Points(steps, steps, np.sin(steps))
    return Stored([encode_chunk(whole[start : start + 100]) for start in range(0, len(whole), 100)], NO_POINTS)
