"""Two servers of one database, each with a machine of its own: they share the queue, and one takes over from itself."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins.postgres import PostgresServer
from tests.plugins.server import TidemillProcess, on_postgres
from tidemill.sdk.client import Client
from tidemill.sdk.commands import run_command
from tidemill.sdk.messages import Node
from tidemill.sdk.options import Options
from tidemill.sdk.tasks import Task

CLOSED_WITHIN_S = 80

pytestmark = [pytest.mark.slow, pytest.mark.needs_postgres, pytest.mark.timeout(240)]


@pytest.fixture
def pair(
    postgres: PostgresServer, s3_endpoint: str, tmp_path: Path
) -> Iterator[tuple[TidemillProcess, TidemillProcess]]:
    """Two servers with a core each."""
    with (
        on_postgres(postgres, s3_endpoint) as flags,
        TidemillProcess(tmp_path / "a", "--node-name", "a", "--node-cpus", "1", *flags) as a,
        TidemillProcess(tmp_path / "b", "--node-name", "b", "--node-cpus", "1", *flags) as b,
    ):
        yield a, b


@pytest.fixture
def client(pair: tuple[TidemillProcess, TidemillProcess]) -> Iterator[Client]:
    """A client of the first."""
    client = Client(data_dir=pair[0].data_dir)
    until(lambda: {node.name for node in client.nodes() if node.takes_work} == {"a", "b"})
    yield client
    client.close()


def test_what_does_not_fit_here_runs_there_and_each_server_takes_up_its_own_again(
    pair: tuple[TidemillProcess, TidemillProcess], client: Client, tmp_path: Path
) -> None:
    a, b = pair
    held = [Task(lambda: client, hold, Options()).submit(str(tmp_path / "gate")) for _ in range(2)]
    nodes = [running_on(client, each.id) for each in held]
    assert sorted(nodes) == ["a", "b"]
    waiting = run_command(client, ["true"], Options(), files=[])
    assert client.get(waiting.id).workload.state == "queued"

    a.kill9()
    with Client(data_dir=b.data_dir) as other:
        until(lambda: not node(other, "a").takes_work, CLOSED_WITHIN_S)
        assert node(other, "b").takes_work
        assert {other.get(each.id).workload.state for each in held} == {"running"}
    a.start()
    (tmp_path / "gate").touch()
    assert [each.result(timeout=60) for each in held] == [1, 1]
    waiting.result(timeout=60)
    until(lambda: node(client, "a").takes_work)


def hold(gate: str) -> int:
    """Wait until a file is there; returns the number of the attempt."""
    while not os.path.exists(gate):
        time.sleep(0.02)
    return int(os.environ["TIDEMILL_ATTEMPT"])


def node(client: Client, name: str) -> Node:
    return next(each for each in client.nodes() if each.name == name)


def running_on(client: Client, uuid: str) -> str:
    """The node of a workload, once it runs there."""
    until(lambda: client.get(uuid).workload.state == "running")
    return client.get(uuid).processes[0].node


def until(holds: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.05)
