"""What the tables hold of workloads beside what the controller moves: what is handed in, and what is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tidemill.compute.models import Kind, Node, Process, ProcessKey, Resources, Result, Spec, State


@dataclass(frozen=True, slots=True)
class Submission:
    """A workload that is about to be stored."""

    uuid: str
    workspace_id: int
    name: str
    owner: str
    spec: Spec
    group: str = ""
    """What was submitted together and is waited for, listed and stopped together; empty: it stands alone."""


@dataclass(frozen=True, slots=True)
class ProcessChange:
    """A process as its row is to be from now on."""

    workload_id: int
    attempt: int
    process: Process


@dataclass(frozen=True, slots=True)
class Live:
    """A process that has not ended, with what admission and stopping need of its workload."""

    key: ProcessKey
    id: int
    workspace_id: int
    each: Resources
    priority: int
    admitted_ms: int
    state: State
    node: str
    devices: tuple[str, ...]
    has_begun: bool
    grace_s: float


@dataclass(frozen=True, slots=True)
class KnownNode:
    """A node as its row has it: what its backend said last, and when."""

    node: Node
    heard_ms: int
    is_open: bool
    """Whether the administrator lets it take new work."""
    is_offered: bool
    """Whether its backend named it when it was last asked."""


@dataclass(frozen=True, slots=True)
class KeptLog:
    """A log as it is kept after its process: zstd-compressed, inline where it is small, else in a blob."""

    data: bytes | None = field(default=None, repr=False)
    digest: str = ""
    stored_size: int = 0
    size: int = 0
    """Bytes before compression."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One change of state, as the history keeps it."""

    at_ms: int
    state: State
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """One process of one attempt, with where its log and result lie."""

    attempt: int
    process: Process
    log: KeptLog | None
    """None while it is with the backend."""
    result_size: int | None
    """Bytes of its result; None where it gave none."""


@dataclass(frozen=True, slots=True)
class WorkloadRecord:
    """A workload as listings show it."""

    id: int
    uuid: str
    workspace_id: int
    name: str
    group: str
    owner: str
    spec: Spec
    state: State
    reason: str
    """What the last change of state said."""
    attempt: int
    created_ms: int
    queued_ms: int
    not_before_ms: int
    admitted_ms: int | None
    """When the present or last attempt was admitted."""
    started_ms: int | None
    ended_ms: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a workload stands, for who waits for its end."""

    uuid: str
    state: State
    reason: str
    result: Result | None
    """What the call of its first process gave, where it has ended and that is small."""


class WorkloadSort(StrEnum):
    """What a listing is ordered by."""

    CREATED = "created"
    NAME = "name"
    PRIORITY = "priority"
    QUEUE = "queue"
    """Priority, then age: as the queue goes within one workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which workloads are wanted, in which order, and which page of them."""

    states: tuple[State, ...] = ()
    kinds: tuple[Kind, ...] = ()
    owner: str = ""
    group: str = ""
    search: str = ""
    """A part of the name, whatever its case."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    sort: WorkloadSort = WorkloadSort.CREATED
    descending: bool = True
    ended_since_ms: int | None = None
    """Only those that ended then or later."""
    offset: int = 0
    limit: int = 100
