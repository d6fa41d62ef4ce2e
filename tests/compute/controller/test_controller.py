"""The controller over real tables: workloads go their way, whatever fails, and another server goes on with them."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.compute.world import NODE, World, spec
from tidemill.compute.backends.fakes import FakeBackend, Part, always
from tidemill.compute.backends.port import Launch, Progressed
from tidemill.compute.controller import INLINE_BYTES
from tidemill.compute.models import (
    Call,
    Kind,
    Node,
    Outcome,
    ProcessKey,
    Progress,
    Resources,
    Restart,
    Result,
    State,
)
from tidemill.compute.records import Listing
from tidemill.compute.service import Item
from tidemill.compute.store import blobs
from tidemill.core.blobs import get_bytes, put_bytes
from tidemill.core.database import Database
from tidemill.core.identity import Scope

pytestmark = pytest.mark.anyio
AT_ONCE = always(Part(runs_ms=0, log=b"1 o hello\n"))


async def test_a_workload_goes_through_every_state_to_its_end(database: Database, scope: Scope) -> None:
    world = World(database)
    async with world.server():
        submitted = await world.workloads.submit(scope, spec(), name="first")
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        world.advance(100)
        assert await world.ends(scope, submitted.uuid) == [State.SUCCEEDED]
        details = await world.workloads.get(scope, submitted.uuid)
    states = [moment.state for moment in details.history]
    assert states == [State.QUEUED, State.ADMITTED, State.RUNNING, State.SUCCEEDED]
    (process,) = details.processes
    assert (process.process.node, process.process.end and process.process.end.outcome) == ("n1", Outcome.SUCCEEDED)


async def test_how_far_it_is_is_told_while_it_runs_and_kept_when_it_fails(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=100, outcome=Outcome.FAILED, exit_code=1)))
    async with world.server():
        restart = Restart(max_retries=1, backoff_initial_s=0)
        submitted = await world.workloads.submit(scope, spec(restart=restart))
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        first, second = ProcessKey(submitted.uuid, 1), ProcessKey(submitted.uuid, 2)
        for number in range(200):
            world.machine.tell_progress(first, Progress(number, 400, "reading"))
        details = await world.sees(scope, submitted.uuid, lambda found: found.progress is not None)
        assert details.progress == Progress(199, 400, "reading")
        world.advance(100)

        again = await world.sees(
            scope,
            submitted.uuid,
            lambda found: (found.workload.attempt, found.workload.state) == (second.attempt, State.RUNNING),
        )
        assert again.progress is None
        assert world.machine.report is not None
        world.machine.report(Progressed(first, Progress(300, 400, "late")))
        world.machine.tell_progress(second, Progress(1, None, "anew"))
        await world.sees(scope, submitted.uuid, lambda found: found.progress == Progress(1, None, "anew"))
        world.advance(100)
        (ended,) = await world.ends(scope, submitted.uuid)
        details = await world.workloads.get(scope, submitted.uuid)
    assert (ended, details.progress) == (State.FAILED, Progress(1, None, "anew"))
    assert [each.process.progress for each in details.processes] == [details.progress, Progress(199, 400, "reading")]
    _, listed = await world.workloads.list_all(scope, Listing())
    assert await world.workloads.progress(listed) == {submitted.uuid: details.progress}


async def test_what_is_told_a_hundred_times_a_second_is_written_once(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=None)))
    told: list[tuple[str, str | None]] = []
    stop = world.events.listen(lambda event: told.append((event.kind, event.workload_id)))
    async with world.server():
        submitted = await world.workloads.submit(scope, spec())
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        for number in range(150):
            world.machine.tell_progress(ProcessKey(submitted.uuid, 1), Progress(number))
            await asyncio.sleep(0.01)
    stop()
    assert 1 <= told.count(("progress", submitted.uuid)) <= 4


async def test_its_log_is_kept_and_then_the_backend_forgets_it(database: Database, scope: Scope) -> None:
    world = World(database, AT_ONCE)
    async with world.server():
        submitted = await world.workloads.submit(scope, spec())
        await world.ends(scope, submitted.uuid)
        await world.forgets_all()
        (process,) = (await world.workloads.get(scope, submitted.uuid)).processes
    assert process.log is not None
    assert process.log.size == len(b"1 o hello\n")


async def test_a_large_result_and_a_large_log_lie_in_the_artifact_store(database: Database, scope: Scope) -> None:
    data = bytes(range(256)) * 1000
    log = b"".join(b"%d o %d\n" % (number, number * 7919 % 104_729) for number in range(60_000))
    world = World(database, always(Part(runs_ms=0, result=Result(data, raised=True), log=log)))
    async with world.server():
        submitted = await world.workloads.submit(scope, spec())
        await world.ends(scope, submitted.uuid)
        result = await world.workloads.result(scope, submitted.uuid)
        await world.forgets_all()
        (process,) = (await world.workloads.get(scope, submitted.uuid)).processes
    assert (result.raised, result.size, result.data) == (True, len(data), b"")
    assert await get_bytes(world.blobs, result.digest, limit_bytes=len(data)) == data
    assert process.log is not None
    assert process.log.size == len(log)
    assert process.log.stored_size > INLINE_BYTES
    assert await world.blobs.stat(process.log.digest) is not None


async def test_a_log_that_was_not_kept_yet_is_kept_by_the_next_server(database: Database, scope: Scope) -> None:
    world = World(database, AT_ONCE)
    async with world.server():
        submitted = await world.workloads.submit(scope, spec())
        await world.reaches(scope, submitted.uuid, State.SUCCEEDED)
    async with world.server():
        await world.forgets_all()
        (process,) = (await world.workloads.get(scope, submitted.uuid)).processes
    assert process.log is not None
    assert process.log.size == len(b"1 o hello\n")


async def test_what_fails_is_tried_again_after_its_backoff(sqlite: Database, scope: Scope) -> None:
    def script(key: ProcessKey, launch: Launch | None) -> Part:
        return Part(runs_ms=0, outcome=Outcome.FAILED, exit_code=3) if key.attempt < 3 else Part(runs_ms=0)

    world = World(sqlite, script)
    async with world.server():
        again = Restart(max_retries=2, backoff_initial_s=60, backoff_factor=2)
        submitted = await world.workloads.submit(scope, spec(restart=again))
        for wait in (60_000, 120_000):
            seen = await world.sees(scope, submitted.uuid, lambda details: details.why.startswith("it is tried"))
            assert f"in {wait // 1000} s: failed with exit code 3" in seen.why
            world.advance(wait)
        assert await world.ends(scope, submitted.uuid) == [State.SUCCEEDED]
    assert sorted(key.attempt for key in world.machine.started) == [1, 2, 3]


async def test_a_gang_ends_when_one_of_it_fails(sqlite: Database, scope: Scope) -> None:
    def script(key: ProcessKey, launch: Launch | None) -> Part:
        return Part(runs_ms=10, outcome=Outcome.FAILED, exit_code=1) if key.rank == 1 else Part(runs_ms=None)

    world = World(sqlite, script)
    async with world.server():
        submitted = await world.workloads.submit(scope, spec(kind=Kind.WORKER, replicas=3))
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        world.advance(10)
        assert await world.ends(scope, submitted.uuid) == [State.FAILED]
        details = await world.workloads.get(scope, submitted.uuid)
    outcomes = [each.process.end and each.process.end.outcome for each in details.processes]
    assert outcomes == [Outcome.STOPPED, Outcome.FAILED, Outcome.STOPPED]


async def test_a_stop_ends_what_waits_at_once_and_what_runs_when_it_is_gone(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=None, heeds_stop=False)))
    async with world.server():
        whole = Resources(4000)
        runs = await world.workloads.submit(scope, spec(resources=whole))
        waits = await world.workloads.submit(scope, spec(resources=whole))
        await world.reaches(scope, runs.uuid, State.RUNNING)
        assert await world.workloads.stop(scope, [runs.uuid, waits.uuid]) == [runs.uuid, waits.uuid]
        await world.reaches(scope, waits.uuid, State.STOPPED)
        await world.machine_is(lambda machine: machine.next_ms() == world.now + 5000)
        world.advance(4999)
        assert (await world.workloads.get(scope, runs.uuid)).workload.state is State.STOPPING
        world.advance(1)
        assert await world.ends(scope, runs.uuid) == [State.STOPPED]
        assert await world.workloads.stop(scope, [runs.uuid]) == []


async def test_a_batch_is_one_thing_to_wait_for_list_and_stop(database: Database, scope: Scope) -> None:
    world = World(database, AT_ONCE)
    async with world.server():
        uuids = await world.workloads.submit_many(scope, spec(kind=Kind.TASK), [Item()] * 200, group="map-1")
        waited = await world.waits.wait(scope, group="map-1", timeout_s=20)
        assert waited.pending == 0
        assert await world.workloads.counts(scope, "map-1") == {State.SUCCEEDED: 200}
        assert set(await world.ends(scope, *uuids)) == {State.SUCCEEDED}
    assert set(world.machine.started.values()) == {1}
    assert len(world.machine.started) == 200


async def test_another_server_goes_on_with_what_ran_and_what_ended_meanwhile(database: Database, scope: Scope) -> None:
    world = World(database, lambda key, launch: Part(runs_ms=500 if launch and launch.command == ("long",) else 100))
    async with world.server():
        long = await world.workloads.submit(scope, spec(command=("long",)))
        short = await world.workloads.submit(scope, spec())
        await world.reaches(scope, long.uuid, State.RUNNING)
        await world.reaches(scope, short.uuid, State.RUNNING)
    world.advance(200)
    waits = await world.workloads.submit(scope, spec())
    async with world.server():
        await world.ends(scope, short.uuid)
        await world.reaches(scope, long.uuid, State.RUNNING)
        await world.reaches(scope, waits.uuid, State.RUNNING)
        world.advance(300)
        assert await world.ends(scope, long.uuid, waits.uuid) == [State.SUCCEEDED, State.SUCCEEDED]
        await world.forgets_all()
    assert set(world.machine.started.values()) == {1}


async def test_what_a_backend_lost_while_no_server_ran_is_tried_elsewhere(sqlite: Database, scope: Scope) -> None:
    world = World(sqlite)
    async with world.server():
        submitted = await world.workloads.submit(scope, spec(restart=Restart(backoff_initial_s=0)))
        await world.reaches(scope, submitted.uuid, State.RUNNING)
    world.machine.lose("n1", tells=False)
    async with world.server():
        found = await world.sees(scope, submitted.uuid, lambda details: details.workload.attempt == 2)
        await world.reaches(scope, submitted.uuid, State.RUNNING)
        world.advance(100)
        assert await world.ends(scope, submitted.uuid) == [State.SUCCEEDED]
    assert any(moment.reason.startswith("lost, and is tried again") for moment in found.history)


async def test_a_backend_that_fails_is_asked_again_and_nothing_is_started_twice(sqlite: Database, scope: Scope) -> None:
    world = World(sqlite, AT_ONCE)
    world.backend = flaky = Flaky(world)
    async with world.server():
        uuids = [(await world.workloads.submit(scope, spec())).uuid for _ in range(6)]
        assert await world.ends(scope, *uuids) == [State.SUCCEEDED] * 6
    assert flaky.failures == 2
    assert set(world.machine.started.values()) == {1}


class Flaky(FakeBackend):
    """A backend whose first calls fail: one before it did anything, the next after it did all."""

    def __init__(self, world: World) -> None:
        super().__init__(world.machine)
        self.failures = 0

    async def start(self, launches: Sequence[Launch]) -> None:
        if self.failures < 2:
            self.failures += 1
            if self.failures == 2:
                await super().start(launches)
            raise RuntimeError("the cluster is away")
        await super().start(launches)


async def test_one_that_cannot_be_started_says_why_and_stops_nobody_else(sqlite: Database, scope: Scope) -> None:
    world = World(sqlite, AT_ONCE)
    blob = await put_bytes(world.blobs, b"a function")
    sqlite.write_now(lambda tx: blobs.note(tx, scope, {blob.digest: blob.size}, 0))
    async with world.server():
        bad = spec(command=(), call=Call(function=blob.digest))
        good = await world.workloads.submit(scope, bad)
        assert await world.ends(scope, good.uuid) == [State.SUCCEEDED]
    await world.blobs.delete(blob.digest)
    async with world.server():
        failing = await world.workloads.submit(scope, bad)
        fine = await world.workloads.submit(scope, spec())
        assert await world.ends(scope, failing.uuid, fine.uuid) == [State.FAILED, State.SUCCEEDED]
        details = await world.workloads.get(scope, failing.uuid)
    assert details.workload.reason.startswith("not started")
    assert blob.digest in details.workload.reason


async def test_a_launch_goes_to_its_node_with_its_devices(sqlite: Database, scope: Scope) -> None:
    launches: list[Launch] = []

    def script(key: ProcessKey, launch: Launch | None) -> Part:
        launches.extend([launch] if launch else [])
        return Part(runs_ms=0)

    small = Node("n0", "fake", Resources(500, 1 << 30))
    world = World(sqlite, script, [small, NODE])
    async with world.server():
        submitted = await world.workloads.submit(scope, spec(resources=Resources(1000, 0, 2), variables={"A": "b"}))
        await world.ends(scope, submitted.uuid)
    (launch,) = launches
    assert (launch.node, launch.devices, launch.workspace, launch.ranks) == ("n1", ("0", "1"), "workspace 1", 1)
    assert launch.variables == {"A": "b"}
    assert launch.key == ProcessKey(submitted.uuid, 1, 0)
