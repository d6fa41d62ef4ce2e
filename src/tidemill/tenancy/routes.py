"""Native routes of tenancy."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.tenancy.service import Workspaces


class WorkspaceItem(msgspec.Struct):
    name: str
    description: str
    created_ms: int


class WorkspaceList(msgspec.Struct):
    workspaces: list[WorkspaceItem]


class WorkspaceApi:
    """`/api/v1/workspaces`."""

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

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
            )
        ]

    async def list_all(self, scope: Scope, message: Nothing) -> WorkspaceList:  # noqa: ARG002 - a handler's shape
        found = await self._workspaces.list_all()
        return WorkspaceList([WorkspaceItem(w.name, w.description, w.created_ms) for w in found])
