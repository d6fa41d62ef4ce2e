"""Use cases over nodes and quotas: what the installation has, who uses it, and who may."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tidemill.compute.admission import Turn, Waiting, line_up
from tidemill.compute.controller import offered, queue_picture
from tidemill.compute.models import NOTHING, Quota, Resources
from tidemill.compute.records import KnownNode, Live
from tidemill.compute.store import SqlComputeStore, machines
from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError

_MOST = 2**53 - 1
_MOST_IN_LINE = 200
_MOST_HOLDERS = 500


@dataclass(frozen=True, slots=True)
class Held:
    """Which limits a node's kernel holds; the others are watched, or only asked for."""

    memory: bool
    cpu: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds room of a node, and the name of its workload."""

    live: Live
    name: str


@dataclass(frozen=True, slots=True)
class InLine:
    """A workload of any workspace that waits."""

    waiting: Waiting
    turn: Turn
    row: machines.WaitingRow


@dataclass(frozen=True, slots=True)
class NodeUse:
    """A node, what runs on it, and whether it takes new work now."""

    known: KnownNode
    takes_work: bool
    used: Resources
    processes: int
    holders: Sequence[Holder]
    held: Held | None
    """None where another server runs the node."""


@dataclass(frozen=True, slots=True)
class WorkspaceUse:
    """What a workspace holds now, what it may hold, and how many of its workloads wait and live."""

    quota: Quota | None
    used: Resources
    live: int
    waiting: int


class Machines:
    """Nodes and quotas. `kick` is told when the queue may have become free to move; `held` says of the nodes of this
    server which limits their kernel holds."""

    def __init__(
        self,
        database: Database,
        kick: Callable[[], None],
        clock: Clock = now_ms,
        *,
        held: Mapping[str, Held] | None = None,
    ) -> None:
        self._database = database
        self._kick = kick
        self._clock = clock
        self._held = held or {}

    async def nodes(self) -> list[NodeUse]:
        """Every node that was ever heard of, by name."""
        return await self._database.read(self._nodes)

    async def line(self) -> list[InLine]:
        """The head of the queue of all workspaces, the next to start first."""
        return await self._database.read(self._line)

    async def use_of(self, workspace_id: int) -> WorkspaceUse:
        """What a workspace holds and may hold."""

        def unit(tx: Tx) -> WorkspaceUse:
            store = SqlComputeStore(tx)
            live = [each for each in store.live() if each.workspace_id == workspace_id]
            waiting = machines.waiting_counts(tx).get(workspace_id, 0)
            return WorkspaceUse(store.quotas().get(workspace_id), _sum(live), len({each.id for each in live}), waiting)

        return await self._database.read(unit)

    async def set_open(self, scope: Scope, name: str, *, is_open: bool) -> None:
        """Let a node take new work, or drain it: what runs there goes on. Raises NotFoundError."""
        found = await self._database.write(lambda tx: machines.set_open(tx, name, is_open=is_open))
        if not found:
            raise NotFoundError(f"no node is named {name[:100]!r}", hint="GET /api/v1/compute/nodes lists them")
        self._kick()

    async def set_quota(self, scope: Scope, quota: Quota) -> None:
        """Set what a workspace may hold from now on; what it holds already goes on. Raises InvalidError."""
        limits = (quota.cpu_milli, quota.memory_bytes, quota.gpus, quota.workloads)
        if any(limit is not None and not 0 <= limit <= _MOST for limit in limits):
            raise InvalidError("a limit is 0 or more", hint="leave it out where there is to be no limit")
        if not 1 <= quota.weight <= 1000 or len(quota.cohort) > 63 or not quota.cohort.isprintable():
            raise InvalidError(
                "a weight is 1 to 1000, and a cohort's name has up to 63 printable characters", hint="weight: 1"
            )
        await self._database.write(lambda tx: machines.set_quota(tx, quota))
        self._kick()

    def _nodes(self, tx: Tx) -> list[NodeUse]:
        store, now = SqlComputeStore(tx), self._clock()
        by_node: dict[str, list[Live]] = {}
        for each in store.live():
            by_node.setdefault(each.node, []).append(each)
        shown = [each for held in by_node.values() for each in held[:_MOST_HOLDERS]]
        names = machines.names(tx, sorted({each.id for each in shown}))
        return [
            NodeUse(
                known,
                offered(known, now).is_open,
                _sum(held),
                len(held),
                [Holder(each, names.get(each.id, "")) for each in held[:_MOST_HOLDERS]],
                self._held.get(known.node.name),
            )
            for known in store.nodes()
            for held in (by_node.get(known.node.name, []),)
        ]

    def _line(self, tx: Tx) -> list[InLine]:
        snapshot = queue_picture(SqlComputeStore(tx), self._clock())
        turns = list(line_up(snapshot).items())[:_MOST_IN_LINE]
        if not turns:
            return []
        waiting = {each.id: each for each in snapshot.waiting}
        rows = machines.in_line(tx, [id_ for id_, _ in turns])
        return [InLine(waiting[id_], turn, rows[id_]) for id_, turn in turns if id_ in rows]


def _sum(live: Sequence[Live]) -> Resources:
    used = NOTHING
    for each in live:
        used = used + each.each
    return used
