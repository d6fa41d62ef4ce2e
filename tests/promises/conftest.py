"""What the tests of our promises share."""

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.table import Place, all_routes, make_place
from tidemill.core.web import Route

STORES = [
    pytest.param("tidemill_server", id="sqlite"),
    pytest.param("tidemill_postgres_server", id="postgresql", marks=pytest.mark.needs_postgres),
]


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Route, ...]:
    """Every route that the server has."""
    return all_routes(tmp_path_factory.mktemp("routes"))


@pytest.fixture(params=STORES)
def server(request: pytest.FixtureRequest) -> TidemillProcess:
    """The session's servers, one after the other."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def place(server: TidemillProcess) -> Place:
    """Things that exist on the server."""
    return make_place(server.uri)
