"""What the native API says of workloads and machines."""

from collections.abc import Mapping

import msgspec

from tidemill.compute.admission import Turn
from tidemill.compute.backends.port import NodeSample
from tidemill.compute.machines import Held, Holder, InLine, NodeUse, WorkspaceUse
from tidemill.compute.models import Progress, Quota, Resources, Spec
from tidemill.compute.records import Moment, ProcessRecord, WorkloadRecord
from tidemill.compute.service import Details
from tidemill.compute.usage import UseNow

_MOST_COMMAND = 200


class UseRow(msgspec.Struct):
    """What is used at an instant; null: not known here. `disk_bytes` is told of nodes only, the rates (bytes a second,
    over TCP) of workloads only."""

    at_ms: int
    cpu_milli: int | None
    memory_bytes: int | None
    gpu_milli: int | None
    gpu_memory_bytes: int | None
    disk_bytes: int | None = None
    received_per_s: int | None = None
    sent_per_s: int | None = None


class ProgressRow(msgspec.Struct):
    """How far a call says that it is (`tidemill.runtime.progress`), in a unit of its own."""

    done: float
    total: float | None
    fraction: float | None
    """From 0 to 1; null where the total is not known."""
    note: str
    """What it does now."""


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
    why: str
    """What it waits for, where it waits."""
    place: int | None
    """Where in the queue it stands, 1 the first; null where it does not wait, or is not in line yet."""
    attempt: int
    most_attempts: int | None
    """How many it may have; null for one that is always started again."""
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
    use: UseRow | None = None
    """What its processes use now; null where none runs, or another server sees them."""
    progress: ProgressRow | None = None
    """How far it is, or was when it failed or was stopped; null where it has not told."""


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
    progress: ProgressRow | None = None


class WorkloadDetails(msgspec.Struct):
    """All that is known of a workload; `why` says what it waits for."""

    workload: WorkloadRow
    spec: Spec
    why: str
    history: list[HistoryRow]
    processes: list[ProcessRow]


class HolderRow(msgspec.Struct):
    """A process that a node holds room for; `id` and `name` are empty where another workspace has it."""

    workspace: str
    id: str
    name: str
    rank: int
    state: str
    devices: list[str]
    resources: Resources


class HeldLimits(msgspec.Struct):
    """How a node holds processes to what they asked for."""

    memory: str
    """kernel: at the very byte; watch: looked at twice a second."""
    cpu: str
    """kernel, or none: only asked for."""


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
    holders: list[HolderRow]
    limits: HeldLimits | None
    """Null for a node that another server runs."""
    use: UseRow | None
    """What is used of it now, by workloads and all else; null where another server sees it."""


class InLineRow(msgspec.Struct):
    """A workload of any workspace that waits."""

    place: int
    workspace: str
    id: str
    name: str
    owner: str
    why: str
    priority: int
    created_ms: int
    resources: Resources
    replicas: int


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


def workload_row(
    record: WorkloadRecord, turn: Turn | None = None, use: UseNow | None = None, progress: Progress | None = None
) -> WorkloadRow:
    spec = record.spec
    return WorkloadRow(
        id=record.uuid,
        name=record.name,
        group=record.group,
        kind=spec.kind.value,
        owner=record.owner,
        state=record.state.value,
        reason=record.reason,
        why=turn.why if turn else "",
        place=turn.place or None if turn else None,
        attempt=record.attempt,
        most_attempts=None if spec.restart.always else spec.restart.max_retries + 1,
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
        use=_use_row(use) if use else None,
        progress=_progress_row(progress),
    )


def _progress_row(told: Progress | None) -> ProgressRow | None:
    return None if told is None else ProgressRow(told.done, told.total, told.fraction, told.note)


def _use_row(use: UseNow) -> UseRow:
    return UseRow(
        use.at_ms,
        use.cpu_milli,
        use.memory_bytes,
        use.gpu_milli,
        use.gpu_memory_bytes,
        received_per_s=use.received_per_s,
        sent_per_s=use.sent_per_s,
    )


def workload_details(details: Details, use: UseNow | None = None) -> WorkloadDetails:
    return WorkloadDetails(
        workload_row(details.workload, details.turn, use, details.progress),
        details.workload.spec,
        details.why,
        [_history_row(moment) for moment in details.history],
        [_process_row(process) for process in details.processes],
    )


def node_row(use: NodeUse, own_workspace: int, names: Mapping[int, str], sample: NodeSample | None = None) -> NodeRow:
    """`names` are those of workspaces; of the workloads of another one only the room is told."""
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
        holders=[_holder_row(each, own_workspace, names) for each in use.holders],
        limits=_limits(use.held) if use.held else None,
        use=_node_use_row(sample) if sample else None,
    )


def in_line_row(waiting: InLine, names: Mapping[int, str]) -> InLineRow:
    return InLineRow(
        place=waiting.turn.place,
        workspace=names.get(waiting.waiting.workspace_id, ""),
        id=waiting.row.uuid,
        name=waiting.row.name,
        owner=waiting.row.owner,
        why=waiting.turn.why,
        priority=waiting.waiting.priority,
        created_ms=waiting.row.created_ms,
        resources=waiting.waiting.each,
        replicas=waiting.waiting.replicas,
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


def _holder_row(holder: Holder, own_workspace: int, names: Mapping[int, str]) -> HolderRow:
    live = holder.live
    is_own = live.workspace_id == own_workspace
    return HolderRow(
        workspace=names.get(live.workspace_id, ""),
        id=live.key.workload if is_own else "",
        name=holder.name if is_own else "",
        rank=live.key.rank,
        state=live.state.value,
        devices=list(live.devices),
        resources=live.each,
    )


def _node_use_row(sample: NodeSample) -> UseRow:
    return UseRow(
        sample.at_ms,
        sample.cpu_milli,
        sample.memory_bytes,
        sample.gpu_milli,
        sample.gpu_memory_bytes,
        sample.disk_bytes,
    )


def _limits(held: Held) -> HeldLimits:
    return HeldLimits("kernel" if held.memory else "watch", "kernel" if held.cpu else "none")


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
        progress=_progress_row(process.progress),
    )
