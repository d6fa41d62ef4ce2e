"""The fake backend keeps the contract of the real ones: what the simulator shows with it holds for them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from tidemill.compute.backends.contract import LINE_BYTES, BackendContract, MemoryContract, Programs, Reports
from tidemill.compute.backends.fakes import FakeBackend, FakeMachine, Part, always
from tidemill.compute.backends.port import Backend, Ended, Launch, Report
from tidemill.compute.models import End, Node, Outcome, ProcessKey, Resources

NODES = (Node("n1", "fake", Resources(4000, 8 << 30, 2), ("GPU-1", "GPU-2")), Node("n2", "fake", Resources(1000)))
BEGIN_MS = 1_000_000


class ScriptedPrograms(Programs):
    """The suite's programs as parts: a command is a word whose part the script looks up, itself being the script."""

    def __init__(self) -> None:
        self._parts: dict[str, Callable[[Launch], Part]] = {}

    def __call__(self, key: ProcessKey, launch: Launch | None) -> Part:
        assert launch is not None
        (word,) = launch.command
        make = self._parts.get(word)
        return make(launch) if make is not None else Part(outcome=Outcome.NOT_STARTED, message=f"there is no {word}")

    def exits(self, code: int = 0) -> Sequence[str]:
        return self._command(Part(1, 1, Outcome.FAILED if code else Outcome.SUCCEEDED, code))

    def kills_itself(self, signal: int) -> Sequence[str]:
        return self._command(Part(1, 1, Outcome.KILLED, None, signal=signal))

    def says(self, *lines: str) -> Sequence[str]:
        return self._command(Part(1, 1, says=lines))

    def waits(self) -> Sequence[str]:
        return self._command(Part(1, None, says=("ready",)))

    def says_goodbye(self) -> Sequence[str]:
        return self._command(Part(1, None, says=("ready",), goodbye=("goodbye",)))

    def is_stubborn(self) -> Sequence[str]:
        return self._command(Part(1, None, says=("ready",), heeds_stop=False))

    def shows(self, *variables: str) -> Sequence[str]:
        return self._command(Part(1, 1, shows=variables))

    def shows_file(self, path: str) -> Sequence[str]:
        return self._command(lambda launch: Part(1, 1, says=_lines_of(launch, path)))

    def pours(self, lines: int) -> Sequence[str]:
        return self.says(*(f"{number:0{LINE_BYTES - 1}}" for number in range(lines)))

    def takes_memory(self, size: int) -> Sequence[str]:
        return self._command(Part(1, None, says=("full",), memory_bytes=size))

    def _command(self, part: Part | Callable[[Launch], Part]) -> Sequence[str]:
        word = f"program-{len(self._parts)}"
        self._parts[word] = part if callable(part) else lambda _: part
        return (word,)


class TestFakeBackend(BackendContract, MemoryContract):
    """Its time passes by itself here, much faster than ours."""

    @pytest.fixture(autouse=True)
    async def _time_passes(self) -> AsyncIterator[None]:
        self.programs = script = ScriptedPrograms()
        self.machine = FakeMachine(NODES, script, BEGIN_MS)
        clock = asyncio.create_task(pass_time(self.machine))
        yield
        clock.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await clock

    def make(self) -> Backend:
        return FakeBackend(self.machine)

    async def start_and_die(self, launches: Sequence[Launch]) -> None:
        """What is killed closes nothing; it is only that nobody hears its machine any more."""
        listening, heard = self.machine.report, Reports()
        server = self.make()
        await server.open(heard)
        await server.start(launches)
        for launch in launches:
            await heard.first(launch.key)
        self.machine.report = listening

    async def lose(self, backend: Backend, key: ProcessKey) -> None:
        self.machine.lose(dict(self.machine.alive())[key], tells=True)


def test_a_later_stop_shortens_the_grace_and_never_lengthens_it() -> None:
    """By the millisecond, which the suite cannot tell where time passes by itself."""
    key, ends = ProcessKey("w", 1), list[Report]()
    machine = FakeMachine(NODES, always(Part(runs_ms=None, heeds_stop=False)), BEGIN_MS)
    machine.start(key, "n1")
    machine.advance(BEGIN_MS)
    machine.report = ends.append
    for grace_s in (10.0, 2.0, 60.0):
        machine.stop([key], grace_s)
    machine.advance(BEGIN_MS + 20_000)
    assert ends == [Ended(key, End(Outcome.STOPPED, BEGIN_MS + 2000, signal=9, cpu_ms=2000), BEGIN_MS)]


async def pass_time(machine: FakeMachine) -> None:
    """Move a machine to whatever happens next, and a moment beyond, whenever everybody else waits."""
    while True:
        await asyncio.sleep(0.001)
        machine.advance(max(machine.now_ms, machine.next_ms() or 0) + 1)


def _lines_of(launch: Launch, path: str) -> tuple[str, ...]:
    """What a file of the work folder holds."""
    (content,) = (file.content for file in launch.files if file.path == path)
    return tuple(content.decode().splitlines())
