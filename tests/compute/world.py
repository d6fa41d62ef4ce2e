"""A server's compute without its web: real tables, a fake backend, and a clock that the test moves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from tidemill.compute.backends.fakes import FakeBackend, FakeMachine, Part, Script, always
from tidemill.compute.controller import Controller
from tidemill.compute.endings import Endings
from tidemill.compute.environments import checked_environment
from tidemill.compute.models import Node, Resources, Spec, State
from tidemill.compute.service import Details, Workloads
from tidemill.compute.waiting import Waits
from tidemill.core.blobs.fakes import MemoryBlobStore
from tidemill.core.database import Database
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope

NODE = Node("n1", "fake", Resources(4000, 8 << 30, 2), ("0", "1"), "tesla")
WITHIN_S = 20
Found = TypeVar("Found")


def spec(**changes: object) -> Spec:
    """A small command."""
    return Spec(**{"command": ("work",), "backend": "fake", "grace_s": 5.0, **changes})  # pyright: ignore[reportArgumentType]


class World:
    """One machine, and servers that come and go over one database."""

    def __init__(self, database: Database, script: Script | None = None, nodes: Sequence[Node] = (NODE,)) -> None:
        self.database = database
        self.now = 1_000_000
        self.blobs = MemoryBlobStore()
        self.events = EventBus()
        self.machine = FakeMachine(nodes, script or always(Part(runs_ms=100)), self.now)
        self.backend = FakeBackend(self.machine)
        self._controller: Controller | None = None
        self.endings = Endings()
        self.waits = Waits(database, self.events, self.endings)
        self.workloads = Workloads(
            database,
            self.events,
            self.kick,
            ["fake"],
            check_environment=partial(checked_environment, allows_urls=True),
            clock=self.clock,
        )

    def clock(self) -> int:
        return self.now

    def kick(self) -> None:
        if self._controller is not None:
            self._controller.kick()

    def advance(self, milliseconds: int) -> None:
        """Let time pass, for the machine and for whoever waits for an hour."""
        self.now += milliseconds
        self.machine.advance(self.now)
        self.kick()

    @contextlib.asynccontextmanager
    async def server(self) -> AsyncIterator[Controller]:
        """A controller runs."""

        async def name(workspace_id: int) -> str:
            return f"workspace {workspace_id}"

        controller = Controller(
            self.database,
            self.blobs,
            self.events,
            [self.backend],
            name,
            endings=self.endings,
            clock=self.clock,
        )
        self._controller = controller
        task = asyncio.create_task(controller.run())
        try:
            yield controller
        finally:
            self._controller = None
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def until(self, look: Callable[[], Awaitable[Found | None]]) -> Found:
        """What `look` finds, as soon as it finds something: it looks whenever something was committed."""
        loop, happened = asyncio.get_running_loop(), asyncio.Event()

        def listen(event: Event) -> None:
            loop.call_soon_threadsafe(happened.set)

        stop = self.events.listen(listen)
        try:
            async with asyncio.timeout(WITHIN_S):
                while (found := await look()) is None:
                    with contextlib.suppress(TimeoutError):  # what the machine does alone tells nobody
                        await asyncio.wait_for(happened.wait(), 0.05)
                    happened.clear()
                return found
        finally:
            stop()

    async def sees(self, scope: Scope, uuid: str, condition: Callable[[Details], bool]) -> Details:
        """The workload, once this is true of it."""

        async def look() -> Details | None:
            found = await self.workloads.get(scope, uuid)
            return found if condition(found) else None

        return await self.until(look)

    async def reaches(self, scope: Scope, uuid: str, state: State) -> Details:
        """The workload, once it is in this state."""
        return await self.sees(scope, uuid, lambda details: details.workload.state is state)

    async def ends(self, scope: Scope, *uuids: str) -> list[State]:
        """The states in which these ended."""
        waited = await self.waits.wait(scope, uuids, timeout_s=WITHIN_S)
        states = {each.uuid: each.state for each in waited.ended}
        return [states[uuid] for uuid in uuids]

    async def forgets_all(self) -> None:
        """Return when the machine keeps nothing any more."""

        await self.machine_is(lambda machine: not machine.kept())

    async def machine_is(self, condition: Callable[[FakeMachine], bool]) -> None:
        """Return when this is true of the machine."""

        async def look() -> bool | None:
            return condition(self.machine) or None

        await self.until(look)
