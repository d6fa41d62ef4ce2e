"""`/api/v1/metrics`: curves for charts."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.series import Axis
from tidemill.core.web import Route
from tidemill.kit.errors import InvalidError
from tidemill.tracking.metrics.charts import ChartQuery, Charts, Curve

MAX_RUNS = 200
MAX_KEYS = 100
MAX_SERIES = 2000
MAX_BUCKETS = 2000


class BinMetrics(msgspec.Struct):
    """`lo` and `hi` are steps, or milliseconds since the epoch or since each run's start; left out: all there is."""

    run_ids: list[str]
    keys: list[str]
    x: Axis = Axis.STEP
    lo: float | None = None
    hi: float | None = None
    buckets: int = 500


class SeriesBins(msgspec.Struct):
    """One curve, a row a bucket that holds points; a bucket without finite values has nulls."""

    run_id: str
    key: str
    points: int
    x: list[int]
    min: list[float | None]
    max: list[float | None]
    mean: list[float | None]
    last: list[float | None]
    nan: int


class MetricBins(msgspec.Struct):
    series: list[SeriesBins]
    points_total: int
    buckets: int


class MetricApi:
    """Metrics as charts draw them."""

    def __init__(self, charts: Charts) -> None:
        self._charts = charts

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="POST",
                path="/api/v1/metrics/bins",
                permission=Permission.VIEW,
                message=BinMetrics,
                handler=self.bins,
                answer=MetricBins,
                summary="Curves of runs and metrics, binned on the server; extremes are kept.",
            )
        ]

    async def bins(self, scope: Scope, message: BinMetrics) -> MetricBins:
        _check(message)
        query = ChartQuery(
            run_ids=message.run_ids,
            keys=list(dict.fromkeys(message.keys)),
            axis=message.x,
            low=None if message.lo is None else math.floor(message.lo),
            high=None if message.hi is None else math.ceil(message.hi),
            buckets=message.buckets,
        )
        curves = [_series(curve) for curve in await self._charts.curves(scope, query)]
        return MetricBins(curves, sum(curve.points for curve in curves), message.buckets)


def _check(message: BinMetrics) -> None:
    too_many = len(message.run_ids) * len(message.keys) > MAX_SERIES
    if len(message.run_ids) > MAX_RUNS or len(message.keys) > MAX_KEYS or too_many:
        raise InvalidError(
            f"a chart has at most {MAX_RUNS} runs, {MAX_KEYS} metrics and {MAX_SERIES} curves",
            hint="ask for the charts that are in sight",
        )
    if not 1 <= message.buckets <= MAX_BUCKETS:
        raise InvalidError(f"buckets must be 1 to {MAX_BUCKETS}, not {message.buckets}")
    for end in (message.lo, message.hi):
        if end is not None and not abs(end) < 2**63:
            raise InvalidError("lo and hi must fit 64-bit integers")


def _series(curve: Curve) -> SeriesBins:
    bins = curve.bins
    return SeriesBins(
        curve.run_id,
        curve.key,
        curve.points,
        bins.x.tolist(),
        _column(bins.minimum),
        _column(bins.maximum),
        _column(bins.mean),
        _column(bins.last),
        int(bins.nan_count.sum()),
    )


def _column(values: Any) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
