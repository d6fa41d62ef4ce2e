"""Runs as MLflow's clients read them."""

import msgspec
from msgspec import UNSET, UnsetType, structs

from tidemill.protocols.mlflow.messages import wire_number
from tidemill.tracking import InputDataset, LatestMetric, ModelUse, Param, Run, Tag


class WireRunInfo(msgspec.Struct, omit_defaults=True):
    run_id: str
    run_uuid: str
    run_name: str
    experiment_id: str
    user_id: str
    status: str
    start_time: int
    artifact_uri: str
    lifecycle_stage: str
    end_time: int | None = None

    @staticmethod
    def of(run: Run) -> "WireRunInfo":
        return WireRunInfo(
            run.uuid,
            run.uuid,
            run.name,
            str(run.experiment_id),
            run.user_id,
            run.status,
            run.start_ms or 0,
            run.artifact_uri,
            run.stage,
            run.end_ms or None,
        )


class WireMetric(msgspec.Struct):
    key: str
    value: float | str
    timestamp: int
    step: int


class WireRunData(msgspec.Struct, omit_defaults=True):
    metrics: list[WireMetric | LatestMetric] = []
    params: list[Param] = []
    tags: list[Tag] = []


class WireDataset(msgspec.Struct, omit_defaults=True):
    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class WireDatasetInput(msgspec.Struct, omit_defaults=True):
    dataset: WireDataset
    tags: list[Tag] = []

    @staticmethod
    def of(used: InputDataset) -> "WireDatasetInput":
        dataset = WireDataset(used.name, used.digest, used.source_type, used.source, used.schema, used.profile)
        return WireDatasetInput(dataset, used.tags)


class WireModelInput(msgspec.Struct):
    model_id: str


class WireModelOutput(msgspec.Struct):
    model_id: str
    step: int

    @staticmethod
    def of(use: ModelUse) -> "WireModelOutput":
        return WireModelOutput(use.model_uuid, use.step)


class WireInputs(msgspec.Struct, omit_defaults=True):
    dataset_inputs: list[WireDatasetInput] = []
    model_inputs: list[WireModelInput] = []


class WireOutputs(msgspec.Struct, omit_defaults=True):
    model_outputs: list[WireModelOutput] = []


class WireRun(msgspec.Struct):
    info: WireRunInfo
    data: WireRunData
    inputs: WireInputs
    outputs: WireOutputs | UnsetType = UNSET

    @staticmethod
    def new(run: Run) -> "WireRun":
        """A run that was just created: it has no outputs yet, not even an empty list of them."""
        return structs.replace(WireRun.of(run), outputs=UNSET)

    @staticmethod
    def of(run: Run) -> "WireRun":
        metrics = [m if m.points == 0 and m.value == m.value else _wire_metric(m) for m in run.metrics]
        return WireRun(
            WireRunInfo.of(run),
            WireRunData(metrics, run.params, run.tags),
            WireInputs(
                [WireDatasetInput.of(used) for used in run.datasets],
                [WireModelInput(use.model_uuid) for use in run.model_inputs],
            ),
            WireOutputs([WireModelOutput.of(use) for use in run.model_outputs]),
        )


def _wire_metric(metric: LatestMetric) -> WireMetric:
    return WireMetric(metric.key, wire_number(metric.value), metric.timestamp_ms, metric.step)


class OneRun(msgspec.Struct):
    run: WireRun


class UpdatedRun(msgspec.Struct):
    run_info: WireRunInfo
