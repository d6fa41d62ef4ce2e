"""`gc` frees what nothing points to, says so beforehand, and asks before anything goes for good."""

import hashlib
import json
import os
import pty
import select
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO

import httpx
import pytest

from tests.cli.conftest import COMMAND, Answer, Cli, Kept

_LONG_AGO_S = 1_600_000_000


@pytest.fixture(autouse=True)
def nothing_to_free(cli: Cli, kept: Kept) -> None:
    """Each test begins with nothing to free."""
    gc(cli, kept, "--age", "0s", "--deleted-older-than", "0s", "--yes").ok()


def gc(cli: Cli, kept: Kept, *words: str) -> Answer:
    return cli("gc", "--data-dir", kept.data_dir, *words)


def counts(cli: Cli, kept: Kept, *words: str) -> dict[str, Any]:
    return {row["what"]: row["count"] for row in gc(cli, kept, "-o", "json", *words).rows()}


def blob_of(kept: Kept, content: str) -> Path:
    return kept.blob(hashlib.sha256(content.encode()).hexdigest())


def unused_blob(kept: Kept, content: str, *, stored_s: int) -> Path:
    """A blob that no artifact points to, as a deleted artifact leaves it."""
    file = blob_of(kept, content)
    file.parent.mkdir(exist_ok=True)
    file.write_text(content)
    os.utime(file, (stored_s, stored_s))
    return file


class TestBytes:
    def test_that_nothing_points_to_are_freed_and_others_spared(self, cli: Cli, kept: Kept) -> None:
        kept.run(kept.experiment("spared"), used__txt="used")
        os.utime(blob_of(kept, "used"), (_LONG_AGO_S, _LONG_AGO_S))
        unused = unused_blob(kept, "12345", stored_s=_LONG_AGO_S)
        blobs = next(row for row in gc(cli, kept, "-o", "json").rows() if row["what"] == "blobs")
        assert (blobs["count"], blobs["bytes"], blobs["size"]) == (1, 5, "5 B")
        assert not unused.exists()
        assert blob_of(kept, "used").read_text() == "used"

    def test_that_were_handed_in_for_workloads_are_spared(self, cli: Cli, kept: Kept) -> None:
        content = b"a pickled function"
        digest = hashlib.sha256(content).hexdigest()
        httpx.put(f"{kept.server.uri}/api/v1/blobs/{digest}", content=content, trust_env=False).raise_for_status()
        os.utime(kept.blob(digest), (_LONG_AGO_S, _LONG_AGO_S))
        assert counts(cli, kept)["blobs"] == 0
        assert kept.blob(digest).read_bytes() == content

    def test_that_are_young_are_spared_for_an_hour(self, cli: Cli, kept: Kept) -> None:
        unused = unused_blob(kept, "young", stored_s=int(time.time()) - 3500)
        assert counts(cli, kept)["blobs"] == 0
        assert unused.exists()
        assert counts(cli, kept, "--age", "58m")["blobs"] == 1

    def test_are_only_counted_in_a_dry_run(self, cli: Cli, kept: Kept) -> None:
        unused = unused_blob(kept, "dry", stored_s=_LONG_AGO_S)
        assert counts(cli, kept, "--dry-run")["blobs"] == 1
        assert unused.exists()

    def test_of_uploads_that_were_given_up_are_freed(self, cli: Cli, kept: Kept) -> None:
        leftover = kept.data_dir / "artifacts" / "incoming" / "put-0123456789abcdef"
        leftover.write_bytes(b"half")
        os.utime(leftover, (_LONG_AGO_S, _LONG_AGO_S))
        assert counts(cli, kept)["leftovers of uploads"] == 1
        assert not leftover.exists()


class TestWhatWasDeleted:
    def test_stays_unless_it_is_asked_for(self, cli: Cli, kept: Kept) -> None:
        run = kept.run(kept.experiment("kept"), a__txt="restorable")
        kept.post("runs/delete", run_id=run)
        assert "runs" not in counts(cli, kept, "--age", "0s")
        kept.post("runs/restore", run_id=run)
        assert blob_of(kept, "restorable").exists()

    def test_goes_for_good_with_its_bytes_when_it_was_deleted_long_enough_ago(self, cli: Cli, kept: Kept) -> None:
        experiment = kept.experiment("runs")
        run = kept.run(experiment, a__txt="gone for good")
        kept.post("runs/delete", run_id=run)
        words = ("--deleted-older-than", "30d", "--yes", "--age", "0s")
        assert counts(cli, kept, *words)["runs"] == 0
        _deleted_long_ago(kept, run)
        expected = counts(cli, kept, *words, "--dry-run")
        done = counts(cli, kept, *words)
        assert (done["runs"], done["artifacts"], done["blobs"]) == (1, 1, 1)
        assert {what: count for what, count in expected.items() if count is not None}.items() <= done.items()
        assert not blob_of(kept, "gone for good").exists()
        assert cli("fsck", "--data-dir", kept.data_dir).ok()

    def test_may_be_a_whole_experiment(self, cli: Cli, kept: Kept) -> None:
        experiment = kept.experiment("whole")
        kept.run(experiment, a__txt="of the whole")
        kept.post("experiments/delete", experiment_id=experiment)
        done = counts(cli, kept, "--deleted-older-than", "0s", "--yes")
        assert (done["experiments"], done["runs"], done["artifacts"]) == (1, 1, 1)
        assert kept.experiment("whole") != experiment

    def test_is_not_removed_for_good_while_nobody_can_be_asked(self, cli: Cli, kept: Kept) -> None:
        gc(cli, kept, "--deleted-older-than", "0s").fails("cannot be restored", "--dry-run", "--yes")


