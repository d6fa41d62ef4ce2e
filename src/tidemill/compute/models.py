"""What compute speaks of: workloads and what they ask for, processes and how they end, nodes and quotas.

Specs are msgspec structs, because they are stored and sent as JSON; everything else is a plain frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated

import msgspec

Milli = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
Count = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Kind(StrEnum):
    """What a workload is for."""

    TASK = "task"
    """A Python call whose result somebody waits for."""
    JOB = "job"
    WORKER = "worker"
    TRIAL = "trial"
    REPLICA = "replica"
    NOTEBOOK = "notebook"
    TENSORBOARD = "tensorboard"
    BUILD = "build"


class State(StrEnum):
    """Where a workload stands; docs/mechanisms/compute.md draws the way between them."""

    QUEUED = "queued"
    ADMITTED = "admitted"
    RUNNING = "running"
    STOPPING = "stopping"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_active(self) -> bool:
        """Whether it holds resources."""
        return self in ACTIVE

    @property
    def is_final(self) -> bool:
        return self in FINAL


ACTIVE = frozenset({State.ADMITTED, State.RUNNING, State.STOPPING})
FINAL = frozenset({State.SUCCEEDED, State.FAILED, State.STOPPED})


class Outcome(StrEnum):
    """How a process ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """It ended with an exit code other than 0, or the call raised."""
    KILLED = "killed"
    """A signal ended it that was not ours."""
    OUT_OF_MEMORY = "out_of_memory"
    TIMED_OUT = "timed_out"
    LOST = "lost"
    """Its supervisor, fork server or node is gone, and nobody knows how it ended."""
    STOPPED = "stopped"
    """We ended it."""
    NOT_STARTED = "not_started"
    """Its environment, its files or its command could not be had."""


class StopCause(StrEnum):
    """Why a workload is being stopped."""

    REQUEST = "request"
    PREEMPTION = "preemption"
    GANG = "gang"
    """Another process of the gang failed."""


class Resources(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one process needs, what a quota allows or what a node has. Every field is an amount that adds up."""

    cpu_milli: Milli = 0
    memory_bytes: Bytes = 0
    gpus: Count = 0
    disk_bytes: Bytes = 0

    def __add__(self, other: "Resources") -> "Resources":
        return Resources(
            self.cpu_milli + other.cpu_milli,
            self.memory_bytes + other.memory_bytes,
            self.gpus + other.gpus,
            self.disk_bytes + other.disk_bytes,
        )

    def __sub__(self, other: "Resources") -> "Resources":
        """What is left; never below zero."""
        return Resources(
            max(0, self.cpu_milli - other.cpu_milli),
            max(0, self.memory_bytes - other.memory_bytes),
            max(0, self.gpus - other.gpus),
            max(0, self.disk_bytes - other.disk_bytes),
        )

    def __mul__(self, times: int) -> "Resources":
        return Resources(self.cpu_milli * times, self.memory_bytes * times, self.gpus * times, self.disk_bytes * times)

    def fits(self, room: "Resources") -> bool:
        return (
            self.cpu_milli <= room.cpu_milli
            and self.memory_bytes <= room.memory_bytes
            and self.gpus <= room.gpus
            and self.disk_bytes <= room.disk_bytes
        )


NOTHING = Resources()


class Restart(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often a workload is tried again, and how long it waits before: `initial * factor ** n`, at most `most`."""

    max_retries: Count = 0
    max_lost: Count = 3
    always: bool = False
    """Started again after success too: replicas and notebooks."""
    backoff_initial_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 1.0
    backoff_factor: Annotated[float, msgspec.Meta(ge=1, le=100)] = 2.0
    backoff_most_s: Annotated[float, msgspec.Meta(ge=0, le=86_400)] = 300.0

    def delay_ms(self, tries: int) -> int:
        """How long to wait after the `tries`-th attempt that failed, 1 the first."""
        grown = self.backoff_initial_s * self.backoff_factor ** min(tries - 1, 64)
        return round(min(grown, self.backoff_most_s) * 1000)


class Environment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a process finds installed. At most one of `requirements`/`lock` and `image`; none of them: the system's."""

    requirements: tuple[str, ...] = ()
    lock: str = ""
    """The text of a lock file in pip's or uv's requirements format, hashes and all."""
    python: str = ""
    """A Python version such as "3.12"; empty: the server's own."""
    image: str = ""
    """A container image."""
    bare: tuple[str, ...] = ()
    """Requirements that are installed without what they themselves require."""
    indexes: tuple[str, ...] = ()
    """URLs of package indexes in place of the server's: the first, and those that are asked besides."""
    trusted_hosts: tuple[str, ...] = ()
    """Hosts of these that need no valid certificate."""

    @property
    def is_system(self) -> bool:
        return not (self.requirements or self.lock or self.python or self.image or self.bare)


SYSTEM = Environment()


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that a process finds in its work folder."""

    path: str
    digest: str
    """SHA-256 of the blob that holds its content."""
    executable: bool = False


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """A Python call: a pickled function by digest, or `entry` ("package.module:function"), and pickled arguments."""

    function: str = ""
    entry: str = ""
    arguments: bytes = b""
    """A pickled (args, kwargs); empty: none."""


class Spec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was asked; it never changes. Exactly one of `command` and `call`."""

    kind: Kind = Kind.JOB
    command: tuple[str, ...] = ()
    call: Call | None = None
    environment: Environment = SYSTEM
    files: tuple[File, ...] = ()
    variables: Mapping[str, str] = {}
    secrets: Mapping[str, str] = {}
    """Environment variable → name of a secret of the workspace."""
    resources: Resources = Resources(cpu_milli=1000)
    """What each process of the gang needs."""
    gpu_model: str = ""
    """Only nodes with this accelerator will do; empty: any."""
    replicas: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
    ports: tuple[str, ...] = ()
    """Names of ports; each process finds a free port's number in TIDEMILL_PORT_<NAME>."""
    restart: Restart = Restart()
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=31_536_000)] | None = None
    """How long one attempt may run."""
    grace_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 10.0
    """How long a process has between being asked to end and being killed."""
    priority: Annotated[int, msgspec.Meta(ge=-1000, le=1000)] = 0
    backend: str = "local"
    labels: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ProcessKey:
    """One process of one attempt: the name by which a backend knows it."""

    workload: str
    """The workload's uuid."""
    attempt: int
    rank: int = 0

    def __str__(self) -> str:
        return f"{self.workload}-{self.attempt}-{self.rank}"


