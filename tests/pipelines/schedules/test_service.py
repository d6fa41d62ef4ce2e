"""Schedules: made, found, switched and deleted, each workspace its own; what could never run is refused."""

from dataclasses import replace
from typing import Any

import pytest

from tests.pipelines.schedules.conftest import BEGIN_MS, MINE, THEIRS, World, document
from tidemill.kit.errors import InvalidError, NotFoundError, TidemillError
from tidemill.pipelines import Listing, NewSchedule, Source, Trigger

pytestmark = pytest.mark.anyio


def asked(name: str) -> NewSchedule:
    return NewSchedule(name, Trigger(interval_s=60), document=document())


async def test_a_schedule_is_found_as_it_was_made(world: World) -> None:
    trigger = Trigger("CRON_TZ=Europe/Berlin 0 9 * * *", end_ms=BEGIN_MS + 10**10)
    made = await world.schedule("s", trigger, parameters={}, pipeline_root="x", max_concurrency=5, catches_up=False)
    found = await world.schedules.get(MINE, made.uuid)
    assert found == made
    assert (found.trigger, found.max_concurrency, found.catches_up, found.enabled) == (trigger, 5, False, True)
    assert found.document == document()
    first, second = world.schedules.upcoming(found, 2)
    assert (first, second) == (found.next_ms, first + 86_400_000)


async def test_the_same_request_once_more_makes_no_second(world: World) -> None:
    scope = replace(MINE, idempotency_key="k")
    first = await world.schedules.create(scope, asked("s"))
    assert await world.schedules.create(scope, asked("s")) == first
    assert (await world.schedules.list_all(MINE, Listing()))[2] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"description": "x" * 10_001},
        {"max_concurrency": 0},
        {"max_concurrency": 1001},
        {"parameters": {"nonsense": 1}},
        {"document": document(needed="STRING")},
        {"document": None},
        {"document": None, "source": Source("0" * 32)},
        {"experiment_id": 12345},
        {"trigger": Trigger("* * * * *", end_ms=1000)},
    ],
)
async def test_what_could_never_run_is_refused(world: World, changes: dict[str, Any]) -> None:
    with pytest.raises(TidemillError) as refused:
        await world.schedule(**changes)
    assert refused.value.status in (400, 404)
    assert (await world.schedules.list_all(MINE, Listing()))[2] == 0


async def test_another_workspace_neither_sees_nor_touches_it(world: World) -> None:
    made = await world.schedule()
    assert await world.schedules.list_all(THEIRS, Listing()) == ([], "", 0)
    for attempt in (
        world.schedules.get(THEIRS, made.uuid),
        world.schedules.delete(THEIRS, made.uuid),
        world.schedules.switch(THEIRS, made.uuid, on=False),
    ):
        with pytest.raises(NotFoundError):
            await attempt
    assert (await world.schedules.get(MINE, made.uuid)).enabled


async def test_its_runs_stay_when_it_is_deleted(world: World) -> None:
    made = await world.schedule()
    await world.look(60)
    await world.schedules.delete(MINE, made.uuid)
    assert await world.minutes(made) == [1]
    await world.look(600)
    assert await world.minutes(made) == [1]


async def test_it_tells_how_it_does(world: World) -> None:
    made, other = await world.schedule("a", max_concurrency=9), await world.schedule("b", enabled=False)
    await world.look(120)
    world.end(1)
    standing, nothing = await world.schedules.standings([made, other])
    assert (standing.active, nothing.active, nothing.last) == (1, 0, None)
    assert standing.last is not None
    assert (standing.last.run_name, standing.last.run_state) == ("a 2", "PENDING")
    assert [each.run_state for each in await world.schedules.history(made, 9)] == ["PENDING", "SUCCEEDED"]


async def test_a_trigger_is_previewed_in_words_and_times(world: World) -> None:
    preview = world.schedules.preview(asked(""), 3)
    assert (preview.words, preview.times_ms) == ("every minute", [BEGIN_MS + n * 60_000 for n in (1, 2, 3)])
    with pytest.raises(InvalidError):
        world.schedules.preview(replace(asked(""), trigger=Trigger("x")), 3)


async def test_its_times_are_those_of_one_grid(world: World) -> None:
    world.clock.goes_on = True
    made = await world.schedule()
    world.clock.goes_on = False
    assert made.next_ms == made.created_ms + 60_000
    first, *others = world.schedules.upcoming(made, 3)
    assert others == [first + 60_000, first + 120_000]
