"""Two workspaces with experiments, on each database."""

from collections.abc import Iterator

import pytest

from tests.tracking.datasets.library import Library
from tidemill.core.database import Database, Tx, open_database
from tidemill.server.schema import metadata

MINE, THEIRS = 1, 2
EXPERIMENTS = {MINE: (10, 11), THEIRS: (20,)}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("datasets")
    is_postgres = request.param == "postgres"
    url = request.getfixturevalue("postgres_url") if is_postgres else f"sqlite:///{folder / 'datasets.db'}"
    database = open_database(url)
    metadata.create_all(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


@pytest.fixture
def library(database: Database) -> Iterator[Library]:
    """My workspace, emptied afterwards."""
    yield Library(database, MINE, EXPERIMENTS[MINE])
    database.write_now(lambda tx: tx.sql("DELETE FROM datasets"))


@pytest.fixture
def neighbor(database: Database, library: Library) -> Library:
    """Their workspace in the same database."""
    return Library(database, THEIRS, EXPERIMENTS[THEIRS])


def _fill(tx: Tx) -> None:
    for workspace_id, experiment_ids in EXPERIMENTS.items():
        tx.sql(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
            (workspace_id, f"w{workspace_id}"),
        )
        tx.sql_many(
            """INSERT INTO experiments
            (id, workspace_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
            VALUES (?, ?, ?, '', 'active', 0, 0)""",
            [(id_, workspace_id, f"e{id_}") for id_ in experiment_ids],
        )
