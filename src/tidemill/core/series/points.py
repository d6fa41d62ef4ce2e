"""`Points`: a piece of one metric's history as three columns.

A point is (step, timestamp in ms, value): two int64 of any sign and one float64, NaN and infinities included. The
canonical form is in history order with exact duplicates collapsed; see `order` for what equal and greater mean.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tidemill.core.series.order import Floats, Ints, OrderKey, value_rank, value_ranks
from tidemill.kit.errors import InvalidError


class Point(NamedTuple):
    step: int
    timestamp: int
    value: float


class Extent(NamedTuple):
    """Smallest and greatest step and timestamp, all inclusive."""

    min_step: int
    max_step: int
    min_timestamp: int
    max_timestamp: int


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Three columns of equal length. The arrays are shared between slices: never write to them."""

    steps: Ints
    timestamps: Ints
    values: Floats

    @staticmethod
    def of(steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]) -> "Points":
        """From plain lists. Raises InvalidError when an integer does not fit int64 or the lengths differ."""
        if not len(steps) == len(timestamps) == len(values):
            raise InvalidError("Steps, timestamps and values are not of one length.")
        try:
            return Points(
                np.array(steps, dtype=np.int64),
                np.array(timestamps, dtype=np.int64),
                np.array(values, dtype=np.float64),
            )
        except OverflowError as error:
            raise InvalidError("A step or timestamp is outside the range of a 64-bit integer.") from error

    @staticmethod
    def concatenate(parts: Iterable["Points"]) -> "Points":
        """All parts one after another, in the given order."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return NO_POINTS
        if len(kept) == 1:
            return kept[0]
        return Points(
            np.concatenate([part.steps for part in kept]),
            np.concatenate([part.timestamps for part in kept]),
            np.concatenate([part.values for part in kept]),
        )

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, span: slice) -> "Points":
        return Points(self.steps[span], self.timestamps[span], self.values[span])

    def __iter__(self) -> Iterator[Point]:
        columns = zip(self.steps.tolist(), self.timestamps.tolist(), self.values.tolist(), strict=True)
        return map(Point._make, columns)

    def take(self, positions: NDArray[np.intp]) -> "Points":
        """The points at these positions, in that order."""
        return Points(self.steps[positions], self.timestamps[positions], self.values[positions])

    def canonical(self) -> "Points":
        """In history order, exact duplicates collapsed to the first one. Costs one comparison when it is so already."""
        if self.is_canonical():
            return self
        ranks = value_ranks(self.values)
        order = np.lexsort((ranks, self.steps, self.timestamps))
        ordered = self.take(order)
        ranks = ranks[order]
        fresh = np.empty(len(self), dtype=np.bool_)
        fresh[0] = True
        np.not_equal(ordered.timestamps[1:], ordered.timestamps[:-1], out=fresh[1:])
        fresh[1:] |= ordered.steps[1:] != ordered.steps[:-1]
        fresh[1:] |= ranks[1:] != ranks[:-1]
        return ordered if fresh.all() else ordered.take(np.flatnonzero(fresh))

    def is_canonical(self) -> bool:
        """Whether each point stands strictly before the next one."""
        times = self.timestamps
        if bool((times[1:] > times[:-1]).all()):
            return True
        if bool((times[1:] < times[:-1]).any()):
            return False
        same = np.flatnonzero(times[1:] == times[:-1])
        before, after = self.steps[same], self.steps[same + 1]
        if bool((after > before).all()):
            return True
        if bool((after < before).any()):
            return False
        same = same[after == before]
        ranks, next_ranks = value_ranks(self.values[same]), value_ranks(self.values[same + 1])
        return bool((next_ranks > ranks).all())

    def latest(self) -> Point:
        """The point of greatest (step, timestamp, value). Needs at least one point, in any order."""
        tied = np.flatnonzero(self.steps == self.steps.max())
        times = self.timestamps[tied]
        tied = tied[times == times.max()]
        return self._point(int(tied[np.argmax(value_ranks(self.values[tied]))]))

    def extent(self) -> Extent:
        """Needs at least one point, in any order."""
        return Extent(
            int(self.steps.min()), int(self.steps.max()), int(self.timestamps.min()), int(self.timestamps.max())
        )

    def key(self, position: int) -> OrderKey:
        """Order key of the point at `position` (negative counts from the end)."""
        point = self._point(position)
        return OrderKey(point.timestamp, point.step, value_rank(point.value))

    def position_after(self, key: OrderKey) -> int:
        """How many of these canonical points stand at or before `key`."""
        return self._position(key, "right")

    def position_of(self, key: OrderKey) -> int:
        """How many of these canonical points stand before `key`."""
        return self._position(key, "left")

    def same_as(self, other: "Points") -> bool:
        """Whether both hold the same points in the same order; NaN equals NaN, -0.0 equals 0.0."""
        return (
            np.array_equal(self.steps, other.steps)
            and np.array_equal(self.timestamps, other.timestamps)
            and np.array_equal(self.values, other.values, equal_nan=True)
        )

    def _point(self, position: int) -> Point:
        return Point(int(self.steps[position]), int(self.timestamps[position]), float(self.values[position]))

    def _position(self, key: OrderKey, side: Literal["left", "right"]) -> int:
        low, high = _equal_range(self.timestamps, key.timestamp)
        within_low, within_high = _equal_range(self.steps[low:high], key.step)
        low, high = low + within_low, low + within_high
        return low + int(np.searchsorted(value_ranks(self.values[low:high]), key.rank, side))


NO_POINTS = Points(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64))


def _equal_range(ascending: Ints, wanted: int) -> tuple[int, int]:
    low = int(np.searchsorted(ascending, wanted, "left"))
    return low, low + int(np.searchsorted(ascending[low:], wanted, "right"))
