"""The registry of a running server, on each database."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.registry.world import World


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    server = "tidemill_server" if request.param == "sqlite" else "tidemill_postgres_server"
    with closing(World(request.getfixturevalue(server).uri)) as world:
        yield world
