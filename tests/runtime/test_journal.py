"""A journal says after a kill what began and how it ended, and does not grow with what is acknowledged."""

from pathlib import Path

import pytest

from tidemill.runtime.journal import Journal, read_journal


def end(key: str) -> dict[str, object]:
    return {"op": "ended", "key": key, "outcome": "succeeded"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_what_began_and_what_ended_are_told_apart(path: Path) -> None:
    journal = Journal(path)
    journal.begin("a", 1)
    journal.begin("b", 2)
    journal.end(end("a"), b"result")
    kept = read_journal(path)
    assert list(kept.began) == ["b"]
    assert kept.began["b"]["started_ms"] == 2
    header, payload = kept.ended["a"]
    assert (header["outcome"], payload) == ("succeeded", b"result")


def test_what_is_acknowledged_is_forgotten(path: Path) -> None:
    journal = Journal(path)
    for key in ("a", "b"):
        journal.begin(key, 1)
        journal.end(end(key), b"")
    journal.forget(["a", "unheard-of"])
    assert list(read_journal(path).ended) == ["b"]


def test_a_record_that_a_kill_cut_off_is_left_out(path: Path) -> None:
    journal = Journal(path)
    journal.begin("a", 1)
    journal.begin("b", 1)
    whole = path.read_bytes()
    for cut in range(1, len(whole) // 2):
        path.write_bytes(whole[:-cut])
        assert list(read_journal(path).began) == ["a"]


def test_a_journal_that_is_not_there_says_nothing(path: Path) -> None:
    kept = read_journal(path)
    assert (kept.began, kept.ended) == ({}, {})


def test_it_stays_small_and_keeps_what_nobody_has_acknowledged(path: Path) -> None:
    journal = Journal(path)
    journal.begin("kept", 1)
    journal.end(end("kept"), b"precious")
    journal.begin("running", 1)
    for number in range(60):
        journal.begin(f"k{number}", 1)
        journal.end(end(f"k{number}"), bytes(200_000))
        journal.forget([f"k{number}"])
    assert path.stat().st_size < 6_000_000
    kept = read_journal(path)
    assert (list(kept.began), list(kept.ended), kept.ended["kept"][1]) == (["running"], ["kept"], b"precious")
