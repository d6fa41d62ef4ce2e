"""A database with workspaces in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tidemill.core.database import Database, metadata, open_database
from tidemill.server import schema


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    assert schema.metadata is metadata
    metadata.create_all(database.engine)
    yield database
    database.close()
