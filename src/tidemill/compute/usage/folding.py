"""Samples by bins of equal width, so that a process of any length takes little room.

A fold holds up to `MOST_BINS` bins, each with the number, mean, least and greatest of its samples. As long as there are
fewer samples than that, each is a bin of its own; then bins grow, to twice the width whenever they become too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tidemill.core.series import Points, decode_chunk, encode_chunk

MOST_BINS = 2048
SINGLE_MS = 1
"""The width of bins that are a sample each."""

_FIRST_WIDTH_MS = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """Bins by time, without empty ones: when each begins (a single sample: when it was taken) and what is in it."""

    width_ms: int
    at_ms: NDArray[np.int64]
    count: NDArray[np.int64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.at_ms)

    @staticmethod
    def of(points: Points) -> "Fold":
        """A bin a sample."""
        values = points.values
        return Fold(SINGLE_MS, points.timestamps, np.ones(len(points), dtype=np.int64), values, values, values)

    @staticmethod
    def joined(folds: Sequence["Fold"]) -> "Fold":
        """All of them, of the greatest width that one of them has."""
        order = np.argsort(np.concatenate([fold.at_ms for fold in folds]), kind="stable")
        whole = Fold(
            SINGLE_MS,
            np.concatenate([fold.at_ms for fold in folds])[order],
            np.concatenate([fold.count for fold in folds])[order],
            np.concatenate([fold.mean for fold in folds])[order],
            np.concatenate([fold.low for fold in folds])[order],
            np.concatenate([fold.high for fold in folds])[order],
        )
        return whole.of_width(max(fold.width_ms for fold in folds))

    def of_width(self, width_ms: int, begin_ms: int = 0) -> "Fold":
        """By bins of this width, not narrower than they are, one of which begins at `begin_ms`."""
        if not len(self):
            return self
        bins = (self.at_ms - begin_ms) // width_ms
        starts = np.flatnonzero(np.diff(bins, prepend=bins[0] - 1))
        count = np.add.reduceat(self.count, starts)
        return Fold(
            width_ms,
            bins[starts] * width_ms + begin_ms,
            count,
            np.add.reduceat(self.mean * self.count, starts) / count,
            np.minimum.reduceat(self.low, starts),
            np.maximum.reduceat(self.high, starts),
        )

    def bounded(self, most: int = MOST_BINS) -> "Fold":
        """By bins so wide that there are not more."""
        fold = self
        while len(fold) > most:
            fold = fold.of_width(max(_FIRST_WIDTH_MS, 2 * fold.width_ms))
        return fold

    def shown(self, most: int) -> "Fold":
        """For a chart: its span in at most so many bins."""
        if len(self) <= most:
            return self
        begin = int(self.at_ms[0])
        span = int(self.at_ms[-1]) - begin + 1
        return self.of_width(max(self.width_ms, -(-span // most)), begin)


def pack(fold: Fold) -> tuple[bytes, bytes, bytes]:
    """Means, least and greatest of a fold of 1 to `MOST_BINS` bins as three blobs. Numbers are kept to seven digits."""
    return _packed(fold, fold.mean), _packed(fold, fold.low), _packed(fold, fold.high)


def unpack(width_ms: int, mean: bytes, low: bytes, high: bytes) -> Fold:
    """The fold out of its blobs. Raises DamagedError."""
    points = decode_chunk(mean)
    return Fold(
        width_ms, points.timestamps, points.steps, points.values, decode_chunk(low).values, decode_chunk(high).values
    )


def _packed(fold: Fold, values: NDArray[np.float64]) -> bytes:
    """The times are the points' times, the numbers of samples their steps."""
    return encode_chunk(Points(fold.count, fold.at_ms, values.astype(np.float32).astype(np.float64)))
