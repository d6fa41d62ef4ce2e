"""Curves for charts: each series of the asked runs and metrics, binned so that no chart ships a million points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.series import (
    Axis,
    Bins,
    ChunkSummary,
    Extent,
    Points,
    Window,
    by_step,
    complete_bins,
    extent_of,
    merge,
    plan_bins,
)
from tidemill.tracking.metrics import store
from tidemill.tracking.runs import store as runs


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartQuery:
    """Which curves, over which span of which axis (None: all of it), in how many buckets."""

    run_ids: Sequence[str]
    keys: Sequence[str]
    axis: Axis
    low: int | None
    high: int | None
    buckets: int


@dataclass(frozen=True, slots=True)
class Curve:
    """One series as a chart draws it."""

    run_id: str
    key: str
    bins: Bins

    @property
    def points(self) -> int:
        """How many logged points it stands for."""
        counts = (self.bins.count, self.bins.nan_count, self.bins.positive_infinity_count)
        return int(sum(column.sum() for column in (*counts, self.bins.negative_infinity_count)))


@dataclass(frozen=True, slots=True)
class _Series:
    run_id: str
    key: str
    origin: int
    chunk_ids: Sequence[int]
    summaries: Sequence[ChunkSummary]
    tail: Points


class Charts:
    """Reads curves. Runs that the workspace does not have, or that lack a metric, have none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def curves(self, scope: Scope, query: ChartQuery) -> list[Curve]:
        """The curves, key by key and run by run as they were asked."""
        return await self._database.read(lambda tx: _curves(tx, scope, query))


def _curves(tx: Tx, scope: Scope, query: ChartQuery) -> list[Curve]:
    starts = runs.starts(tx, scope, query.run_ids)
    uuids = {row_id: uuid for uuid, (row_id, _) in starts.items()}
    curves: list[Curve] = []
    for key in query.keys:
        found = store.find_series(tx, list(uuids), key)
        series: list[_Series] = []
        for row_id, uuid in uuids.items():
            if row_id in found:
                origin = starts[uuid][1] if query.axis is Axis.RELATIVE else 0
                chunks = store.chunks_of(tx, found[row_id])
                tail = store.tail_points(tx, found[row_id]).canonical()
                series.append(_Series(uuid, key, origin, [c.id for c in chunks], [c.summary for c in chunks], tail))
        curves += _binned(tx, query, series)
    return curves


def _binned(tx: Tx, query: ChartQuery, series: Sequence[_Series]) -> list[Curve]:
    """All series of one metric share their buckets, so that their curves can be laid over one another."""
    spans = [_span(query.axis, item) for item in series]
    low = query.low if query.low is not None else min((span[0] for span in spans), default=0)
    high = query.high if query.high is not None else max((span[1] for span in spans), default=0)
    if low > high:
        return []
    return [
        Curve(item.run_id, item.key, _bins(tx, item, Window(query.axis, low, high, query.buckets, item.origin)))
        for item in series
    ]


def _bins(tx: Tx, series: _Series, window: Window) -> Bins:
    """Few points are given one by one, whatever their spacing; many by bucket."""
    total = sum(chunk.count for chunk in series.summaries) + len(series.tail)
    if total <= window.buckets:
        points = merge([*store.load_chunks(tx, series.chunk_ids), series.tail])
        x = window.x_of(points)
        inside = (x >= window.low + window.origin) & (x <= window.high + window.origin)
        return _one_by_one(points.take(np.flatnonzero(inside)), window)
    plan = plan_bins(series.summaries, series.tail, window)
    return complete_bins(plan, store.load_chunks(tx, [series.chunk_ids[position] for position in plan.load]))


def _span(axis: Axis, series: _Series) -> tuple[int, int]:
    extent: Extent | None = extent_of(series.summaries, series.tail)
    if extent is None:
        return 0, 0
    if axis is Axis.STEP:
        return extent.min_step, extent.max_step
    return extent.min_timestamp - series.origin, extent.max_timestamp - series.origin


def _one_by_one(points: Points, window: Window) -> Bins:
    ordered = by_step(points) if window.axis is Axis.STEP else points
    finite = np.isfinite(ordered.values)
    values = np.where(finite, ordered.values, np.nan)
    infinite = np.isinf(ordered.values)
    return Bins(
        buckets=np.arange(len(ordered), dtype=np.int64),
        x=window.x_of(ordered) - np.int64(window.origin),
        minimum=values,
        maximum=values,
        mean=values,
        last=values,
        count=finite.astype(np.int64),
        nan_count=np.isnan(ordered.values).astype(np.int64),
        positive_infinity_count=(infinite & (ordered.values > 0)).astype(np.int64),
        negative_infinity_count=(infinite & (ordered.values < 0)).astype(np.int64),
    )
