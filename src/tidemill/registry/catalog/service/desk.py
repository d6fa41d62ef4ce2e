"""What the use cases have in common: the database, the clock, and telling of changes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.registry.announcing import Announcement, Announcer, announce

Result = TypeVar("Result")


class Desk:
    """Runs units of work, and announces in them what they change."""

    def __init__(
        self, database: Database, events: EventBus, announcers: Sequence[Announcer], clock: Clock = now_ms
    ) -> None:
        self.clock = clock
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
