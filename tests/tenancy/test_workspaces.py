"""Workspaces by name."""

import pytest

from tidemill.core.database import Database
from tidemill.kit.errors import NotFoundError
from tidemill.tenancy import Workspaces

pytestmark = pytest.mark.anyio


async def test_the_default_workspace_is_made_once(database: Database) -> None:
    times = iter([1000, 2000])
    workspaces = Workspaces(database, clock=lambda: next(times))
    await workspaces.prepare()
    await workspaces.prepare()
    assert [(each.name, each.created_ms) for each in await workspaces.list_all()] == [("default", 1000)]


async def test_a_workspace_is_found_by_its_whole_name(database: Database) -> None:
    workspaces = Workspaces(database)
    await workspaces.prepare()
    assert (await workspaces.named("default")).id == 1
    for name in ("Default", "defaul", "default ", "%", "\0"):
        with pytest.raises(NotFoundError, match="no workspace is named"):
            await workspaces.named(name)
