"""What a training loop calls: log a point, or a batch of points, params and tags, all or nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from sys import float_info
from typing import Annotated, NamedTuple

import msgspec

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.core.series import INT64_MAX, INT64_MIN
from tidemill.kit.errors import InvalidError
from tidemill.tracking.experiments.models import Tag
from tidemill.tracking.metrics import model_metrics, store
from tidemill.tracking.metrics.batch import SeriesBatch, group_points
from tidemill.tracking.metrics.store import Series
from tidemill.tracking.names import check_key, is_key
from tidemill.tracking.runs.models import Param, RunHead
from tidemill.tracking.runs.service import log_params, require_active, set_tags

MAX_METRICS = 1000
MAX_PARAMS = 100
MAX_TAGS = 100
MAX_ENTITIES = 1000
_GREATEST = float_info.max
_INFINITY = float("inf")


Int64 = Annotated[int, msgspec.Meta(ge=INT64_MIN, le=INT64_MAX)]


class MetricPoint(msgspec.Struct, gc=False):
    """One point of one metric as a client logs it; with `model_id` it also measures that logged model.

    It holds texts and numbers alone, so the garbage collector need not know of the thousand that a batch brings.
    """

    key: str
    value: float
    timestamp: Int64
    step: Int64 = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class Batch(NamedTuple):
    """What one call logs."""

    metrics: Sequence[MetricPoint] = ()
    params: Sequence[Param] = ()
    tags: Sequence[Tag] = ()


class RunLog:
    """Appends to active runs. `touched` is told of every series that grew, for the compactor."""

    def __init__(self, database: Database, events: EventBus, touched: Callable[[Sequence[Series]], None]) -> None:
        self._database = database
        self._events = events
        self._touched = touched

    async def log_metric(self, scope: Scope, uuid: str, point: MetricPoint) -> None:
        """Append one point; the same point again changes nothing."""
        check_key(point.key, "name", "Metric name")
        if point.timestamp < 0:
            raise _negative(point, "timestamp")
        _clamp(point)
        series = group_points([point])
        await self._database.write(lambda tx: self._append(tx, scope, uuid, series, Batch([point])))

    async def log_batch(self, scope: Scope, uuid: str, batch: Batch) -> None:
        """Append points, params and tags: all of them are stored, or nothing is."""
        _check_counts(batch)
        _check_batch(batch)
        series = group_points(batch.metrics)
        await self._database.write(lambda tx: self._append(tx, scope, uuid, series, batch))

    def _append(self, tx: Tx, scope: Scope, uuid: str, series: Sequence[SeriesBatch], batch: Batch) -> None:
        run = require_active(tx, scope, uuid)
        if batch.params:
            _add_params(tx, run, batch.params)
        if batch.tags:
            set_tags(tx, scope, run, list({tag.key: tag for tag in batch.tags}.values()))
        if series:
            grown = store.append(tx, run.id, run.experiment_id, series)
            model_metrics.append(tx, scope, run, batch.metrics)
            tx.after_commit.append(lambda: self._touched(grown))
        kind = "metrics" if series and not batch.params and not batch.tags else "run"
        event = Event(kind, scope.workspace_id, run.experiment_id, run.uuid)
        tx.after_commit.append(lambda: self._events.publish(event))


def _add_params(tx: Tx, run: RunHead, params: Sequence[Param]) -> None:
    if changed := log_params(tx, run, params):
        told = [{"key": key, "old_value": old, "new_value": new} for key, old, new in changed]
        raise InvalidError(
            f"Changing param values is not allowed. Params were already logged='{told}' for run ID='{run.uuid}'.",
            hint="log them under other keys, or start another run",
        )


def _check_counts(batch: Batch) -> None:
    total = len(batch.metrics) + len(batch.params) + len(batch.tags)
    counts = (
        (len(batch.metrics), MAX_METRICS, "metrics"),
        (len(batch.params), MAX_PARAMS, "params"),
        (len(batch.tags), MAX_TAGS, "tags"),
        (total, MAX_ENTITIES, "metrics, params, and tags"),
    )
    for count, limit, name in counts:
        if count > limit:
            raise InvalidError(
                f"A batch logging request can contain at most {limit} {name}. Got {count} {name}. "
                f"Please split up {name} across multiple requests and try again."
            )


def _check_batch(batch: Batch) -> None:
    _check_points(batch.metrics)
    for position, param in enumerate(batch.params):
        check_key(param.key, f"params[{position}].key", "Param key")
    for position, tag in enumerate(batch.tags):
        check_key(tag.key, f"tags[{position}].key")
    repeated = [key for key, count in Counter(param.key for param in batch.params).items() if count > 1]
    if repeated:
        raise InvalidError(
            f"Duplicate parameter keys have been submitted: {repeated}. Please ensure the request contains only one "
            "param value per param key."
        )


def _check_points(points: Sequence[MetricPoint]) -> None:
    """As a whole first, which is cheap; one by one only for the words on what is wrong."""
    if min((point.timestamp for point in points), default=0) < 0 or not all(map(is_key, {p.key for p in points})):
        for position, point in enumerate(points):
            check_key(point.key, f"metrics[{position}].name", "Metric name")
            if point.timestamp < 0:
                raise _negative(point, f"metrics[{position}].timestamp")
    values = [point.value for point in points]
    if _INFINITY in values or -_INFINITY in values:
        for point in points:
            _clamp(point)


def _negative(point: MetricPoint, parameter: str) -> InvalidError:
    return InvalidError(
        f"Invalid value {point.timestamp} for parameter '{parameter}' supplied: metric '{point.key}' "
        f"(value={point.value}). Timestamp must be a nonnegative long (64-bit integer) "
    )


def _clamp(point: MetricPoint) -> None:
    """MLflow's tables hold an infinity as the greatest double, for good, and its clients see that."""
    if point.value == _INFINITY:
        point.value = _GREATEST
    elif point.value == -_INFINITY:
        point.value = -_GREATEST
