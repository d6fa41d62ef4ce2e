"""A real PostgreSQL for the tests: one server a test process, a database of its own for each module.

The server lives in a temporary folder, listens on a Unix socket there and nowhere else, and syncs nothing, which makes
it quick. It dies with the test process, however that ends.
"""

import ctypes
import itertools
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from scripts import programs
from tests.plugins.requirements import require

_FOLDER_PREFIX = "tidemill-pg-"
_READY_WITHIN_S = 30
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
# Text sorts as people expect, not by its bytes, as on most installed servers: what relies on bytes is found out here.
_LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"]
_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}


class PostgresServer:
    """A running server of PostgreSQL 15 or newer. Databases come and go with `create_database` and `drop_database`."""

    def __init__(self, programs_folder: Path, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._user = _unprivileged_user()
        if self._user is not None:
            shutil.chown(folder, self._user, pwd.getpwnam(self._user).pw_gid)
        initdb = [programs_folder / "initdb", "--pgdata", folder / "data", "--username", "postgres", "--no-sync"]
        self._run([*initdb, *_LOCALE])
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [programs_folder / "postgres", "-D", folder / "data", "-k", folder, *settings],
            cwd=folder,
            user=self._user,
            extra_groups=None if self._user is None else [],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            preexec_fn=_die_with_parent,
        )
        self._wait_until_ready()

    def url(self, database: str) -> str:
        """The database's address as SQLAlchemy and `--database` take it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def create_database(self, *, template: str = "template0") -> str:
        """Make a database, empty or a copy of another that nobody is connected to; returns its name."""
        name = f"test_{next(self._numbers)}"
        self._execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, ending whatever is connected to it."""
        self._execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """End the server at once; its folder goes too."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder)

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=str(self._folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, command: list[str | Path]) -> None:
        done = subprocess.run(
            command,
            cwd=self._folder,
            user=self._user,
            extra_groups=None if self._user is None else [],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._execute(sql.SQL("SELECT {}").format(sql.Literal(1)))
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One PostgreSQL server, for tests that make databases themselves."""
    require("postgres")
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER_PREFIX}{os.getpid()}-"))
    found = programs.find_postgres()
    assert found is not None
    server = PostgresServer(found, folder)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """An empty PostgreSQL database of this module's own, as a SQLAlchemy address."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _die_with_parent() -> None:
    """Ask Linux to end the server at once when the test process is gone, killed or not."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _sweep() -> None:
    """Remove the folders of test processes that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*"):
        owner = re.match(rf"{_FOLDER_PREFIX}(\d+)-", folder.name)
        if owner and not Path(f"/proc/{owner[1]}").exists() and Path("/proc/self").exists():
            shutil.rmtree(folder, ignore_errors=True)
