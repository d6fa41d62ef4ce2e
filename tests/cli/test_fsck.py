"""`fsck` names what is damaged by the names that users know, beside a running server or without one."""

import base64
import hashlib
import json
import pickle
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import Answer, Cli, Kept


@pytest.fixture
def run_id(kept: Kept, request: pytest.FixtureRequest) -> str:
    """A run of its own experiment, with two files that are nobody else's."""
    return kept.run(
        kept.experiment(request.node.name), first__txt=f"first {request.node.name}", second__txt=_second(request)
    )


def fsck(cli: Cli, kept: Kept, *words: str) -> Answer:
    return cli("fsck", "--data-dir", kept.data_dir, *words)


def findings(cli: Cli, kept: Kept) -> list[dict[str, Any]]:
    answer = fsck(cli, kept, "-o", "json")
    found = json.loads(answer.out)
    assert answer.status == (1 if found else 0), answer.err
    assert "Traceback" not in answer.err
    return found


def test_says_that_all_is_whole_and_how_much_it_read(cli: Cli, kept: Kept, run_id: str) -> None:
    answer = fsck(cli, kept).ok()
    assert answer.out == ""
    assert "all is whole" in answer.err
    assert findings(cli, kept) == []


class TestAnArtifact:
    def test_with_one_flipped_byte_is_named(self, cli: Cli, kept: Kept, run_id: str, second: "Second") -> None:
        with second.replaced(bytes([second.content[0] ^ 1]) + second.content[1:]):
            found = findings(cli, kept)
            table = fsck(cli, kept)
        expected = {"problem": "damaged", "workspace": "default", "owner": run_id, "path": "second.txt"}
        assert [{key: finding[key] for key in expected} for finding in found] == [expected]
        assert found[0]["digest"] == second.digest
        assert table.status == 1
        for word in ("damaged", "default", run_id, "second.txt", second.digest):
            assert word in table.out
        assert "1 finding" in table.err
        assert "hint: " in table.err

    def test_that_lost_its_end_is_named(self, cli: Cli, kept: Kept, run_id: str, second: "Second") -> None:
        with second.replaced(second.content[:-1]):
            assert [(finding["problem"], finding["path"]) for finding in findings(cli, kept)] == [
                ("damaged", "second.txt")
            ]

    def test_whose_bytes_are_gone_is_named(self, cli: Cli, kept: Kept, run_id: str, second: "Second") -> None:
        with second.replaced(None):
            assert [(finding["problem"], finding["path"]) for finding in findings(cli, kept)] == [
                ("missing", "second.txt")
            ]

    def test_that_nothing_points_to_is_named_by_its_digest(self, cli: Cli, kept: Kept) -> None:
        digest = "ab" + 62 * "0"
        kept.blob(digest).parent.mkdir(exist_ok=True)
        kept.blob(digest).write_bytes(b"not these bytes")
        found = findings(cli, kept)
        kept.blob(digest).unlink()
        assert [(finding["owner"], finding["path"], finding["digest"]) for finding in found] == [("", "", digest)]

    def test_of_several_runs_is_named_for_each(self, cli: Cli, kept: Kept) -> None:
        experiment = kept.experiment("several")
        runs = {kept.run(experiment, same__txt="the same bytes") for _ in range(2)}
        file = kept.blob(hashlib.sha256(b"the same bytes").hexdigest())
        content = file.read_bytes()
        file.write_bytes(b"other bytes now")
        found = findings(cli, kept)
        file.write_bytes(content)
        assert {finding["owner"] for finding in found} == runs


class TestAWorkload:
    """Its script, its log and its result lie in the store: each is large, or was handed in."""

    def test_is_named_with_what_is_damaged_or_missing_of_it(self, cli: Cli, kept: Kept, stored: "Stored") -> None:
        assert findings(cli, kept) == []
        expected = {
            ("default", stored.command, "file deep/run.py", stored.script),
            ("default", stored.command, "log of attempt 1, process 0", stored.log),
            ("default", stored.call, "result of attempt 1, process 0", stored.result),
        }
        for problem, now in (("damaged", b"other bytes"), ("missing", None)):
            with replaced(kept, [stored.script, stored.log, stored.result], now):
                found = findings(cli, kept)
            assert {(each["part"], each["problem"]) for each in found} == {("workload", problem)}
            named = [tuple(each[key] for key in ("workspace", "owner", "path", "digest")) for each in found]
            assert len(named) == len(expected)
            assert set(named) == expected

    def test_that_shares_its_bytes_with_a_run_is_named_beside_it(
        self, cli: Cli, kept: Kept, run_id: str, second: "Second"
    ) -> None:
        assert hand_in(kept, second.content) == second.digest
        with second.replaced(None):
            found = findings(cli, kept)
        assert {(each["part"], each["owner"], each["path"]) for each in found} == {
            ("artifact", run_id, "second.txt"),
            ("workload", "", "content handed in"),
        }


def test_a_version_without_files_is_named(cli: Cli, kept: Kept) -> None:
    experiment = kept.experiment("versions")
    run = kept.run(experiment, MLmodel="flavors: {}")
    kept.version("whole", experiment, run)
    source = kept.version("hollow", experiment, run, "never-logged")
    found = findings(cli, kept)
    kept.unregister("hollow")
    assert [(finding["part"], finding["problem"], finding["owner"], finding["path"]) for finding in found] == [
        ("model version", "missing", "hollow/1", source)
    ]
    assert findings(cli, kept) == []


