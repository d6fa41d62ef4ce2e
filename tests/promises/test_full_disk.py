"""P8 and P3 on a real, small, full disk: a clear error, reading goes on, nothing is lost or half stored, and when space
is free again the server goes on by itself.

The server's log lies on the same disk: what it cannot write there must trouble nobody.
"""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.clients import API, FILES, Ledger, Verdict, judge, send
from tests.promises.table import Place, make_place
from tests.promises.wire import Answer, Connection

DISK_BYTES = 48 << 20
FULL = (507, 503)
AT_ONCE = 4
_MOST_BATCHES = 3000
_SOUND = Verdict([], [], [])

pytestmark = [pytest.mark.slow, pytest.mark.needs_tmpfs]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of DISK_BYTES."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def server(disk: Path) -> Iterator[TidemillProcess]:
    """A server that keeps everything, its log too, on the small disk."""
    with TidemillProcess(disk / "data") as server:
        yield server


@pytest.fixture
def place(server: TidemillProcess) -> Place:
    return make_place(server.uri)


def test_artifacts_until_the_disk_is_full(server: TidemillProcess, place: Place) -> None:
    kept, refused = 0, None
    with Connection(server.uri) as connection:
        while refused is None:
            answer = put(connection, place, kept, bytes([kept]) * (3 << 20))
            kept, refused = (kept + 1, None) if answer.status == 200 else (kept, answer)
        assert says_full(refused)
        assert kept > 5
        for number in range(kept):
            assert connection.call("GET", f"{FILES}/{path_of(place, number)}").body == bytes([number]) * (3 << 20)
        assert connection.call("GET", f"{FILES}/{path_of(place, kept)}").status == 404
        listed = connection.call("GET", f"{API}/artifacts/list?run_id={place.run_id}").ok()["files"]
    assert len(listed) == kept + 1  # and the place's own
    assert list((server.data_dir / "artifacts" / "incoming").glob("put-*")) == []


def test_points_until_the_disk_is_full_and_on_when_there_is_room_again(
    server: TidemillProcess, place: Place, disk: Path
) -> None:
    ledgers = [Ledger(f"writer{number}", place.run_id, place.experiment_id, repeats=False) for number in range(AT_ONCE)]
    ledgers = [own_run(server, ledger) for ledger in ledgers]
    fill(disk / "filler")
    write_all(server, ledgers, 1, 60)
    exhaust(server, place)
    refusals = write_all(server, ledgers, 60, 120)
    assert len(refusals) > 20
    assert all(says_full(answer) for answer in refusals)
    assert reads_go_on(server, place)
    assert [judge(server.uri, ledger) for ledger in ledgers] == [_SOUND] * AT_ONCE

    (disk / "filler").unlink()
    assert write_all(server, ledgers, 120, 180) == []
    assert [judge(server.uri, ledger) for ledger in ledgers] == [_SOUND] * AT_ONCE

    server.kill9()
    server.start()
    assert [judge(server.uri, ledger) for ledger in ledgers] == [_SOUND] * AT_ONCE


def test_a_server_killed_on_a_full_disk_loses_nothing_and_starts_when_there_is_room(disk: Path, tmp_path: Path) -> None:
    with TidemillProcess(disk / "data", log=tmp_path / "log") as server:
        place = make_place(server.uri)
        fill(disk / "filler")
        exhaust(server, place)
        server.kill9()
        try:
            server.start()
        except RuntimeError as error:
            told = str(error)
        else:
            told = ""
            assert reads_go_on(server, place)
            server.kill9()
        assert not told or "space" in told
        (disk / "filler").unlink()
        server.start()
        assert reads_go_on(server, place)
        tag = {"run_id": place.run_id, "key": "a", "value": "b"}
        with Connection(server.uri) as connection:
            connection.call("POST", f"{API}/runs/set-tag", tag).ok()


def fill(file: Path) -> None:
    """Leave not one free block."""
    with file.open("wb", buffering=0) as filler:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError:
                continue


def exhaust(server: TidemillProcess, place: Place) -> None:
    """Log until the room within the database's own files is used up too."""
    with Connection(server.uri) as connection:
        for number in range(_MOST_BATCHES):
            points = [{"key": f"k{key}", "value": key / 7, "timestamp": number, "step": number} for key in range(200)]
            answer = connection.call("POST", f"{API}/runs/log-batch", {"run_id": place.run_id, "metrics": points})
            if answer.status != 200:
                assert says_full(answer)
                return
    raise AssertionError("the disk does not get full")


def own_run(server: TidemillProcess, ledger: Ledger) -> Ledger:
    body = {"experiment_id": ledger.experiment_id, "run_name": ledger.name}
    with Connection(server.uri) as connection:
        run = connection.call("POST", f"{API}/runs/create", body).ok()["run"]["info"]["run_id"]
    return Ledger(ledger.name, run, ledger.experiment_id, repeats=False)


def write_all(server: TidemillProcess, ledgers: list[Ledger], start: int, stop: int) -> list[Answer]:
    """Let every ledger's client send these numbers, all at once; returns the refusals."""

    def write(ledger: Ledger) -> list[Answer]:
        refusals: list[Answer] = []
        with Connection(server.uri) as connection:
            for number in range(start, stop):
                ledger.sent.append(number)
                answer = send(connection, ledger, number)
                if answer.status == 200:
                    ledger.acknowledged.add(number)
                else:
                    refusals.append(answer)
        return refusals

    with ThreadPoolExecutor(len(ledgers)) as pool:
        return [answer for refusals in pool.map(write, ledgers) for answer in refusals]


def says_full(answer: Answer) -> bool:
    """Whether an answer is one that a client may try again, and names the cause."""
    message = answer.json["message"]
    return answer.status in FULL and ("space" in message or "room" in message)


def reads_go_on(server: TidemillProcess, place: Place) -> bool:
    search = {"experiment_ids": [place.experiment_id], "filter": "metrics.loss > 0", "order_by": ["metrics.loss"]}
    paths = [
        f"{API}/runs/get?run_id={place.run_id}",
        f"{API}/metrics/get-history?run_id={place.run_id}&metric_key=loss",
        f"{FILES}/{place.artifact}",
        "/api/v1/home",
        f"/api/v1/runs/{place.run_id}",
    ]
    with Connection(server.uri) as connection:
        answers = [connection.call("GET", path) for path in paths]
        answers.append(connection.call("POST", f"{API}/runs/search", search))
    return [answer.status for answer in answers] == [200] * len(answers)


def put(connection: Connection, place: Place, number: int, content: bytes) -> Answer:
    return connection.call("PUT", f"{FILES}/{path_of(place, number)}", content)


def path_of(place: Place, number: int) -> str:
    return f"{place.experiment_id}/{place.run_id}/artifacts/filling{number}.bin"
