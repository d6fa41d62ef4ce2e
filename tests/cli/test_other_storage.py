"""The commands that look after storage do so on PostgreSQL and S3 too, beside a running server."""

import json
from contextlib import closing

import pytest

from tests.cli.conftest import Cli, Kept
from tests.plugins.object_store import ACCESS_KEY, SECRET_KEY
from tests.plugins.server import TidemillProcess

pytestmark = pytest.mark.needs_postgres


@pytest.fixture(scope="module")
def words(tidemill_postgres_server: TidemillProcess, s3_endpoint: str) -> list[str]:
    """The flags that name the server's storage, and a run that it keeps."""
    with closing(Kept(tidemill_postgres_server)) as kept:
        kept.run(kept.experiment("looked after on other storage"), a__txt="kept in a bucket")
    note = json.loads((tidemill_postgres_server.data_dir / "server.json").read_bytes())
    storage = ["--database", note["database"], "--artifacts", note["artifacts"], "--s3-endpoint", s3_endpoint]
    keys = ["--s3-access-key-id", ACCESS_KEY, "--s3-secret-access-key", SECRET_KEY]
    return ["--data-dir", str(tidemill_postgres_server.data_dir), *storage, *keys]


def test_fsck_reads_everything_back(cli: Cli, words: list[str]) -> None:
    assert "all is whole" in cli("fsck", *words).ok().err


def test_gc_says_what_it_would_free(cli: Cli, words: list[str]) -> None:
    rows = cli("gc", *words, "--dry-run", "--deleted-older-than", "3650d", "-o", "json").rows()
    assert {row["what"]: row["count"] for row in rows}["runs"] == 0


def test_gc_spares_what_an_object_store_may_make_look_older_than_it_is(cli: Cli, words: list[str]) -> None:
    cli("gc", *words, "--dry-run", "--age", "119m").fails("--age is less than 2 h", "--age 2h")


def test_doctor_looks_at_both(cli: Cli, words: list[str]) -> None:
    found = {row["name"]: row for row in json.loads(cli("doctor", *words, "-o", "json").out)}
    assert found["database"]["state"] == found["artifacts"]["state"] == found["storage"]["state"] == "ok"
    assert found["database"]["detail"].startswith("postgresql, schema ")
