"""Why a workload does not start, in words: now, or ever."""

from collections.abc import Mapping, Sequence

from tidemill.compute.admission.room import LIMITED, NAMES, Room, suits, times
from tidemill.compute.admission.snapshot import Waiting
from tidemill.compute.models import Node, Quota, Resources
from tidemill.kit.quantities import show_bytes, show_cpu


def no_room(waiting: Waiting, room: Room) -> str:
    """What the nodes lack for it now, said of the node that comes nearest."""
    suitable = [each for each in room.nodes.values() if suits(each.node, waiting)]
    if not suitable:
        return f"no open node of the backend {waiting.backend}{_model(waiting)} is there"
    nearest = max(suitable, key=lambda each: (-len(_short(waiting.each, each.free)), each.free.cpu_milli))
    short = _short(waiting.each, nearest.free)
    if not short:
        holding = sum(each.holds(waiting) for each in suitable)
        return f"there is room for {holding} of its {waiting.replicas} processes now, and they start together"
    lacking = " and ".join(_amounts(name, waiting.each, nearest.free) for name in short)
    return f"{lacking} on {nearest.node.name}, where most is free"


def refuse(waiting: Waiting, nodes: Sequence[Node], quotas: Mapping[int, Quota]) -> str | None:
    """Why it could never start, however long it waited; None where it could."""
    return _never_by_nodes(waiting, nodes) or _never_by_quota(waiting, quotas)


def _never_by_nodes(waiting: Waiting, nodes: Sequence[Node]) -> str | None:
    offered = [node for node in nodes if node.backend == waiting.backend]
    if not offered:
        return f"there is no node of the backend {waiting.backend}"
    suitable = [node for node in offered if waiting.gpu_model in ("", node.gpu_model)]
    if not suitable:
        models = ", ".join(sorted({node.gpu_model for node in offered if node.gpu_model})) or "none"
        return f"no node has the accelerator {waiting.gpu_model}; there are: {models}"
    held = sum(times(waiting.each, node.capacity, most=waiting.replicas) for node in suitable)
    if held >= waiting.replicas:
        return None
    if held:
        return f"all nodes together hold {held} of its {waiting.replicas} processes, and they start together"
    nearest = max(suitable, key=lambda node: (-len(_short(waiting.each, node.capacity)), node.capacity.cpu_milli))
    lacking = " and ".join(
        _amounts(name, waiting.each, nearest.capacity) for name in _short(waiting.each, nearest.capacity)
    )
    return f"{lacking} on the largest node, {nearest.name}"


def _never_by_quota(waiting: Waiting, quotas: Mapping[int, Quota]) -> str | None:
    quota = quotas.get(waiting.workspace_id)
    if quota is None:
        return None
    if quota.workloads == 0:
        return "the quota of its workspace allows no workloads"
    pooled = bool(quota.cohort) and quota.may_borrow
    members = [each for each in quotas.values() if each.cohort == quota.cohort] if pooled else [quota]
    for name in LIMITED:
        limits = [getattr(each, name) for each in members]
        if all(limit is not None for limit in limits) and getattr(waiting.demand, name) > sum(limits):
            whose = f"the cohort {quota.cohort}" if pooled else "its workspace"
            return f"it needs {_shown(name, waiting.demand)}, and the quota of {whose} is {_show(name, sum(limits))}"
    return None


def _short(each: Resources, room: Resources) -> list[str]:
    return [name for name in NAMES if getattr(each, name) > getattr(room, name)]


def _amounts(name: str, each: Resources, room: Resources) -> str:
    return f"it needs {_shown(name, each)}, and {_shown(name, room)} is free"


def _shown(name: str, resources: Resources) -> str:
    return _show(name, getattr(resources, name))


def _show(name: str, amount: int) -> str:
    match name:
        case "cpu_milli":
            return f"{show_cpu(amount)} cpu"
        case "gpus":
            return f"{amount} gpu"
        case _:
            return f"{show_bytes(amount)} of {NAMES[name]}"


def _model(waiting: Waiting) -> str:
    return f" with the accelerator {waiting.gpu_model}" if waiting.gpu_model else ""
