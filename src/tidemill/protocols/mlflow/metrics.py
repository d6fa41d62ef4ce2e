"""MLflow's metric histories: paged, in bulk, and sampled for charts."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Reply
from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import SEE_DOCS, Int64, Message, missing, wire_number
from tidemill.protocols.mlflow.run_messages import WireMetric
from tidemill.tracking import Histories, OrderKey, Points, StepRange

MAX_BULK_RUNS = 100
MAX_BULK_POINTS = 25_000
MAX_SAMPLE = 2500
_ALL = 2**62
_encoder = msgspec.json.Encoder()


class GetHistory(Message):
    required: ClassVar = ("metric_key",)
    run_id: str = ""
    run_uuid: str = ""
    metric_key: str = ""
    max_results: int | None = None
    page_token: str = ""

    def check_required(self) -> None:
        """The run may be named by its old name."""
        if not (self.run_id or self.run_uuid):
            raise missing("run_id")
        Message.check_required(self)


class GetBulk(Message):
    run_id: list[str] = []
    metric_key: str = ""
    max_results: Int64 = MAX_BULK_POINTS


class GetInterval(Message):
    required: ClassVar = ("run_ids", "metric_key")
    run_ids: list[str] = []
    metric_key: str = ""
    start_step: int | None = None
    end_step: int | None = None
    max_results: int | None = None


class HistoryPage(msgspec.Struct, omit_defaults=True):
    metrics: list[WireMetric] = []
    next_page_token: str = ""


class BulkMetric(msgspec.Struct):
    key: str
    run_id: str
    value: float | str
    timestamp: int
    step: int


class BulkHistory(msgspec.Struct):
    metrics: list[BulkMetric]


class IntervalHistory(msgspec.Struct, omit_defaults=True):
    metrics: list[BulkMetric] = []


class _Token(msgspec.Struct):
    after: tuple[int, int, int]


class MetricEndpoints:
    """`metrics/...`"""

    def __init__(self, histories: Histories) -> None:
        self._histories = histories

    def endpoints(self) -> Sequence[Endpoint]:
        view = Permission.VIEW
        return [
            Endpoint("GET", "metrics/get-history", view, GetHistory, self.history),
            Endpoint("GET", "metrics/get-history-bulk", view, GetBulk, self.bulk, api=False),
            Endpoint("GET", "metrics/get-history-bulk-interval", view, GetInterval, self.interval),
        ]

    async def history(self, scope: Scope, message: GetHistory) -> Reply:
        limit = message.max_results
        if limit is not None and limit <= 0:
            raise InvalidError(
                f"Invalid value {limit} for parameter 'max_results' supplied. It must be a positive integer."
            )
        after = _read_token(message.page_token) if message.page_token else None
        uuid, key = message.run_id or message.run_uuid, message.metric_key
        page = await self._histories.page(scope, uuid, key, after=after, limit=limit or _ALL)
        token = _write_token(page.next_after) if page.next_after is not None and limit is not None else ""
        return Reply(_encoder.encode(HistoryPage(_metrics(key, page.points), token)))

    async def bulk(self, scope: Scope, message: GetBulk) -> BulkHistory:
        _check_runs("GetMetricHistoryBulk", "run_id", message.run_id, message.metric_key, "cannot specify more than")
        limit = max(0, min(message.max_results, MAX_BULK_POINTS))
        found = await self._histories.first_points(scope, message.run_id, message.metric_key, limit)
        return BulkHistory(_bulk(message.metric_key, found, sorted(found)))

    async def interval(self, scope: Scope, message: GetInterval) -> IntervalHistory:
        name = "GetMetricHistoryBulkInterval"
        _check_runs(name, "run_id", message.run_ids, message.metric_key, "must specify at most")
        steps = _step_range(message)
        limit = MAX_SAMPLE if message.max_results is None else message.max_results
        if not 1 <= limit <= MAX_SAMPLE:
            raise InvalidError(f"max_results must be between 1 and {MAX_SAMPLE}. {SEE_DOCS}")
        found = await self._histories.samples(scope, message.run_ids, message.metric_key, steps, limit)
        return IntervalHistory(_bulk(message.metric_key, found, message.run_ids))


def _check_runs(call: str, parameter: str, run_ids: Sequence[str], key: str, at_most: str) -> None:
    if not run_ids:
        raise InvalidError(f"{call} request must specify at least one {parameter}.")
    if len(run_ids) > MAX_BULK_RUNS:
        raise InvalidError(
            f"{call} request {at_most} {MAX_BULK_RUNS} {parameter}s. Received {len(run_ids)} {parameter}s."
        )
    if not key:
        raise InvalidError(f"{call} request must specify a metric_key.")


def _step_range(message: GetInterval) -> StepRange:
    start, end = message.start_step, message.end_step
    if start is None and end is None:
        return StepRange()
    if start is None or end is None:
        raise InvalidError("If either start step or end step are specified, both must be specified.")
    if start > end:
        raise InvalidError(f"end_step must be greater than start_step. Found start_step={start} and end_step={end}.")
    return StepRange(max(start, -(2**63)), min(end, 2**63 - 1))


def _metrics(key: str, points: Points) -> list[WireMetric]:
    rows = zip(points.values.tolist(), points.timestamps.tolist(), points.steps.tolist(), strict=True)
    return [WireMetric(key, wire_number(value), timestamp, step) for value, timestamp, step in rows]


def _bulk(key: str, found: Mapping[str, Points], run_ids: Sequence[str]) -> list[BulkMetric]:
    rows: list[BulkMetric] = []
    for run_id in run_ids:
        if (points := found.get(run_id)) is not None:
            columns = (points.values.tolist(), points.timestamps.tolist(), points.steps.tolist())
            rows += [BulkMetric(key, run_id, wire_number(v), t, s) for v, t, s in zip(*columns, strict=True)]
    return rows


def _write_token(after: OrderKey) -> str:
    return base64.b64encode(_encoder.encode(_Token((after.timestamp, after.step, after.rank)))).decode()


def _read_token(token: str) -> OrderKey:
    try:
        decoded = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError("Invalid page token, could not base64-decode") from error
    try:
        return OrderKey(*msgspec.json.decode(decoded, type=_Token).after)
    except msgspec.ValidationError as error:
        shown = msgspec.json.decode(decoded)
        raise InvalidError(f"Invalid page token, parsed value={shown!r:.100}") from error
    except msgspec.DecodeError as error:
        raise InvalidError(f"Invalid page token, decoded value={decoded[:100]!r}") from error
