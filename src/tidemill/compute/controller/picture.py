"""The situation as admission looks at it, taken from the tables."""

from collections.abc import Sequence
from dataclasses import replace

from tidemill.compute.admission import Active, Placement, Snapshot, Waiting
from tidemill.compute.models import Node, State
from tidemill.compute.records import KnownNode, Live
from tidemill.compute.store import ComputeStore

LANE_HEAD = 32
"""How many of each lane of the queue admission looks at: more could hardly start at once on one machine."""

CLOSED_AFTER_MS = 60_000
"""A node not heard of for so long gets no new work."""


def picture(
    store: ComputeStore, known: Sequence[KnownNode], live: Sequence[Live], waiting: Sequence[Waiting], now_ms: int
) -> Snapshot:
    """What waits, what lives, and what the nodes and quotas allow."""
    return Snapshot(now_ms, waiting, _actives(live), [offered(each, now_ms) for each in known], store.quotas())


def whole_picture(store: ComputeStore, also: Waiting, now_ms: int) -> Snapshot:
    """The same for explaining why one workload waits, wherever in its lane it stands."""
    waiting = store.waiting(LANE_HEAD)
    if all(each.id != also.id for each in waiting):
        waiting.append(also)
    return picture(store, store.nodes(), store.live(), waiting, now_ms)


def queue_picture(store: ComputeStore, now_ms: int) -> Snapshot:
    """The same for telling what all at the head of the queue wait for."""
    return picture(store, store.nodes(), store.live(), store.waiting(LANE_HEAD), now_ms)


def offered(known: KnownNode, now_ms: int) -> Node:
    """The node, open only if its backend, its silence and the administrator all allow it."""
    is_there = known.is_offered and known.heard_ms > now_ms - CLOSED_AFTER_MS
    return replace(known.node, is_open=known.node.is_open and known.is_open and is_there)


def _actives(live: Sequence[Live]) -> list[Active]:
    """The workloads of these processes, which come workload by workload."""
    found: dict[int, list[Live]] = {}
    for each in live:
        found.setdefault(each.id, []).append(each)
    return [
        Active(
            id_,
            first.workspace_id,
            first.each,
            tuple(Placement(each.node, each.devices) for each in members),
            first.priority,
            first.admitted_ms,
            first.state is State.STOPPING,
        )
        for id_, members in found.items()
        if (first := members[0])
    ]
