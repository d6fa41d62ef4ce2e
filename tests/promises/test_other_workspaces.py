"""Part of P9: what one workspace holds, another does not reach by a link, by a query or by the id of an upload."""

import sqlite3
from collections.abc import Iterator

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.clients import API, FILES
from tests.promises.table import Place, make_place
from tests.promises.wire import Answer, Connection

PARTS = "/api/2.0/mlflow-artifacts/mpu"
OTHER = "other"
THEIRS = [("X-Workspace", OTHER)]
BYTES = b"0123456789" * 100


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server with two workspaces."""
    with TidemillProcess(tmp_path_factory.mktemp("workspaces") / "data") as server:
        with sqlite3.connect(server.data_dir / "tidemill.db") as database:
            database.execute("INSERT INTO workspaces (id, name, description, created_ms) VALUES (2, ?, '', 0)", [OTHER])
        database.close()
        yield server


@pytest.fixture(scope="module")
def place(server: TidemillProcess) -> Place:
    """Things in the default workspace."""
    return make_place(server.uri)


@pytest.fixture
def connection(server: TidemillProcess) -> Iterator[Connection]:
    with Connection(server.uri) as connection:
        yield connection


def test_a_link_to_an_artifact_names_its_workspace_in_its_query(connection: Connection) -> None:
    body = {"name": "theirs"}
    experiment = connection.call("POST", f"{API}/experiments/create", body, THEIRS).ok()["experiment_id"]
    made = connection.call("POST", f"{API}/runs/create", {"experiment_id": experiment}, THEIRS).ok()
    run = made["run"]["info"]["run_id"]
    connection.call("PUT", f"{FILES}/{experiment}/{run}/artifacts/a.bin", BYTES, THEIRS).ok()
    for link in (f"/api/v1/runs/{run}/artifacts/content?path=a.bin", f"/get-artifact?run_id={run}&path=a.bin"):
        assert connection.call("GET", f"{link}&workspace={OTHER}").ok() == BYTES
        assert connection.call("HEAD", f"{link}&workspace={OTHER}").status == 200
        assert connection.call("GET", link).status == 404
        assert connection.call("GET", f"{link}&workspace=default").status == 404
        assert connection.call("GET", f"{link}&workspace=nobody").status == 404
        assert connection.call("GET", f"{link}&workspace=default", headers=THEIRS).status == 400


def test_what_changes_something_names_its_workspace_in_a_header_only(connection: Connection, place: Place) -> None:
    path = f"{FILES}/{place.experiment_id}/{place.run_id}/artifacts/mine.bin"
    connection.call("PUT", f"{path}?workspace={OTHER}", BYTES).ok()
    assert connection.call("GET", path).ok() == BYTES
    assert connection.call("GET", path, headers=THEIRS).status == 404


def test_an_upload_in_parts_is_known_in_the_workspace_that_began_it_and_nowhere_else(
    connection: Connection, place: Place
) -> None:
    folder = f"{place.experiment_id}/{place.run_id}/artifacts"
    begun = connection.call("POST", f"{PARTS}/create/{folder}", {"path": "p.bin", "num_parts": 2}).ok()
    upload = begun["upload_id"]
    part = f"{PARTS}/parts/{upload}"
    etags = [connection.call("PUT", f"{part}/{number}", BYTES).headers["ETag"] for number in (1, 2)]
    finish = {
        "path": "p.bin",
        "upload_id": upload,
        "parts": [{"part_number": number, "etag": etag} for number, etag in enumerate(etags, 1)],
    }

    assert connection.call("PUT", f"{part}/2", b"planted", THEIRS).status == 404
    assert connection.call("POST", f"{PARTS}/complete/{folder}", finish, THEIRS).status == 404
    abort(connection, folder, upload)
    assert connection.call("GET", f"{FILES}/{folder}/p.bin", headers=THEIRS).status == 404

    connection.call("POST", f"{PARTS}/complete/{folder}", finish).ok()
    assert connection.call("GET", f"{FILES}/{folder}/p.bin").ok() == BYTES * 2
    assert connection.call("POST", f"{PARTS}/complete/{folder}", finish, THEIRS).status == 404


def abort(connection: Connection, folder: str, upload: str) -> Answer:
    """Try to abort the other workspace's upload; an abort of what is not there is answered like any."""
    return connection.call("POST", f"{PARTS}/abort/{folder}", {"path": "p.bin", "upload_id": upload}, THEIRS)
