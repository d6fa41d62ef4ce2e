"""P8 for compute on a real, small, full disk: what cannot be taken is refused in clear words, what fills the disk fails
and its room comes back, and then the server goes on by itself.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.test_full_disk import fill
from tidemill.kit.errors import TidemillError
from tidemill.sdk.client import Client
from tidemill.sdk.commands import run_command
from tidemill.sdk.errors import WorkloadFailedError
from tidemill.sdk.options import Options
from tidemill.sdk.tasks import Task

DISK_BYTES = 64 << 20
WITHIN_S = 90

pytestmark = [pytest.mark.slow, pytest.mark.needs_tmpfs, pytest.mark.timeout(300)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_BYTES."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def server(disk: Path, tmp_path: Path) -> Iterator[TidemillProcess]:
    """A server that keeps everything on the small disk, and its log elsewhere."""
    with TidemillProcess(disk / "data", "--node-cpus", "2", log=tmp_path / "log") as server:
        yield server


@pytest.fixture
def client(server: TidemillProcess) -> Iterator[Client]:
    client = Client(data_dir=server.data_dir, patience_s=0)
    yield client
    client.close()


def test_a_command_and_a_call_that_fill_the_disk_fail_and_their_room_comes_back(client: Client) -> None:
    command = run_command(client, ["dd", "if=/dev/zero", "of=much", "bs=1M", "count=200"], Options(), files=[])
    until_ended(command.wait)
    assert isinstance(command.exception(), WorkloadFailedError)
    call = Task(lambda: client, write_much, Options()).submit()
    until_ended(call.wait)
    assert isinstance(call.exception(), OSError)
    assert Task(lambda: client, len, Options()).submit([1, 2]).result(timeout=WITHIN_S) == 2
    until_ended(run_command(client, ["true"], Options(), files=[]).wait)


def test_on_a_full_disk_work_is_refused_clearly_and_what_runs_ends_once_there_is_room(
    server: TidemillProcess, client: Client, disk: Path, tmp_path: Path
) -> None:
    gate = str(tmp_path / "gate")
    command = run_command(
        client, ["sh", "-c", f"while [ ! -e {gate} ]; do sleep 0.05; done; echo done"], Options(), files=[]
    )
    call = Task(lambda: client, speak, Options()).submit(gate)
    until_ended(lambda _: command.state == call.state == "running")
    fill(disk / "filler")
    assert is_full(refusal(client))
    Path(gate).touch()
    time.sleep(2)
    assert server.is_running
    (disk / "filler").unlink()
    until_ended(command.wait)
    until_ended(call.wait)
    assert [command.state, call.result()] == ["succeeded", 1]
    assert Task(lambda: client, len, Options()).submit([1, 2]).result(timeout=WITHIN_S) == 2


def refusal(client: Client) -> TidemillError:
    """What a full disk answers to new work, after the room within the database's own files is used up too."""
    for _ in range(2000):
        try:
            run_command(client, ["true", "x" * 10_000], Options(cpu=2), files=[])
        except TidemillError as error:
            return error
    raise AssertionError("the disk does not get full")


def is_full(error: TidemillError) -> bool:
    """Whether an answer names the cause."""
    return "space" in error.message or "room" in error.message


def write_much() -> None:
    with open("much", "wb") as file:
        for _ in range(200):
            file.write(bytes(1 << 20))


def speak(gate: str) -> int:
    """Wait until a file is there, and say so; returns the number of the attempt."""
    while not os.path.exists(gate):
        time.sleep(0.05)
    os.write(1, b"it is there\n")
    return int(os.environ["TIDEMILL_ATTEMPT"])


def until_ended(wait: Callable[[float], bool]) -> None:
    """Ask again while the server answers that its disk is full."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        try:
            if wait(1.0):
                return
        except TidemillError as error:
            if not is_full(error):
                raise
            time.sleep(0.5)
    raise AssertionError("it has not ended")
