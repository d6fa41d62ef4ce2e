"""What the native API says of workloads and machines."""

from collections.abc import Mapping

import msgspec

from tidemill.compute.machines import NodeUse, WorkspaceUse
from tidemill.compute.models import Quota, Resources, Spec
from tidemill.compute.records import Moment, ProcessRecord, WorkloadRecord
from tidemill.compute.service import Details

_MOST_COMMAND = 200


class WorkloadRow(msgspec.Struct):
    """A workload as lists show it."""

    id: str
    name: str
    group: str
    kind: str
    owner: str
    state: str
    reason: str
    """What the last change of state said."""
    attempt: int
    priority: int
    backend: str
    what: str
    """Its command or call, shortened."""
    resources: Resources
    """What each of its processes needs."""
    replicas: int
    labels: Mapping[str, str]
    created_ms: int
    admitted_ms: int | None
    started_ms: int | None
    ended_ms: int | None


class HistoryRow(msgspec.Struct):
    at_ms: int
    state: str
    attempt: int
    reason: str


class ProcessRow(msgspec.Struct):
    """One process of one attempt."""

    attempt: int
    rank: int
    node: str
    devices: list[str]
    pid: int | None
    started_ms: int | None
    ended_ms: int | None
    outcome: str | None
    exit_code: int | None
    signal: int | None
    message: str
    cpu_ms: int | None
    peak_memory_bytes: int | None
    log_bytes: int | None
    """How long its log is; null while the backend has it."""
    result_bytes: int | None


class WorkloadDetails(msgspec.Struct):
    """All that is known of a workload; `why` says what it waits for."""

    workload: WorkloadRow
    spec: Spec
    why: str
    history: list[HistoryRow]
    processes: list[ProcessRow]


class NodeRow(msgspec.Struct):
    """A node: what it has, what is used of it, and whether it takes new work."""

    name: str
    backend: str
    capacity: Resources
    used: Resources
    processes: int
    devices: list[str]
    gpu_model: str
    is_open: bool
    """Whether the administrator lets it take new work."""
    takes_work: bool
    """Whether it does now: it is open, offered, and was heard of lately."""
    heard_ms: int


class QuotaSettings(msgspec.Struct):
    """What a workspace may hold at once; null: no limit."""

    cpu_milli: int | None = None
    memory_bytes: int | None = None
    gpus: int | None = None
    workloads: int | None = None
    cohort: str = ""
    may_borrow: bool = True
    may_preempt: bool = False
    weight: int = 1


class QuotaRow(msgspec.Struct):
    """A workspace's quota, null where it has none, and what it holds now."""

    workspace: str
    quota: QuotaSettings | None
    used: Resources
    live: int
    waiting: int


def workload_row(record: WorkloadRecord) -> WorkloadRow:
    spec = record.spec
    return WorkloadRow(
        id=record.uuid,
        name=record.name,
        group=record.group,
        kind=spec.kind.value,
        owner=record.owner,
        state=record.state.value,
        reason=record.reason,
        attempt=record.attempt,
        priority=spec.priority,
        backend=spec.backend,
        what=_what(spec),
        resources=spec.resources,
        replicas=spec.replicas,
        labels=spec.labels,
        created_ms=record.created_ms,
        admitted_ms=record.admitted_ms,
        started_ms=record.started_ms,
        ended_ms=record.ended_ms,
    )


def workload_details(details: Details) -> WorkloadDetails:
    return WorkloadDetails(
        workload_row(details.workload),
        details.workload.spec,
        details.why,
        [_history_row(moment) for moment in details.history],
        [_process_row(process) for process in details.processes],
    )


def node_row(use: NodeUse) -> NodeRow:
    node = use.known.node
    return NodeRow(
        name=node.name,
        backend=node.backend,
        capacity=node.capacity,
        used=use.used,
        processes=use.processes,
        devices=list(node.devices),
        gpu_model=node.gpu_model,
        is_open=use.known.is_open,
        takes_work=use.takes_work,
        heard_ms=use.known.heard_ms,
    )


def quota_row(workspace: str, use: WorkspaceUse) -> QuotaRow:
    return QuotaRow(workspace, _quota_settings(use.quota), use.used, use.live, use.waiting)


def quota_of(workspace_id: int, told: QuotaSettings) -> Quota:
    return Quota(
        workspace_id,
        told.cpu_milli,
        told.memory_bytes,
        told.gpus,
        told.workloads,
        told.cohort,
        told.may_borrow,
        told.may_preempt,
        told.weight,
    )


def _quota_settings(quota: Quota | None) -> QuotaSettings | None:
    if quota is None:
        return None
    return QuotaSettings(
        quota.cpu_milli,
        quota.memory_bytes,
        quota.gpus,
        quota.workloads,
        quota.cohort,
        quota.may_borrow,
        quota.may_preempt,
        quota.weight,
    )


def _what(spec: Spec) -> str:
    if spec.call is None:
        return " ".join(spec.command)[:_MOST_COMMAND]
    return spec.call.entry or f"function {spec.call.function[:12]}"


def _history_row(moment: Moment) -> HistoryRow:
    return HistoryRow(moment.at_ms, moment.state.value, moment.attempt, moment.reason)


def _process_row(record: ProcessRecord) -> ProcessRow:
    process, end = record.process, record.process.end
    return ProcessRow(
        attempt=record.attempt,
        rank=process.rank,
        node=process.node,
        devices=list(process.devices),
        pid=process.pid,
        started_ms=process.started_ms,
        ended_ms=end.at_ms if end else None,
        outcome=end.outcome.value if end else None,
        exit_code=end.exit_code if end else None,
        signal=end.signal if end else None,
        message=end.message if end else "",
        cpu_ms=end.cpu_ms if end else None,
        peak_memory_bytes=end.peak_memory_bytes if end else None,
        log_bytes=record.log.size if record.log else None,
        result_bytes=record.result_size,
    )
