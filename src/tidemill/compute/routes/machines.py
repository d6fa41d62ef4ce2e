"""`/api/v1/compute`: nodes, quotas, and how much of them is used."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from tidemill.compute.backends.port import NodeSample
from tidemill.compute.machines import Machines
from tidemill.compute.models import NOTHING, Resources, State
from tidemill.compute.routes.messages import (
    InLineRow,
    NodeRow,
    QuotaRow,
    QuotaSettings,
    in_line_row,
    node_row,
    quota_of,
    quota_row,
)
from tidemill.compute.service import Workloads
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.tenancy import Workspaces


class NodeName(msgspec.Struct):
    name: str = ""


class NodeList(msgspec.Struct):
    nodes: list[NodeRow]


class QueueList(msgspec.Struct):
    """The head of the queue, the next to start first: of each workspace and size the first 32, and 200 in all."""

    waiting: list[InLineRow]


class WorkspaceName(msgspec.Struct):
    workspace: str


class SetQuota(QuotaSettings):
    """What a workspace may hold at once, whatever it was; what is left out is as by default."""

    workspace: str = ""


class ComputeSummary(msgspec.Struct):
    """The workspace's workloads by state, its quota, and what all open nodes together have and hold."""

    states: Mapping[str, int]
    quota: QuotaRow
    nodes: int
    capacity: Resources
    used: Resources


class MachineApi:
    """Nodes and quotas: seen by everybody, changed by administrators."""

    def __init__(
        self,
        machines: Machines,
        workloads: Workloads,
        workspaces: Workspaces,
        use: Callable[[], Mapping[str, NodeSample]] = dict,
    ) -> None:
        self._machines = machines
        self._workloads = workloads
        self._workspaces = workspaces
        self._use = use

    def routes(self) -> Sequence[Route]:
        root = "/api/v1/compute"
        return [
            Route(
                method="GET",
                path=f"{root}/summary",
                permission=Permission.VIEW,
                message=Nothing,
                handler=self.summary,
                answer=ComputeSummary,
                summary="What the workspace holds and may hold, and what the nodes have.",
            ),
            Route(
                method="GET",
                path=f"{root}/nodes",
                permission=Permission.VIEW,
                message=Nothing,
                handler=self.nodes,
                answer=NodeList,
                summary="Nodes, with what is used of them.",
            ),
            *self._routes_of_administrators(root),
        ]

    def _routes_of_administrators(self, root: str) -> Sequence[Route]:
        admin = Permission.ADMIN
        return [
            Route(
                method="POST",
                path=f"{root}/nodes/{{name}}/close",
                permission=admin,
                message=NodeName,
                handler=self.close,
                answer=Nothing,
                summary="Give a node no new work; what runs there goes on.",
            ),
            Route(
                method="POST",
                path=f"{root}/nodes/{{name}}/open",
                permission=admin,
                message=NodeName,
                handler=self.open,
                answer=Nothing,
                summary="Let a node take new work again.",
            ),
            Route(
                method="GET",
                path=f"{root}/queue",
                permission=admin,
                message=Nothing,
                handler=self.queue,
                answer=QueueList,
                summary="Who waits, of all workspaces, in order, and for what.",
            ),
            Route(
                method="GET",
                path=f"{root}/quotas/{{workspace}}",
                permission=admin,
                message=WorkspaceName,
                handler=self.quota,
                answer=QuotaRow,
                summary="What a workspace may hold, and what it holds.",
            ),
            Route(
                method="PUT",
                path=f"{root}/quotas/{{workspace}}",
                permission=admin,
                message=SetQuota,
                handler=self.set_quota,
                answer=QuotaRow,
                summary="Set what a workspace may hold.",
            ),
        ]

    async def summary(self, scope: Scope, message: Nothing) -> ComputeSummary:
        counts = await self._workloads.counts(scope)
        use = await self._machines.use_of(scope.workspace_id)
        nodes = [each for each in await self._machines.nodes() if each.takes_work]
        capacity, used = NOTHING, NOTHING
        for node in nodes:
            capacity, used = capacity + node.known.node.capacity, used + node.used
        states = {state.value: counts.get(state, 0) for state in State}
        return ComputeSummary(states, quota_row(scope.workspace, use), len(nodes), capacity, used)

    async def nodes(self, scope: Scope, message: Nothing) -> NodeList:
        names, use = await self._names(), self._use()
        nodes = await self._machines.nodes()
        return NodeList([node_row(each, scope.workspace_id, names, use.get(each.known.node.name)) for each in nodes])

    async def queue(self, scope: Scope, message: Nothing) -> QueueList:
        names = await self._names()
        return QueueList([in_line_row(each, names) for each in await self._machines.line()])

    async def close(self, scope: Scope, message: NodeName) -> Nothing:
        await self._machines.set_open(scope, message.name, is_open=False)
        return Nothing()

    async def open(self, scope: Scope, message: NodeName) -> Nothing:
        await self._machines.set_open(scope, message.name, is_open=True)
        return Nothing()

    async def quota(self, scope: Scope, message: WorkspaceName) -> QuotaRow:
        workspace = await self._workspaces.named(message.workspace)
        return quota_row(workspace.name, await self._machines.use_of(workspace.id))

    async def set_quota(self, scope: Scope, message: SetQuota) -> QuotaRow:
        workspace = await self._workspaces.named(message.workspace)
        await self._machines.set_quota(scope, quota_of(workspace.id, message))
        return quota_row(workspace.name, await self._machines.use_of(workspace.id))

    async def _names(self) -> Mapping[int, str]:
        return {each.id: each.name for each in await self._workspaces.list_all()}
