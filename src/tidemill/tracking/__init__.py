"""Tracking: experiments, runs, metrics, datasets, logged models and artifacts."""

from tidemill.core.series import OrderKey, Points, StepRange
from tidemill.tracking.artifacts.checking import ArtifactCheck, ArtifactFinding
from tidemill.tracking.artifacts.collecting import BlobCollector, Freed
from tidemill.tracking.artifacts.models import ArtifactFile, Entry
from tidemill.tracking.artifacts.paths import ArtifactPath, parse_file_path, parse_path
from tidemill.tracking.artifacts.service import Artifacts, artifacts_below, own_folder
from tidemill.tracking.artifacts.workers import Sweeper
from tidemill.tracking.datasets.models import Dataset, NewDataset, Record
from tidemill.tracking.datasets.service import Datasets
from tidemill.tracking.experiments.models import Experiment, Stage, Tag, View
from tidemill.tracking.experiments.service import Experiments
from tidemill.tracking.inputs.service import RunInputs
from tidemill.tracking.inputs.summaries import DatasetSummary, InputDatasets
from tidemill.tracking.locations import Holder, owner_and_path, stored_folder
from tidemill.tracking.logged_models.models import LoggedModel, ModelMetric, ModelStatus, NewModel
from tidemill.tracking.logged_models.service import LoggedModels
from tidemill.tracking.logged_models.service import require as require_logged_model
from tidemill.tracking.metrics.charts import Charts
from tidemill.tracking.metrics.checking import MetricCheck, MetricFinding
from tidemill.tracking.metrics.logging import Batch, MetricPoint, RunLog
from tidemill.tracking.metrics.service import Histories
from tidemill.tracking.metrics.workers import Compactor
from tidemill.tracking.names import check_key
from tidemill.tracking.naming import datasets_named, logged_models_named, runs_named
from tidemill.tracking.overview.service import Overviews
from tidemill.tracking.retention import Removed, Retention
from tidemill.tracking.runs.model_history import ModelHistory
from tidemill.tracking.runs.models import InputDataset, LatestMetric, ModelUse, Param, Run, RunStatus
from tidemill.tracking.runs.origins import PIPELINE_RUN_TAG, PIPELINE_TASK_TAG
from tidemill.tracking.runs.service import Runs
from tidemill.tracking.runs.service import require as require_run
from tidemill.tracking.runs.store import change_stage_of_experiment
from tidemill.tracking.search.logged_model_fields import ModelOrder
from tidemill.tracking.search.run_query import Position
from tidemill.tracking.search.service import ExperimentSearch, ModelForm, ModelSearch, RunSearch
from tidemill.tracking.sources import note_version, run_root

__all__ = [
    "PIPELINE_RUN_TAG",
    "PIPELINE_TASK_TAG",
    "ArtifactCheck",
    "ArtifactFile",
    "ArtifactFinding",
    "ArtifactPath",
    "Artifacts",
    "Batch",
    "BlobCollector",
    "Charts",
    "Compactor",
    "Dataset",
    "DatasetSummary",
    "Datasets",
    "Entry",
    "Experiment",
    "ExperimentSearch",
    "Experiments",
    "Freed",
    "Histories",
    "Holder",
    "InputDataset",
    "InputDatasets",
    "LatestMetric",
    "LoggedModel",
    "LoggedModels",
    "MetricCheck",
    "MetricFinding",
    "MetricPoint",
    "ModelForm",
    "ModelHistory",
    "ModelMetric",
    "ModelOrder",
    "ModelSearch",
    "ModelStatus",
    "ModelUse",
    "NewDataset",
    "NewModel",
    "OrderKey",
    "Overviews",
    "Param",
    "Points",
    "Position",
    "Record",
    "Removed",
    "Retention",
    "Run",
    "RunInputs",
    "RunLog",
    "RunSearch",
    "RunStatus",
    "Runs",
    "Stage",
    "StepRange",
    "Sweeper",
    "Tag",
    "View",
    "artifacts_below",
    "change_stage_of_experiment",
    "check_key",
    "datasets_named",
    "logged_models_named",
    "note_version",
    "own_folder",
    "owner_and_path",
    "parse_file_path",
    "parse_path",
    "require_logged_model",
    "require_run",
    "run_root",
    "runs_named",
    "stored_folder",
]
