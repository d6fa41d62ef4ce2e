"""The conformance suite of `Backend`: what every implementation must pass, ours or another's.

    class TestMyBackend(BackendContract):
        def make(self) -> Backend:               # one more instance on the same nodes
            return MyBackend(...)

        async def start_and_die(self, launches):
            ...                                  # start them in a server that is killed once they run

        async def lose(self, backend, key):
            ...                                  # kill what watches over a process, behind the backend's back

A backend that runs no real processes gives `programs` of its own, and leaves out `ProcessContract`.
Imports pytest, so only tests may import this module.
"""
# ruff: noqa: S101 - it is a test suite, and asserts

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from tidemill.compute.backends.contract_tools import (
    LINE_BYTES,
    PATIENCE_S,
    Programs,
    Reports,
    first_line,
    lines_of,
    log_of,
    new_key,
    said,
    until_forgotten,
    until_said,
)
from tidemill.compute.backends.port import Backend, Ended, Launch, PlacedFile, Running
from tidemill.compute.models import Outcome, ProcessKey, Resources

_SIGKILL, _SIGUSR1 = 9, 10
_MANY = 200
_POURED_LINES = 100_000
_MEMORY = 64 << 20


class BackendContract:
    """Subclass it, and give `make`, `start_and_die` and `lose`."""

    pytestmark = pytest.mark.anyio
    programs = Programs()

    def make(self) -> Backend:
        """Another instance on the same nodes; called with the loop running."""
        raise NotImplementedError("give the backend to test")

    async def start_and_die(self, launches: Sequence[Launch]) -> None:
        """Start these in a server of its own, which is killed without a word once all of them run or have ended."""
        raise NotImplementedError("say how a server of this backend can be killed")

    async def lose(self, backend: Backend, key: ProcessKey) -> None:
        """Kill what watches over a running process, as a failing machine would."""
        raise NotImplementedError("say how a process of this backend can be lost")

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @pytest.fixture
    def reports(self) -> Reports:
        return Reports()

    @pytest.fixture
    async def backend(self, reports: Reports) -> AsyncIterator[Backend]:
        backend = self.make()
        await backend.open(reports)
        yield backend
        await self.end_all(backend)

    async def end_all(self, backend: Backend) -> None:
        """Leave nothing running: what nobody asks for is ended."""
        await backend.adopt([])
        await backend.close()

    async def start(self, backend: Backend, command: Sequence[str], **more: object) -> ProcessKey:
        key = new_key()
        await backend.start([replace(Launch(key, "default", command=tuple(command)), **more)])  # pyright: ignore[reportArgumentType]
        return key

    # How a process ends.

    async def test_one_that_succeeds_runs_and_ends(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says("hello"))
        ended = await reports.ended(key)
        assert (ended.end.outcome, ended.end.exit_code, ended.end.signal) == (Outcome.SUCCEEDED, 0, None)
        assert ended.started_ms is not None
        assert ended.started_ms <= ended.end.at_ms
        assert [type(report) for report in reports.of(key)] in ([Running, Ended], [Ended])

    @pytest.mark.parametrize("code", [1, 7, 255])
    async def test_one_that_fails_tells_its_exit_code(self, backend: Backend, reports: Reports, code: int) -> None:
        end = (await reports.ended(await self.start(backend, self.programs.exits(code)))).end
        assert (end.outcome, end.exit_code, end.signal) == (Outcome.FAILED, code, None)

    @pytest.mark.parametrize("signal", [_SIGKILL, _SIGUSR1])
    async def test_one_that_a_signal_ends_tells_the_signal(
        self, backend: Backend, reports: Reports, signal: int
    ) -> None:
        end = (await reports.ended(await self.start(backend, self.programs.kills_itself(signal)))).end
        assert (end.outcome, end.exit_code, end.signal) == (Outcome.KILLED, None, signal)

    async def test_a_command_that_cannot_be_had_is_not_started(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.is_not_there())
        ended = await reports.ended(key)
        assert ended.end.outcome is Outcome.NOT_STARTED
        assert ended.started_ms is None
        assert "no-such-program" in ended.end.message
        assert reports.of(key) == [ended]

    async def test_one_that_runs_for_too_long_has_timed_out(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.waits(), timeout_s=0.2, grace_s=20.0)
        assert (await reports.ended(key)).end.outcome is Outcome.TIMED_OUT

    async def test_one_that_does_not_heed_its_timeout_is_killed(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.is_stubborn(), timeout_s=0.2, grace_s=0.1)
        end = (await reports.ended(key)).end
        assert (end.outcome, end.signal) == (Outcome.TIMED_OUT, _SIGKILL)

    # Starting.

    async def test_starting_it_again_starts_nothing(self, backend: Backend, reports: Reports) -> None:
        key = new_key()
        launch = Launch(key, "default", command=tuple(self.programs.says("once")))
        await asyncio.gather(*(backend.start([launch]) for _ in range(5)))
        await reports.ended(key)
        await backend.start([launch, launch])
        other = await self.start(backend, self.programs.exits())
        await reports.ended(other)
        assert await said(backend, key) == ["once"]
        assert len([report for report in reports.of(key) if isinstance(report, Ended)]) == 1

    async def test_starting_it_again_in_another_server_starts_nothing(self, backend: Backend, reports: Reports) -> None:
        key = new_key()
        launch = Launch(key, "default", command=tuple(self.programs.waits()))
        await backend.start([launch])
        first = await reports.running(key)
        await backend.close()
        again, heard = self.make(), Reports()
        await again.open(heard)
        await again.start([launch])
        assert (await heard.running(key)).pid == first.pid
        await self.end_all(again)

    async def test_hundreds_end_once_each(self, backend: Backend, reports: Reports) -> None:
        keys = [new_key() for _ in range(_MANY)]
        await backend.start(
            [Launch(key, "default", command=tuple(self.programs.exits(n % 5))) for n, key in enumerate(keys)]
        )
        ends = [(await reports.ended(key)).end for key in keys]
        assert [end.exit_code for end in ends] == [n % 5 for n in range(_MANY)]
        assert sum(isinstance(report, Ended) for report in reports.all) == _MANY

    async def test_the_processes_of_a_gang_know_each_other(self, backend: Backend, reports: Reports) -> None:
        workload = new_key().workload
        keys = [ProcessKey(workload, 3, rank) for rank in range(2)]
        names = ("TIDEMILL_WORKLOAD", "TIDEMILL_ATTEMPT", "TIDEMILL_RANK", "TIDEMILL_WORLD_SIZE")
        command = tuple(self.programs.shows(*names))
        await backend.start([Launch(key, "default", command=command, ranks=2) for key in keys])
        for key in keys:
            assert (await reports.ended(key)).end.outcome is Outcome.SUCCEEDED
            assert await said(backend, key) == [workload, "3", str(key.rank), "2"]

    async def test_its_variables_are_those_that_were_given(self, backend: Backend, reports: Reports) -> None:
        given = {"GREETING": "héllo = 'you' $HOME", "OMP_NUM_THREADS": "7"}
        command = self.programs.shows("GREETING", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NOT_GIVEN")
        key = await self.start(backend, command, variables=given, resources=Resources(cpu_milli=1500))
        await reports.ended(key)
        assert await said(backend, key) == [given["GREETING"], "7", "2", "-"]

    async def test_it_sees_the_devices_assigned_to_it_and_no_others(self, backend: Backend, reports: Reports) -> None:
        command = self.programs.shows("CUDA_VISIBLE_DEVICES")
        some = await self.start(backend, command, devices=("GPU-1", "GPU-2"))
        none = await self.start(backend, command)
        await reports.ended(some)
        await reports.ended(none)
        assert await said(backend, some) == ["GPU-1,GPU-2"]
        assert await said(backend, none) == [""]

    async def test_its_files_lie_in_its_work_folder(self, backend: Backend, reports: Reports) -> None:
        files = (PlacedFile("deep/er/data.txt", b"content\n"),)
        key = await self.start(backend, self.programs.shows_file("deep/er/data.txt"), files=files)
        await reports.ended(key)
        assert await said(backend, key) == ["content"]

    @pytest.mark.parametrize("path", ["../outside", "/etc/outside", "a/../../outside", ""])
    async def test_a_file_outside_of_its_work_folder_is_refused(
        self, backend: Backend, reports: Reports, path: str
    ) -> None:
        key = await self.start(backend, self.programs.exits(), files=(PlacedFile(path, b""),))
        end = (await reports.ended(key)).end
        assert (end.outcome, "placed" in end.message) == (Outcome.NOT_STARTED, True)

    async def test_every_port_is_a_number_of_its_own(self, backend: Backend, reports: Reports) -> None:
        command = self.programs.shows("TIDEMILL_PORT_HTTP", "TIDEMILL_PORT_MY_GRPC")
        keys = [await self.start(backend, command, ports=("http", "my-grpc")) for _ in range(3)]
        numbers: list[str] = []
        for key in keys:
            await reports.ended(key)
            numbers += await said(backend, key)
        assert all(1024 <= int(number) <= 65_535 for number in numbers)
        assert len(numbers) == 6

    # Stopping.

    async def test_one_that_is_stopped_may_say_goodbye(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says_goodbye())
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=PATIENCE_S)
        end = (await reports.ended(key)).end
        assert (end.outcome, end.exit_code) == (Outcome.STOPPED, 0)
        assert await said(backend, key) == ["ready", "goodbye"]

    @pytest.mark.parametrize("grace_s", [0.0, 0.2])
    async def test_one_that_does_not_heed_is_killed(self, backend: Backend, reports: Reports, grace_s: float) -> None:
        key = await self.start(backend, self.programs.is_stubborn())
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=grace_s)
        end = (await reports.ended(key)).end
        assert (end.outcome, end.signal) == (Outcome.STOPPED, _SIGKILL)

    async def test_a_second_stop_may_shorten_the_grace(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.is_stubborn())
        await until_said(backend, key, "ready")
        await backend.stop([key], grace_s=10 * PATIENCE_S)
        await backend.stop([key], grace_s=0.0)
        assert (await reports.ended(key)).end.outcome is Outcome.STOPPED

    async def test_one_that_is_stopped_before_it_began_has_stopped(self, backend: Backend, reports: Reports) -> None:
        keys = [await self.start(backend, self.programs.waits()) for _ in range(5)]
        await backend.stop(keys, grace_s=0.0)
        assert {(await reports.ended(key)).end.outcome for key in keys} == {Outcome.STOPPED}

    async def test_stopping_and_forgetting_what_is_gone_does_nothing(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.exits())
        await reports.ended(key)
        for keys in ([key], [new_key()], []):
            await backend.stop(keys, grace_s=1.0)
            await backend.forget(keys)
            await backend.forget(keys)
        assert len([report for report in reports.all if isinstance(report, Ended)]) == 1

    # Going on without a server.

    async def test_what_runs_is_adopted_by_the_next(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says_goodbye())
        first = await reports.running(key)
        await until_said(backend, key, "ready")
        await backend.close()
        following, heard = self.make(), Reports()
        await following.open(heard)
        await following.adopt([key])
        assert await heard.running(key) == first
        await following.stop([key], grace_s=PATIENCE_S)
        end = (await heard.ended(key)).end
        assert (end.outcome, await said(following, key)) == (Outcome.STOPPED, ["ready", "goodbye"])
        await self.end_all(following)

    async def test_what_a_killed_server_ran_is_adopted_by_the_next(self, backend: Backend, reports: Reports) -> None:
        keys = [new_key() for _ in range(3)]
        commands = (self.programs.waits(), self.programs.exits(3), self.programs.says_goodbye())
        await self.start_and_die(
            [Launch(key, "default", command=tuple(each)) for key, each in zip(keys, commands, strict=True)]
        )
        await backend.adopt(keys)
        assert (await reports.ended(keys[1])).end.exit_code == 3
        await reports.running(keys[0])
        await until_said(backend, keys[2], "ready")
        await backend.stop([keys[0], keys[2]], grace_s=PATIENCE_S)
        assert [(await reports.ended(key)).end.outcome for key in keys] == [
            Outcome.STOPPED,
            Outcome.FAILED,
            Outcome.STOPPED,
        ]

    async def test_what_ended_meanwhile_is_told_until_it_is_forgotten(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.exits(9))
        ended = await reports.ended(key)
        await backend.close()
        following, heard = self.make(), Reports()
        await following.open(heard)
        for _ in range(2):
            heard.all.clear()
            await following.adopt([key])
            assert await heard.ended(key) == ended
        await following.forget([key])
        await following.adopt([key])
        await heard.unknown(key)
        await following.close()

    async def test_what_was_never_started_is_unknown(self, backend: Backend, reports: Reports) -> None:
        key = new_key()
        await backend.adopt([key])
        await reports.unknown(key)

    async def test_what_nobody_asks_for_is_ended(self, backend: Backend, reports: Reports) -> None:
        kept, orphan = [await self.start(backend, self.programs.waits()) for _ in range(2)]
        for key in (kept, orphan):
            await until_said(backend, key, "ready")
        await backend.close()
        following, heard = self.make(), Reports()
        await following.open(heard)
        await following.adopt([kept])
        await heard.running(kept)
        await until_forgotten(following, orphan)
        assert [report for report in heard.of(kept) if isinstance(report, Ended)] == []
        await self.end_all(following)

    async def test_one_whose_watcher_is_killed_is_lost(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.waits())
        running = await reports.running(key)
        await self.lose(backend, key)
        ended = await reports.ended(key)
        assert (ended.end.outcome, ended.started_ms) == (Outcome.LOST, running.started_ms)

    async def test_one_that_is_lost_while_nobody_looks_is_lost(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.waits())
        await reports.running(key)
        await backend.close()
        await self.lose(backend, key)
        following, heard = self.make(), Reports()
        await following.open(heard)
        await following.adopt([key])
        assert (await heard.ended(key)).end.outcome is Outcome.LOST
        await self.end_all(following)

    # Logs and use.

    async def test_its_log_can_be_read_while_it_runs_and_after(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says_goodbye())
        await until_said(backend, key, "ready")
        before = await log_of(backend, key)
        await backend.stop([key], grace_s=PATIENCE_S)
        ended = await reports.ended(key)
        after = await log_of(backend, key)
        assert after.startswith(before)
        assert after.endswith(b" o goodbye\n")
        assert await log_of(backend, key, start=5) == after[5:]
        assert await log_of(backend, key, start=len(after) + 5) == b""
        assert await backend.log_size(key) == len(after)
        assert all(line.at_ms <= ended.end.at_ms for line in await lines_of(backend, key))

    async def test_a_large_log_is_complete_when_it_has_ended(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.pours(_POURED_LINES))
        assert (await reports.ended(key)).end.outcome is Outcome.SUCCEEDED
        assert await said(backend, key) == [f"{number:0{LINE_BYTES - 1}}" for number in range(_POURED_LINES)]

    async def test_the_log_of_what_is_unknown_or_forgotten_is_empty(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.says("something"))
        await reports.ended(key)
        await backend.forget([key])
        assert await log_of(backend, key) == b""
        assert await log_of(backend, new_key()) == b""
        assert await backend.log_size(key) == await backend.log_size(new_key()) == 0

    async def test_only_what_runs_uses_anything(self, backend: Backend, reports: Reports) -> None:
        runs, ended = await self.start(backend, self.programs.waits()), await self.start(backend, self.programs.exits())
        await reports.ended(ended)
        await until_said(backend, runs, "ready")
        (sample,) = await backend.usage([runs, ended, new_key()])
        assert sample.key == runs
        assert (sample.memory_bytes or 0) >= 0

    async def test_its_nodes_have_names_and_capacity(self, backend: Backend) -> None:
        for node in await backend.nodes():
            assert (node.name, node.backend) == (node.name.strip(), backend.name)
            assert node.capacity.cpu_milli > 0
            assert len(node.devices) == node.capacity.gpus

    async def test_what_is_used_is_told_of_its_own_nodes_only(self, backend: Backend) -> None:
        names = {node.name for node in await backend.nodes()}
        await backend.node_usage()
        for sample in await backend.node_usage():
            assert sample.node in names
            assert min(each or 0 for each in (sample.cpu_milli, sample.memory_bytes, sample.disk_bytes)) >= 0