class TestTheDatabase:
    def test_a_metric_whose_points_are_damaged_is_named(self, cli: Cli, kept: Kept, run_id: str) -> None:
        with _changed_tail(kept, run_id):
            found = findings(cli, kept)
        assert [(finding["part"], finding["owner"], finding["path"]) for finding in found] == [
            ("metrics", run_id, "metric loss")
        ]

    def test_a_row_that_points_nowhere_is_named(self, cli: Cli, kept: Kept) -> None:
        with sqlite3.connect(kept.data_dir / "tidemill.db") as connection:
            connection.execute(
                "INSERT INTO metric_tail (id, series_id, points, data) VALUES (987654, 987654, 1, x'00')"
            )
        found = findings(cli, kept)
        with sqlite3.connect(kept.data_dir / "tidemill.db") as connection:
            connection.execute("DELETE FROM metric_tail WHERE id = 987654")
        connection.close()
        details = [finding["detail"] for finding in found if finding["part"] == "database"]
        assert details == ["row 987654 of metric_tail points to a row of latest_metrics that is not there"]


def test_changes_nothing(cli: Cli, kept: Kept, run_id: str) -> None:
    def state() -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in (kept.data_dir / "artifacts").rglob("*") if file.is_file()}

    before = state()
    fsck(cli, kept).ok()
    assert state() == before


def test_refuses_storage_that_the_server_does_not_use(cli: Cli, kept: Kept) -> None:
    fsck(cli, kept, "--artifacts", str(cli.home)).fails("keeps its artifacts in", "--artifacts")
    fsck(cli, kept, "--database", f"sqlite:///{cli.home}/x.db").fails("keeps its database in", "--database")


class Stored:
    """Two workloads that have ended, a command with a file and a call, and the digests of what lies in the store."""

    def __init__(self, kept: Kept) -> None:
        noise = "import base64, os; print(base64.b85encode(os.urandom(200_000)).decode())"
        self.script = hand_in(kept, noise.encode())
        file = {"path": "deep/run.py", "digest": self.script}
        self.command = ended(kept, {"command": [sys.executable, "deep/run.py"], "files": [file]})
        arguments = base64.b64encode(pickle.dumps(((300_000,), {}))).decode()
        self.call = ended(kept, {"call": {"entry": "os:urandom", "arguments": arguments}})
        query = """SELECT p.log_digest, p.result_digest FROM workload_processes p
        JOIN workloads w ON w.id = p.workload_id WHERE w.uuid = ?"""
        with closing(sqlite3.connect(kept.data_dir / "tidemill.db")) as connection:
            self.log = str(connection.execute(query, (self.command,)).fetchone()[0])
            self.result = str(connection.execute(query, (self.call,)).fetchone()[1])


@pytest.fixture
def stored(kept: Kept) -> Stored:
    return Stored(kept)


@contextmanager
def replaced(kept: Kept, digests: list[str], content: bytes | None) -> Iterator[None]:
    """The store holds other bytes for these, or none, inside the block."""
    before = {kept.blob(digest): kept.blob(digest).read_bytes() for digest in digests}
    for file in before:
        file.unlink() if content is None else file.write_bytes(content)
    yield
    for file, whole in before.items():
        file.write_bytes(whole)


def hand_in(kept: Kept, content: bytes) -> str:
    """Content for workloads; its digest."""
    digest = hashlib.sha256(content).hexdigest()
    answer = httpx.put(f"{kept.server.uri}/api/v1/blobs/{digest}", content=content, trust_env=False)
    assert answer.is_success, answer.text
    return digest


def ended(kept: Kept, spec: dict[str, Any]) -> str:
    """A workload that has ended well, and whose log is kept."""
    with httpx.Client(base_url=f"{kept.server.uri}/api/v1", trust_env=False, timeout=40) as http:
        job = http.post("/workloads", json={"spec": {"resources": {"cpu_milli": 100}, **spec}}).json()["id"]
        (end,) = http.post("/workloads/wait", json={"ids": [job], "timeout_s": 30}).json()["ended"]
        assert end["state"] == "succeeded", end
        while http.get(f"/workloads/{job}").json()["processes"][0]["log_bytes"] is None:
            time.sleep(0.02)
    return str(job)


class Second:
    """The second file of the test's run, as the store holds it."""

    def __init__(self, kept: Kept, content: bytes) -> None:
        self.content = content
        self.digest = hashlib.sha256(content).hexdigest()
        self._file = kept.blob(self.digest)

    @contextmanager
    def replaced(self, content: bytes | None) -> Iterator[None]:
        """The store holds other bytes, or none, inside the block."""
        assert self._file.read_bytes() == self.content
        if content is None:
            self._file.unlink()
        else:
            self._file.write_bytes(content)
        yield
        self._file.write_bytes(self.content)


@pytest.fixture
def second(kept: Kept, request: pytest.FixtureRequest) -> Second:
    return Second(kept, _second(request).encode())


def _second(request: pytest.FixtureRequest) -> str:
    return f"second {request.node.nodeid}"


@contextmanager
def _changed_tail(kept: Kept, run_id: str) -> Iterator[None]:
    """The last byte of a run's metric is another inside the block."""
    where = "series_id IN (SELECT l.id FROM latest_metrics l JOIN runs r ON r.id = l.run_id WHERE r.uuid = ?)"
    with sqlite3.connect(kept.data_dir / "tidemill.db") as connection:
        ((row, data),) = connection.execute(f"SELECT id, data FROM metric_tail WHERE {where}", (run_id,))
        changed = data[:-1] + bytes([data[-1] ^ 1])
        connection.execute("UPDATE metric_tail SET data = ? WHERE id = ?", (changed, row))
    yield
    with sqlite3.connect(kept.data_dir / "tidemill.db") as connection:
        connection.execute("UPDATE metric_tail SET data = ? WHERE id = ?", (data, row))
    connection.close()
