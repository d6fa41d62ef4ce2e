"""A pipeline run among those of experiments: one tracked run, with one below it for each task that measured something.

Whatever is told here may be told again, after a crash: it changes nothing then. What cannot be told, since somebody
deleted the experiment or gave a metric a name that none may have, costs the pipeline nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import structlog

from tidemill.core.identity import Scope
from tidemill.kit.errors import TidemillError
from tidemill.pipelines.ir.rendering import as_text
from tidemill.pipelines.plan.models import Instance
from tidemill.pipelines.runs.models import PipelineRun, RunState
from tidemill.tracking import (
    PIPELINE_RUN_TAG,
    PIPELINE_TASK_TAG,
    Batch,
    MetricPoint,
    Param,
    RunLog,
    Runs,
    RunStatus,
    Tag,
)

METRICS = "system.Metrics"
_PARENT_TAG = "mlflow.parentRunId"
_MOST_PARAMS = 100
_LONGEST_PARAM = 6000
_STATUSES = {
    RunState.SUCCEEDED: RunStatus.FINISHED,
    RunState.FAILED: RunStatus.FAILED,
    RunState.CANCELED: RunStatus.KILLED,
}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Measured:
    """A task that has succeeded, and what it measured."""

    task_uuid: str
    path: str
    attempt: int
    metrics: Mapping[str, float]
    started_ms: int
    ended_ms: int


class Tracker:
    """Tells tracking of pipeline runs."""

    def __init__(self, runs: Runs, log: RunLog) -> None:
        self._runs = runs
        self._log = log

    async def begin(self, scope: Scope, run: PipelineRun) -> str:
        """The tracked run of a pipeline run; empty where there can be none."""
        try:
            keyed = replace(scope, idempotency_key=f"pipeline-run/{run.uuid}")
            tracked = await self._runs.create(
                keyed,
                run.experiment_id,
                name=run.display_name,
                user_id=run.owner,
                start_ms=run.created_ms,
                tags=[Tag(PIPELINE_RUN_TAG, run.uuid)],
            )
            params = [Param(key, as_text(value)[:_LONGEST_PARAM]) for key, value in run.parameters.items()]
            if params:
                await self._log.log_batch(scope, tracked.uuid, Batch(params=params[:_MOST_PARAMS]))
        except TidemillError as error:
            _log.warning("a pipeline run is not among the tracked runs", run=run.uuid, reason=error.message)
            return ""
        return tracked.uuid

    async def tell(self, scope: Scope, run: PipelineRun, measured: Iterable[Measured]) -> None:
        """Put what tasks measured below the tracked run."""
        for each in measured if run.tracking_run else ():
            try:
                await self._tell(scope, run, each)
            except TidemillError as error:
                _log.warning("metrics of a task are not tracked", run=run.uuid, task=each.path, reason=error.message)

    async def end(self, scope: Scope, run: PipelineRun) -> None:
        """Say that it has ended, or goes on after all."""
        if run.tracking_run:
            try:
                status = _STATUSES.get(run.state, RunStatus.RUNNING)
                await self._runs.update(scope, run.tracking_run, status=status, end_ms=run.finished_ms, name=None)
            except TidemillError as error:
                _log.warning("the end of a pipeline run is not tracked", run=run.uuid, reason=error.message)

    async def _tell(self, scope: Scope, run: PipelineRun, measured: Measured) -> None:
        keyed = replace(scope, idempotency_key=f"pipeline-task/{measured.task_uuid}/{measured.attempt}")
        child = await self._runs.create(
            keyed,
            run.experiment_id,
            name=measured.path,
            user_id=run.owner,
            start_ms=measured.started_ms,
            tags=[Tag(key, value) for key, value in run_tags(run, measured.path).items()],
        )
        points = [MetricPoint(key, value, measured.ended_ms) for key, value in measured.metrics.items()]
        await self._log.log_batch(scope, child.uuid, Batch(metrics=points))
        await self._runs.update(scope, child.uuid, status=RunStatus.FINISHED, end_ms=measured.ended_ms, name=None)


def run_tags(run: PipelineRun, path: str) -> Mapping[str, str]:
    """What a tracked run of a task says of where it is from; it is below the pipeline's own, where there is one."""
    parent = {_PARENT_TAG: run.tracking_run} if run.tracking_run else {}
    return {PIPELINE_RUN_TAG: run.uuid, PIPELINE_TASK_TAG: path, **parent}


def metrics_of(instance: Instance) -> Mapping[str, float]:
    """The numbers in the metrics artifacts that a task made."""
    return {
        key: float(value)
        for artifacts in instance.outputs.artifacts.values()
        for artifact in artifacts
        if artifact.type.schema_title == METRICS
        for key, value in artifact.metadata.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
