"""Opening databases: which addresses are none, and how a SQLite file is kept."""

import stat
from pathlib import Path

import pytest

from tidemill.core.database import Dialect, Tx, open_database
from tidemill.kit.errors import InvalidError


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/db", "sqlite://", "sqlite:///:memory:", "oracle://x", "postgres-ql://x"]
)
def test_what_is_no_address_of_a_database_that_keeps_its_word_is_refused(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        open_database(url)
    assert caught.value.hint


def test_a_sqlite_database_is_made_with_its_folder_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "test.db"
    database = open_database(f"sqlite:///{path}")
    database.write_now(lambda tx: tx.sql("CREATE TABLE items (id INTEGER)"))
    assert database.dialect is Dialect.SQLITE
    for kept in (path, path.with_name("test.db-wal"), path.with_name("test.db-shm"), path.parent):
        assert not kept.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), kept
    database.close()


@pytest.mark.parametrize("pragma", ["journal_mode", "synchronous", "foreign_keys"])
def test_a_sqlite_database_syncs_every_commit_and_checks_its_references(tmp_path: Path, pragma: str) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}[pragma]
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")

    def unit(tx: Tx) -> object:
        return tx.sql(f"PRAGMA {pragma}")[0][0]

    assert (database.write_now(unit), database.read_now(unit)) == (expected, expected)
    database.close()
