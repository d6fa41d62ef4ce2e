"""Native routes of tenancy."""

from collections.abc import Sequence
from importlib.metadata import version

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.clock import Clock, now_ms
from tidemill.tenancy.service import Workspaces


class WorkspaceItem(msgspec.Struct):
    name: str
    description: str
    created_ms: int


class WorkspaceList(msgspec.Struct):
    workspaces: list[WorkspaceItem]


class SessionUser(msgspec.Struct):
    name: str


class Session(msgspec.Struct):
    """Who uses the page, where, and what serves it."""

    user: SessionUser
    workspace: str
    workspaces: list[str]
    mode: str
    version: str
    started_ms: int


class WorkspaceApi:
    """`/api/v1/workspaces` and `/api/v1/session`."""

    def __init__(self, workspaces: Workspaces, mode: str, clock: Clock = now_ms) -> None:
        self._workspaces = workspaces
        self._mode = mode
        self._version = version("tidemill")
        self._started_ms = clock()

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/workspaces",
                permission=Permission.VIEW,
                message=Nothing,
                handler=self.list_all,
                answer=WorkspaceList,
                summary="The workspaces that there are.",
            ),
            Route(
                method="GET",
                path="/api/v1/session",
                permission=Permission.VIEW,
                message=Nothing,
                handler=self.session,
                answer=Session,
                summary="Who uses the page, where, and what serves it.",
            ),
        ]

    async def session(self, scope: Scope, message: Nothing) -> Session:
        names = [workspace.name for workspace in await self._workspaces.list_all()]
        user = SessionUser(scope.subject.name)
        return Session(user, scope.workspace, names, self._mode, self._version, self._started_ms)

    async def list_all(self, scope: Scope, message: Nothing) -> WorkspaceList:
        found = await self._workspaces.list_all()
        return WorkspaceList([WorkspaceItem(w.name, w.description, w.created_ms) for w in found])
