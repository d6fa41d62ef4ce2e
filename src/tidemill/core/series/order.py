"""The total order of metric points, and the one place that says where NaN stands.

History order is (timestamp, step, value); the latest point is the greatest (step, timestamp, value). Floats have no
total order, so a value takes part by its *rank*: an int64 that grows with the value, equal for -0.0 and 0.0, and the
same for every NaN. NaN ranks directly after zero, because to MLflow's clients it sorts as zero and yet is another
point. Ranks are what cursors and summary columns carry: unlike NaN they survive any database.
"""

from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1
NAN_RANK = 1

_INT64 = Struct("<q")
_FLOAT64 = Struct("<d")


class OrderKey(NamedTuple):
    """Where a point stands in its history; compares as a tuple."""

    timestamp: int
    step: int
    rank: int


def value_ranks(values: Floats) -> Ints:
    """Rank of each value."""
    bits = (values + 0.0).view(np.int64)  # -0.0 + 0.0 is 0.0
    ranks = np.where(bits < 0, bits ^ np.int64(INT64_MAX), bits + (bits > 0))
    ranks[np.isnan(values)] = NAN_RANK
    return ranks


def value_rank(value: float) -> int:
    """Rank of one value."""
    if value != value:
        return NAN_RANK
    bits: int = _INT64.unpack(_FLOAT64.pack(value + 0.0))[0]
    return bits ^ INT64_MAX if bits < 0 else bits + (bits > 0)


def latest_value(value: float) -> float:
    """What a value counts as when the latest point is sought: NaN as zero, and on an exact tie the earlier stays."""
    return 0.0 if value != value else value


def latest_position(steps: Sequence[int], timestamps: Sequence[int], values: Sequence[float]) -> int:
    """Position of the greatest (step, timestamp, value) in plain lists of at least one point; ties keep the first.

    Written for the ingest path: no arrays, and two passes in C when the greatest step stands once.
    """
    top = max(steps)
    if steps.count(top) == 1:
        return steps.index(top)
    tied = [position for position, step in enumerate(steps) if step == top]
    return max(tied, key=lambda position: (timestamps[position], latest_value(values[position])))
