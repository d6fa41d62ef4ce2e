"""What is left of nodes and quotas while a decision is made: it starts from a snapshot and is spent piece by piece."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tidemill.compute.admission.snapshot import Active, Placement, Snapshot, Waiting
from tidemill.compute.models import NOTHING, Node, Quota, Resources


@dataclass(slots=True)
class NodeRoom:
    """One node with what is free on it."""

    node: Node
    free: Resources
    devices: list[str]

    def holds(self, waiting: Waiting) -> int:
        """How many processes of that gang find room here."""
        return min(waiting.replicas, times(waiting.each, self.free, most=waiting.replicas))

    def take(self, each: Resources) -> Placement:
        """Spend the room of one process, and give it accelerators of its own."""
        self.free = self.free - each
        mine, self.devices = tuple(self.devices[: each.gpus]), self.devices[each.gpus :]
        return Placement(self.node.name, mine)


@dataclass(frozen=True, slots=True)
class SavedRoom:
    """What a Room was at an instant."""

    nodes: Mapping[str, tuple[Resources, list[str]]]
    used: dict[int, Resources]
    counts: Counter[int]


class Room:
    """Free room of every node, and use of every workspace and cohort."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.quotas = snapshot.quotas
        self.nodes = {node.name: NodeRoom(node, node.capacity, list(node.devices)) for node in snapshot.nodes}
        whole = _sum(node.capacity for node in snapshot.nodes)
        self._totals = [(name, total) for name in LIMITED if (total := getattr(whole, name))]
        self.used: dict[int, Resources] = {}
        self.counts: Counter[int] = Counter()
        self._members: dict[str, list[int]] = {}
        for workspace, quota in snapshot.quotas.items():
            if quota.cohort:
                self._members.setdefault(quota.cohort, []).append(workspace)
        for active in snapshot.active:
            self.spend(active)

    def spend(self, active: Active) -> None:
        """Note what an active workload holds."""
        self._count(active.workspace_id, active.held, 1)
        for placement in active.placements:
            room = self.nodes.get(placement.node)
            if room is not None:
                room.free = room.free - active.each
                room.devices = [device for device in room.devices if device not in placement.devices]

    def give_back(self, active: Active) -> None:
        """Undo `spend`: what if this workload were gone?"""
        self._count(active.workspace_id, NOTHING, -1)
        self.used[active.workspace_id] = self.used[active.workspace_id] - active.held
        for placement in active.placements:
            room = self.nodes.get(placement.node)
            if room is not None:
                room.free = room.free + active.each
                room.devices = [*room.devices, *placement.devices]

    def saved(self) -> "SavedRoom":
        """Everything as it is now, for `restore`."""
        nodes = {name: (room.free, room.devices) for name, room in self.nodes.items()}
        return SavedRoom(nodes, dict(self.used), self.counts.copy())

    def restore(self, saved: "SavedRoom") -> None:
        """Everything as it was at `saved`."""
        for name, (free, devices) in saved.nodes.items():
            self.nodes[name].free, self.nodes[name].devices = free, devices
        self.used, self.counts = saved.used, saved.counts

    def place(self, waiting: Waiting) -> tuple[Placement, ...] | None:
        """Nodes for the whole gang, which is then spent; None, and nothing spent, where they have no room for it.

        The fullest node that still holds a process gets it, so that large rooms stay whole for large workloads.
        """
        fitting = [room for room in self._suitable(waiting) if room.holds(waiting)]
        if sum(room.holds(waiting) for room in fitting) < waiting.replicas:
            return None
        placements: list[Placement] = []
        for room in sorted(fitting, key=_tightness):
            while len(placements) < waiting.replicas and room.holds(waiting):
                placements.append(room.take(waiting.each))
        self._count(waiting.workspace_id, waiting.demand, 1)
        return tuple(placements)

    def reserve(self, waiting: Waiting) -> None:
        """Keep for a workload what it will need, though it does not fit yet: nothing may be put there meanwhile."""
        left = waiting.replicas
        for room in sorted(self._suitable(waiting), key=_tightness, reverse=True):
            kept = min(left, times(waiting.each, room.node.capacity, most=left))
            for _ in range(kept):
                room.take(waiting.each)
            left -= kept
        self._count(waiting.workspace_id, waiting.demand, 1)

    def reserve_quota(self, waiting: Waiting) -> None:
        """Keep what it needs of its workspace's quota only."""
        self._count(waiting.workspace_id, waiting.demand, 1)

    def over_quota(self, waiting: Waiting) -> str | None:
        """Why its workspace may not have it now; None where it may."""
        quota = self.quotas.get(waiting.workspace_id)
        if quota is None:
            return None
        if quota.workloads is not None and self.counts[waiting.workspace_id] >= quota.workloads:
            return f"its workspace holds {quota.workloads} workloads, as many as its quota allows"
        if not (quota.cohort and quota.may_borrow):
            wanted = self._used(waiting.workspace_id) + waiting.demand
            if short := [name for name in LIMITED if _exceeds(wanted, quota, name)]:
                return f"its workspace's quota of {_listed(short)} is in use"
        if pooled := [name for name in LIMITED if self._exceeds_together(waiting, quota, name)]:
            return f"the quota of {_listed(pooled)} of the cohort {quota.cohort} is in use"
        return None

    def borrows(self, workspace_id: int) -> bool:
        """Whether a workspace uses more than is its own."""
        quota = self.quotas.get(workspace_id)
        return quota is not None and any(_exceeds(self._used(workspace_id), quota, name) for name in LIMITED)

    def would_borrow(self, waiting: Waiting) -> bool:
        """Whether its workspace would use more than is its own, had it this workload too."""
        quota = self.quotas.get(waiting.workspace_id)
        wanted = self._used(waiting.workspace_id) + waiting.demand
        return quota is not None and any(_exceeds(wanted, quota, name) for name in LIMITED)

    def share(self, workspace_id: int) -> float:
        """How much of everything a workspace uses, by its most used resource, over its weight."""
        used = self._used(workspace_id)
        parts = [getattr(used, name) / total for name, total in self._totals]
        quota = self.quotas.get(workspace_id)
        return max(parts, default=0.0) / max(1, quota.weight if quota else 1)

    def _exceeds_together(self, waiting: Waiting, quota: Quota, name: str) -> bool:
        """Whether the cohort as a whole would use more than its members have: what is lent is not there twice."""
        members = self._members.get(quota.cohort, [])
        limits = [getattr(self.quotas[member], name) for member in members]
        if not members or any(limit is None for limit in limits):
            return False
        used = sum(getattr(self._used(member), name) for member in members)
        return used + getattr(waiting.demand, name) > sum(limits) and getattr(waiting.demand, name) > 0

    def _suitable(self, waiting: Waiting) -> list[NodeRoom]:
        return [room for room in self.nodes.values() if suits(room.node, waiting)]

    def _used(self, workspace_id: int) -> Resources:
        return self.used.get(workspace_id, NOTHING)

    def _count(self, workspace_id: int, more: Resources, count: int) -> None:
        self.used[workspace_id] = self._used(workspace_id) + more
        self.counts[workspace_id] += count


