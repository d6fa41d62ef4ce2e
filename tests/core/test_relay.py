"""Servers of one PostgreSQL hear of each other's events, once each, and go on when the connection was lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from sqlalchemy import text

from tidemill.core.database import Database, open_database
from tidemill.core.events import Event, EventBus
from tidemill.core.relay import Relay

pytestmark = [pytest.mark.anyio, pytest.mark.needs_postgres]
_WITHIN_S = 20


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Station:
    """A server's bus, and what was heard on it."""

    def __init__(self, url: str) -> None:
        self.database = open_database(url)
        self.bus = EventBus()
        self.heard: list[Event] = []
        self._arrived = asyncio.Event()
        self.bus.listen(self._take)

    async def hears(self, count: int) -> list[Event]:
        async with asyncio.timeout(_WITHIN_S):
            while len(self.heard) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.heard

    def _take(self, event: Event) -> None:
        self.heard.append(event)
        self._arrived.set()


@asynccontextmanager
async def stations(url: str) -> AsyncIterator[tuple[Station, Station]]:
    """Two stations that are known to hear each other."""
    here, there = Station(url), Station(url)
    tasks = [asyncio.create_task(Relay(station.database, station.bus).run()) for station in (here, there)]
    try:
        await _until_connected(here.database, 2)
        yield here, there
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        here.database.close()
        there.database.close()


async def test_what_happens_here_is_heard_there_and_comes_back_to_nobody(postgres_url: str) -> None:
    events = [Event("run", 1, number, f"{number:032x}") for number in range(100)]
    async with stations(postgres_url) as (here, there):
        for event in events:
            here.bus.publish(event)
        there.bus.publish(Event("experiment", 2, 7))
        assert await there.hears(101) == [Event("experiment", 2, 7), *events]
        assert await here.hears(101) == [*events, Event("experiment", 2, 7)]
        await asyncio.sleep(1.2)  # two more rounds, in which an echo would come
        assert (len(here.heard), len(there.heard)) == (101, 101)


async def test_a_burst_of_the_same_event_is_told_once(postgres_url: str) -> None:
    async with stations(postgres_url) as (here, there):
        for _ in range(1000):
            here.bus.publish(Event("metrics", 1, 2, "a"))
        here.bus.publish(Event("run", 1, 2, "a"))
        heard = await there.hears(2)
        assert len(heard) <= 4  # the burst may fall into two rounds
        assert heard[0] == Event("metrics", 1, 2, "a")


async def test_words_of_strangers_are_nothing(postgres_url: str) -> None:
    async with stations(postgres_url) as (here, there):
        _say(here.database, "SELECT pg_notify('tidemill_events', 'hello')")
        here.bus.publish(Event("run", 1))
        assert await there.hears(1) == [Event("run", 1)]


async def test_a_lost_connection_is_made_anew(postgres_url: str) -> None:
    async with stations(postgres_url) as (here, there):
        _say(
            here.database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%tidemill_events%'",
        )
        await asyncio.sleep(0.5)
        await _until_connected(here.database, 2)
        here.bus.publish(Event("run", 1))
        assert await there.hears(1) == [replace(Event("run", 1), from_afar=True)]


async def _until_connected(database: Database, count: int) -> None:
    listening = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
    for _ in range(_WITHIN_S * 20):
        if _say(database, listening) >= count:
            return
        await asyncio.sleep(0.05)
    raise TimeoutError("the relays did not connect")


def _say(database: Database, statement: str) -> int:
    with database.engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar() or 0)
