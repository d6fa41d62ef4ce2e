"""Compute's tables in memory: for the simulator and for tests, held to what the real ones do by `store/contract.py`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tidemill.compute.admission import Waiting
from tidemill.compute.models import Change, Node, Process, ProcessKey, Progress, Quota, State, Workload
from tidemill.compute.records import KeptLog, KnownNode, Live, Moment, ProcessChange, Submission
from tidemill.compute.shapes import shape_text


class MemoryStore:
    """`ComputeStore` of one thread. Every call is at once, so whatever is between two of them is a transaction."""

    def __init__(self, quotas: Iterable[Quota] = ()) -> None:
        self._kept: dict[int, _Kept] = {}
        self._ids: dict[str, int] = {}
        self._queued: set[int] = set()
        self._active: set[int] = set()
        self._nodes: dict[str, KnownNode] = {}
        self._quotas = {quota.workspace_id: quota for quota in quotas}
        self._logs: dict[ProcessKey, KeptLog] = {}

    def take_turn(self) -> None:
        """There is nobody else."""

    def add(self, submissions: Sequence[Submission], now_ms: int) -> None:
        for each in submissions:
            id_ = len(self._kept) + 1
            workload = Workload(id_, each.uuid, each.workspace_id, each.spec, State.QUEUED, now_ms)
            self._kept[id_] = _Kept(workload, shape_text(each.spec), [Moment(now_ms, State.QUEUED, 0, "submitted")])
            self._ids[each.uuid] = id_
            self._queued.add(id_)

    def load(self, uuids: Sequence[str]) -> dict[str, Workload]:
        return {uuid: self._kept[self._ids[uuid]].workload for uuid in uuids if uuid in self._ids}

    def load_ids(self, ids: Sequence[int]) -> dict[int, Workload]:
        return {id_: self._kept[id_].workload for id_ in ids if id_ in self._kept}

    def histories(self, uuids: Sequence[str]) -> dict[str, list[Moment]]:
        return {uuid: list(self._kept[self._ids[uuid]].history) for uuid in uuids if uuid in self._ids}

    def apply(self, changes: Sequence[Change], processes: Sequence[ProcessChange] = ()) -> set[int]:
        chains: dict[int, list[Change]] = {}
        for change in changes:
            chains.setdefault(change.before.id, []).append(change)
        applied: set[int] = set()
        for id_, chain in chains.items():
            if id_ in self._kept and _point(self._kept[id_].workload) == _point(chain[0].before):
                self._apply(self._kept[id_], chain)
                applied.add(id_)
        for each in processes:
            if each.workload_id in applied:
                self._kept[each.workload_id].processes[each.attempt, each.process.rank] = each.process
        return applied

    def end_backoffs(self, now_ms: int) -> None:
        for id_ in self._queued:
            kept = self._kept[id_]
            if 0 < kept.workload.not_before_ms <= now_ms:
                kept.workload = replace(kept.workload, not_before_ms=0)

    def next_backoff_ms(self) -> int | None:
        times = (self._kept[id_].workload.not_before_ms for id_ in self._queued)
        return min((time for time in times if time > 0), default=None)

    def waiting(self, each_lane: int) -> list[Waiting]:
        lanes: dict[tuple[int, str], list[Waiting]] = {}
        for id_ in self._queued:
            kept = self._kept[id_]
            if kept.workload.not_before_ms == 0:
                lanes.setdefault((kept.workload.workspace_id, kept.shape), []).append(_waiting(kept.workload))
        found: list[Waiting] = []
        for _, lane in sorted(lanes.items()):
            found += sorted(lane, key=lambda each: (-each.priority, each.queued_ms, each.id))[:each_lane]
        return found

    def live(self) -> list[Live]:
        return [
            _live(kept, process)
            for kept in (self._kept[id_] for id_ in sorted(self._active))
            for process in kept.workload.processes
            if process.end is None
        ]

    def nodes(self) -> list[KnownNode]:
        return [self._nodes[name] for name in sorted(self._nodes)]

    def quotas(self) -> dict[int, Quota]:
        return dict(self._quotas)

    def hear(self, backend: str, nodes: Sequence[Node], own: Sequence[str], now_ms: int) -> None:
        for name in set(own) - {node.name for node in nodes}:
            if name in self._nodes and self._nodes[name].node.backend == backend:
                self._nodes[name] = replace(self._nodes[name], is_offered=False)
        for node in nodes:
            known = self._nodes.get(node.name)
            self._nodes[node.name] = KnownNode(node, now_ms, known is None or known.is_open, is_offered=True)

    def note_progress(self, told: Mapping[ProcessKey, Progress]) -> dict[str, int]:
        known = {key.workload: self._kept[self._ids[key.workload]] for key in told if key.workload in self._ids}
        for key, progress in told.items():
            if key.workload in known and known[key.workload].workload.attempt == key.attempt:
                known[key.workload].note(key.rank, progress)
        return {uuid: kept.workload.workspace_id for uuid, kept in known.items()}

    def unsettled(self, nodes: Sequence[str]) -> list[ProcessKey]:
        wanted = set(nodes)
        return [
            key
            for kept in self._kept.values()
            for (attempt, rank), process in kept.processes.items()
            if process.end is not None
            and process.node in wanted
            and (key := ProcessKey(kept.workload.uuid, attempt, rank)) not in self._logs
        ]

    def keep_logs(self, logs: Mapping[ProcessKey, KeptLog]) -> None:
        for key, log in logs.items():
            self._logs.setdefault(key, log)

    def set_quota(self, quota: Quota) -> None:
        """Set what a workspace may hold."""
        self._quotas[quota.workspace_id] = quota

    def _apply(self, kept: "_Kept", chain: Sequence[Change]) -> None:
        for change in chain:
            after = change.after
            if after.attempt > change.before.attempt:
                kept.admitted_ms = change.at_ms
                kept.processes |= {(after.attempt, process.rank): process for process in after.processes}
            if _point(change.before) != _point(after):
                kept.history.append(Moment(change.at_ms, after.state, after.attempt, change.reason))
        kept.workload = after = chain[-1].after
        (self._queued.add if after.state is State.QUEUED else self._queued.discard)(after.id)
        (self._active.add if after.state.is_active else self._active.discard)(after.id)


@dataclass(slots=True)
class _Kept:
    workload: Workload
    shape: str
    history: list[Moment]
    processes: dict[tuple[int, int], Process] = field(default_factory=dict[tuple[int, int], Process])
    admitted_ms: int = 0

    def note(self, rank: int, progress: Progress) -> None:
        """How far a process of the present attempt is, unless it has ended."""
        workload = self.workload
        noted = [replace(each, progress=progress) if _is_running(each, rank) else each for each in workload.processes]
        self.workload = replace(workload, processes=tuple(noted))
        self.processes |= {(workload.attempt, each.rank): each for each in noted}


def _is_running(process: Process, rank: int) -> bool:
    return process.rank == rank and process.end is None


def _point(workload: Workload) -> tuple[State, int]:
    return workload.state, workload.attempt


def _waiting(workload: Workload) -> Waiting:
    spec = workload.spec
    return Waiting(
        workload.id,
        workload.workspace_id,
        spec.resources,
        spec.replicas,
        spec.backend,
        spec.priority,
        workload.queued_ms,
        spec.gpu_model,
    )


def _live(kept: _Kept, process: Process) -> Live:
    workload = kept.workload
    return Live(
        ProcessKey(workload.uuid, workload.attempt, process.rank),
        workload.id,
        workload.workspace_id,
        workload.spec.resources,
        workload.spec.priority,
        kept.admitted_ms,
        workload.state,
        process.node,
        process.devices,
        process.started_ms is not None,
        workload.spec.grace_s,
    )