LIMITED = ("cpu_milli", "memory_bytes", "gpus")
"""What quotas limit."""

NAMES: Mapping[str, str] = {"cpu_milli": "cpu", "memory_bytes": "memory", "gpus": "gpu", "disk_bytes": "disk"}


def suits(node: Node, waiting: Waiting) -> bool:
    """Whether a node is of the kind that a workload asks for, and takes work."""
    return node.is_open and node.backend == waiting.backend and waiting.gpu_model in ("", node.gpu_model)


def times(each: Resources, room: Resources, *, most: int) -> int:
    """How many times `each` fits into `room`, counted up to `most`."""
    pairs = [(getattr(each, name), getattr(room, name)) for name in NAMES]
    return min([most, *(have // need for need, have in pairs if need)])


def _tightness(room: NodeRoom) -> tuple[int, int, int, str]:
    """The least room first, accelerators before all, since they are what is scarce."""
    return (room.free.gpus, room.free.cpu_milli, room.free.memory_bytes, room.node.name)


def _exceeds(wanted: Resources, quota: Quota, name: str) -> bool:
    limit = getattr(quota, name)
    return limit is not None and getattr(wanted, name) > limit


def _sum(resources: Iterable[Resources]) -> Resources:
    total = NOTHING
    for each in resources:
        total = total + each
    return total


def _listed(names: list[str]) -> str:
    return " and ".join(NAMES[name] for name in names)
