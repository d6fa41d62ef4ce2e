"""Each time of a schedule gets its run, once: late, at once, in several servers, and where one cannot begin."""

import asyncio

import pytest

from tests.pipelines.schedules.conftest import BEGIN_MS, MINE, World, document
from tidemill.pipelines import Source, Trigger

pytestmark = pytest.mark.anyio


async def test_a_run_begins_at_each_time_and_says_which(world: World) -> None:
    schedule = await world.schedule("nightly", max_concurrency=9)
    assert await world.look(59.9) <= 0.1
    assert await world.begun_runs() == []
    for _ in range(3):
        await world.look(60)
    runs = await world.begun_runs(schedule)
    assert [run.display_name for run in runs] == ["nightly 1", "nightly 2", "nightly 3"]
    assert await world.minutes() == [1, 2, 3]
    assert world.begun == [run.uuid for run in runs]
    assert {run.owner for run in runs} == {"me"}


async def test_names_and_parameters_say_their_time(world: World) -> None:
    await world.schedule(
        "of [[ScheduledTime.2006-01-02]]",
        document=document(text="STRING", many="LIST"),
        parameters={"text": "[[Index]] [[CurrentTime]]", "many": ["[[RunUUID]]"]},
    )
    await world.look(60)
    (run,) = await world.begun_runs()
    assert run.display_name == "of 2026-09-21"
    assert run.parameters == {"text": "1 20260921141420", "many": [run.uuid]}


async def test_what_was_missed_is_caught_up_in_order_a_few_at_once(world: World) -> None:
    schedule = await world.schedule(max_concurrency=3)
    await world.look(600)
    assert await world.minutes() == [1, 2, 3]
    world.end(1)
    await world.look()
    assert await world.minutes() == [1, 2, 3, 4]
    for _ in range(3):
        world.end()
        await world.look()
    assert await world.minutes() == list(range(1, 11))
    assert (await world.schedules.get(MINE, schedule.uuid)).next_ms == BEGIN_MS + 11 * 60_000


async def test_without_catching_up_only_the_latest_time_counts(world: World) -> None:
    await world.schedule(catches_up=False)
    await world.look(630)
    await world.look(60)
    assert await world.minutes() == [10], "one of its runs goes on"
    world.end()
    await world.look(120)
    assert await world.minutes() == [10, 13]


async def test_a_start_in_the_past_is_caught_up_and_an_end_is_the_end(world: World) -> None:
    trigger = Trigger(interval_s=60, start_ms=BEGIN_MS - 180_000, end_ms=BEGIN_MS + 60_000)
    schedule = await world.schedule(trigger=trigger, max_concurrency=9)
    await world.look(3600)
    assert await world.minutes() == [-2, -1, 0, 1]
    assert (await world.schedules.get(MINE, schedule.uuid)).next_ms is None
    assert world.schedules.upcoming(await world.schedules.get(MINE, schedule.uuid), 5) == []


async def test_off_it_begins_nothing_and_goes_on_when_it_is_on_again(world: World) -> None:
    schedule = await world.schedule(enabled=False, max_concurrency=9)
    await world.look(120)
    assert await world.begun_runs() == []
    await world.schedules.switch(MINE, schedule.uuid, on=True)
    await world.look()
    assert await world.minutes() == [1, 2]
    await world.schedules.switch(MINE, schedule.uuid, on=False)
    await world.look(600)
    assert await world.minutes() == [1, 2]
    assert world.schedules.upcoming(await world.schedules.get(MINE, schedule.uuid), 5) == []


async def test_a_time_whose_run_was_deleted_does_not_come_again(world: World) -> None:
    schedule = await world.schedule(max_concurrency=9)
    await world.look(60)
    await world.runs.delete(MINE, world.begun[0])
    await world.look(1)
    assert await world.begun_runs() == []
    (last,) = await world.schedules.history(schedule, 10)
    assert (last.due_ms, last.run_uuid, last.run_state) == (BEGIN_MS + 60_000, world.begun[0], "")


