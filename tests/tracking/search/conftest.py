"""A database of either kind with all tables, for the tests of this folder."""

from collections.abc import Iterator

import pytest

from tidemill.core.database import Database, metadata, open_database
from tidemill.tenancy import tables as _tenancy
from tidemill.tracking.artifacts import tables as _artifacts
from tidemill.tracking.datasets import tables as _datasets
from tidemill.tracking.experiments import tables as _experiments
from tidemill.tracking.inputs import tables as _inputs
from tidemill.tracking.logged_models import tables as _logged_models
from tidemill.tracking.metrics import tables as _metrics
from tidemill.tracking.runs import tables as _runs

TABLES = (_tenancy, _artifacts, _datasets, _experiments, _inputs, _logged_models, _metrics, _runs)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty database of each kind."""
    path = tmp_path_factory.mktemp("search") / "search.db"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{path}"
    database = open_database(url)
    metadata.create_all(database.engine)
    yield database
    database.close()
