"""What the SDK sends and reads: the part of the native API's forms that it uses (`compute/routes` has the whole)."""

from collections.abc import Mapping

import msgspec

FINAL = frozenset({"succeeded", "failed", "stopped"})
"""The states that nothing follows."""


class Resources(msgspec.Struct, frozen=True, omit_defaults=True):
    """Amounts: thousandths of a core, bytes, accelerators."""

    cpu_milli: int = 0
    memory_bytes: int = 0
    gpus: int = 0
    disk_bytes: int = 0


class Environment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a process finds installed; none of it: what the server has."""

    requirements: tuple[str, ...] = ()
    lock: str = ""
    python: str = ""
    image: str = ""


class File(msgspec.Struct, frozen=True, omit_defaults=True):
    path: str
    digest: str
    executable: bool = False


class RemoteCall(msgspec.Struct, frozen=True, omit_defaults=True):
    function: str = ""
    entry: str = ""
    arguments: bytes = b""


class Restart(msgspec.Struct, frozen=True, omit_defaults=True):
    max_retries: int = 0


class Spec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is asked for."""

    kind: str = "job"
    command: tuple[str, ...] = ()
    call: RemoteCall | None = None
    environment: Environment = Environment()
    files: tuple[File, ...] = ()
    variables: Mapping[str, str] = {}
    secrets: Mapping[str, str] = {}
    resources: Resources = Resources(cpu_milli=1000)
    gpu_model: str = ""
    replicas: int = 1
    restart: Restart = Restart()
    timeout_s: float | None = None
    priority: int = 0
    backend: str = "local"
    labels: Mapping[str, str] = {}


class Submission(msgspec.Struct, frozen=True, omit_defaults=True):
    spec: Spec
    name: str = ""
    group: str = ""


class Item(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one of a batch differs from the template."""

    name: str = ""
    arguments: bytes | None = None


class Batch(msgspec.Struct, frozen=True, omit_defaults=True):
    template: Spec
    items: list[Item]
    name: str = ""
    group: str = ""


class Ids(msgspec.Struct):
    ids: list[str]


class Which(msgspec.Struct, omit_defaults=True):
    """Either ids or a group."""

    ids: list[str] = []
    group: str = ""


class Wait(msgspec.Struct):
    ids: list[str]
    until: str
    timeout_s: float


class Ended(msgspec.Struct):
    """A workload that has ended, with what its call gave where that is small."""

    id: str
    state: str
    reason: str
    result: bytes | None
    raised: bool


class Waited(msgspec.Struct):
    ended: list[Ended]
    pending: int


class Use(msgspec.Struct):
    """What is used at an instant; None: not known."""

    at_ms: int
    cpu_milli: int | None
    memory_bytes: int | None
    gpu_milli: int | None
    received_per_s: int | None = None
    """Bytes, over TCP."""
    sent_per_s: int | None = None


class Progress(msgspec.Struct):
    """How far a call says that it is, in a unit of its own."""

    done: float
    total: float | None
    fraction: float | None
    """From 0 to 1; None where the total is not known."""
    note: str
    """What it does now."""


class Workload(msgspec.Struct):
    """A workload as lists show it."""

    id: str
    name: str
    group: str
    kind: str
    owner: str
    state: str
    reason: str
    attempt: int
    priority: int
    backend: str
    what: str
    resources: Resources
    replicas: int
    labels: Mapping[str, str]
    created_ms: int
    admitted_ms: int | None
    started_ms: int | None
    ended_ms: int | None
    why: str
    """What it waits for, where it waits."""
    place: int | None
    """Where in the queue it stands, 1 the first; None where it does not wait."""
    use: Use | None = None
    """What its processes use now; None where none runs."""
    progress: Progress | None = None
    """How far it is, or was when it failed or was stopped; None where it has not told."""


class WorkloadPage(msgspec.Struct):
    total: int
    states: Mapping[str, int]
    workloads: list[Workload]


class Moment(msgspec.Struct):
    at_ms: int
    state: str
    attempt: int
    reason: str


class Process(msgspec.Struct):
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
    progress: Progress | None = None


class Details(msgspec.Struct):
    """All that is known of a workload; `why` says what it waits for."""

    workload: Workload
    spec: Spec
    why: str
    history: list[Moment]
    processes: list[Process]


class Node(msgspec.Struct):
    name: str
    backend: str
    capacity: Resources
    used: Resources
    processes: int
    devices: list[str]
    gpu_model: str
    is_open: bool
    takes_work: bool
    heard_ms: int
    use: Use | None
    """What is used of it now, by workloads and all else."""


class NodeList(msgspec.Struct):
    nodes: list[Node]


class QuotaSettings(msgspec.Struct):
    """What a workspace may hold at once; None: no limit."""

    cpu_milli: int | None = None
    memory_bytes: int | None = None
    gpus: int | None = None
    workloads: int | None = None
    cohort: str = ""
    may_borrow: bool = True
    may_preempt: bool = False
    weight: int = 1


class Quota(msgspec.Struct):
    """A workspace's quota, None where it has none, and what it holds now."""

    workspace: str
    quota: QuotaSettings | None
    used: Resources
    live: int
    waiting: int


class Workspace(msgspec.Struct):
    name: str


class Secret(msgspec.Struct, frozen=True):
    """That there is a secret, and when it was set."""

    name: str
    changed_ms: int


class SecretList(msgspec.Struct, frozen=True):
    secrets: list[Secret]


class BuiltEnvironment(msgspec.Struct):
    """What the server's machine has installed for processes: from what, how large, and when it was last used."""

    hash: str
    requirements: list[str]
    has_lock: bool
    python: str
    state: str
    builder: str
    created_ms: int
    used_ms: int
    build_ms: int | None
    size_bytes: int | None
    message: str


class BuiltEnvironmentList(msgspec.Struct):
    environments: list[BuiltEnvironment]


class BuildEnvironment(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to build; `again`: anew, even where it stands already."""

    requirements: tuple[str, ...] = ()
    lock: str = ""
    python: str = ""
    again: bool = False


class BuildLog(msgspec.Struct):
    text: str


class WorkspaceList(msgspec.Struct):
    workspaces: list[Workspace]


class LogLine(msgspec.Struct, omit_defaults=True):
    """A line that a process said, on stdout or stderr. Where it `goes_on`, the next of its stream has more of it."""

    at_ms: int
    stream: str
    text: str
    offset: int
    rank: int = 0
    goes_on: bool = False

    def __str__(self) -> str:
        return self.text


class LogPage(msgspec.Struct):
    """A stretch of a log, where the next begins, and where a failure does."""

    attempt: int
    lines: list[LogLine]
    cursor: str
    end: bool
    error_offset: int | None = None
    error_rank: int | None = None


class FoundLine(LogLine, kw_only=True):
    """A line that was searched for, and those around it."""

    attempt: int
    before: list[LogLine]
    after: list[LogLine]


class FoundPage(msgspec.Struct):
    """What was found; `cursor` is where to search on, empty when all is searched."""

    lines: list[FoundLine]
    cursor: str
    unreached: int


class LogEnd(msgspec.Struct):
    """The attempt that was followed has ended."""

    attempt: int
    outcome: str | None
    exit_code: int | None
