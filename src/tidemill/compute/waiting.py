"""Waiting for workloads to end, woken by events."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from tidemill.compute.endings import Endings
from tidemill.compute.models import State
from tidemill.compute.records import Standing
from tidemill.compute.store import asking
from tidemill.core.database import Database
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError, NotFoundError, TooLargeError

Until = Literal["all", "any"]

MOST_WAITED_FOR = 1000
_GATHER_S = 0.02
_LOOK_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class Waited:
    """Those that have ended, with what their first process gave where it is small, and how many have not."""

    ended: Sequence[Standing]
    pending: int


class Waits:
    """Waits for workloads of a workspace. Events save looking; what they miss is looked for every few seconds.

    `endings` has what this server has just brought to its end, so that nobody asks the tables for it.
    """

    def __init__(self, database: Database, events: EventBus, endings: Endings) -> None:
        self._database = database
        self._events = events
        self._endings = endings

    async def wait(
        self, scope: Scope, uuids: Sequence[str] = (), *, group: str = "", until: Until = "all", timeout_s: float
    ) -> Waited:
        """Wait until all of these, or any, have ended, or for so long. A group's members are those of this instant.

        Raises NotFoundError for an id that the workspace does not have, InvalidError where nothing is named.
        """
        if bool(uuids) == bool(group):
            raise InvalidError("there are either ids or a group to wait for", hint='give "ids" or "group"')
        if len(uuids) > MOST_WAITED_FOR:
            raise TooLargeError(f"{len(uuids)} ids are too many to wait for", hint=f"give {MOST_WAITED_FOR} at most")
        wait = _Wait(self._database, self._endings, scope, asyncio.get_running_loop())
        stop = self._events.listen(wait.listen)
        try:
            await wait.begin(uuids, group)
            try:
                async with asyncio.timeout(timeout_s):
                    while wait.pending and not (until == "any" and wait.ended):
                        await wait.look_again()
            except TimeoutError:
                pass
        finally:
            stop()
        return Waited(list(wait.ended.values()), len(wait.pending))

    @asynccontextmanager
    async def watch(self, scope: Scope) -> AsyncGenerator["Watch"]:
        """A long wait, for whoever follows workloads that come and end all the time."""
        wait = _Wait(self._database, self._endings, scope, asyncio.get_running_loop())
        stop = self._events.listen(wait.listen)
        try:
            yield Watch(wait)
        finally:
            stop()


class Watch:
    """Workloads that are waited for, and that more may join."""

    def __init__(self, wait: "_Wait") -> None:
        self._wait = wait

    def add(self, uuids: Iterable[str]) -> None:
        """Wait for these too. Those that have ended already are found at the next look."""
        self._wait.add(uuids)

    async def ended(self) -> Sequence[Standing]:
        """Wait until something may have ended, some seconds at most; those that have, each once.

        One that was removed before it was seen to end has failed.
        """
        return await self._wait.news()


class _Wait:
    """One wait. It listens before it looks, so that nothing happens in between."""

    def __init__(self, database: Database, endings: Endings, scope: Scope, loop: asyncio.AbstractEventLoop) -> None:
        self.pending: set[str] = set()
        self.ended: dict[str, Standing] = {}
        self._database = database
        self._endings = endings
        self._scope = scope
        self._loop = loop
        self._touched: set[str] = set()
        self._removed: set[str] = set()
        """Those of the pending ones that there are no more."""
        self._awake = asyncio.Event()

    def listen(self, event: Event) -> None:
        """Called on whichever thread committed."""
        if event.kind == "workload" and event.workspace_id == self._scope.workspace_id and event.workload_id:
            self._loop.call_soon_threadsafe(self._touch, event.workload_id)

    async def begin(self, uuids: Sequence[str], group: str) -> None:
        wanted = list(dict.fromkeys(uuids))
        if group:
            wanted = await self._database.read(lambda tx: asking.unfinished_of_group(tx, self._scope, group))
        self.pending = set(wanted)
        found = await self._look(wanted)
        missing = [uuid for uuid in wanted if uuid not in found]
        if missing:
            raise NotFoundError(f"no workload has the id {missing[0][:50]!r}", hint="GET /api/v1/workloads lists them")

    def add(self, uuids: Iterable[str]) -> None:
        added = set(uuids)
        if added:  # to be woken for nothing would be to be woken for ever, by who adds what follows from nothing
            self.pending |= added
            self._touched |= added
            self._awake.set()

    async def news(self) -> Sequence[Standing]:
        await self.look_again()
        news, self.ended = list(self.ended.values()), {}
        removed = [Standing(uuid, State.FAILED, "its workload was removed", None) for uuid in self._removed]
        self._removed.clear()
        return [*news, *removed]

    async def look_again(self) -> None:
        """Wait until something happened to one of them, and see what."""
        try:
            async with asyncio.timeout(_LOOK_AGAIN_S):
                await self._awake.wait()
        except TimeoutError:
            self._touched |= self.pending
        if len(self.pending) > 1:
            await asyncio.sleep(_GATHER_S)  # others end too
        touched = self._touched & self.pending
        self._touched.clear()
        self._awake.clear()
        if touched:
            try:
                await self._look(list(touched))
            except asyncio.CancelledError:  # who waits has turned to something else, and comes back
                self._touched |= touched
                self._awake.set()
                raise

    def _touch(self, uuid: str) -> None:
        if uuid in self.pending:
            self._touched.add(uuid)
            self._awake.set()

    async def _look(self, uuids: Sequence[str]) -> Mapping[str, Standing]:
        found = self._endings.of(self._scope, uuids)
        others = [uuid for uuid in uuids if uuid not in found]
        if others:
            found |= await self._database.read(lambda tx: asking.standings(tx, self._scope, others))
        self.ended |= {uuid: found[uuid] for uuid in uuids if uuid in found and found[uuid].state.is_final}
        self._removed |= {uuid for uuid in uuids if uuid not in found} & self.pending
        self.pending -= self.ended.keys() | self._removed
        return found
