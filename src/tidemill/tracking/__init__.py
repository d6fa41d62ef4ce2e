"""Tracking: experiments, runs, metrics, datasets, logged models and artifacts."""

from tidemill.tracking.artifacts.models import ArtifactFile, Entry
from tidemill.tracking.artifacts.paths import ArtifactPath, parse_file_path, parse_path
from tidemill.tracking.artifacts.service import Artifacts
from tidemill.tracking.experiments.models import Experiment, Stage, Tag, View
from tidemill.tracking.experiments.service import Experiments
from tidemill.tracking.metrics.logging import Batch, MetricPoint, RunLog
from tidemill.tracking.metrics.order import OrderKey
from tidemill.tracking.metrics.sampling import StepRange
from tidemill.tracking.metrics.series import Points
from tidemill.tracking.metrics.service import Histories
from tidemill.tracking.metrics.workers import Compactor
from tidemill.tracking.runs.models import InputDataset, LatestMetric, ModelUse, Param, Run, RunStatus
from tidemill.tracking.runs.service import Runs

__all__ = [
    "ArtifactFile",
    "ArtifactPath",
    "Artifacts",
    "Batch",
    "Compactor",
    "Entry",
    "Experiment",
    "Experiments",
    "Histories",
    "InputDataset",
    "LatestMetric",
    "MetricPoint",
    "ModelUse",
    "OrderKey",
    "Param",
    "Points",
    "Run",
    "RunLog",
    "RunStatus",
    "Runs",
    "Stage",
    "StepRange",
    "Tag",
    "View",
    "parse_file_path",
    "parse_path",
]
