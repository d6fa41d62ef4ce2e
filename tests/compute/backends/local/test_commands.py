"""Commands on this machine: the contract, with control groups where this machine has them, and without."""

import asyncio
import fcntl
import os
import pickle
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.compute.backends.local.machine import local_backend
from tidemill.compute.backends.contract import BackendContract, MemoryContract, ProcessContract, Reports, new_key
from tidemill.compute.backends.port import Backend, Launch
from tidemill.compute.models import ProcessKey
from tidemill.runtime import records
from tidemill.runtime.cgroup_base import find_own_base
from tidemill.runtime.cgroups import make_group
from tidemill.runtime.records import Record

ROOT = Path(__file__).parents[4]


class TestWithoutControlGroups(BackendContract, MemoryContract, ProcessContract):
    cgroup: Record | None = None

    @pytest.fixture(autouse=True)
    def _in_folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path / "backend"
        yield
        for folder in (self.folder / "commands").glob("*"):
            with (folder / "lock").open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # its supervisor is on its way out

    def make(self) -> Backend:
        return local_backend(self.folder, self.cgroup)

    async def start_and_die(self, launches: Sequence[Launch]) -> None:
        server = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.compute.backends.local.serve_and_wait",
            str(self.folder),
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
        state = records.read(self.folder / "commands" / str(key) / "state.json")
        assert state is not None
        os.kill(state["supervisor"], signal.SIGKILL)


@pytest.mark.skipif(find_own_base() is None, reason="control groups cannot be made here")
class TestWithControlGroups(TestWithoutControlGroups):
    cgroup = find_own_base()

    async def test_a_group_that_nobody_could_write_down_goes_with_its_process(
        self, backend: Backend, reports: Reports
    ) -> None:
        key = new_key()
        assert self.cgroup is not None
        group = make_group(self.cgroup, str(key), memory_bytes=0, cpu_milli=0)
        folder = self.folder / "commands" / str(key)
        folder.mkdir()  # as a supervisor leaves it that is killed in its first instant
        await backend.adopt([key])
        await reports.unknown(key)
        assert not [path for path in (folder, *map(Path, group.folders.values())) if _is_there(path)]


def _is_there(path: Path) -> bool:
    return path.is_dir()
