"""MLflow's run endpoints: life, params, tags, and what a training loop logs."""

from collections.abc import Sequence
from typing import Any, ClassVar

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import (
    Int64,
    KeyValue,
    Message,
    check_keyed,
    check_run_id,
    experiment_number,
    missing,
    params_of,
    tags_of,
    wrong_type,
)
from tidemill.protocols.mlflow.run_messages import OneRun, UpdatedRun, WireRun, WireRunInfo
from tidemill.tracking import Batch, MetricPoint, Param, RunLog, Runs, RunStatus, Tag


class CreateRun(Message):
    required: ClassVar = ("experiment_id",)
    camel_allowed: ClassVar = ("experiment_id",)
    experiment_id: str = ""
    user_id: str = ""
    run_name: str = ""
    start_time: Int64 = 0
    tags: list[KeyValue] = []


class RunId(Message):
    required: ClassVar = ("run_id",)
    run_id: str = ""


class OldRunId(Message):
    """A run by `run_id`, or by `run_uuid` as it was called."""

    run_id: str = ""
    run_uuid: str = ""

    @classmethod
    def snake_only(cls) -> tuple[str, ...]:
        """The run's names count as required, so they too are only taken in snake_case."""
        return (*super().snake_only(), "run_id", "run_uuid")

    @property
    def uuid(self) -> str:
        """The id under whichever name it came."""
        return self.run_id or self.run_uuid

    def check_required(self) -> None:
        """One of the two names must hold an id."""
        if not self.uuid:
            raise missing("run_id")
        Message.check_required(self)


class UpdateRun(OldRunId):
    status: str | int | None = None
    end_time: Int64 | None = None
    run_name: str = ""


class SetTag(OldRunId):
    required: ClassVar = ("key",)
    key: str = ""
    value: str = ""


class DeleteTag(Message):
    required: ClassVar = ("run_id", "key")
    run_id: str = ""
    key: str = ""


class LogParam(OldRunId):
    required: ClassVar = ("key",)
    key: str = ""
    value: str = ""


class LogMetric(OldRunId):
    required: ClassVar = ("key", "value", "timestamp")
    key: str = ""
    value: float | str | bool | None = None
    timestamp: Int64 | None = None
    step: Int64 = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogBatch(Message):
    required: ClassVar = ("run_id",)
    run_id: str = ""
    metrics: list[MetricPoint] = []
    params: list[KeyValue] = []
    tags: list[KeyValue] = []

    @classmethod
    def snake_only(cls) -> tuple[str, ...]:
        """No field of this message has a camelCase spelling of its own."""
        return cls.__struct_fields__


class RunEndpoints:
    """`runs/...` but for search, inputs and outputs."""

    def __init__(self, runs: Runs, log: RunLog) -> None:
        self._runs = runs
        self._log = log

    def endpoints(self) -> Sequence[Endpoint]:
        edit = Permission.EDIT
        return [
            Endpoint("POST", "runs/create", edit, CreateRun, self.create),
            Endpoint("GET", "runs/get", Permission.VIEW, OldRunId, self.get),
            Endpoint("POST", "runs/update", edit, UpdateRun, self.update),
            Endpoint("POST", "runs/delete", edit, RunId, self.delete),
            Endpoint("POST", "runs/restore", edit, RunId, self.restore),
            Endpoint("POST", "runs/set-tag", edit, SetTag, self.set_tag),
            Endpoint("POST", "runs/delete-tag", edit, DeleteTag, self.delete_tag),
            Endpoint("POST", "runs/log-parameter", edit, LogParam, self.log_param),
            Endpoint("POST", "runs/log-metric", edit, LogMetric, self.log_metric),
            Endpoint("POST", "runs/log-batch", edit, LogBatch, self.log_batch),
        ]

    async def create(self, scope: Scope, message: CreateRun) -> OneRun:
        run = await self._runs.create(
            scope,
            experiment_number(message.experiment_id),
            name=message.run_name,
            user_id=message.user_id,
            start_ms=message.start_time,
            tags=tags_of(message.tags),
        )
        return OneRun(WireRun.new(run))

    async def get(self, scope: Scope, message: OldRunId) -> OneRun:
        return OneRun(WireRun.of(await self._runs.get(scope, message.uuid)))

    async def update(self, scope: Scope, message: UpdateRun) -> UpdatedRun:
        run = await self._runs.update(
            scope, message.uuid, status=_status(message.status), end_ms=message.end_time, name=message.run_name
        )
        return UpdatedRun(WireRunInfo.of(run))

    async def delete(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.delete(scope, message.run_id)
        return Nothing()

    async def restore(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.restore(scope, message.run_id)
        return Nothing()

    async def set_tag(self, scope: Scope, message: SetTag) -> Nothing:
        await self._runs.set_tag(scope, message.uuid, Tag(message.key, message.value))
        return Nothing()

    async def delete_tag(self, scope: Scope, message: DeleteTag) -> Nothing:
        await self._runs.delete_tag(scope, message.run_id, message.key)
        return Nothing()

    async def log_param(self, scope: Scope, message: LogParam) -> Nothing:
        await self._runs.log_param(scope, message.uuid, Param(message.key, message.value))
        return Nothing()

    async def log_metric(self, scope: Scope, message: LogMetric) -> Nothing:
        point = MetricPoint(
            message.key,
            _double(message.value),
            message.timestamp or 0,
            message.step,
            message.model_id,
            message.dataset_name,
            message.dataset_digest,
        )
        await self._log.log_metric(scope, message.uuid, point)
        return Nothing()

    async def log_batch(self, scope: Scope, message: LogBatch) -> Nothing:
        check_run_id(message.run_id)
        check_keyed(message.metrics, "metrics")
        params = params_of(message.params)
        await self._log.log_batch(scope, message.run_id, Batch(message.metrics, params, tags_of(message.tags)))
        return Nothing()


def _double(sent: float | str | bool | None) -> float:
    """A double as protobuf reads it: a number, its text, or a truth value."""
    try:
        return float(sent if sent is not None else 0.0)
    except ValueError:
        raise wrong_type("value", sent) from None


_STATUSES: dict[Any, RunStatus] = {
    **{status.value: status for status in RunStatus},
    **dict(enumerate(RunStatus, start=1)),
    **{str(number): status for number, status in enumerate(RunStatus, start=1)},
}


def _status(sent: str | int | None) -> RunStatus | None:
    if sent is None:
        return None
    known = _STATUSES.get(sent)
    if known is None:
        raise wrong_type("status", sent, hint=f"one of {', '.join(RunStatus)}")
    return RunStatus(known)
