"""The contract of a backend: where processes run. `contract` holds the tests that every backend passes.

A backend knows nothing of queues, quotas, tries or tables. It is told to start, stop, adopt and forget processes by
key, and reports what becomes of them.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tidemill.compute.models import NOTHING, SYSTEM, Call, End, Environment, Node, ProcessKey, Progress, Resources


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file for the work folder, with its content at hand."""

    path: str
    content: bytes = field(repr=False)
    executable: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    """All that a backend needs to start one process. Exactly one of `command` and `call`."""

    key: ProcessKey
    workspace: str
    node: str = ""
    """The node that admission chose, one of those that the backend offers."""
    command: tuple[str, ...] = ()
    call: Call | None = None
    function: bytes = field(default=b"", repr=False)
    """The pickled function of a call that names one by digest."""
    environment: Environment = SYSTEM
    files: tuple[PlacedFile, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """All of its environment variables, secrets among them."""
    masked: tuple[str, ...] = field(default=(), repr=False)
    """What its log shows as ***: the values of its secrets."""
    ports: tuple[str, ...] = ()
    resources: Resources = NOTHING
    devices: tuple[str, ...] = ()
    timeout_s: float | None = None
    grace_s: float = 10.0
    ranks: int = 1


@dataclass(frozen=True, slots=True)
class Running:
    """A process runs."""

    key: ProcessKey
    pid: int | None
    started_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A process is gone, with everything that it started."""

    key: ProcessKey
    end: End
    started_ms: int | None = None
    """When it had begun; None where it never did."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Asked to adopt it, the backend has never started it, or has forgotten it."""

    key: ProcessKey


@dataclass(frozen=True, slots=True)
class Progressed:
    """A running process told how far it is. Said several times a second at most; only the last one counts."""

    key: ProcessKey
    progress: Progress


Report = Running | Ended | Unknown | Progressed
Reporter = Callable[[Report], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a process and all below it use at an instant. Counters grow from its start; None: not known here."""

    key: ProcessKey
    at_ms: int
    cpu_ms: int | None = None
    memory_bytes: int | None = None
    gpu_milli: int | None = None
    gpu_memory_bytes: int | None = None
    read_bytes: int | None = None
    written_bytes: int | None = None
    received_bytes: int | None = None
    sent_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class NodeSample:
    """What is used of a node at an instant, by workloads and all else that runs there. None: not known here."""

    node: str
    at_ms: int
    cpu_milli: int | None = None
    memory_bytes: int | None = None
    gpu_milli: int | None = None
    """Of all its accelerators together: 2,000 are two that are fully busy."""
    gpu_memory_bytes: int | None = None
    disk_bytes: int | None = None
    """What is taken of the file system on which work folders lie."""


class Backend(Protocol):
    """Runs processes on the nodes that it offers.

    Reports come through the reporter that `open` was given, on the event loop, in this order per key: at most one
    Running, then exactly one Ended. A process that ends at once may be reported as Ended alone. `Ended` is reported
    again after every `adopt` until `forget`. Between them a process that tells how far it is may be reported as
    Progressed any number of times, and after `adopt` with what it told last; where it ends without success, its End
    has that.

    Idempotence: `start` of a key that was started and not forgotten starts nothing. `stop` and `forget` of what is
    gone do nothing. So all calls may be repeated, and are after a crash of the server.

    Independence: processes go on while no server runs. After `close`, or a kill of the server, another instance of
    the backend on the same nodes adopts them.

    Errors: none is raised for one process. What cannot be started is reported as Ended with `not_started` and a
    sentence; what cannot be told any more as `lost`. `start` returns as soon as the launches are taken.
    """

    @property
    def name(self) -> str:
        """The name by which workloads ask for it."""
        ...

    async def open(self, report: Reporter) -> None:
        """Begin to watch."""
        ...

    async def nodes(self) -> Sequence[Node]:
        """What it offers now."""
        ...

    async def start(self, launches: Sequence[Launch]) -> None:
        """Start these processes."""
        ...

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        """Ask these processes to end, and after the grace kill them with all that they started."""
        ...

    async def adopt(self, keys: Sequence[ProcessKey]) -> None:
        """Report on each of these: Running, Ended or Unknown. End processes of ours that are not among them."""
        ...

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        """These have ended and are recorded elsewhere: remove what is kept of them, log and folder included."""
        ...

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        """What these use now; those that cannot be measured are left out."""
        ...

    def log(self, key: ProcessKey, *, start: int = 0) -> AsyncIterator[bytes]:
        """The log from byte `start` to its present end, as `runtime.loglines` writes it; empty where there is none."""
        ...

    async def log_size(self, key: ProcessKey) -> int:
        """How many bytes the log has now; cheap, since whoever follows a log asks many times a second."""
        ...

    async def node_usage(self) -> Sequence[NodeSample]:
        """What is used of its nodes now, by whomever; those that cannot be measured are left out."""
        ...

    async def close(self) -> None:
        """Stop watching; what runs goes on."""
        ...
