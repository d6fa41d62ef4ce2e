"""`/api/v1/pipeline-runs`: what Kubeflow's API does not tell of a run: every task's inputs, outputs and workload.

Runs are begun, ended and tried again through `/apis/v2beta1/runs`, as Kubeflow's clients do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route
from tidemill.pipelines.listing import Listing, Operation, Predicate
from tidemill.pipelines.runs.models import PipelineRun, TaskRecord
from tidemill.pipelines.runs.service import PipelineRuns

_ROOT = "/api/v1/pipeline-runs"


class ArtifactRow(msgspec.Struct):
    """An artifact that a task took or made."""

    name: str
    uri: str
    type: str
    metadata: Mapping[str, Any]
    size: int | None = None
    """Bytes of all its files; None where they lie outside this server."""


class ValuesRow(msgspec.Struct):
    """Parameters and artifacts, by input or output."""

    parameters: Mapping[str, Any]
    artifacts: Mapping[str, list[ArtifactRow]]


class PipelineTaskRow(msgspec.Struct):
    """A task of a run: once for each DAG and iteration that it is in."""

    id: str
    path: str
    """`train/for-loop-1[3]/fit`; empty for the run itself."""
    name: str
    kind: str
    """executor, dag or loop."""
    state: str
    attempt: int
    created_ms: int
    started_ms: int | None
    ended_ms: int | None
    error: str
    workload: str
    """Its log is at `/api/v1/workloads/{workload}/logs`; empty where nothing was executed."""
    inputs: ValuesRow
    outputs: ValuesRow
    how: str = ""
    """How it was executed: by a warm `worker`, in a `container` of its image, or as a `command` of this machine."""
    notes: list[str] = []
    """What is to be known of how it was executed."""


class PipelineRunRow(msgspec.Struct):
    """A run of a pipeline; `tasks` are in the order in which they came to be. Lists lack these and `parameters`."""

    id: str
    name: str
    state: str
    error: str
    experiment_id: str
    pipeline_id: str
    version_id: str
    created_ms: int
    finished_ms: int | None
    archived: bool
    parameters: Mapping[str, Any]
    tasks: list[PipelineTaskRow]
    pipeline_name: str = ""
    """What its pipeline calls itself; empty for runs of old servers."""
    schedule_id: str = ""
    """The schedule that began it."""
    scheduled_ms: int | None = None
    """The time of its schedule that it began for."""
    counts: Mapping[str, int] = {}
    """Steps by state; those that are still to come are `waiting`."""
    not_applied: list[str] = []
    """What its pipeline asks of Kubernetes and has no meaning here."""


class PipelineRunPage(msgspec.Struct):
    """Runs, the latest first; `next_page_token` is empty on the last page, `total` counts all pages."""

    runs: list[PipelineRunRow]
    next_page_token: str
    total: int


class PipelineRunQuery(msgspec.Struct):
    """Which runs: in one of these states, with this text in their name, of this pipeline or experiment."""

    state: list[str] = []
    search: str = ""
    pipeline_id: str = ""
    experiment_id: int | None = None
    schedule_id: str = ""
    archived: bool = False
    limit: int = 50
    page_token: str = ""


class PipelineRunId(msgspec.Struct):
    run_id: str = ""


class PipelineRunApi:
    """Runs with all that their tasks were given and made."""

    def __init__(self, runs: PipelineRuns) -> None:
        self._runs = runs

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=_ROOT,
                permission=Permission.VIEW,
                message=PipelineRunQuery,
                handler=self.list_all,
                answer=PipelineRunPage,
                summary="Pipeline runs, the latest first, without their parameters and tasks.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/{{run_id}}",
                permission=Permission.VIEW,
                message=PipelineRunId,
                handler=self.get,
                answer=PipelineRunRow,
                summary="A pipeline run with every task's inputs, outputs and workload.",
            ),
        ]

    async def list_all(self, scope: Scope, message: PipelineRunQuery) -> PipelineRunPage:
        listing = Listing(tuple(_predicates(message)), "created_at", True, message.limit, message.page_token)
        runs, token, total = await self._runs.list_all(scope, listing, message.experiment_id, message.archived)
        return PipelineRunPage([run_row(replace(run, parameters={})) for run in runs], token, total)

    async def get(self, scope: Scope, message: PipelineRunId) -> PipelineRunRow:
        return run_row(*await self._runs.with_tasks(scope, message.run_id))


def _predicates(message: PipelineRunQuery) -> Iterator[Predicate]:
    if message.state:
        yield Predicate("state", Operation.IN, tuple(message.state))
    if message.search:
        yield Predicate("display_name", Operation.IS_SUBSTRING, (message.search,))
    if message.pipeline_id:
        yield Predicate("pipeline_id", Operation.EQUALS, (message.pipeline_id,))
    if message.schedule_id:
        yield Predicate("recurring_run_id", Operation.EQUALS, (message.schedule_id,))


def run_row(run: PipelineRun, tasks: Sequence[TaskRecord] = ()) -> PipelineRunRow:
    """A run as the wire has it."""
    return PipelineRunRow(
        id=run.uuid,
        name=run.display_name,
        state=run.state,
        error=run.error,
        experiment_id=str(run.experiment_id),
        pipeline_id=run.source.pipeline_uuid,
        version_id=run.source.version_uuid,
        created_ms=run.created_ms,
        finished_ms=run.finished_ms,
        archived=run.archived,
        parameters=run.parameters,
        tasks=[task_row(task) for task in tasks],
        pipeline_name=run.pipeline_name,
        schedule_id=run.source.recurring_uuid,
        scheduled_ms=run.scheduled_ms if run.source.recurring_uuid else None,
        counts=run.counts,
        not_applied=list(run.notes),
    )


def task_row(task: TaskRecord) -> PipelineTaskRow:
    """A task as the wire has it."""
    return PipelineTaskRow(
        id=task.uuid,
        path=task.path,
        name=task.display_name,
        kind=task.kind,
        state=task.state,
        attempt=task.attempt,
        created_ms=task.created_ms,
        started_ms=task.started_ms,
        ended_ms=task.ended_ms,
        error=task.error,
        workload=task.workload,
        inputs=msgspec.convert(task.inputs, ValuesRow),
        outputs=msgspec.convert(task.outputs, ValuesRow),
        how=task.how,
        notes=list(task.notes),
    )