@dataclass(frozen=True, slots=True)
class Result:
    """What a call gave: a pickled value, or where `raised` a pickled exception. Never unpickled by the server.

    One that is not small lies in a blob: then `digest` and `size` name it, and `data` is empty.
    """

    data: bytes
    raised: bool = False
    digest: str = ""
    size: int = 0


class Progress(msgspec.Struct, frozen=True):
    """How far a process says that it is: `done` of `total`, in a unit of its own, and what it does now."""

    done: float
    total: float | None = None
    """None: it does not know. Never 0."""
    note: str = ""

    @property
    def fraction(self) -> float | None:
        """From 0 to 1; None where the total is not known."""
        return None if self.total is None else min(self.done / self.total, 1.0)


@dataclass(frozen=True, slots=True)
class End:
    """How, when and with what a process ended."""

    outcome: Outcome
    at_ms: int
    exit_code: int | None = None
    signal: int | None = None
    message: str = ""
    """A sentence for people where outcome and code do not say enough."""
    cpu_ms: int | None = None
    peak_memory_bytes: int | None = None
    result: Result | None = field(default=None, repr=False)
    progress: Progress | None = None
    """How far it was; told only where it did not succeed."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process of a workload's present attempt, as the tables have it."""

    rank: int
    node: str
    devices: tuple[str, ...] = ()
    started_ms: int | None = None
    pid: int | None = None
    end: End | None = None
    progress: Progress | None = None
    """The last that was kept of it; one that has succeeded has none."""

    def ended(self, end: End) -> "Process":
        """The same when it has ended so."""
        last = None if end.outcome is Outcome.SUCCEEDED else end.progress or self.progress
        return replace(self, end=end, progress=last)


@dataclass(frozen=True, slots=True)
class Workload:
    """A workload as the controller moves it. `processes` are those of the present attempt, by rank."""

    id: int
    uuid: str
    workspace_id: int
    spec: Spec
    state: State
    queued_ms: int
    """Since when it waits, for its place in the queue: kept over preemption, renewed by a retry."""
    attempt: int = 0
    retries: int = 0
    """Attempts that failed so far."""
    losses: int = 0
    """Attempts that were lost so far."""
    not_before_ms: int = 0
    stop_cause: StopCause | None = None
    processes: tuple[Process, ...] = ()

    @property
    def demand(self) -> Resources:
        """What its whole gang needs."""
        return self.spec.resources * self.spec.replicas

    def keys(self) -> tuple[ProcessKey, ...]:
        return tuple(ProcessKey(self.uuid, self.attempt, process.rank) for process in self.processes)


@dataclass(frozen=True, slots=True)
class Change:
    """A workload before and after a rule, and the sentence that its history keeps."""

    before: Workload
    after: Workload
    reason: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Node:
    """What a backend offers in one place."""

    name: str
    backend: str
    capacity: Resources
    devices: tuple[str, ...] = ()
    """Identifiers of its accelerators, as CUDA_VISIBLE_DEVICES takes them."""
    gpu_model: str = ""
    is_open: bool = True
    """Whether it takes new work: false while it is drained or not heard of."""


@dataclass(frozen=True, slots=True)
class Quota:
    """What a workspace may hold at once. None: no limit."""

    workspace_id: int
    cpu_milli: int | None = None
    memory_bytes: int | None = None
    gpus: int | None = None
    workloads: int | None = None
    cohort: str = ""
    """Workspaces of one cohort lend each other what they do not use; empty: it neither lends nor borrows."""
    may_borrow: bool = True
    may_preempt: bool = False
    """Whether its workloads may send others back to the queue: who borrows its share, and its own of lower priority."""
    weight: int = 1
