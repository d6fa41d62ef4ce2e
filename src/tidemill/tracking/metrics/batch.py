"""A batch of metric points as one request brings it, grouped by series and packed for the tail."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from tidemill.core.series import encode_tail, latest_position


class LoggedPoint(Protocol):
    """One point of one metric, as a request spells it."""

    @property
    def key(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def step(self) -> int: ...


class SeriesBatch(NamedTuple):
    """The points of one series in one request: the columns of its row in `latest_metrics`, and its tail blob."""

    key: str
    value: float | None
    is_nan: bool
    step: int
    timestamp_ms: int
    min_value: float | None
    max_value: float | None
    points: int
    tail: bytes


def group_points(points: Iterable[LoggedPoint]) -> list[SeriesBatch]:
    """Group by key, in the order of the keys so that concurrent requests lock rows in one order.

    Raises InvalidError when a step or timestamp does not fit 64 bits.
    """
    by_key: defaultdict[str, list[LoggedPoint]] = defaultdict(list)
    for point in points:
        by_key[point.key].append(point)
    return [_series(key, by_key[key]) for key in sorted(by_key)]


def _series(key: str, points: Sequence[LoggedPoint]) -> SeriesBatch:
    steps = [point.step for point in points]
    timestamps = [point.timestamp for point in points]
    values = [point.value for point in points]
    last = latest_position(steps, timestamps, values)
    latest = values[last]
    is_nan = latest != latest
    smallest, greatest = _extremes(values)
    return SeriesBatch(
        key,
        None if is_nan else latest,
        is_nan,
        steps[last],
        timestamps[last],
        smallest,
        greatest,
        len(values),
        encode_tail(steps, timestamps, values),
    )


def _extremes(values: Sequence[float]) -> tuple[float | None, float | None]:
    """Smallest and greatest finite value."""
    smallest, greatest = min(values), max(values)
    if math.isfinite(smallest) and math.isfinite(greatest) and math.isfinite(sum(values)):
        return smallest, greatest
    finite = [value for value in values if math.isfinite(value)]
    return (min(finite), max(finite)) if finite else (None, None)
