"""Rows that several of the page's answers share."""

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

from tidemill.tracking.experiments.models import Tag
from tidemill.tracking.overview.models import BestRun, ExperimentSummary
from tidemill.tracking.runs.models import PARENT_TAG, LatestMetric, Run
from tidemill.tracking.search.service import CountedRuns

Number = float | str
"""A double; JSON has no NaN and no infinities, so these are strings."""

_USER_TAG = "mlflow.user"
_SOURCE_TAG = "mlflow.source.name"
ROW_TAGS = (PARENT_TAG, _USER_TAG, _SOURCE_TAG)
"""The tags that a row speaks of by names of its own."""
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
    children_total: int


class ExperimentRunCounts(msgspec.Struct):
    total: int
    running: int
    failed: int


class BestRunCell(msgspec.Struct):
    """The best run of an experiment, by the metric whose name suggests itself; `aggregate` is its direction."""

    run_id: str
    name: str
    metric: str
    aggregate: Literal["min", "max"]
    value: float


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
    best: BestRunCell | None = None


def number(value: float) -> Number:
    """A double as JSON can say it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def run_rows(found: CountedRuns) -> list[RunRow]:
    """Rows of runs, with the names of their experiments and the counts of their children."""
    names, children = found.experiment_names, found.children
    return [run_row(run, names.get(run.experiment_id, ""), children.get(run.uuid, 0)) for run in found.runs]


def run_row(run: Run, experiment_name: str, children: int) -> RunRow:
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
        children_total=children,
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
        best=_best(summary.best),
    )


def _best(best: BestRun | None) -> BestRunCell | None:
    if best is None:
        return None
    return BestRunCell(best.run_uuid, best.run_name, best.metric, "min" if best.lowest else "max", best.value)


def _cell(metric: LatestMetric) -> MetricCell:
    return MetricCell(
        number(metric.value), metric.min_value, metric.max_value, metric.step, metric.timestamp_ms, metric.points
    )


def _context(tags: Sequence[Tag]) -> str:
    return next((tag.value for tag in tags if tag.key == _CONTEXT_TAG), "")
