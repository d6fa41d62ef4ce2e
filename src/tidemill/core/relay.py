"""The relay: servers of one PostgreSQL tell each other their events, so that a page hears of a change at any of them.

It speaks PostgreSQL's LISTEN and NOTIFY on a connection of its own. Events are gathered for an instant and sent outside
of the transactions that they tell of: a NOTIFY within one would make all committers of all servers queue for one lock.
What is lost while the connection is down stays lost: an event is a hint, the tables are the truth.
"""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import structlog

from tidemill.core.database import Database
from tidemill.core.events import Event, EventBus

_CHANNEL = "tidemill_events"
_GATHER_S = 0.5
_RETRY_S = 5
_MAX_WAITING = 1000
_EVENTS_A_NOTICE = 40  # of at most 8,000 bytes
_log = structlog.get_logger(__name__)


class Relay:
    """Background work of one server of a PostgreSQL database."""

    def __init__(self, database: Database, events: EventBus) -> None:
        self._events = events
        url = database.engine.url.set(drivername="postgresql")
        self._address = url.render_as_string(hide_password=False)
        self._driver: Any = database.engine.dialect.loaded_dbapi  # psycopg, which only an extra installs
        self._waiting: dict[Event, None] = {}
        self._lock = threading.Lock()  # events come on the threads that committed

    async def run(self) -> None:
        """Relay until cancelled; a connection that is lost is made anew."""
        stop = self._events.listen(self._note)
        try:
            while True:
                try:
                    await self._relay()
                except (self._driver.Error, OSError) as error:
                    _log.warning("other servers hear nothing of this one for a while", error=str(error))
                await asyncio.sleep(_RETRY_S)
        finally:
            stop()

    async def _relay(self) -> None:
        async with await self._driver.AsyncConnection.connect(self._address, autocommit=True) as connection:
            await connection.execute(f"LISTEN {_CHANNEL}")
            while True:
                async for notice in connection.notifies(timeout=_GATHER_S):
                    if notice.pid != connection.info.backend_pid:
                        self._hear(notice.payload)
                for payload in self._take_notices():
                    await connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, payload))

    def _note(self, event: Event) -> None:
        if event.from_afar:
            return
        with self._lock:
            if len(self._waiting) < _MAX_WAITING:
                self._waiting[event] = None

    def _hear(self, payload: str) -> None:
        try:
            events = msgspec.json.decode(payload, type=list[Event])
        except msgspec.MsgspecError:  # of another version
            return
        for event in events:
            self._events.publish(replace(event, from_afar=True))

    def _take_notices(self) -> Iterator[str]:
        with self._lock:
            events = list(self._waiting)
            self._waiting.clear()
        for start in range(0, len(events), _EVENTS_A_NOTICE):
            yield msgspec.json.encode(events[start : start + _EVENTS_A_NOTICE]).decode()
