"""One small table on either database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugins.postgres import PostgresServer
from tidemill.core.database import Database, Tx, open_database

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)]
_TABLE = """
CREATE TABLE items (
    id BIGINT PRIMARY KEY, text TEXT, parent BIGINT REFERENCES items DEFERRABLE INITIALLY DEFERRED
)
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'test.db'}")
    yield from _with_table(database)


@pytest.fixture
def postgresql(postgres: PostgresServer) -> Iterator[Database]:
    name = postgres.create_database()
    yield from _with_table(open_database(postgres.url(name)))
    postgres.drop_database(name)


@pytest.fixture(params=DIALECTS)
def database(request: pytest.FixtureRequest) -> Database:
    """An empty table `items` on a database of either dialect."""
    return request.getfixturevalue(request.param)


def _with_table(database: Database) -> Iterator[Database]:
    database.write_now(lambda tx: tx.sql(_TABLE))
    yield database
    database.close()


def add(number: int, text: str = "", parent: int | None = None) -> Callable[[Tx], int]:
    """A unit that adds an item."""

    def unit(tx: Tx) -> int:
        tx.sql("INSERT INTO items (id, text, parent) VALUES (?, ?, ?)", (number, text, parent))
        return number

    return unit


def stored(database: Database) -> list[int]:
    """The numbers of all items."""
    return database.read_now(lambda tx: [row[0] for row in tx.sql("SELECT id FROM items ORDER BY id")])
