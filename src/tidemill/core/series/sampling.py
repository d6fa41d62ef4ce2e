"""Sampling a history to at most k points, by the rule of MLflow's get-history-bulk-interval.

The points of one run with a step in [start, end], ordered by (step, timestamp, value), are dealt into k buckets as
SQL's NTILE does: n // k each, the first n % k one more. The first point of each bucket is taken, and of the last
bucket the last point; k or fewer points are taken whole. Runs are sampled each by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tidemill.core.series.chunk import Chunk, decode_chunk
from tidemill.core.series.columns import Positions
from tidemill.core.series.merging import merge
from tidemill.core.series.order import INT64_MAX, INT64_MIN, Ints, value_ranks
from tidemill.core.series.points import Points
from tidemill.core.series.summary import ChunkSummary


@dataclass(frozen=True, slots=True)
class StepRange:
    """Steps from `start` to `end`, both inclusive."""

    start: int = INT64_MIN
    end: int = INT64_MAX


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """`taken` are the positions wanted of each chunk of `load`; None: the series must be merged before it is sampled.

    `tail` is what is wanted of the tail, or the whole tail for a merge.
    """

    load: tuple[int, ...]
    taken: tuple[Positions, ...] | None
    tail: Points
    steps: StepRange
    limit: int


def plan_sample(summaries: Sequence[ChunkSummary], tail: Points, steps: StepRange, limit: int) -> SamplePlan:
    """What to load for a sample of `limit` >= 1 points of a series whose tail is canonical.

    In a series whose steps never fall as time goes on, summaries tell where the wanted points stand, so that chunks
    without any are not loaded and of the others only the wanted points are decoded.
    """
    inside = [i for i, chunk in enumerate(summaries) if chunk.min_step <= steps.end and chunk.max_step >= steps.start]
    inside.sort(key=lambda position: summaries[position].first_key)
    spans = _spans([summaries[position] for position in inside], tail, steps)
    if spans is None:
        return SamplePlan(tuple(inside), None, tail, steps, limit)
    ends = np.cumsum([high - low for low, high in spans])
    wanted = sample_positions(int(ends[-1]), limit)
    marks = [0, *np.searchsorted(wanted, ends).tolist()]
    starts = ends - np.array([high for _, high in spans])
    parts = [wanted[low:high] - start for (low, high), start in zip(pairwise(marks), starts, strict=True)]
    chunks = [(position, part) for position, part in zip(inside, parts[:-1], strict=True) if len(part)]
    return SamplePlan(
        tuple(position for position, _ in chunks),
        tuple(part for _, part in chunks),
        tail.take(parts[-1]),
        steps,
        limit,
    )


def complete_sample(plan: SamplePlan, blobs: Sequence[bytes]) -> Points:
    """The sample in order of (step, timestamp, value), from the blobs of `plan.load` in that order.

    Blobs and not points, because of most chunks only a few points are decoded.
    """
    if plan.taken is None:
        return sample(merge([*map(decode_chunk, blobs), plan.tail]), plan.steps, plan.limit)
    chunks = zip(blobs, plan.taken, strict=True)
    return Points.concatenate([*(Chunk.parse(blob).take(positions) for blob, positions in chunks), plan.tail])


def sample(points: Points, steps: StepRange, limit: int) -> Points:
    """The sample of canonical points, in order of (step, timestamp, value)."""
    ordered = by_step(points)
    low, high = _bounds(ordered.steps, steps)
    return ordered.take(sample_positions(high - low, limit) + low)


def by_step(points: Points) -> Points:
    """Canonical points in order of (step, timestamp, value)."""
    if _never_falls(points.steps):
        return points
    return points.take(np.lexsort((value_ranks(points.values), points.timestamps, points.steps)))


def sample_positions(count: int, limit: int) -> Positions:
    """Which of `count` ordered points are taken for a limit of at least one; ascending."""
    if count <= limit:
        return np.arange(count, dtype=np.intp)
    size, larger = divmod(count, limit)
    buckets = np.arange(limit, dtype=np.intp)
    positions = buckets * size + np.minimum(buckets, larger)
    positions[-1] = count - 1
    return positions


def _spans(chunks: Sequence[ChunkSummary], tail: Points, steps: StepRange) -> list[tuple[int, int]] | None:
    """From and to which position the points of each chunk, and last of the tail, are in the range.

    None where summaries cannot tell: the chunks and the tail are not one sequence of steps that never fall, or the
    range begins or ends within a chunk whose steps the summary does not know.
    """
    low, high = _bounds(tail.steps, steps)
    if not _never_falls(tail.steps) or not _one_sequence(chunks, tail[low:high]):
        return None
    spans: list[tuple[int, int]] = []
    for chunk in chunks:
        if steps.start <= chunk.min_step and chunk.max_step <= steps.end:
            spans.append((0, chunk.count))
        elif (known := chunk.steps()) is not None:
            spans.append(_bounds(known, steps))
        else:
            return None
    return [*spans, (low, high)]


def _one_sequence(chunks: Sequence[ChunkSummary], tail: Points) -> bool:
    """Whether chunks and then the tail follow each other in history order and no step falls on the way."""
    for chunk, after in pairwise(chunks):
        if after.first_key <= chunk.last_key or after.min_step < chunk.max_step:
            return False
    if chunks and len(tail) and (tail.key(0) <= chunks[-1].last_key or int(tail.steps[0]) < chunks[-1].max_step):
        return False
    return all(chunk.ascending for chunk in chunks)


def _bounds(ascending: Ints, steps: StepRange) -> tuple[int, int]:
    return int(np.searchsorted(ascending, steps.start, "left")), int(np.searchsorted(ascending, steps.end, "right"))


def _never_falls(steps: Ints) -> bool:
    return bool((steps[1:] >= steps[:-1]).all())
