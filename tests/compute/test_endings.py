"""What has just ended is told without asking the tables: the same as they say, and to its own workspace alone."""

import pytest

from tests.compute.world import World, spec
from tidemill.compute.backends.fakes import Part, always
from tidemill.compute.endings import Endings
from tidemill.compute.models import Outcome, Restart, Result, State
from tidemill.compute.waiting import Waits
from tidemill.core.database import Database
from tidemill.core.identity import Scope

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "part",
    [
        Part(runs_ms=100, result=Result(b"given")),
        Part(runs_ms=100, result=Result(b"x" * 100_000, raised=True)),
        Part(runs_ms=100, outcome=Outcome.FAILED, exit_code=3),
    ],
    ids=["small", "large", "failed"],
)
async def test_an_end_is_told_as_the_tables_have_it(database: Database, scope: Scope, part: Part) -> None:
    world = World(database, always(part))
    async with world.server():
        submitted = await world.workloads.submit(scope, spec(restart=Restart(max_retries=0)))
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        world.advance(100)
        await world.ends(scope, submitted.uuid)
    by_the_tables = await Waits(database, world.events, Endings()).wait(scope, [submitted.uuid], timeout_s=0)
    at_hand = world.endings.of(scope, [submitted.uuid])
    assert list(at_hand.values()) == by_the_tables.ended


async def test_another_workspace_is_told_nothing(database: Database, scope: Scope, other_scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=100)))
    async with world.server():
        submitted = await world.workloads.submit(scope, spec())
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        assert world.endings.of(scope, [submitted.uuid]) == {}
        world.advance(100)
        await world.ends(scope, submitted.uuid)
    assert world.endings.of(scope, [submitted.uuid]).keys() == {submitted.uuid}
    assert world.endings.of(other_scope, [submitted.uuid]) == {}
