"""A long wait for workloads that come and end: each end is told once, and so is one that was removed unseen."""

import asyncio

import pytest

from tests.compute.world import World, spec
from tidemill.compute.backends.fakes import Part, always
from tidemill.compute.endings import Endings
from tidemill.compute.models import State
from tidemill.compute.waiting import Waits
from tidemill.core.database import Database
from tidemill.core.identity import Scope

pytestmark = pytest.mark.anyio


async def test_each_end_is_told_once_and_what_joins_late_is_seen(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=100)))
    async with world.server(), world.waits.watch(scope) as watch:
        first = await world.workloads.submit(scope, spec())
        watch.add([first.uuid])
        await world.reaches(scope, first.uuid, State.RUNNING)
        world.advance(100)
        await world.ends(scope, first.uuid)
        told = [each.uuid for each in await watch.ended()]
        second = await world.workloads.submit(scope, spec())
        await world.reaches(scope, second.uuid, State.RUNNING)
        world.advance(100)
        await world.ends(scope, second.uuid)
        watch.add([first.uuid, second.uuid])
        while second.uuid not in told:
            told += [each.uuid for each in await watch.ended()]
    assert set(told) == {first.uuid, second.uuid}


async def test_one_that_was_removed_before_it_was_seen_to_end_has_failed(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=100)))
    async with world.waits.watch(scope) as watch:
        watch.add(["0" * 32])
        (standing,) = await watch.ended()
    assert (standing.uuid, standing.state) == ("0" * 32, State.FAILED)
    assert "removed" in standing.reason


async def test_nothing_that_is_waited_for_is_nothing_to_wake_for(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=100)))
    async with world.waits.watch(scope) as watch:
        watch.add([])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(watch.ended(), 0.2)


async def test_an_end_is_told_though_who_asked_turned_away_while_it_was_looked_up(
    database: Database, scope: Scope
) -> None:
    world = World(database, always(Part(runs_ms=100)))
    elsewhere = Waits(database, world.events, Endings())  # as of a server that did not bring it to its end
    async with world.server(), elsewhere.watch(scope) as watch:
        ended = await world.workloads.submit(scope, spec())
        await world.reaches(scope, ended.uuid, State.RUNNING)
        world.advance(100)
        await world.ends(scope, ended.uuid)
        watch.add([ended.uuid])
        asking = asyncio.ensure_future(watch.ended())
        await asyncio.sleep(0)  # the question is on its way
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        (standing,) = await asyncio.wait_for(watch.ended(), 1)
    assert (standing.uuid, standing.state) == (ended.uuid, State.SUCCEEDED)
