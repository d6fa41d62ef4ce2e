"""Environments by the settings."""

from pathlib import Path

from tidemill.compute.environments.models import Sources
from tidemill.compute.environments.service import Environments
from tidemill.core.database import Database
from tidemill.core.settings import Settings, inherited_variables

FOLDER = "environments"


def open_environments(settings: Settings, database: Database) -> Environments:
    """Those of a data directory, for the server and for commands beside it."""
    wheels = settings.compute.wheels
    sources = Sources(
        wheels=Path(wheels).expanduser().absolute() if wheels else None,
        index_url=settings.compute.package_index,
        allows_urls=settings.compute.package_urls == "allowed",
    )
    return Environments(database, settings.data_dir / FOLDER, sources, inherited_variables())
