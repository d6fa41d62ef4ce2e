"""`ChunkSummary`: what is known of a chunk without its blob, one table column per field.

Charts of a whole history, sampling and paging read summaries first and open only the blobs that they must.
"""

from dataclasses import dataclass

import numpy as np

from tidemill.core.series.order import Floats, Ints, OrderKey
from tidemill.core.series.points import Extent, Points


@dataclass(frozen=True, slots=True)
class ChunkSummary:
    """Every int fits int64; no float is NaN, so that any database can hold it.

    `stride` is set when the steps, in history order, are an arithmetic progression of that stride (0 for one step;
    int64 arithmetic wraps).
    `ascending` says that no step is smaller than the one before it in history order. `min_value` to `last_value` are
    over the finite values, None when there is none.
    """

    count: int
    first_timestamp: int
    first_step: int
    first_rank: int
    last_timestamp: int
    last_step: int
    last_rank: int
    min_step: int
    max_step: int
    stride: int | None
    ascending: bool
    min_value: float | None
    max_value: float | None
    mean_value: float | None
    last_value: float | None
    nan_count: int
    positive_infinity_count: int
    negative_infinity_count: int

    @staticmethod
    def of(points: Points) -> "ChunkSummary":
        """Of canonical points, at least one."""
        first, last, extent = points.key(0), points.key(-1), points.extent()
        finite = points.values[np.isfinite(points.values)]
        return ChunkSummary(
            count=len(points),
            first_timestamp=first.timestamp,
            first_step=first.step,
            first_rank=first.rank,
            last_timestamp=last.timestamp,
            last_step=last.step,
            last_rank=last.rank,
            min_step=extent.min_step,
            max_step=extent.max_step,
            stride=_stride(points.steps),
            ascending=bool((points.steps[1:] >= points.steps[:-1]).all()),
            min_value=float(finite.min()) if len(finite) else None,
            max_value=float(finite.max()) if len(finite) else None,
            mean_value=mean_of(finite) if len(finite) else None,
            last_value=float(finite[-1]) if len(finite) else None,
            nan_count=int(np.isnan(points.values).sum()),
            positive_infinity_count=int(np.isposinf(points.values).sum()),
            negative_infinity_count=int(np.isneginf(points.values).sum()),
        )

    @property
    def first_key(self) -> OrderKey:
        return OrderKey(self.first_timestamp, self.first_step, self.first_rank)

    @property
    def last_key(self) -> OrderKey:
        return OrderKey(self.last_timestamp, self.last_step, self.last_rank)

    @property
    def extent(self) -> Extent:
        return Extent(self.min_step, self.max_step, self.first_timestamp, self.last_timestamp)

    @property
    def finite_count(self) -> int:
        return self.count - self.nan_count - self.positive_infinity_count - self.negative_infinity_count

    def steps(self) -> Ints | None:
        """The steps in history order where the summary knows them all, else None: open the blob."""
        if self.stride is None:
            return None
        return np.arange(self.count, dtype=np.int64) * np.int64(self.stride) + np.int64(self.first_step)


def mean_of(values: Floats) -> float:
    """Mean of at least one finite value; finite even where their sum is not."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(values.sum())
    return total / len(values) if np.isfinite(total) else float((values / len(values)).sum())


def _stride(steps: Ints) -> int | None:
    if len(steps) == 1:
        return 0
    deltas = steps[1:] - steps[:-1]
    return int(deltas[0]) if bool((deltas == deltas[0]).all()) else None
