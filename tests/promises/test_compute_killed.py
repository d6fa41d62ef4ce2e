"""Compute holds: what was asked for ends exactly once, whoever is killed and whenever.

`compute_ordeal.py` is the ordeal of the server; its `main` takes it at full size.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from tests.plugins.server import TidemillProcess, on_postgres
from tests.promises.compute_ordeal import CORES, Ordeal, endure, faults, until_empty
from tidemill.sdk.client import Client
from tidemill.sdk.commands import run_command
from tidemill.sdk.options import Options
from tidemill.sdk.tasks import Task

SIZES = {"sqlite": (12, 400), "postgresql": (3, 80)}
TWO_LEASES_S = 20
"""A node says every ten seconds that it is there."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def ordeal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ordeal]:
    """A server that was killed many times amid the work that it was given, and what became of that."""
    folder = tmp_path_factory.mktemp("compute-ordeal")
    kills, workloads = SIZES[request.param]
    if request.param == "sqlite":
        with TidemillProcess(folder / "data", "--node-cpus", CORES) as server:
            yield endure(server, folder, kills=kills, workloads=workloads)
    else:
        stores = on_postgres(request.getfixturevalue("postgres"), request.getfixturevalue("s3_endpoint"))
        with stores as flags, TidemillProcess(folder / "data", "--node-cpus", CORES, *flags) as server:
            yield endure(server, folder, kills=kills, workloads=workloads)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TidemillProcess]:
    """A server of its own for each test, since all that runs there is killed."""
    with TidemillProcess(tmp_path / "data", "--node-cpus", CORES) as server:
        yield server


@pytest.fixture
def client(server: TidemillProcess) -> Iterator[Client]:
    client = Client(data_dir=server.data_dir)
    yield client
    client.close()


def test_every_workload_ends_exactly_once_and_nothing_is_left_behind(ordeal: Ordeal) -> None:
    assert list(faults(ordeal)) == []


def test_work_was_under_way_at_every_kill(ordeal: Ordeal) -> None:
    assert len(ordeal.unended_at_kills) in {kills for kills, _ in SIZES.values()}
    assert all(ordeal.unended_at_kills)
    assert len(set(ordeal.unended_at_kills)) > 1


def test_as_many_work_at_once_as_the_quota_allows(ordeal: Ordeal) -> None:
    assert ordeal.most_at_once() > 1


def test_a_server_starts_quickly_amid_its_work(ordeal: Ordeal) -> None:
    assert sorted(ordeal.starts_s)[len(ordeal.starts_s) // 2] < 8


def test_a_command_whose_supervisor_is_killed_is_tried_again_and_leaves_nothing(client: Client, tmp_path: Path) -> None:
    going = run_command(client, holding(tmp_path / "gate"), Options(), files=[])
    command = process_of(client, going.id)
    descendants = command.children(recursive=True)
    assert descendants
    os.kill(command.ppid(), signal.SIGKILL)
    assert noticed_after_s(client, going.id) < TWO_LEASES_S
    assert until_empty(lambda: alive([command, *descendants])) == []
    (tmp_path / "gate").touch()
    going.result(timeout=60)
    assert outcomes(client, going.id) == ["lost", "succeeded"]


def test_calls_whose_fork_server_is_killed_are_tried_again(client: Client, tmp_path: Path) -> None:
    going = Task(lambda: client, hold, Options()).submit(str(tmp_path / "gate"))
    call = process_of(client, going.id)
    os.kill(call.ppid(), signal.SIGKILL)
    assert noticed_after_s(client, going.id) < TWO_LEASES_S
    assert until_empty(lambda: alive([call])) == []
    (tmp_path / "gate").touch()
    assert going.result(timeout=60) == 2
    assert outcomes(client, going.id) == ["lost", "succeeded"]


def test_supervisors_and_fork_servers_that_are_killed_while_no_server_runs_are_missed_by_the_next(
    server: TidemillProcess, client: Client, tmp_path: Path
) -> None:
    command = run_command(client, holding(tmp_path / "gate"), Options(), files=[])
    call = Task(lambda: client, hold, Options()).submit(str(tmp_path / "gate"))
    processes = [process_of(client, each.id) for each in (command, call)]
    server.kill9()
    for process in processes:
        os.kill(process.ppid(), signal.SIGKILL)
    server.start()
    began = time.monotonic()
    assert max(noticed_after_s(client, each.id) for each in (command, call)) < TWO_LEASES_S
    assert time.monotonic() - began < TWO_LEASES_S
    assert until_empty(lambda: alive(processes)) == []
    (tmp_path / "gate").touch()
    command.result(timeout=60)
    assert call.result(timeout=60) == 2


def test_what_runs_goes_on_while_no_server_does_and_is_taken_up_by_the_next(
    server: TidemillProcess, client: Client, tmp_path: Path
) -> None:
    command = run_command(client, holding(tmp_path / "gate"), Options(), files=[])
    call = Task(lambda: client, hold, Options()).submit(str(tmp_path / "gate"))
    processes = [process_of(client, each.id) for each in (command, call)]
    server.terminate()
    assert len(alive(processes)) == 2
    (tmp_path / "gate").touch()
    assert until_empty(lambda: alive(processes)) == []
    server.start()
    command.result(timeout=60)
    assert call.result(timeout=60) == 1
    assert outcomes(client, command.id) == outcomes(client, call.id) == ["succeeded"]


def hold(gate: str) -> int:
    """Wait until a file is there; returns the number of the attempt."""
    while not os.path.exists(gate):
        time.sleep(0.02)
    return int(os.environ["TIDEMILL_ATTEMPT"])


def holding(gate: Path) -> list[str]:
    """A command that does the same, with a process below it."""
    waits = f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    return ["sh", "-c", f'{sys.executable} -c "{waits}"; true']


def process_of(client: Client, uuid: str) -> psutil.Process:
    """Its process, once it runs."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for process in client.get(uuid).processes:
            if process.pid is not None and process.ended_ms is None:
                found = psutil.Process(process.pid)
                if process.pid != found.ppid() and found.name() != "python":
                    return found
        time.sleep(0.02)
    raise AssertionError(f"it does not run: {client.get(uuid)}")


def alive(processes: Sequence[psutil.Process]) -> list[str]:
    """Those that run; what init has not taken note of yet is dead all the same."""
    return [str(each.pid) for each in processes if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]


def noticed_after_s(client: Client, uuid: str) -> float:
    """How long it takes until the end of the first attempt is known."""
    began = time.monotonic()
    while client.get(uuid).processes[0].outcome is None and time.monotonic() - began < 60:
        time.sleep(0.05)
    return time.monotonic() - began


def outcomes(client: Client, uuid: str) -> list[str | None]:
    return [process.outcome for process in sorted(client.get(uuid).processes, key=lambda each: each.attempt)]
