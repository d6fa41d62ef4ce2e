"""The catalog in two workspaces, on each database."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tidemill.core.database import Database, Tx, open_database
from tidemill.core.identity import Scope, Subject
from tidemill.pipelines import Catalog
from tidemill.server.schema import metadata

MINE = Scope(1, "mine", Subject("me"))
THEIRS = Scope(2, "theirs", Subject("they"))


@dataclass
class Ticking:
    """A clock that goes on by a second whenever it is read."""

    now: int = field(default=1_000)

    def __call__(self) -> int:
        self.now += 1_000
        return self.now


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("catalog") / "catalog.db"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{path}"
    database = open_database(url)
    metadata.create_all(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


@pytest.fixture
def catalog(database: Database) -> Iterator[Catalog]:
    """A catalog, emptied afterwards."""
    yield Catalog(database, Ticking())
    database.write_now(_empty)


def _fill(tx: Tx) -> None:
    for scope in (MINE, THEIRS):
        tx.sql(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
            (scope.workspace_id, scope.workspace),
        )


def _empty(tx: Tx) -> None:
    tx.sql("DELETE FROM pipeline_versions")
    tx.sql("DELETE FROM pipelines")
