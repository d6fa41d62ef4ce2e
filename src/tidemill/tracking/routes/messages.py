"""Rows that several of the page's answers share."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from tidemill.tracking.experiments.models import Tag
from tidemill.tracking.overview.models import ExperimentSummary
from tidemill.tracking.runs.models import LatestMetric, Run

Number = float | str
"""A double; JSON has no NaN and no infinities, so these are strings."""

PARENT_TAG = "mlflow.parentRunId"
_USER_TAG = "mlflow.user"
_SOURCE_TAG = "mlflow.source.name"
_CONTEXT_TAG = "mlflow.data.context"


class MetricCell(msgspec.Struct):
    """A metric of a run: its latest value with step and time, its extremes, how many points were logged."""

    last: Number
    min: float | None
    max: float | None
    step: int
    timestamp_ms: int
    points: int


class DatasetCell(msgspec.Struct):
    name: str
    digest: str
    context: str


class RunRow(msgspec.Struct, kw_only=True):
    """A run as tables show it."""

    run_id: str
    experiment_id: str
    experiment_name: str
    name: str
    status: str
    lifecycle_stage: str
    start_ms: int | None
    end_ms: int | None
    user: str
    source: str
    parent_run_id: str | None
    params: dict[str, str]
    metrics: dict[str, MetricCell]
    tags: dict[str, str]
    datasets: list[DatasetCell]
    model_ids: list[str]


class ExperimentRunCounts(msgspec.Struct):
    total: int
    running: int
    failed: int


class ExperimentRow(msgspec.Struct, kw_only=True):
    """An experiment as lists show it; `updated_ms` is when it or any run of it changed last."""

    experiment_id: str
    name: str
    created_ms: int
    updated_ms: int
    lifecycle_stage: str
    artifact_location: str
    tags: dict[str, str]
    runs: ExperimentRunCounts
    last_run_ms: int | None


def number(value: float) -> Number:
    """A double as JSON can say it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def run_rows(runs: Sequence[Run], names: Mapping[int, str]) -> list[RunRow]:
    """Rows of runs, with the names of their experiments."""
    return [run_row(run, names.get(run.experiment_id, "")) for run in runs]


def run_row(run: Run, experiment_name: str) -> RunRow:
    """A run as tables show it."""
    tags = {tag.key: tag.value for tag in run.tags}
    return RunRow(
        run_id=run.uuid,
        experiment_id=str(run.experiment_id),
        experiment_name=experiment_name,
        name=run.name,
        status=run.status,
        lifecycle_stage=run.stage,
        start_ms=run.start_ms,
        end_ms=run.end_ms,
        user=tags.get(_USER_TAG) or run.user_id,
        source=tags.get(_SOURCE_TAG, ""),
        parent_run_id=tags.get(PARENT_TAG),
        params={param.key: param.value for param in run.params},
        metrics={metric.key: _cell(metric) for metric in run.metrics},
        tags=tags,
        datasets=[DatasetCell(used.name, used.digest, _context(used.tags)) for used in run.datasets],
        model_ids=[use.model_uuid for use in run.model_outputs],
    )


def experiment_row(summary: ExperimentSummary) -> ExperimentRow:
    """An experiment as lists show it."""
    experiment, counts = summary.experiment, summary.counts
    return ExperimentRow(
        experiment_id=str(experiment.id),
        name=experiment.name,
        created_ms=experiment.created_ms,
        updated_ms=max(experiment.updated_ms, counts.last_run_ms or 0),
        lifecycle_stage=experiment.stage,
        artifact_location=experiment.artifact_location,
        tags={tag.key: tag.value for tag in experiment.tags},
        runs=ExperimentRunCounts(counts.total, counts.running, counts.failed),
        last_run_ms=counts.last_run_ms,
    )


def _cell(metric: LatestMetric) -> MetricCell:
    return MetricCell(
        number(metric.value), metric.min_value, metric.max_value, metric.step, metric.timestamp_ms, metric.points
    )


def _context(tags: Sequence[Tag]) -> str:
    return next((tag.value for tag in tags if tag.key == _CONTEXT_TAG), "")
