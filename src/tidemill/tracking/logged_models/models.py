"""Words of logged models."""

from enum import StrEnum

import msgspec

from tidemill.tracking.experiments.models import Stage, Tag
from tidemill.tracking.runs.models import Param


class ModelStatus(StrEnum):
    UNSPECIFIED = "LOGGED_MODEL_STATUS_UNSPECIFIED"
    PENDING = "LOGGED_MODEL_PENDING"
    READY = "LOGGED_MODEL_READY"
    UPLOAD_FAILED = "LOGGED_MODEL_UPLOAD_FAILED"


class ModelMetric(msgspec.Struct, frozen=True):
    """One measurement of a model, by a run, on a dataset where one was named."""

    key: str
    value: float
    timestamp_ms: int
    step: int
    run_uuid: str
    dataset_name: str
    dataset_digest: str


class LoggedModel(msgspec.Struct):
    """A model that a run logged, or that was logged without one."""

    id: int
    uuid: str
    experiment_id: int
    name: str
    model_type: str
    source_run_id: str
    status: str
    artifact_uri: str
    stage: Stage
    created_ms: int
    updated_ms: int
    params: list[Param] = []
    tags: list[Tag] = []
    metrics: list[ModelMetric] = []


class NewModel(msgspec.Struct, frozen=True):
    """What a new logged model is said to be."""

    experiment_id: int
    name: str
    model_type: str
    source_run_id: str
    params: list[Param]
    tags: list[Tag]
