"""Finding the server, and what happens while it is away."""

import os
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import tidemill as tm
from tests.plugins.server import TidemillProcess
from tests.sdk.conftest import RunScript
from tidemill.kit.errors import InvalidError, NotFoundError, UnavailableError


def double(number: int) -> int:
    return 2 * number


def test_the_server_of_this_machine_is_found(run_script: RunScript, tmp_path: Path) -> None:
    with TidemillProcess(tmp_path / ".tidemill"):
        script = "import tidemill as tm\nprint(tm.submit(lambda: 'here').result())\n"
        assert run_script(script) == "here\n"


def test_where_no_server_runs_it_is_said_at_once_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="no Tidemill server runs") as caught:
        tm.Client(data_dir=tmp_path).nodes()
    assert "tidemill up -d" in str(caught.value.hint)
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="cannot be reached"):
        tm.Client("http://127.0.0.1:9").nodes()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("uri", ["127.0.0.1:5000", "ftp://a", "http://", "http://a:b", "http://a?b=c"])
def test_what_is_no_address_is_refused(uri: str) -> None:
    with pytest.raises(InvalidError, match="no address of a server"):
        tm.Client(uri)


def test_a_workspace_that_is_not_there_is_named(tidemill_server: TidemillProcess) -> None:
    with tm.Client(tidemill_server.uri, workspace="atlantis") as client, pytest.raises(NotFoundError, match="atlantis"):
        client.nodes()


def test_a_restart_of_the_server_amid_waiting_is_survived(tmp_path: Path) -> None:
    gate = tmp_path / "gate"

    def wait_for(path: str) -> str:
        while not os.path.exists(path):
            time.sleep(0.01)
        return "open"

    # Found by its directory, since it has another port each time.
    with TidemillProcess(tmp_path / "data") as server, tm.Client(data_dir=tmp_path / "data") as client:
        submitted = tm.Task(lambda: client, wait_for, tm.Options()).submit(str(gate))
        waiting = threading.Thread(target=submitted.wait)
        waiting.start()
        server.kill9()
        server.start()
        gate.touch()
        waiting.join(30)
        assert submitted.result() == "open"


def test_a_request_whose_answer_was_lost_is_done_once(tidemill_server: TidemillProcess) -> None:
    with _dropping_proxy(tidemill_server.uri, b"POST /api/v1/workloads ") as uri, tm.connect(uri) as client:
        client.nodes()  # it has answered once
        future = tm.submit(double, 4, name="sent twice")
        assert future.result() == 8
        assert client.list_all(search="sent twice").total == 1


def test_many_threads_share_one_client(tidemill_server: TidemillProcess) -> None:
    results: list[int] = []
    threads = [threading.Thread(target=lambda n=n: results.append(tm.submit(double, n).result())) for n in range(8)]
    with tm.connect(tidemill_server.uri):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert sorted(results) == [2 * number for number in range(8)]


def test_it_goes_on_in_a_fork(run_script: RunScript, tidemill_server: TidemillProcess) -> None:
    script = """
import os
import tidemill as tm

first = tm.submit(lambda: 1).result()
child = os.fork()
second = tm.submit(lambda: 2).result()
if child == 0:
    os._exit(40 + second)
print(first, second, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), tm.submit(lambda: 3).result())
"""
    assert run_script(script, tidemill_server.uri) == "1 2 42 3\n"


@contextmanager
def _dropping_proxy(uri: str, request: bytes) -> Iterator[str]:
    """A proxy that passes on everything, and hangs up before the first answer to this request."""
    parts = urlsplit(uri)
    dropped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    near, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=_pass_on, args=(near,), daemon=True).start()

        def _pass_on(near: socket.socket) -> None:
            with near, socket.create_connection((str(parts.hostname), parts.port or 80)) as far:
                is_asked = False
                while True:
                    for ready in select.select([near, far], [], [])[0]:
                        if not (data := ready.recv(1 << 20)):
                            return
                        is_asked |= ready is near and request in data
                        if ready is far and is_asked and not dropped.is_set():  # the server has done it
                            dropped.set()
                            return
                        (far if ready is near else near).sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    assert dropped.is_set()
