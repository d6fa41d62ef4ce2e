"""Use cases over workspaces."""

from tidemill.core.database import Database
from tidemill.core.identity import DEFAULT_WORKSPACE, DEFAULT_WORKSPACE_ID
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import NotFoundError
from tidemill.tenancy import store
from tidemill.tenancy.models import Workspace


class Workspaces:
    """Finds workspaces by name; names are few and never reused, so they are kept in memory once seen."""

    def __init__(self, database: Database, clock: Clock = now_ms) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, Workspace] = {}

    async def prepare(self) -> None:
        """Make sure that the default workspace is there."""
        default = Workspace(DEFAULT_WORKSPACE_ID, DEFAULT_WORKSPACE, "", self._clock())
        await self._database.write(lambda tx: store.add_if_missing(tx, default))

    async def named(self, name: str) -> Workspace:
        """The workspace of this name; NotFoundError where there is none."""
        if (known := self._known.get(name)) is not None:
            return known
        found = await self._database.read(lambda tx: store.by_name(tx, name))
        if found is None:
            raise NotFoundError(f"no workspace is named {name!r}", hint="GET /api/v1/workspaces lists them")
        self._known[name] = found
        return found

    async def name_of(self, workspace_id: int) -> str:
        """The name of the workspace with this row id, which is there: a row points to it."""
        for known in self._known.values():
            if known.id == workspace_id:
                return known.name
        found = {workspace.id: workspace for workspace in await self.list_all()}[workspace_id]
        self._known[found.name] = found
        return found.name

    async def list_all(self) -> list[Workspace]:
        """Every workspace, by name."""
        return await self._database.read(store.all_workspaces)
