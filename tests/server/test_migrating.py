"""The schema's history leads to exactly the tables that the code speaks of, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from tidemill.core.database import Database, open_database
from tidemill.kit.errors import ConflictError
from tidemill.server.migrating import current_revision, head_revision, migrate
from tidemill.server.schema import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'new.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = open_database(str(url))
    yield opened
    with opened.engine.connect() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        connection.commit()
    opened.close()


def test_an_empty_database_gets_every_table_as_the_code_knows_it(database: Database) -> None:
    assert migrate(database)
    with database.engine.connect() as connection:
        differences: list[Any] = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []
    assert current_revision(database) == head_revision()


def test_a_database_that_is_up_to_date_is_left_alone(database: Database) -> None:
    migrate(database)
    assert not migrate(database)


def test_a_database_of_a_newer_version_is_refused_and_not_touched(database: Database) -> None:
    migrate(database)
    with database.engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.commit()
    with pytest.raises(ConflictError, match="9999"):
        migrate(database)
    assert current_revision(database) == "9999"


def test_a_table_without_a_tenant_key_hangs_on_one_that_has_it() -> None:
    """Every row belongs to a workspace; the few tables that are the installation's own are named here."""
    own = {"workspaces", "leases", "compute_nodes", "environments"}
    for table in metadata.sorted_tables:
        seen, waiting = set[str](), [table]
        while waiting:
            step = waiting.pop()
            seen.add(step.name)
            if "workspace_id" in step.c:
                break
            waiting += [key.column.table for key in step.foreign_keys if key.column.table.name not in seen]
        else:
            assert table.name in own, f"{table.name} belongs to no workspace"
