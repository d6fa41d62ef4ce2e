"""A backend that runs nothing: processes last as a script says, by a virtual clock. For tests and the simulator.

`FakeMachine` is the whole of it, without asyncio, so that ten thousand lives of it are quick. `FakeBackend` puts the
contract of `port.py` around it, and passes the suite in `contract` as the real ones do.
"""

import itertools
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from tidemill.compute.backends.local.placing import path_inside
from tidemill.compute.backends.local.variables import own_variables
from tidemill.compute.backends.port import (
    Ended,
    Launch,
    NodeSample,
    Progressed,
    Report,
    Reporter,
    Running,
    Sample,
    Unknown,
)
from tidemill.compute.models import End, Node, Outcome, ProcessKey, Progress, Result
from tidemill.kit.errors import InvalidError
from tidemill.runtime.masking import Masks

_NEVER = 2**62
_PORTS = range(20_000, 60_000)
_SIGKILL, _SIGTERM = 9, 15


@dataclass(frozen=True, slots=True)
class Part:
    """How one process goes, in ms of the virtual clock. It keeps one core busy for as long as it runs."""

    begins_after_ms: int = 0
    runs_ms: int | None = 100
    """How long it runs; None: until it is stopped."""
    outcome: Outcome = Outcome.SUCCEEDED
    """How it ends by itself; with `not_started` it never begins."""
    exit_code: int | None = 0
    heeds_stop: bool = True
    """Whether it ends when asked to; one that does not is killed after the grace."""
    result: Result | None = field(default=None, repr=False)
    log: bytes = b""
    """What its log begins with, as it lies there: for those who need its every byte."""
    signal: int | None = None
    message: str = ""
    says: tuple[str, ...] = ()
    """The lines that it prints as it begins."""
    shows: tuple[str, ...] = ()
    """Environment variables whose values it prints then, a line each; "-" for one that it does not find."""
    goodbye: tuple[str, ...] | None = None
    """The lines that it prints when asked to end, upon which it exits with 0; None: the request itself ends it."""
    memory_bytes: int = 0
    """What it fills as it begins; more than its launch asks for ends it."""


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
    launch: Launch | None
    begins_ms: int
    has_begun: bool = False
    ends_ms: int | None = None
    times_out_ms: int | None = None
    cause: Outcome | None = None
    """Why it ends, where not by itself."""
    exit_code: int | None = None
    """This and the signal: with what it will end, as far as can be told now."""
    signal: int | None = None
    log: bytes = b""
    progress: Progress | None = None
    end: End | None = None

    def due_ms(self) -> int:
        """When something happens to it next by itself."""
        if self.end is not None:
            return _NEVER
        if not self.has_begun and self.cause is None:
            return self.begins_ms
        ends_ms = _NEVER if self.ends_ms is None else self.ends_ms
        return ends_ms if self.times_out_ms is None else min(ends_ms, self.times_out_ms)

    def say(self, lines: Sequence[str], at_ms: int) -> None:
        """Print lines, into the log as `runtime.loglines` writes it."""
        masks = Masks(self.launch.masked if self.launch is not None else ())
        self.log += b"".join(b"%d o %b\n" % (at_ms, masks.masked(line.encode())) for line in lines)

    def sample(self, at_ms: int) -> Sample:
        """What it uses."""
        return Sample(self.key, at_ms, at_ms - self.begins_ms, self.part.memory_bytes or None)


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
        self._ports = itertools.cycle(_PORTS)

    def change_script(self, script: Script) -> None:
        """From now on processes go as this one says."""
        self._script = script

    def start(self, key: ProcessKey, node: str, launch: Launch | None = None) -> bool:
        """Start a process, unless its key is known; whether it was not."""
        if key in self._processes:
            return False
        part = _refusal(launch) or self._script(key, launch)
        self._processes[key] = _Process(key, node, part, launch, self.now_ms + part.begins_after_ms)
        self.started[key] = self.started.get(key, 0) + 1
        return True

    def stop(self, keys: Collection[ProcessKey], grace_s: float) -> None:
        """Ask these to end; those that do not heed it are killed after the grace."""
        for key in keys:
            process = self._processes.get(key)
            if process is not None and process.end is None:
                self._ask_to_end(process, Outcome.STOPPED, grace_s)

    def adopt(self, keys: Collection[ProcessKey]) -> None:
        """Tell of each of these. What else there is is ended and dropped, and nobody hears of it."""
        for key in keys:
            self.tell_of(key)
        wanted = frozenset(keys)
        self._processes = {key: process for key, process in self._processes.items() if key in wanted}

    def forget(self, keys: Collection[ProcessKey]) -> None:
        """Drop those of these that have ended."""
        for key in keys:
            if key in self._processes and self._processes[key].end is not None:
                del self._processes[key]

    def tell_of(self, key: ProcessKey) -> None:
        """Tell how it stands with a process; nothing of one that has yet to begin."""
        process = self._processes.get(key)
        if process is None:
            self._tell(Unknown(key))
        elif process.end is not None:
            self._tell(Ended(key, process.end, process.begins_ms if process.has_begun else None))
        elif process.has_begun:
            self._tell(Running(key, None, process.begins_ms))
            if process.progress is not None:
                self._tell(Progressed(key, process.progress))

    def tell_progress(self, key: ProcessKey, progress: Progress) -> None:
        """A process that runs says how far it is."""
        process = self._processes.get(key)
        if process is not None and process.has_begun and process.end is None:
            process.progress = progress
            self._tell(Progressed(key, progress))

    def log(self, key: ProcessKey) -> bytes:
        """What a process has written."""
        return self._processes[key].log if key in self._processes else b""

    def usage(self, keys: Collection[ProcessKey]) -> list[Sample]:
        """What those of these use that run."""
        known = (self._processes[key] for key in keys if key in self._processes)
        return [each.sample(self.now_ms) for each in known if each.has_begun and each.end is None]

    def alive(self) -> list[tuple[ProcessKey, str]]:
        """The processes that have not ended, and their nodes."""
        return [(each.key, each.node) for each in self._processes.values() if each.end is None]

    def kept(self) -> list[ProcessKey]:
        """All that is not forgotten."""
        return list(self._processes)

    def next_ms(self) -> int | None:
        """When something happens next by itself."""
        due = min((each.due_ms() for each in self._processes.values()), default=_NEVER)
        return None if due == _NEVER else due

    def advance(self, to_ms: int) -> None:
        """Move the clock, and tell of what happens meanwhile in the order in which it does."""
        due: list[_Process] = _due(list(self._processes.values()), to_ms)
        while due:
            process: _Process = min(due, key=_Process.due_ms)
            self.now_ms = max(self.now_ms, process.due_ms())
            self._move(process)
            due = _due(due, to_ms)
        self.now_ms = max(self.now_ms, to_ms)

    def lose(self, node: str, *, tells: bool) -> None:
        """A node fails with all that runs on it: noticed at once, or (`tells` False) nobody knows what became of it."""
        for process in [each for each in self._processes.values() if each.node == node and each.end is None]:
            if tells:
                self._finish(process, End(Outcome.LOST, self.now_ms, message=f"{node} failed"))
            else:
                del self._processes[process.key]

    def _move(self, process: _Process) -> None:
        """Let that happen which is due."""
        if not process.has_begun and process.cause is None:
            self._begin(process)
        elif process.ends_ms is not None and process.ends_ms <= process.due_ms():
            self._finish(process, self._end_of(process))
        else:
            self._ask_to_end(process, Outcome.TIMED_OUT, process.launch.grace_s if process.launch is not None else 0.0)

    def _begin(self, process: _Process) -> None:
        part, launch = process.part, process.launch
        if part.outcome is Outcome.NOT_STARTED:
            self._finish(process, End(part.outcome, self.now_ms, message=part.message))
            return
        process.has_begun, process.exit_code, process.signal = True, part.exit_code, part.signal
        process.ends_ms = None if part.runs_ms is None else process.begins_ms + part.runs_ms
        process.log = part.log
        process.say((*part.says, *self._shown(process)), process.begins_ms)
        self.tell_of(process.key)
        if launch is not None and launch.timeout_s is not None:
            process.times_out_ms = process.begins_ms + round(launch.timeout_s * 1000)
        if launch is not None and 0 < launch.resources.memory_bytes < part.memory_bytes:
            self._ask_to_end(process, Outcome.OUT_OF_MEMORY, 0.0)

    def _shown(self, process: _Process) -> list[str]:
        """What it prints of its environment variables."""
        launch, names = process.launch, process.part.shows
        if launch is None or not names:
            return []
        ports = {name: next(self._ports) for name in launch.ports}
        own = {**own_variables(launch, ports), "CUDA_VISIBLE_DEVICES": ",".join(launch.devices)}
        return [{**own, **launch.variables}.get(name, "-") for name in names]

    def _ask_to_end(self, process: _Process, cause: Outcome, grace_s: float) -> None:
        """The first cause is the one that is told; a later word may shorten the grace, never lengthen it."""
        process.cause = process.cause or cause
        process.times_out_ms = None
        heeds = process.part.heeds_stop and grace_s > 0
        ends_ms = self.now_ms + (round(grace_s * 1000) if process.has_begun and not heeds else 0)
        if process.ends_ms is not None and process.ends_ms <= ends_ms:
            return
        process.ends_ms = ends_ms
        if not process.has_begun:
            return
        if heeds and process.part.goodbye is not None:
            process.say(process.part.goodbye, self.now_ms)
            process.exit_code, process.signal = 0, None
        else:
            process.exit_code, process.signal = None, _SIGTERM if heeds else _SIGKILL

    def _end_of(self, process: _Process) -> End:
        """How it has ended, now."""
        part, cause = process.part, process.cause
        message = part.message if cause is None else ""
        if cause is Outcome.OUT_OF_MEMORY and process.launch is not None:
            message = f"it needed more than the {process.launch.resources.memory_bytes} bytes that it asked for"
        return End(
            cause or part.outcome,
            self.now_ms,
            process.exit_code,
            process.signal,
            message,
            cpu_ms=self.now_ms - process.begins_ms if process.has_begun else None,
            peak_memory_bytes=part.memory_bytes or None,
            result=part.result if cause is None else None,
        )

    def _finish(self, process: _Process, end: End) -> None:
        process.end = end if end.outcome is Outcome.SUCCEEDED else replace(end, progress=process.progress)
        self.tell_of(process.key)

    def _tell(self, report: Report) -> None:
        if self.report is not None:
            self.report(report)


