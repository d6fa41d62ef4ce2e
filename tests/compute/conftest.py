"""Compute's tables on either database, a fake backend, and a scope to ask within."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.compute.jobs import Jobs
from tests.plugins.postgres import PostgresServer
from tests.plugins.server import TidemillProcess
from tidemill.core.database import Database, open_database
from tidemill.core.identity import Scope, Subject
from tidemill.server.migrating import migrate

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the whole schema and two workspaces, to be copied."""
    path = tmp_path_factory.mktemp("compute") / "template.db"
    _prepare(open_database(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """A database with the same."""
    name = postgres.create_database()
    _prepare(open_database(postgres.url(name)))
    return name


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    yield database
    database.close()


@pytest.fixture
def postgresql(postgres: PostgresServer, postgres_template: str) -> Iterator[Database]:
    name = postgres.create_database(template=postgres_template)
    database = open_database(postgres.url(name))
    yield database
    database.close()
    postgres.drop_database(name)


@pytest.fixture(params=DIALECTS)
def database(request: pytest.FixtureRequest) -> Database:
    """The whole schema and two workspaces on a database of either dialect."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def scope() -> Scope:
    return Scope(1, "default", Subject("somebody"))


@pytest.fixture
def other_scope() -> Scope:
    return Scope(2, "other", Subject("stranger"))


def _prepare(database: Database) -> None:
    migrate(database)
    row = "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)"
    database.write_now(lambda tx: tx.sql_many(row, [(1, "default"), (2, "other")]))
    database.close()


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jobs]:
    """A real server of a module's own, and commands that it runs."""
    with TidemillProcess(tmp_path_factory.mktemp("jobs") / "data") as server, closing(Jobs(server)) as jobs:
        yield jobs
