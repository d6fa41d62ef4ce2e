"""What the use cases have in common: the database, the clock, and telling of changes."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.registry.announcing import Announcement, Announcer, announce

Result = TypeVar("Result")


Prepare = Callable[[Scope, str, int], Awaitable[None]]
"""Called before a version of a model gets an alias or a stage: announcers may need what no transaction reads."""


async def nothing_to_prepare(scope: Scope, name: str, version: int) -> None:
    """For announcers that judge by the database alone."""


class Desk:
    """Runs units of work, and announces in them what they change."""

    def __init__(
        self,
        database: Database,
        events: EventBus,
        announcers: Sequence[Announcer],
        clock: Clock = now_ms,
        prepare: Prepare = nothing_to_prepare,
    ) -> None:
        self.clock = clock
        self.prepare = prepare
        self._database = database
        self._events = events
        self._announcers = tuple(announcers)

    async def read(self, unit: Callable[[Tx], Result]) -> Result:
        """Run a unit that only reads."""
        return await self._database.read(unit)

    async def write(self, unit: Callable[[Tx], Result]) -> Result:
        """Run a unit that writes."""
        return await self._database.write(unit)

    def tell(self, tx: Tx, scope: Scope, announcement: Announcement) -> None:
        """Announce a change: first to those who may refuse it, after the commit to whoever listens."""
        announce(self._announcers, tx, scope, announcement)
        event = Event("registry", scope.workspace_id)
        tx.after_commit.append(lambda: self._events.publish(event))
