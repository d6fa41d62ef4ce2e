"""P5: acknowledged means synced. Seen from outside, by the system calls between a request and its answer."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import programs
from tests.plugins.server import TidemillProcess
from tests.promises.clients import API, FILES
from tests.promises.table import Place, make_place
from tests.promises.wire import Connection

_CALLS = "fsync,fdatasync,read,recvfrom,recvmsg,readv,write,writev,sendto,sendmsg"
_LINE = re.compile(r"(?P<pid>\d+) +(?P<call>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?P<pid>\d+) +<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)")
_PATH = re.compile(r"^\d+<(?P<path>[^>]*)>")
_UNFINISHED = " <unfinished ...>"
_SEEN_WITHIN_S = 10

pytestmark = [pytest.mark.slow, pytest.mark.needs_strace]


class Trace:
    """The system calls of a running server, in the order in which they ended."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._offset = 0

    def skip(self) -> None:
        """Forget what has been traced so far."""
        self._offset = self._file.stat().st_size

    def synced(self, request: str) -> list[str]:
        """The files and folders that were synced after the request had been read and before it was answered 200."""
        deadline = time.monotonic() + _SEEN_WITHIN_S
        while time.monotonic() < deadline:
            found = self._synced(request)
            if found is not None:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{request!r} and its answer are not in the trace")

    def _synced(self, request: str) -> list[str] | None:
        paths: list[str] | None = None
        for call, arguments in self._ended():
            if paths is None and f'"{request} ' in arguments:
                paths = []
            elif paths is not None and '"HTTP/1.1 200' in arguments:
                return paths
            elif paths is not None and call in ("fsync", "fdatasync") and arguments.rstrip().endswith("= 0"):
                path = _PATH.match(arguments)
                assert path is not None, arguments
                paths.append(path["path"])
        return None

    def _ended(self) -> Iterator[tuple[str, str]]:
        begun: dict[tuple[str, str], str] = {}
        with self._file.open(errors="replace") as file:
            file.seek(self._offset)
            for line in file:
                if (resumed := _RESUMED.match(line)) is not None:
                    yield resumed["call"], begun.pop((resumed["pid"], resumed["call"]), "") + resumed["rest"]
                elif (found := _LINE.match(line)) is not None:
                    if _UNFINISHED in found["rest"]:
                        begun[found["pid"], found["call"]] = found["rest"].partition(_UNFINISHED)[0]
                    else:
                        yield found["call"], found["rest"]


@pytest.fixture(scope="module")
def traced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TidemillProcess, Trace]]:
    """A server under strace, and its trace."""
    strace = programs.find_strace()
    assert strace is not None
    folder = tmp_path_factory.mktemp("traced")
    file = folder / "trace"
    options = ["-f", "--seccomp-bpf", "-y", "-s", "300", "-e", f"trace={_CALLS}", "-o", str(file)]
    with TidemillProcess(folder / "data", wrapper=[str(strace), *options]) as server:
        yield server, Trace(file)


@pytest.fixture(scope="module")
def traced_place(traced: tuple[TidemillProcess, Trace]) -> Place:
    return make_place(traced[0].uri)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("runs/log-metric", {"key": "m", "value": 1, "timestamp": 1}),
        (
            "runs/log-batch",
            {"metrics": [{"key": "m", "value": 1, "timestamp": 2}], "tags": [{"key": "a", "value": ""}]},
        ),
        ("runs/log-parameter", {"key": "p", "value": "1"}),
        ("runs/set-tag", {"key": "t", "value": "1"}),
        ("runs/create", {}),
        ("logged-models", {}),
    ],
)
def test_a_write_is_in_the_synced_log_of_the_database_before_it_is_acknowledged(
    traced: tuple[TidemillProcess, Trace], traced_place: Place, path: str, body: dict[str, object]
) -> None:
    server, trace = traced
    connection = Connection(server.uri)
    trace.skip()
    ids = {"run_id": traced_place.run_id, "experiment_id": traced_place.experiment_id}
    connection.call("POST", f"{API}/{path}", {**ids, **body}).ok()
    connection.close()
    assert str(server.data_dir / "tidemill.db-wal") in trace.synced(f"POST {API}/{path}")


def test_an_artifact_its_folder_and_its_row_are_synced_in_this_order(
    traced: tuple[TidemillProcess, Trace], traced_place: Place
) -> None:
    server, trace = traced
    path = f"{FILES}/{traced_place.experiment_id}/{traced_place.run_id}/artifacts/synced.bin"
    connection = Connection(server.uri)
    trace.skip()
    connection.call("PUT", path, b"synced" * 1000).ok()
    connection.close()
    synced = trace.synced(f"PUT {path}")
    store = server.data_dir / "artifacts"
    received = next(index for index, name in enumerate(synced) if Path(name).parent == store / "incoming")
    folder = next(index for index, name in enumerate(synced) if Path(name).parent == store and index > received)
    row = synced.index(str(server.data_dir / "tidemill.db-wal"))
    assert received < folder < row
    assert Path(synced[folder]).name != "incoming"


def test_a_part_and_the_file_joined_of_parts_are_synced(
    traced: tuple[TidemillProcess, Trace], traced_place: Place
) -> None:
    server, trace = traced
    parts = "/api/2.0/mlflow-artifacts/mpu"
    folder = f"{traced_place.experiment_id}/{traced_place.run_id}/artifacts"
    connection = Connection(server.uri)
    begun = connection.call("POST", f"{parts}/create/{folder}", {"path": "joined.bin", "num_parts": 1}).ok()
    path = f"{parts}/parts/{begun['upload_id']}/1"
    trace.skip()
    etag = connection.call("PUT", path, b"part" * 1000).headers["ETag"]
    uploads = server.data_dir / "artifacts" / "incoming" / "uploads"
    assert uploads in [Path(name).parent for name in trace.synced(f"PUT {path}")]

    path = f"{parts}/complete/{folder}"
    body = {"path": "joined.bin", "upload_id": begun["upload_id"], "parts": [{"part_number": 1, "etag": etag}]}
    trace.skip()
    connection.call("POST", path, body).ok()
    connection.close()
    synced = trace.synced(f"POST {path}")
    assert str(server.data_dir / "tidemill.db-wal") in synced
    assert any(Path(name).parent == server.data_dir / "artifacts" for name in synced)