async def test_one_that_cannot_begin_says_why_and_holds_up_nobody(world: World) -> None:
    pipeline = await world.upload("p", document())
    broken = await world.schedule("broken", document=None, source=Source(pipeline), max_concurrency=9)
    fine = await world.schedule("fine", max_concurrency=99)
    await world.catalog.delete(MINE, pipeline, cascade=True)
    await world.look(600)
    assert await world.minutes(fine) == list(range(1, 11))
    shown = await world.schedules.get(MINE, broken.uuid)
    assert "there is no pipeline with the id" in shown.error
    occurrences = await world.schedules.history(shown, 100)
    assert [(each.due_ms - BEGIN_MS) // 60_000 for each in occurrences] == [10, 1], "not one by one"
    assert all(each.error == shown.error and not each.run_uuid for each in occurrences)
    assert shown.next_ms == BEGIN_MS + 11 * 60_000


async def test_each_run_takes_the_latest_version_and_an_error_ends_with_a_run(world: World) -> None:
    pipeline = await world.upload("p", document())
    schedule = await world.schedule(document=None, source=Source(pipeline), max_concurrency=9)
    versions = list[str]()
    for spec in (document(), document(needed="STRING"), document()):
        world.clock.now += 1
        await world.upload("p", spec)
        versions.append((await world.catalog.latest_version(MINE, pipeline)).uuid)
        await world.look(60)
        shown = await world.schedules.get(MINE, schedule.uuid)
        assert shown.error == ("" if len(versions) != 2 else shown.error)
        assert ("'needed' was not given" in shown.error) is (len(versions) == 2)
    runs = await world.begun_runs()
    assert [run.source.version_uuid for run in runs] == [versions[0], versions[2]]
    assert [run.display_name for run in runs] == ["s 1", "s 3"]


async def test_a_pinned_version_stays(world: World) -> None:
    pipeline = await world.upload("p", document())
    version = (await world.catalog.latest_version(MINE, pipeline)).uuid
    await world.schedule(document=None, source=Source(pipeline, version))
    world.clock.now += 1
    await world.upload("p", document(needed="STRING"))
    await world.look(60)
    assert [run.source.version_uuid for run in await world.begun_runs()] == [version]


async def test_trouble_that_is_not_the_schedules_own_leaves_its_time_waiting(world: World) -> None:
    troubled = await world.schedule("troubled", max_concurrency=9)
    world.broken.add("me")
    await world.look(60)
    assert await world.begun_runs() == []
    assert (await world.schedules.get(MINE, troubled.uuid)).error == ""
    world.broken.clear()
    await world.look(11)
    assert await world.minutes() == [1]


async def test_several_schedulers_begin_one_run_for_each_time(world: World) -> None:
    schedules = [await world.schedule(f"s{number}", max_concurrency=30) for number in range(3)]
    world.clock.now += 20 * 60_000
    others = [world.scheduler, *(world.another_scheduler(f"other {number}") for number in range(3))]
    await asyncio.gather(*(scheduler.look() for scheduler in others))
    for schedule in schedules:
        assert await world.minutes(schedule) == list(range(1, 21))
    assert len(set(world.begun)) == len(world.begun) == 60


async def test_several_schedulers_keep_to_the_limit_together(world: World) -> None:
    schedule = await world.schedule(max_concurrency=2)
    world.clock.now += 20 * 60_000
    others = [world.another_scheduler(f"other {number}") for number in range(4)]
    await asyncio.gather(*(scheduler.look() for scheduler in others))
    assert await world.minutes(schedule) == [1, 2]


async def test_its_last_thousand_times_are_kept(world: World) -> None:
    schedule = await world.schedule(trigger=Trigger(interval_s=1), max_concurrency=1000)
    world.database.write_now(
        lambda tx: tx.sql(
            "INSERT INTO pipeline_schedule_times (schedule_id, due_ms, at_ms, run_uuid, error) "
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) "
            "SELECT ?, ? - i * 1000, 0, '', '' FROM n",
            (schedule.id, BEGIN_MS),
        )
    )
    world.database.write_now(lambda tx: tx.sql("UPDATE pipeline_schedules SET times = 1500"))
    await world.look(1)
    (counted,) = world.database.read_now(lambda tx: tx.sql("SELECT count(*) FROM pipeline_schedule_times"))
    assert counted[0] == 1000
    assert (await world.schedules.history(schedule, 1))[0].run_uuid == world.begun[0]
