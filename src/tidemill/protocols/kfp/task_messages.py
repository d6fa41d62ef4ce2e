"""What the tasks of a run look like on Kubeflow's wire.

Its client asks for a run again and again, and is told of all of its tasks each time: what has not changed since the
last time is not read, made and encoded again.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidemill.pipelines import Moment, PipelineRun, RunState, TaskRecord
from tidemill.protocols.kfp.messages import RpcStatus, status_of
from tidemill.protocols.kfp.timestamps import timestamp, timestamp_or_none

_MOST_TASKS = 20_000
"""Of all runs that are at hand, some 25 MB. One run that has more is made anew each time."""
_PARENTS = frozenset({"dag", "loop"})
_encoder = msgspec.json.Encoder()
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


class WireMoment(msgspec.Struct, omit_defaults=True):
    update_time: str
    state: str
    error: RpcStatus | None = None

    @staticmethod
    def of(moment: Moment) -> "WireMoment":
        return WireMoment(timestamp(moment.at_ms), moment.state, status_of(moment.error))


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
    task_details: list[msgspec.Raw]
    """Each a `WireTask`."""


class Board:
    """The tasks of one run, encoded, as of a revision of it."""

    def __init__(self) -> None:
        self.revision = 0
        self._run = ""
        self._encoded: dict[str, msgspec.Raw] = {}
        """By path, in the order in which they came to be."""
        self._records: dict[str, TaskRecord] = {}
        """Those that have children, or might."""
        self._ids: dict[str, str] = {}
        self._children: dict[str, dict[str, ChildTask]] = {}

    def __len__(self) -> int:
        return len(self._encoded)

    def take(self, run: PipelineRun, changed: Sequence[TaskRecord]) -> None:
        """Tasks that have changed since the revision of this board; what an older look found counts no more."""
        if run.revision < self.revision:
            return
        self.revision, self._run = run.revision, run.uuid
        again: dict[str, TaskRecord] = {}
        for task in changed:
            self._ids[task.path] = task.uuid
            if task.kind in _PARENTS:
                self._records[task.path] = task
            if task.parent:
                self._children.setdefault(task.parent, {})[task.path] = ChildTask(task.uuid, task.workload)
            again[task.path] = task
        for task in changed:
            if (parent := self._records.get(task.parent)) is not None:
                again.setdefault(parent.path, parent)
        for path, task in again.items():
            self._encoded[path] = msgspec.Raw(_encoder.encode(self._wire(task)))

    def details(self) -> RunDetails:
        return RunDetails(list(self._encoded.values()))

    def _wire(self, task: TaskRecord) -> WireTask:
        return WireTask(
            run_id=self._run,
            task_id=task.uuid,
            display_name=task.display_name or task.name,
            create_time=timestamp(task.created_ms),
            state=_state(task),
            start_time=timestamp_or_none(task.started_ms),
            end_time=timestamp_or_none(task.ended_ms),
            executor_detail=ExecutorDetail(task.workload) if task.workload else None,
            error=status_of(task.error),
            inputs=_artifacts(task.inputs),
            outputs=_artifacts(task.outputs),
            parent_task_id=self._ids.get(task.parent, ""),
            state_history=_history(task),
            pod_name=task.workload,
            child_tasks=list(self._children.get(task.path, {}).values()),
        )


class Boards:
    """The boards of runs that were asked for lately."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Board] = OrderedDict()

    def of(self, run: str) -> Board:
        """The board of a run; an empty one where it is not at hand."""
        return self._held.get(run) or Board()

    def keep(self, run: str, board: Board) -> None:
        """Have it at hand, unless it is too large: those that were asked for longest ago leave."""
        if len(board) > _MOST_TASKS:
            self._held.pop(run, None)
            return
        self._held[run] = board
        self._held.move_to_end(run)
        while sum(map(len, self._held.values())) > _MOST_TASKS:
            self._held.popitem(last=False)


def _state(task: TaskRecord) -> str:
    return _TASK_STATES.get(task.state, _STATE_UNSPECIFIED)


def _history(task: TaskRecord) -> list[WireMoment]:
    """What its times tell of the way to where it is."""
    moments = [WireMoment(timestamp(task.created_ms), RunState.PENDING)]
    if task.started_ms is not None:
        moments.append(WireMoment(timestamp(task.started_ms), RunState.RUNNING))
    if task.ended_ms is not None:
        moments.append(WireMoment(timestamp(task.ended_ms), _state(task), status_of(task.error)))
    return moments


def _artifacts(given: Mapping[str, Any]) -> dict[str, ArtifactIds]:
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = given.get("artifacts", {})
    return {name: ArtifactIds([str(each["uri"]) for each in artifacts]) for name, artifacts in lists.items()}
