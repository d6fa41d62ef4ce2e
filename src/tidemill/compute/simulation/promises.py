"""What must hold, whatever happened: looked at after every action, and once more when a life has come to rest."""

from collections.abc import Iterable, Mapping, Sequence

from tidemill.compute.models import NOTHING, Node, ProcessKey, Quota, Resources, State, Workload
from tidemill.compute.records import Live, Moment

_LEGAL: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.ADMITTED, State.STOPPED}),
    State.ADMITTED: frozenset({State.RUNNING, State.STOPPING, State.FAILED, State.QUEUED}),
    State.RUNNING: frozenset({State.SUCCEEDED, State.FAILED, State.STOPPING, State.QUEUED}),
    State.STOPPING: frozenset({State.STOPPED, State.FAILED, State.QUEUED, State.SUCCEEDED}),
}


class BrokenPromiseError(Exception):
    """Something happened that must never happen."""


def check_nodes(nodes: Mapping[str, Node], held: Iterable[tuple[str, Resources, tuple[str, ...]]], whose: str) -> None:
    """No node holds more than it has, and no accelerator is given twice."""
    used: dict[str, Resources] = {}
    given: dict[str, list[str]] = {}
    for name, each, devices in held:
        used[name] = used.get(name, NOTHING) + each
        given.setdefault(name, []).extend(devices)
    for name, amount in used.items():
        if not amount.fits(nodes[name].capacity):
            raise BrokenPromiseError(f"{whose}: {name} holds {amount} of {nodes[name].capacity}")
        if len(set(given[name])) < len(given[name]):
            raise BrokenPromiseError(f"{whose}: an accelerator of {name} is given twice: {given[name]}")


def check_quotas(quotas: Mapping[int, Quota], live: Sequence[Live]) -> None:
    """No workspace holds more than its quota and what it may borrow, and no cohort more than all its quotas."""
    used: dict[int, Resources] = {}
    count: dict[int, set[int]] = {}
    for each in live:
        used[each.workspace_id] = used.get(each.workspace_id, NOTHING) + each.each
        count.setdefault(each.workspace_id, set()).add(each.id)
    pools: dict[str, list[Quota]] = {}
    for quota in quotas.values():
        alone = f"workspace {quota.workspace_id}"
        if not (quota.cohort and quota.may_borrow):
            _check_pool(alone, [quota], used, count)
        pools.setdefault(f"cohort {quota.cohort}" if quota.cohort else alone, []).append(quota)
    for name, members in pools.items():
        _check_pool(name, members, used, count)


def check_attempts(alive: Sequence[tuple[ProcessKey, str]]) -> None:
    """No two attempts of a workload live at once."""
    attempts: dict[str, int] = {}
    for key, _ in alive:
        if attempts.setdefault(key.workload, key.attempt) != key.attempt:
            raise BrokenPromiseError(f"two attempts of {key.workload} live at once")


def check_starts(started: Mapping[ProcessKey, int], wiped: Mapping[ProcessKey, int]) -> None:
    """No key is started twice, unless its machine forgot that it ever ran."""
    for key, times in started.items():
        if times > 1 + wiped.get(key, 0):
            raise BrokenPromiseError(f"{key} was started {times} times")


def check_history(uuid: str, history: Sequence[Moment], workload: Workload) -> None:
    """A workload went only ways that there are, and stands where its history says."""
    before = history[0]
    if (before.state, before.attempt) != (State.QUEUED, 0):
        raise BrokenPromiseError(f"{uuid} began as {before.state}")
    for moment in history[1:]:
        admitted = moment.state is State.ADMITTED
        if moment.state not in _LEGAL.get(before.state, ()) or moment.attempt != before.attempt + admitted:
            raise BrokenPromiseError(f"{uuid} went from {before} to {moment}")
        before = moment
    if (before.state, before.attempt) != (workload.state, workload.attempt):
        raise BrokenPromiseError(f"{uuid} is {workload.state}, and its history ends with {before}")


def _check_pool(
    name: str, members: Sequence[Quota], used: Mapping[int, Resources], count: Mapping[int, set[int]]
) -> None:
    held = NOTHING
    for member in members:
        held = held + used.get(member.workspace_id, NOTHING)
    running = sum(len(count.get(member.workspace_id, ())) for member in members)
    for kind, amount in (("cpu_milli", held.cpu_milli), ("gpus", held.gpus), ("workloads", running)):
        limits = [getattr(member, kind) for member in members]
        if all(limit is not None for limit in limits) and amount > sum(limits):
            raise BrokenPromiseError(f"{name} holds {amount} {kind}, and {sum(limits)} are allowed")
