"""What a chart asks for: an axis, a span of it, and how many buckets to cut the span into."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tidemill.core.series.order import INT64_MAX, INT64_MIN, Ints
from tidemill.core.series.points import Extent, Points
from tidemill.core.series.summary import ChunkSummary
from tidemill.kit.errors import InvalidError

MAX_BUCKETS = 10_000


class Axis(StrEnum):
    STEP = "step"
    TIME = "time"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Window:
    """x from `low` to `high`, both inclusive, in steps or in milliseconds, cut into at most `buckets` buckets.

    Bucket i of b holds the x with i = (x - low) * b // (high - low + 1), in exact arithmetic. There are never more
    buckets than whole numbers in the span. On the relative axis x is the timestamp less `origin`.
    """

    axis: Axis
    low: int
    high: int
    buckets: int
    origin: int = 0

    def __post_init__(self) -> None:
        if not INT64_MIN <= self.low <= self.high <= INT64_MAX:
            raise InvalidError(f"A chart cannot span {self.low} to {self.high}.", hint="Give a low end below the high.")
        if not 1 <= self.buckets <= MAX_BUCKETS:
            raise InvalidError(f"A chart has 1 to {MAX_BUCKETS} buckets, not {self.buckets}.")
        if not INT64_MIN <= self.origin <= INT64_MAX or (self.origin and self.axis is not Axis.RELATIVE):
            raise InvalidError("Only the relative axis has an origin, a 64-bit time in milliseconds.")

    def x_of(self, points: Points) -> Ints:
        """The column that buckets are cut by. On the relative axis still absolute: take `origin` off for showing."""
        return points.steps if self.axis is Axis.STEP else points.timestamps

    def span_of(self, chunk: ChunkSummary) -> tuple[int, int]:
        """Smallest and greatest `x_of` of a chunk."""
        extent = chunk.extent
        if self.axis is Axis.STEP:
            return extent.min_step, extent.max_step
        return extent.min_timestamp, extent.max_timestamp

    def reaches(self, low: int, high: int) -> bool:
        """Whether any `x_of` from low to high, inclusive, is in the window."""
        return low <= self.high + self.origin and high >= self.low + self.origin

    def bucket_of(self, x: int) -> int:
        """Bucket of one `x_of`; outside 0 to `bucket_count` - 1 when it is not in the window."""
        return (x - self.origin - self.low) * self.bucket_count // self._span

    @property
    def bucket_count(self) -> int:
        return min(self.buckets, self._span)

    @property
    def _span(self) -> int:
        return self.high - self.low + 1

    def starts(self) -> list[int]:
        """The smallest `x_of` of each bucket, and last the first one beyond them all."""
        count, span, offset = self.bucket_count, self._span, self.low + self.origin
        # -(-a // b) is a / b rounded up.
        return [offset - (-bucket * span // count) for bucket in range(count + 1)]


def extent_of(summaries: Iterable[ChunkSummary], tail: Points) -> Extent | None:
    """Of a whole series; None when it has no points."""
    extents = [chunk.extent for chunk in summaries]
    if len(tail):
        extents.append(tail.extent())
    if not extents:
        return None
    return Extent(
        min(extent.min_step for extent in extents),
        max(extent.max_step for extent in extents),
        min(extent.min_timestamp for extent in extents),
        max(extent.max_timestamp for extent in extents),
    )
