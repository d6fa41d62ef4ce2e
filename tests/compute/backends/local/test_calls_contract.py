"""Calls keep the contract of backends as commands do: each command of it is run by a call that becomes it."""

import asyncio
import fcntl
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.compute.backends.local.machine import calling_backend
from tidemill.compute.backends.contract import BackendContract, MemoryContract, ProcessContract, Reports
from tidemill.compute.backends.port import Backend, Launch
from tidemill.compute.models import Outcome, ProcessKey
from tidemill.runtime.cgroup_base import find_own_base
from tidemill.runtime.records import Record

ROOT = Path(__file__).parents[4]


class TestWithoutControlGroups(BackendContract, MemoryContract, ProcessContract):
    cgroup: Record | None = None

    @pytest.fixture(autouse=True)
    def _in_folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path / "backend"
        yield
        for lock in (self.folder / "pools").glob("*/lock"):
            with lock.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # its fork server is on its way out

    def make(self) -> Backend:
        return calling_backend(self.folder, self.cgroup)

    async def start_and_die(self, launches: Sequence[Launch]) -> None:
        server = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.compute.backends.local.serve_and_wait",
            str(self.folder),
            "calls",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(pickle.dumps((list(launches), self.cgroup)))
        server.stdin.close()
        assert await server.stdout.readline() == b"ready\n"
        server.kill()
        await server.wait()

    async def lose(self, backend: Backend, key: ProcessKey) -> None:
        for lock in (self.folder / "pools").glob("*/lock"):
            os.kill(int(lock.read_text()), signal.SIGKILL)

    async def test_a_command_that_cannot_be_had_is_not_started(self, backend: Backend, reports: Reports) -> None:
        """The call that would become it has begun, and raises."""
        ended = await reports.ended(await self.start(backend, self.programs.is_not_there()))
        assert ended.end.outcome is Outcome.FAILED
        assert "FileNotFoundError" in ended.end.message

    async def test_a_file_that_is_no_program_is_not_started(self, backend: Backend, reports: Reports) -> None:
        ended = await reports.ended(await self.start(backend, ["/etc/hostname"]))
        assert ended.end.outcome is Outcome.FAILED


class TestWithControlGroups(TestWithoutControlGroups):
    cgroup = find_own_base()

    @pytest.fixture(autouse=True)
    def _where_they_are(self) -> None:
        if self.cgroup is None:
            pytest.skip("control groups cannot be made here")
