"""Binning: a history of any length as one row per bucket of a chart, extremes kept.

Each bucket that holds a point gives minimum, maximum, mean and last of its finite values, and how many points were
finite, NaN and infinite. A chunk that stands alone in history, holds finite values only and falls in one bucket whole
is taken from its summary; all others are opened.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tidemill.core.series.merging import merge, overlap_groups
from tidemill.core.series.order import INT64_MAX, INT64_MIN, Floats, Ints, value_ranks
from tidemill.core.series.points import Points
from tidemill.core.series.sampling import by_step
from tidemill.core.series.summary import ChunkSummary, mean_of
from tidemill.core.series.windows import Axis, Window


@dataclass(frozen=True, slots=True)
class Bins:
    """Columns of equal length, one row per bucket that holds a point, ascending.

    `x` is where the last finite point stands (the last of any kind when none is finite), so that a bucket of one point
    draws that point. Last is the greatest of (x, step or timestamp, value). Where `count`, the number of finite
    points, is 0, the four value columns are NaN.
    """

    buckets: Ints
    x: Ints
    minimum: Floats
    maximum: Floats
    mean: Floats
    last: Floats
    count: Ints
    nan_count: Ints
    positive_infinity_count: Ints
    negative_infinity_count: Ints


@dataclass(frozen=True, slots=True)
class BinPlan:
    """Of the chunks that reach into the window `whole` ones are taken from their summaries, others are to be loaded."""

    window: Window
    load: tuple[int, ...]
    whole: tuple[ChunkSummary, ...]
    tail: Points


def plan_bins(summaries: Sequence[ChunkSummary], tail: Points, window: Window) -> BinPlan:
    """What to load to bin a series whose tail is canonical."""
    alone, _ = overlap_groups(summaries, tail)
    whole: list[int] = []
    load: list[int] = []
    for position, chunk in enumerate(summaries):
        if window.reaches(*window.span_of(chunk)):
            (whole if _fits_one_bucket(chunk, window) else load).append(position)
    standing_alone = set(alone)
    load += [position for position in whole if position not in standing_alone]
    kept = tuple(summaries[position] for position in whole if position in standing_alone)
    return BinPlan(window, tuple(sorted(load)), kept, tail)


def complete_bins(plan: BinPlan, loaded: Sequence[Points]) -> Bins:
    """The bins, from the points of the chunks in `plan.load`, in any order."""
    return _bins(merge([*loaded, plan.tail]), plan.whole, plan.window)


def bin_points(points: Points, window: Window) -> Bins:
    """The bins of canonical points."""
    return _bins(points, (), window)


# Statistics of `size` >= 1 finite points of one bucket; `x`, `second` and `rank` are the order of the last of them.
_ROW = np.dtype(
    [
        ("bucket", np.int64),
        ("x", np.int64),
        ("second", np.int64),
        ("rank", np.int64),
        ("size", np.int64),
        ("minimum", np.float64),
        ("maximum", np.float64),
        ("mean", np.float64),
        ("last", np.float64),
    ]
)
_Rows: TypeAlias = NDArray[np.void]


def _fits_one_bucket(chunk: ChunkSummary, window: Window) -> bool:
    low, high = window.span_of(chunk)
    in_one = window.bucket_of(low) == window.bucket_of(high)
    # By step, the last point of a chunk whose steps fall somewhere is not the last in history order.
    return in_one and chunk.finite_count == chunk.count and (window.axis is not Axis.STEP or chunk.ascending)


def _bins(points: Points, whole: Sequence[ChunkSummary], window: Window) -> Bins:
    count = window.bucket_count
    points, buckets = _placed(points, window)
    finite = np.isfinite(points.values)
    rows = _joined(np.concatenate([_rows_of_points(points, buckets, finite, window), _rows_of(whole, window)]))

    odd, odd_buckets = points.values[~finite], buckets[~finite]
    nan = np.bincount(odd_buckets[np.isnan(odd)], minlength=count)
    above = np.bincount(odd_buckets[odd > 0], minlength=count)
    below = np.bincount(odd_buckets[odd < 0], minlength=count)

    table = np.zeros(count, dtype=_ROW)
    for column in ("minimum", "maximum", "mean", "last"):
        table[column] = np.nan
    # Of several points of a bucket the last one stays.
    table["x"][odd_buckets] = _shown_x(points, window)[~finite]
    table[rows["bucket"]] = rows
    kept = np.flatnonzero(table["size"] + nan + above + below)
    table = table[kept]
    return Bins(
        buckets=kept,
        x=table["x"],
        minimum=table["minimum"],
        maximum=table["maximum"],
        mean=table["mean"],
        last=table["last"],
        count=table["size"],
        nan_count=nan[kept],
        positive_infinity_count=above[kept],
        negative_infinity_count=below[kept],
    )


def _placed(points: Points, window: Window) -> tuple[Points, Ints]:
    """The points inside the window in order of the axis, and the bucket of each."""
    ordered = by_step(points) if window.axis is Axis.STEP else points
    starts = window.starts()
    marks = np.searchsorted(window.x_of(ordered), [min(max(start, INT64_MIN), INT64_MAX) for start in starts])
    # With an origin the window may end beyond int64, where no point is.
    marks[[start > INT64_MAX for start in starts]] = len(ordered)
    return ordered[marks[0] : marks[-1]], np.repeat(np.arange(window.bucket_count), np.diff(marks))


def _rows_of_points(points: Points, buckets: Ints, finite: NDArray[np.bool_], window: Window) -> _Rows:
    if not finite.all():
        positions = np.flatnonzero(finite)
        points, buckets = points.take(positions), buckets[positions]
    starts = np.flatnonzero(np.diff(buckets, prepend=-1))
    rows = np.empty(len(starts), dtype=_ROW)
    if not len(starts):
        return rows
    ends = np.append(starts[1:], len(points))
    ending = points.take(ends - 1)
    rows["bucket"] = buckets[starts]
    rows["x"] = _shown_x(ending, window)
    rows["second"] = ending.timestamps if window.axis is Axis.STEP else ending.steps
    rows["rank"] = value_ranks(ending.values)
    rows["size"] = ends - starts
    rows["minimum"] = np.minimum.reduceat(points.values, starts)
    rows["maximum"] = np.maximum.reduceat(points.values, starts)
    rows["mean"] = _means(points.values, starts, ends)
    rows["last"] = ending.values
    return rows


def _rows_of(chunks: Sequence[ChunkSummary], window: Window) -> _Rows:
    """Of chunks that hold finite values only and each fall in one bucket."""
    return np.array([_row_of(chunk, window) for chunk in chunks], dtype=_ROW)


def _row_of(chunk: ChunkSummary, window: Window) -> tuple[int | float | None, ...]:
    end = window.span_of(chunk)[1]
    return (
        window.bucket_of(end),
        end - window.origin,
        chunk.last_timestamp if window.axis is Axis.STEP else chunk.last_step,
        chunk.last_rank,
        chunk.count,
        chunk.min_value,
        chunk.max_value,
        chunk.mean_value,
        chunk.last_value,
    )


def _joined(rows: _Rows) -> _Rows:
    """One row a bucket."""
    rows = rows[np.lexsort((rows["rank"], rows["second"], rows["x"]))]
    starts = np.flatnonzero(np.diff(rows["bucket"], prepend=-1))
    if len(starts) == len(rows):
        return rows
    ends = np.append(starts[1:], len(rows))
    joined = rows[ends - 1]
    joined["size"] = np.add.reduceat(rows["size"], starts)
    joined["minimum"] = np.minimum.reduceat(rows["minimum"], starts)
    joined["maximum"] = np.maximum.reduceat(rows["maximum"], starts)
    # Weights before sums: the sum of huge means would not be finite.
    weights = rows["size"] / np.repeat(joined["size"], ends - starts)
    joined["mean"] = np.add.reduceat(rows["mean"] * weights, starts)
    return joined


def _means(values: Floats, starts: NDArray[np.intp], ends: NDArray[np.intp]) -> Floats:
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.add.reduceat(values, starts) / (ends - starts)
    for row in np.flatnonzero(~np.isfinite(means)).tolist():
        means[row] = mean_of(values[starts[row] : ends[row]])
    return means


def _shown_x(points: Points, window: Window) -> Ints:
    return window.x_of(points) - np.int64(window.origin)
