"""Random histories for the property tests, how they may lie in storage, and what plain rules make of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from tidemill.core.series.chunk import decode_chunk, encode_chunk
from tidemill.core.series.order import INT64_MAX, INT64_MIN
from tidemill.core.series.points import Point, Points
from tidemill.core.series.summary import ChunkSummary

# Small pools make duplicates and ties likely, whole ranges find what breaks at the limits.
_INTS = (
    st.integers(-3, 3)
    | st.sampled_from([INT64_MIN, INT64_MIN + 1, INT64_MAX - 1, INT64_MAX])
    | st.integers(INT64_MIN, INT64_MAX)
)
_FLOATS = (
    st.sampled_from([0.0, -0.0, math.nan, math.inf, -math.inf, 1.0, -1.0, 5e-324, 1.7e308, -1.7e308]) | st.floats()
)

points = st.builds(Point, _INTS, _INTS, _FLOATS)
histories = st.lists(points, max_size=40)
regular_histories = st.builds(
    lambda steps, stride, start: [Point(step, start + place * stride, step / 7) for place, step in enumerate(steps)],
    st.lists(st.integers(0, 30), max_size=40).map(sorted),
    st.integers(0, 5),
    st.integers(-5, 5),
)


@dataclass
class Stored:
    """A series as a store would hold it."""

    blobs: list[bytes]
    tail: Points

    @property
    def summaries(self) -> list[ChunkSummary]:
        return [ChunkSummary.of(decode_chunk(blob)) for blob in self.blobs]

    def load(self, positions: Sequence[int]) -> list[Points]:
        return [decode_chunk(self.blobs[position]) for position in positions]


@st.composite
def stored_series(draw: st.DrawFn, of: st.SearchStrategy[list[Point]]) -> tuple[list[Point], Stored]:
    """A history and one way to store it: dealt into overlapping chunks, duplicated here and there, the rest as tail."""
    history = draw(of)
    ordered = canonical(history) if draw(st.booleans()) else history
    cuts = sorted(draw(st.lists(st.integers(0, len(ordered)), max_size=6)))
    pieces = [ordered[low:high] for low, high in zip([0, *cuts], [*cuts, len(ordered)], strict=True)]
    repeated = draw(st.lists(st.sampled_from(history), max_size=5)) if history else []
    chunks = [piece for piece in [*pieces[:-1], repeated] if piece]
    draw(st.randoms(use_true_random=False)).shuffle(chunks)
    blobs = [encode_chunk(columns(piece).canonical()) for piece in chunks]
    return history, Stored(blobs, columns(pieces[-1]).canonical())


def lists(history: Sequence[Point]) -> tuple[list[int], list[int], list[float]]:
    """Steps, timestamps, values."""
    return (
        [point.step for point in history],
        [point.timestamp for point in history],
        [point.value for point in history],
    )


def columns(history: Sequence[Point]) -> Points:
    steps, timestamps, values = lists(history)
    return Points(
        np.array(steps, dtype=np.int64), np.array(timestamps, dtype=np.int64), np.array(values, dtype=np.float64)
    )


def history_key(point: Point) -> tuple[int, int, float, bool]:
    """History order: timestamp, step, value; NaN counts as zero and comes after it."""
    is_nan = math.isnan(point.value)
    return point.timestamp, point.step, 0.0 if is_nan else point.value, is_nan


def step_key(point: Point) -> tuple[int, int, float, bool]:
    timestamp, step, value, is_nan = history_key(point)
    return step, timestamp, value, is_nan


def canonical(history: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in sorted(history, key=history_key):
        if not kept or history_key(kept[-1]) != history_key(point):
            kept.append(point)
    return kept


def keys(history: Points | Sequence[Point]) -> list[tuple[int, int, float, bool]]:
    """What two histories are compared by: -0.0 equals 0.0 and NaN equals NaN."""
    return [history_key(point) for point in history]