class FakeBackend:
    """`Backend` over a machine that somebody else moves through time."""

    def __init__(self, machine: FakeMachine, name: str = "fake") -> None:
        self.machine = machine
        self._name = name
        self._followed: set[ProcessKey] = set()
        """What it has started or adopted, and so reports without being asked."""

    @property
    def name(self) -> str:
        return self._name

    async def open(self, report: Reporter) -> None:
        self.machine.report = report

    async def nodes(self) -> Sequence[Node]:
        return [replace(node, backend=self._name) for node in self.machine.nodes]

    async def start(self, launches: Sequence[Launch]) -> None:
        for launch in launches:
            key, node = launch.key, launch.node or self.machine.nodes[0].name
            if not self.machine.start(key, node, launch) and key not in self._followed:
                self.machine.tell_of(key)  # an earlier server started it
            self._followed.add(key)
        self.machine.advance(self.machine.now_ms)

    async def stop(self, keys: Sequence[ProcessKey], *, grace_s: float) -> None:
        self.machine.stop(keys, grace_s)
        self.machine.advance(self.machine.now_ms)

    async def adopt(self, keys: Sequence[ProcessKey]) -> None:
        self._followed = set(keys)
        self.machine.adopt(keys)

    async def forget(self, keys: Sequence[ProcessKey]) -> None:
        self._followed.difference_update(keys)
        self.machine.forget(keys)

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        return self.machine.usage(keys)

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
        self._followed.clear()


def _due(processes: Sequence[_Process], to_ms: int) -> list[_Process]:
    return [each for each in processes if each.end is None and each.due_ms() <= to_ms]


def _refusal(launch: Launch | None) -> Part | None:
    """The part of one whose files would lie outside of its work folder."""
    try:
        for file in launch.files if launch is not None else ():
            path_inside(file.path)
    except InvalidError as error:
        return Part(outcome=Outcome.NOT_STARTED, message=error.message)
    return None
