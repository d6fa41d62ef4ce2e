"""`fsck` names what is damaged by the names that users know, beside a running server or without one."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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
