import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.architecture import source
from tests.plugins.postgres import PostgresServer

VICTIM = """
import pathlib, sys, time
from scripts.programs import find_postgres
from tests.plugins.postgres import PostgresServer

folder = pathlib.Path(sys.argv[1])
server = PostgresServer(find_postgres(), folder)
print((folder / "data" / "postmaster.pid").read_text().split()[0], flush=True)
time.sleep(60)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that another user can reach, as PostgreSQL's must when root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    yield folder
    shutil.rmtree(folder)


def test_a_module_gets_an_empty_database(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar_one()
    engine.dispose()
    assert tables == 0


def test_a_database_can_be_the_copy_of_another(postgres: PostgresServer) -> None:
    original = postgres.create_database()
    engine = create_engine(postgres.url(original))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE copied AS SELECT 42 AS answer"))
    engine.dispose()
    copy = postgres.create_database(template=original)
    engine = create_engine(postgres.url(copy))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT answer FROM copied")).scalar_one() == 42
    engine.dispose()
    postgres.drop_database(copy)
    postgres.drop_database(original)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.needs_postgres
def test_the_server_ends_with_a_test_process_that_is_killed(public_folder: Path) -> None:
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, public_folder],
        cwd=source.ROOT,
        env={**os.environ, "PYTHONPATH": str(source.ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert victim.stdout is not None
    server = int(victim.stdout.readline())
    assert Path(f"/proc/{server}").exists()
    victim.kill()
    victim.communicate()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    gone = not Path(f"/proc/{server}").exists()
    if not gone:
        os.kill(server, signal.SIGKILL)
    assert gone
