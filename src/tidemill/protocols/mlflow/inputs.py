"""MLflow's endpoints for what runs took in and gave out."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import Int64, KeyValue, Message, check_run_id, missing, tags_of
from tidemill.tracking import InputDataset, ModelHistory, ModelUse, RunInputs


class DatasetMessage(msgspec.Struct):
    name: str = ""
    digest: str = ""
    source_type: str = ""
    source: str = ""
    schema: str | None = None
    profile: str | None = None


class DatasetInputMessage(msgspec.Struct):
    dataset: DatasetMessage | None = None
    tags: list[KeyValue] = []


class ModelUseMessage(msgspec.Struct):
    model_id: str = ""
    step: Int64 = 0


class LogInputs(Message):
    required: ClassVar = ("run_id",)
    run_id: str = ""
    datasets: list[DatasetInputMessage] = []
    models: list[ModelUseMessage] = []


class LogOutputs(Message):
    required: ClassVar = ("run_id",)
    run_id: str = ""
    models: list[ModelUseMessage] | None = None


class LogModel(Message):
    required: ClassVar = ("run_id", "model_json")
    run_id: str = ""
    model_json: str = ""


class InputEndpoints:
    """`runs/log-inputs`, `runs/outputs` and the older `runs/log-model`."""

    def __init__(self, inputs: RunInputs, history: ModelHistory) -> None:
        self._inputs = inputs
        self._history = history

    def endpoints(self) -> Sequence[Endpoint]:
        edit = Permission.EDIT
        return [
            Endpoint("POST", "runs/log-inputs", edit, LogInputs, self.log_inputs),
            Endpoint("POST", "runs/outputs", edit, LogOutputs, self.log_outputs),
            Endpoint("POST", "runs/log-model", edit, LogModel, self.log_model),
        ]

    async def log_inputs(self, scope: Scope, message: LogInputs) -> Nothing:
        check_run_id(message.run_id)
        datasets = [_dataset(position, sent) for position, sent in enumerate(message.datasets)]
        await self._inputs.log_inputs(scope, message.run_id, datasets, _uses(message.models))
        return Nothing()

    async def log_outputs(self, scope: Scope, message: LogOutputs) -> Nothing:
        if message.models is None:
            raise missing("models")
        await self._inputs.log_outputs(scope, message.run_id, _uses(message.models))
        return Nothing()

    async def log_model(self, scope: Scope, message: LogModel) -> Nothing:
        await self._history.append(scope, message.run_id, message.model_json)
        return Nothing()


def _dataset(position: int, sent: DatasetInputMessage) -> InputDataset:
    place = f"datasets[{position}]"
    if sent.dataset is None:
        raise missing(f"{place}.dataset")
    dataset = sent.dataset
    for name in ("name", "digest", "source_type", "source"):
        if not getattr(dataset, name):
            raise missing(f"{place}.dataset.{name}")
    return InputDataset(
        dataset.name,
        dataset.digest,
        dataset.source_type,
        dataset.source,
        dataset.schema,
        dataset.profile,
        tags_of(sent.tags, f"{place}.tags"),
    )


def _uses(sent: Sequence[ModelUseMessage]) -> list[ModelUse]:
    for position, use in enumerate(sent):
        if not use.model_id:
            raise missing(f"models[{position}].model_id")
    return [ModelUse(use.model_id, use.step) for use in sent]