class ProcessContract(BackendContract):
    """What holds besides where processes are real, and on this machine."""

    async def test_a_script_that_is_a_file_of_its_own_can_be_run(self, backend: Backend, reports: Reports) -> None:
        script = PlacedFile("run.sh", b"#!/bin/sh\necho started in $(basename $(pwd)) with $#\n", executable=True)
        key = await self.start(backend, ("./run.sh", "a b", "c"), files=(script,))
        await reports.ended(key)
        assert await said(backend, key) == ["started in work with 2"]

    async def test_its_secrets_are_masked_in_its_log(self, backend: Backend, reports: Reports) -> None:
        given = {"TOKEN": "hunter2", "KEY": "first line\nsecond", "PLAIN": "hunter"}
        command = ("sh", "-c", 'echo "<$TOKEN$TOKEN> $KEY" >&2; echo $PLAIN; [ ${#TOKEN} = 7 ]')
        key = await self.start(backend, command, variables=given, masked=(given["TOKEN"], given["KEY"]))
        assert (await reports.ended(key)).end.outcome is Outcome.SUCCEEDED
        assert await said(backend, key, "e") == ["<******> ***", "***"]
        assert await said(backend, key) == ["hunter"]

    async def test_a_file_that_is_no_program_is_not_started(self, backend: Backend, reports: Reports) -> None:
        for executable in (False, True):
            file = PlacedFile("notes.txt", b"these are notes\n", executable=executable)
            key = await self.start(backend, ("./notes.txt",), files=(file,))
            assert (await reports.ended(key)).end.outcome is Outcome.NOT_STARTED

    async def test_over_its_memory_it_is_out_of_memory(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(
            backend, self.programs.takes_memory(8 * _MEMORY), resources=Resources(1000, memory_bytes=_MEMORY)
        )
        end = (await reports.ended(key)).end
        assert (end.outcome, str(_MEMORY) in end.message) == (Outcome.OUT_OF_MEMORY, True)

    async def test_its_end_tells_what_it_used(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.takes_memory(_MEMORY), grace_s=0.0, timeout_s=2.0)
        end = (await reports.ended(key)).end
        assert (end.peak_memory_bytes or 0) >= _MEMORY
        assert (end.cpu_ms or 0) > 0

    async def test_what_uses_memory_is_seen_while_it_runs(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.takes_memory(_MEMORY))
        await until_said(backend, key, "full")
        (sample,) = await backend.usage([key])
        assert (sample.memory_bytes or 0) >= _MEMORY
        assert (sample.cpu_ms or 0) > 0

    async def test_what_it_leaves_behind_is_ended_with_it(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.leaves_a_child())
        ended = await reports.ended(key)
        assert ended.end.outcome is Outcome.SUCCEEDED
        assert not _lives(int((await said(backend, key))[0]))

    async def test_stopping_it_ends_all_below_it(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.has_a_child())
        child = int(await first_line(backend, key))
        assert _lives(child)
        await backend.stop([key], grace_s=PATIENCE_S)
        assert (await reports.ended(key)).end.outcome is Outcome.STOPPED
        assert not _lives(child)

    async def test_what_is_lost_is_ended_with_all_below_it(self, backend: Backend, reports: Reports) -> None:
        key = await self.start(backend, self.programs.has_a_child())
        child, running = int(await first_line(backend, key)), await reports.running(key)
        await self.lose(backend, key)
        assert (await reports.ended(key)).end.outcome is Outcome.LOST
        assert running.pid is not None
        assert not _lives(child)
        assert not _lives(running.pid)


def _lives(pid: int) -> bool:
    """Whether a process runs under this number that has not ended; who waits for it need not have noticed yet."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b") ")[2][:1] not in (b"Z", b"X")
    except FileNotFoundError:
        if os.path.isdir("/proc/self"):
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
