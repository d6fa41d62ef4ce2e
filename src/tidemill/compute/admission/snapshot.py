"""What admission looks at, and what it decides: plain values, so that any situation can be written down in a test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tidemill.compute.models import Node, Quota, Resources

PATIENCE_MS = 60_000
"""How long smaller workloads may pass one that does not fit."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one process of a gang goes, and the accelerators that are its own there."""

    node: str
    devices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A workload that may be admitted now: its backoff is over."""

    id: int
    workspace_id: int
    each: Resources
    """What each process of the gang needs."""
    replicas: int
    backend: str
    priority: int
    queued_ms: int
    gpu_model: str = ""

    @property
    def demand(self) -> Resources:
        return self.each * self.replicas


@dataclass(frozen=True, slots=True)
class Active:
    """A workload that holds resources: admitted, running or stopping."""

    id: int
    workspace_id: int
    each: Resources
    placements: tuple[Placement, ...]
    """Of the processes that have not ended yet."""
    priority: int
    admitted_ms: int
    is_stopping: bool = False

    @property
    def held(self) -> Resources:
        return self.each * len(self.placements)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole situation at one instant."""

    now_ms: int
    waiting: Sequence[Waiting]
    active: Sequence[Active]
    nodes: Sequence[Node]
    quotas: Mapping[int, Quota] = field(default_factory=dict[int, Quota])
    """By workspace; one that has none may use whatever the nodes have."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do about it."""

    admitted: Mapping[int, tuple[Placement, ...]]
    """By workload, one placement a process, in rank order."""
    preempted: Mapping[int, int]
    """Workload to send back to the queue → the one that it makes room for."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a workload stands in the queue, 1 the first, and what it waits for."""

    place: int
    why: str
