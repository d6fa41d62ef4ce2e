"""What runs and their tasks look like on Kubeflow's wire."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidemill.pipelines import Moment, PipelineRun, RunState, TaskRecord
from tidemill.protocols.kfp.messages import ARCHIVED, AVAILABLE, RpcStatus
from tidemill.protocols.kfp.timestamps import timestamp, timestamp_or_none

_UNKNOWN = 2
_SKIPPED = "SKIPPED"
_STATE_UNSPECIFIED = "RUNTIME_STATE_UNSPECIFIED"
# Kubeflow calls a task skipped that was found in the cache, and one that what failed before it left without inputs.
_TASK_STATES = {
    "waiting": RunState.PENDING,
    "ready": RunState.PENDING,
    "running": RunState.RUNNING,
    "succeeded": RunState.SUCCEEDED,
    "cached": _SKIPPED,
    "skipped": _SKIPPED,
    "upstream_failed": _SKIPPED,
    "failed": RunState.FAILED,
    "canceled": RunState.CANCELED,
}


class VersionReference(msgspec.Struct, frozen=True, omit_defaults=True):
    pipeline_id: str = ""
    pipeline_version_id: str = ""


class RuntimeConfig(msgspec.Struct, frozen=True, omit_defaults=True):
    parameters: dict[str, Any] = {}
    pipeline_root: str = ""


class WireMoment(msgspec.Struct, omit_defaults=True):
    update_time: str
    state: str
    error: RpcStatus | None = None

    @staticmethod
    def of(moment: Moment) -> "WireMoment":
        return WireMoment(timestamp(moment.at_ms), moment.state, _status(moment.error))


class ArtifactIds(msgspec.Struct):
    """Artifacts of a task. The API has room for nothing but their ids: here, their URIs."""

    artifact_ids: list[str]


class ChildTask(msgspec.Struct, omit_defaults=True):
    task_id: str
    pod_name: str = ""


class ExecutorDetail(msgspec.Struct):
    main_job: str


class WireTask(msgspec.Struct, omit_defaults=True):
    run_id: str
    task_id: str
    display_name: str
    create_time: str
    state: str
    start_time: str | None = None
    end_time: str | None = None
    executor_detail: ExecutorDetail | None = None
    error: RpcStatus | None = None
    inputs: Mapping[str, ArtifactIds] = {}
    outputs: Mapping[str, ArtifactIds] = {}
    parent_task_id: str = ""
    state_history: list[WireMoment] = []
    pod_name: str = ""
    child_tasks: list[ChildTask] = []


class RunDetails(msgspec.Struct):
    task_details: list[WireTask]


class WireRun(msgspec.Struct, omit_defaults=True):
    experiment_id: str
    run_id: str
    display_name: str
    storage_state: str
    created_at: str
    scheduled_at: str
    state: str
    description: str = ""
    pipeline_version_id: str = ""
    pipeline_spec: Mapping[str, Any] | None = None
    pipeline_version_reference: VersionReference | None = None
    runtime_config: RuntimeConfig = RuntimeConfig()
    service_account: str = ""
    finished_at: str | None = None
    error: RpcStatus | None = None
    run_details: RunDetails | None = None
    recurring_run_id: str = ""
    state_history: list[WireMoment] = []

    @staticmethod
    def of(run: PipelineRun, tasks: Sequence[TaskRecord] | None = None) -> "WireRun":
        """A run; with its tasks where they are asked for."""
        source = run.source
        reference = VersionReference(source.pipeline_uuid, source.version_uuid) if source.pipeline_uuid else None
        return WireRun(
            experiment_id=str(run.experiment_id),
            run_id=run.uuid,
            display_name=run.display_name,
            storage_state=ARCHIVED if run.archived else AVAILABLE,
            created_at=timestamp(run.created_ms),
            scheduled_at=timestamp(run.scheduled_ms),
            state=run.state,
            description=run.description,
            pipeline_version_id=source.version_uuid,
            pipeline_spec=run.document,
            pipeline_version_reference=reference,
            runtime_config=RuntimeConfig(dict(run.parameters), run.pipeline_root),
            service_account=run.service_account,
            finished_at=timestamp_or_none(run.finished_ms),
            error=_status(run.error),
            run_details=None if tasks is None else RunDetails(_tasks(run, tasks)),
            recurring_run_id=source.recurring_uuid,
            state_history=[WireMoment.of(moment) for moment in run.history],
        )


class RunPage(msgspec.Struct, omit_defaults=True):
    runs: list[WireRun] = []
    total_size: int = 0
    next_page_token: str = ""


def _tasks(run: PipelineRun, tasks: Sequence[TaskRecord]) -> list[WireTask]:
    """Every task, with its parent and its children by id; one pass over all, since there may be thousands."""
    ids = {task.path: task.uuid for task in tasks}
    children: dict[str, list[ChildTask]] = {}
    for task in tasks:
        if task.parent:
            children.setdefault(task.parent, []).append(ChildTask(task.uuid, task.workload))
    return [
        WireTask(
            run_id=run.uuid,
            task_id=task.uuid,
            display_name=task.display_name or task.name,
            create_time=timestamp(task.created_ms),
            state=_state(task),
            start_time=timestamp_or_none(task.started_ms),
            end_time=timestamp_or_none(task.ended_ms),
            executor_detail=ExecutorDetail(task.workload) if task.workload else None,
            error=_status(task.error),
            inputs=_artifacts(task.inputs),
            outputs=_artifacts(task.outputs),
            parent_task_id=ids.get(task.parent, ""),
            state_history=_history(task),
            pod_name=task.workload,
            child_tasks=children.get(task.path, []),
        )
        for task in tasks
    ]


def _state(task: TaskRecord) -> str:
    return _TASK_STATES.get(task.state, _STATE_UNSPECIFIED)


def _history(task: TaskRecord) -> list[WireMoment]:
    """What its times tell of the way to where it is."""
    moments = [WireMoment(timestamp(task.created_ms), RunState.PENDING)]
    if task.started_ms is not None:
        moments.append(WireMoment(timestamp(task.started_ms), RunState.RUNNING))
    if task.ended_ms is not None:
        moments.append(WireMoment(timestamp(task.ended_ms), _state(task), _status(task.error)))
    return moments


def _artifacts(given: Mapping[str, Any]) -> dict[str, ArtifactIds]:
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = given.get("artifacts", {})
    return {name: ArtifactIds([str(each["uri"]) for each in artifacts]) for name, artifacts in lists.items()}


def _status(error: str) -> RpcStatus | None:
    return RpcStatus(_UNKNOWN, error) if error else None
