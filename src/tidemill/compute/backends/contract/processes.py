"""Processes of the operating system, on this machine."""
# ruff: noqa: S101 - it is a test suite, and asserts

import os

from tidemill.compute.backends.contract.reading import PATIENCE_S, first_line, said
from tidemill.compute.backends.contract.reports import Reports
from tidemill.compute.backends.contract.suite import Suite
from tidemill.compute.backends.port import Backend, PlacedFile
from tidemill.compute.models import Outcome


class ProcessContract(Suite):
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