def test_a_run_stays_while_a_version_needs_its_files(cli: Cli, kept: Kept) -> None:
    experiment = kept.experiment("registered")
    run = kept.run(experiment, MLmodel="flavors: {}")
    kept.version("needed", experiment, run)
    kept.post("experiments/delete", experiment_id=experiment)
    words = ("--age", "0s", "--deleted-older-than", "0s")
    for more in ("--dry-run", "--yes"):
        found = counts(cli, kept, *words, more)
        assert (found["experiments"], found["runs"], found["kept for model versions"], found["blobs"]) == (0, 0, 1, 0)
    kept.unregister("needed")
    found = counts(cli, kept, *words, "--yes")
    assert (found["experiments"], found["runs"], found["blobs"]) == (1, 1, 1)
    assert "kept for model versions" not in found


class TestOnATerminal:
    def test_it_shows_what_would_go_and_takes_no_for_an_answer(self, cli: Cli, kept: Kept) -> None:
        unused = unused_blob(kept, "asked", stored_s=_LONG_AGO_S)
        status, said = _on_a_terminal(cli, kept, "n\n")
        assert "blobs" in said
        assert "Free all of this for good?" in said
        assert (status, unused.exists()) == (130, True)

    def test_it_goes_on_after_a_yes(self, cli: Cli, kept: Kept) -> None:
        unused = unused_blob(kept, "agreed", stored_s=_LONG_AGO_S)
        assert _on_a_terminal(cli, kept, "y\n")[0] == 0
        assert not unused.exists()

    def test_it_does_not_ask_when_there_is_nothing_to_free(self, cli: Cli, kept: Kept) -> None:
        status, said = _on_a_terminal(cli, kept, "")
        assert (status, "?" in said) == (0, False)

    def test_what_it_asks_about_stays_out_of_the_answer_that_a_program_reads(
        self, cli: Cli, kept: Kept, tmp_path: Path
    ) -> None:
        unused_blob(kept, "piped", stored_s=_LONG_AGO_S)
        with (tmp_path / "answer.json").open("wb") as answer:
            status, said = _on_a_terminal(cli, kept, "y\n", "-o", "json", answer=answer)
        assert (status, "blobs" in said) == (0, True)
        rows = json.loads((tmp_path / "answer.json").read_text())
        assert {row["what"]: row["count"] for row in rows}["blobs"] == 1


class TestWorkloads:
    def test_that_ended_long_ago_go_with_their_logs_when_it_is_asked_for(self, cli: Cli, kept: Kept) -> None:
        script = "import os; [print(os.urandom(30).hex()) for _ in range(3000)]"
        job = kept.runs_to_its_end(sys.executable, "-c", script)
        words = ("--age", "0s", "--workloads-older-than")
        assert counts(cli, kept, "--age", "0s")["blobs"] == 0
        assert counts(cli, kept, *words, "1h", "--yes")["workloads"] == 0
        expected = counts(cli, kept, *words, "0s", "--dry-run")
        assert len(kept.log(job)) == 3000
        done = counts(cli, kept, *words, "0s", "--yes")
        assert (done["workloads"], done["blobs"]) == (expected["workloads"], expected["blobs"])
        assert (done["workloads"], done["blobs"] >= 1) == (1, True)
        assert kept.log(job) == []

    def test_are_not_removed_while_nobody_can_be_asked(self, cli: Cli, kept: Kept) -> None:
        gc(cli, kept, "--workloads-older-than", "0s").fails("cannot be restored", "--dry-run", "--yes")


def test_keys_of_requests_are_forgotten_after_a_week(cli: Cli, kept: Kept) -> None:
    day_ms = 24 * 3600 * 1000
    now_ms = int(time.time() * 1000)
    rows = [(f"key of day {age}", now_ms - age * day_ms) for age in (0, 6, 8, 100)]
    with sqlite3.connect(kept.data_dir / "tidemill.db") as connection:
        connection.executemany("INSERT INTO idempotency_keys VALUES (1, ?, 'test', '1', ?)", rows)
    assert counts(cli, kept, "--dry-run")["idempotency keys"] == 2
    assert counts(cli, kept)["idempotency keys"] == 2
    left = connection.execute("SELECT key FROM idempotency_keys ORDER BY created_ms DESC").fetchall()
    connection.close()
    assert left == [("key of day 0",), ("key of day 6",)]


def _deleted_long_ago(kept: Kept, run_id: str) -> None:
    with sqlite3.connect(kept.data_dir / "tidemill.db") as connection:
        connection.execute("UPDATE runs SET deleted_ms = ? WHERE uuid = ?", (_LONG_AGO_S * 1000, run_id))
    connection.close()


def _on_a_terminal(cli: Cli, kept: Kept, typed: str, *words: str, answer: BinaryIO | None = None) -> tuple[int, str]:
    """Run `gc` on a terminal of its own and type an answer; returns its exit status and all that it showed.

    Standard output goes to `answer` where one is given.
    """
    ours, theirs = pty.openpty()
    command = [*COMMAND, "gc", "--data-dir", str(kept.data_dir), *words]
    output = theirs if answer is None else answer
    with subprocess.Popen(command, env=cli.environment(), stdin=theirs, stdout=output, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, typed.encode())
        said = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                said += os.read(ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
    os.close(ours)
    return process.returncode, said.decode()
