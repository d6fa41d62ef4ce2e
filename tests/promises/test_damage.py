"""P12: an artifact read back is bit for bit what was acknowledged, or an error, and `tidemill fsck` names it."""

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.clients import API, FILES
from tests.promises.table import Place, make_place
from tests.promises.wire import Connection, DroppedError
from tidemill.core.blobs import VERIFIED_WHOLE_BYTES

SMALL = b"a model, say " * 1000
LARGE = random.Random(12).randbytes(VERIFIED_WHOLE_BYTES + 3_000_001)  # noqa: S311 - the same bytes in every run
CONTENTS = {"small.bin": SMALL, "large.bin": LARGE}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[TidemillProcess]:
    with TidemillProcess(tmp_path / "data") as server:
        yield server


@pytest.fixture
def place(server: TidemillProcess) -> Place:
    return make_place(server.uri)


@pytest.fixture
def connection(server: TidemillProcess, place: Place) -> Iterator[Connection]:
    """A connection to a server that keeps CONTENTS."""
    with Connection(server.uri) as connection:
        for name, content in CONTENTS.items():
            connection.call("PUT", path_of(place, name), content).ok()
        yield connection


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize("position", [0, -1], ids=["first byte", "last byte"])
def test_a_flipped_bit_is_an_error_and_fsck_names_the_file(
    server: TidemillProcess, connection: Connection, place: Place, name: str, position: int
) -> None:
    content = CONTENTS[name]
    flip(server, content, position % len(content))
    assert_unreadable(connection, path_of(place, name))
    for other, kept in CONTENTS.items():
        if other != name:
            assert connection.call("GET", path_of(place, other)).body == kept
    finding = only_finding(server)
    assert (finding["problem"], finding["owner"], finding["path"]) == ("damaged", place.run_id, name)
    assert finding["digest"] == hashlib.sha256(content).hexdigest()


def test_a_file_that_became_shorter_or_is_gone_is_an_error_and_fsck_names_it(
    server: TidemillProcess, connection: Connection, place: Place
) -> None:
    blob = blob_of(server, SMALL)
    blob.write_bytes(SMALL[:-1])
    assert_unreadable(connection, path_of(place, "small.bin"))
    assert only_finding(server)["path"] == "small.bin"
    blob.unlink()
    assert_unreadable(connection, path_of(place, "small.bin"))
    finding = only_finding(server)
    assert (finding["problem"], finding["path"]) == ("missing", "small.bin")


def test_the_same_bytes_sent_again_mend_what_was_damaged(
    server: TidemillProcess, connection: Connection, place: Place
) -> None:
    flip(server, SMALL, 5)
    connection.call("PUT", path_of(place, "again.bin"), SMALL).ok()
    assert connection.call("GET", path_of(place, "small.bin")).body == SMALL
    assert findings(server) == []


def test_the_page_and_mlflows_download_of_a_run_give_no_damaged_byte_either(
    server: TidemillProcess, connection: Connection, place: Place
) -> None:
    flip(server, SMALL, 5)
    assert_unreadable(connection, f"/get-artifact?run_id={place.run_id}&path=small.bin")
    assert_unreadable(connection, f"/api/v1/runs/{place.run_id}/artifacts/content?path=small.bin")


def test_the_server_goes_on_after_it_met_damage(server: TidemillProcess, connection: Connection, place: Place) -> None:
    flip(server, LARGE, len(LARGE) // 2)
    assert_unreadable(connection, path_of(place, "large.bin"))
    connection.call("GET", f"{API}/runs/get?run_id={place.run_id}").ok()
    assert server.is_running


def assert_unreadable(connection: Connection, path: str) -> None:
    """Assert an error: a status that says so, or an answer that never gets to its end."""
    try:
        answer = connection.call("GET", path)
    except DroppedError:
        return
    assert answer.status == 500
    assert b"fsck" in answer.body


def blob_of(server: TidemillProcess, content: bytes) -> Path:
    """Where the local store keeps these bytes."""
    digest = hashlib.sha256(content).hexdigest()
    return server.data_dir / "artifacts" / digest[:2] / digest


def flip(server: TidemillProcess, content: bytes, position: int) -> None:
    """Change one bit of what is stored, behind the server's back."""
    with blob_of(server, content).open("r+b") as file:
        file.seek(position)
        byte = file.read(1)
        file.seek(position)
        file.write(bytes([byte[0] ^ 1]))


def only_finding(server: TidemillProcess) -> dict[str, Any]:
    found = findings(server)
    assert len(found) == 1, found
    return found[0]


def findings(server: TidemillProcess) -> list[dict[str, Any]]:
    """What `tidemill fsck` says, beside the running server."""
    command = [sys.executable, "-m", "tidemill", "fsck", "--data-dir", server.data_dir, "-o", "json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(run.stdout)
    assert run.returncode == (1 if found else 0), run.stderr
    return found


def path_of(place: Place, name: str) -> str:
    return f"{FILES}/{place.experiment_id}/{place.run_id}/artifacts/{name}"
