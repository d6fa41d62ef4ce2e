"""All tables of the slice in one place, for whoever needs the whole schema."""

from tidemill.tracking.artifacts.tables import artifact_files
from tidemill.tracking.datasets.tables import (
    dataset_experiments,
    dataset_records,
    dataset_tags,
    datasets,
)
from tidemill.tracking.experiments.tables import experiment_tags, experiments
from tidemill.tracking.inputs.tables import input_datasets, run_dataset_input_tags, run_dataset_inputs, run_models
from tidemill.tracking.logged_models.tables import (
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from tidemill.tracking.metrics.tables import latest_metrics, metric_chunks, metric_tail
from tidemill.tracking.runs.tables import run_params, run_tags, runs

__all__ = [
    "artifact_files",
    "dataset_experiments",
    "dataset_records",
    "dataset_tags",
    "datasets",
    "experiment_tags",
    "experiments",
    "input_datasets",
    "latest_metrics",
    "logged_model_metrics",
    "logged_model_params",
    "logged_model_tags",
    "logged_models",
    "metric_chunks",
    "metric_tail",
    "run_dataset_input_tags",
    "run_dataset_inputs",
    "run_models",
    "run_params",
    "run_tags",
    "runs",
]
