"""What the tests of our promises share."""

from collections.abc import Iterator

import pytest

from tests.plugins.postgres import PostgresServer
from tests.plugins.server import TidemillProcess, on_postgres
from tests.promises.table import Place, all_routes, make_place
from tidemill.core.web import Route

STORES = [
    pytest.param("assailed_server", id="sqlite"),
    pytest.param("assailed_postgres_server", id="postgresql", marks=pytest.mark.needs_postgres),
]


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Route, ...]:
    """Every route that the server has."""
    return all_routes(tmp_path_factory.mktemp("routes"))


@pytest.fixture(scope="session")
def assailed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidemillProcess]:
    """A server of our own: requests that are made up delete and archive what other tests look for."""
    with TidemillProcess(tmp_path_factory.mktemp("assailed") / "data") as server:
        yield server


@pytest.fixture(scope="session")
def assailed_postgres_server(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, s3_endpoint: str
) -> Iterator[TidemillProcess]:
    """The same, with everything in PostgreSQL and in a bucket."""
    folder = tmp_path_factory.mktemp("assailed-postgres") / "data"
    with on_postgres(postgres, s3_endpoint) as flags, TidemillProcess(folder, *flags) as server:
        yield server


@pytest.fixture(params=STORES)
def server(request: pytest.FixtureRequest) -> TidemillProcess:
    """The assailed servers, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def place(server: TidemillProcess) -> Place:
    """Things that exist on the server."""
    return make_place(server.uri)
