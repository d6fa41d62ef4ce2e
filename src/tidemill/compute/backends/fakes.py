"""A backend that runs nothing: processes last as a script says, by a virtual clock. For tests and the simulator.

`FakeMachine` is the whole of it, without asyncio, so that ten thousand lives of it are quick. `FakeBackend` puts the
contract of `port.py` around it.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from tidemill.compute.backends.port import Ended, Launch, NodeSample, Report, Reporter, Running, Sample, Unknown
from tidemill.compute.models import End, Node, Outcome, ProcessKey, Result

_NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Part:
    """How one process goes, in ms of the virtual clock."""

    begins_after_ms: int = 0
    runs_ms: int | None = 100
    """How long it runs; None: until it is stopped."""
    outcome: Outcome = Outcome.SUCCEEDED
    exit_code: int | None = 0
    heeds_stop: bool = True
    """Whether it ends when asked to; one that does not is killed after the grace."""
    result: Result | None = field(default=None, repr=False)
    log: bytes = b""


Script = Callable[[ProcessKey, Launch | None], Part]
"""What becomes of a launch; without one (the simulator makes none) the key alone must do."""


def always(part: Part) -> Script:
    """Every process goes the same way."""
    return lambda key, launch: part


@dataclass(slots=True)
class _Process:
    key: ProcessKey
    node: str
    part: Part
    begins_ms: int
    ends_ms: int | None
    has_begun: bool = False
    end: End | None = None
    is_stopped: bool = False


class FakeMachine:
    """Processes on some nodes, which live and end as the clock is moved.

    While nobody listens (`report` is None) they go on, and what happens is told after the next `adopt`.
    """

    def __init__(self, nodes: Sequence[Node], script: Script, now_ms: int = 0) -> None:
        self.nodes = list(nodes)
        self.now_ms = now_ms
        self.report: Reporter | None = None
        self.started: dict[ProcessKey, int] = {}
        """How often each key was begun anew: more than once is what must never be."""
        self._script = script
        self._processes: dict[ProcessKey, _Process] = {}

    def change_script(self, script: Script) -> None:
        """From now on processes go as this one says."""
        self._script = script

    def start(self, key: ProcessKey, node: str, launch: Launch | None = None) -> None:
        """Start a process, unless its key is known."""
        if key in self._processes:
            return
        part = self._script(key, launch)
        begins = self.now_ms + part.begins_after_ms
        ends = None if part.runs_ms is None else begins + part.runs_ms
        self._processes[key] = _Process(key, node, part, begins, ends)
        self.started[key] = self.started.get(key, 0) + 1

    def stop(self, keys: Collection[ProcessKey], grace_s: float) -> None:
        """Ask these to end; those that do not heed it are killed after the grace."""
        for key in keys:
            process = self._processes.get(key)
            if process is None or process.end is not None:
                continue
            ends = self.now_ms + (0 if process.part.heeds_stop else round(grace_s * 1000))
            if process.ends_ms is None or ends < process.ends_ms:
                process.ends_ms, process.is_stopped = ends, True

    def adopt(self, keys: Collection[ProcessKey]) -> None:
        """Tell of each of these, and drop what has ended of the others; what else lives is ended and told of so."""
        for key in keys:
            self._tell_of(key)
        for process in [each for each in self._processes.values() if each.key not in keys]:
            if process.end is not None:
                del self._processes[process.key]
            else:
                self._finish(process, End(Outcome.STOPPED, self.now_ms, message="nobody knows it"))

    def forget(self, keys: Collection[ProcessKey]) -> None:
        """Drop those of these that have ended."""
        for key in keys:
            if key in self._processes and self._processes[key].end is not None:
                del self._processes[key]

    def log(self, key: ProcessKey) -> bytes:
        """What a process has written."""
        return self._processes[key].part.log if key in self._processes else b""

    def alive(self) -> list[tuple[ProcessKey, str]]:
        """The processes that have not ended, and their nodes."""
        return [(each.key, each.node) for each in self._processes.values() if each.end is None]

    def kept(self) -> list[ProcessKey]:
        """All that is not forgotten."""
        return list(self._processes)

    def next_ms(self) -> int | None:
        """When something happens next by itself."""
        due = min((self._due_ms(each) for each in self._processes.values() if each.end is None), default=_NEVER)
        return None if due == _NEVER else due

    def advance(self, to_ms: int) -> None:
        """Move the clock, and tell of what happens meanwhile in the order in which it does."""
        due: list[_Process] = self._due(list(self._processes.values()), to_ms)
        while due:
            process: _Process = min(due, key=self._due_ms)
            self.now_ms = max(self.now_ms, self._due_ms(process))
            self._move(process)
            due = self._due(due, to_ms)
        self.now_ms = max(self.now_ms, to_ms)

    def lose(self, node: str, *, tells: bool) -> None:
        """A node fails with all that runs on it: noticed at once, or (`tells` False) nobody knows what became of it."""
        for process in [each for each in self._processes.values() if each.node == node and each.end is None]:
            if tells:
                self._finish(process, End(Outcome.LOST, self.now_ms, message=f"{node} failed"))
            else:
                del self._processes[process.key]

    def _due(self, processes: Sequence[_Process], to_ms: int) -> list[_Process]:
        return [each for each in processes if each.end is None and self._due_ms(each) <= to_ms]

    def _due_ms(self, process: _Process) -> int:
        if not process.has_begun and not process.is_stopped:
            return process.begins_ms
        return _NEVER if process.ends_ms is None else process.ends_ms

    def _move(self, process: _Process) -> None:
        if not process.has_begun and not process.is_stopped:
            process.has_begun = True
            self._tell(Running(process.key, None, process.begins_ms))
        elif process.is_stopped:
            self._finish(process, End(Outcome.STOPPED, self.now_ms))
        else:
            part = process.part
            self._finish(process, End(part.outcome, self.now_ms, part.exit_code, result=part.result))

    def _finish(self, process: _Process, end: End, *, tells: bool = True) -> None:
        process.end = end
        if tells:
            self._tell_of(process.key)

    def _tell_of(self, key: ProcessKey) -> None:
        process = self._processes.get(key)
        if process is None:
            self._tell(Unknown(key))
        elif process.end is not None:
            self._tell(Ended(key, process.end, process.begins_ms if process.has_begun else None))
        elif process.has_begun:
            self._tell(Running(key, None, process.begins_ms))

    def _tell(self, report: Report) -> None:
        if self.report is not None:
            self.report(report)


class FakeBackend:
    """`Backend` over a machine that somebody else moves through time."""

    def __init__(self, machine: FakeMachine, name: str = "fake") -> None:
        self.machine = machine
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    async def open(self, report: Reporter) -> None:
        self.machine.report = report

    async def nodes(self) -> Sequence[Node]:
        return [replace(node, backend=self._name) for node in self.machine.nodes]

    async def start(self, launches: Sequence[Launch]) -> None:
        for launch in launches:
            self.machine.start(launch.key, launch.node or self.machine.nodes[0].name, launch)
        self.machine.advance(self.machine.now_ms)

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        self.machine.stop(keys, grace_s)
        self.machine.advance(self.machine.now_ms)

    async def adopt(self, keys: Sequence[ProcessKey]) -> None:
        self.machine.adopt(keys)

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        self.machine.forget(keys)

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        alive = {key for key, _ in self.machine.alive()}
        return [Sample(key, self.machine.now_ms) for key in keys if key in alive]

    async def log(self, key: ProcessKey, *, start: int = 0) -> AsyncIterator[bytes]:
        if content := self.machine.log(key)[start:]:
            yield content

    async def log_size(self, key: ProcessKey) -> int:
        return len(self.machine.log(key))

    async def node_usage(self) -> Sequence[NodeSample]:
        alive = [node for _, node in self.machine.alive()]
        return [
            NodeSample(node.name, self.machine.now_ms, cpu_milli=1000 * alive.count(node.name))
            for node in self.machine.nodes
        ]

    async def close(self) -> None:
        self.machine.report = None
