"""Kubeflow's registry and MLflow's catalog on each database, and an announcer that listens, or refuses."""

from collections.abc import Iterator

import pytest

from tidemill.core.database import Database, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.kit.errors import ConflictError
from tidemill.registry import Announcement, ArtifactKeeper, open_catalog, open_kubeflow_registry
from tidemill.server.schema import metadata

MINE = Scope(1, "mine", Subject("me"))
THEIRS = Scope(2, "theirs", Subject("they"))
TABLES = ("kubeflow_resources", "registered_models", "idempotency_keys")


class World:
    """What a test speaks to."""

    def __init__(self, database: Database) -> None:
        self.said: list[str] = []
        """The changes that were announced."""
        self.refuses = ""
        """The change that is not allowed."""
        events = EventBus()
        self.kubeflow = open_kubeflow_registry(database, events, [self._heard])
        self.catalog = open_catalog(database, events, [ArtifactKeeper(), self._heard])

    def _heard(self, tx: Tx, scope: Scope, announcement: Announcement) -> None:
        if announcement.change.value == self.refuses:
            raise ConflictError("that may not be")
        self.said.append(announcement.change.value)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("kubeflow") / "kubeflow.db"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{path}"
    database = open_database(url)
    metadata.create_all(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """Two empty workspaces."""
    yield World(database)
    database.write_now(_empty)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _fill(tx: Tx) -> None:
    for scope in (MINE, THEIRS):
        tx.sql(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
            (scope.workspace_id, scope.workspace),
        )


def _empty(tx: Tx) -> None:
    for table in TABLES:
        tx.sql(f"DELETE FROM {table}")
