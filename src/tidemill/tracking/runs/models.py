"""Words of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from tidemill.tracking.experiments.models import Stage, Tag

PARENT_TAG = "mlflow.parentRunId"
"""What makes a run the child of another: nothing else joins them."""


class RunStatus(StrEnum):
    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"


class Param(msgspec.Struct, frozen=True, gc=False):
    """A key with a value that is said once."""

    key: str
    value: str


class LatestMetric(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, rename={"timestamp_ms": "timestamp"}):
    """A metric as listings show it: its latest point and the extremes of its finite history.

    Read without its history it has no points, and encodes as MLflow's clients read it: a page of theirs has tens of
    thousands of these.
    """

    key: str
    value: float
    timestamp_ms: int
    step: int
    min_value: float | None = None
    max_value: float | None = None
    points: int = 0


class InputDataset(msgspec.Struct, frozen=True):
    """A dataset as one run used it."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None
    tags: list[Tag]


class ModelUse(msgspec.Struct, frozen=True):
    """A logged model that a run took as input or gave as output, at a step."""

    model_uuid: str
    step: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The metrics, params and tags that a table shows: what else runs logged, be it thousands, is not read."""

    metrics: Sequence[str]
    params: Sequence[str]
    tags: Sequence[str]


class RunHead(msgspec.Struct, frozen=True):
    """What a write needs to know of its run."""

    id: int
    uuid: str
    experiment_id: int
    stage: Stage


class Run(msgspec.Struct):
    """One execution of code, with everything that it said of itself."""

    id: int
    uuid: str
    experiment_id: int
    name: str
    user_id: str
    status: str
    start_ms: int | None
    end_ms: int | None
    stage: Stage
    artifact_uri: str
    params: list[Param] = []
    tags: list[Tag] = []
    metrics: list[LatestMetric] = []
    datasets: list[InputDataset] = []
    model_inputs: list[ModelUse] = []
    model_outputs: list[ModelUse] = []

    def tag(self, key: str) -> str | None:
        """The value of this tag, if it is set."""
        return next((tag.value for tag in self.tags if tag.key == key), None)
