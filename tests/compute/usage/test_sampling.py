"""The sampler keeps what backends tell of running processes, by process and measure, on each database."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.compute.world import NODE, World, spec
from tidemill.compute.backends.fakes import FakeBackend, FakeMachine, Part, always
from tidemill.compute.backends.port import Sample
from tidemill.compute.models import ProcessKey, State
from tidemill.compute.usage import Measure, Usage, UsageSampler
from tidemill.compute.usage.workers import WRITTEN_AFTER
from tidemill.core.database import Database
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError

pytestmark = pytest.mark.anyio
PERIOD_MS = 2000
BEGIN_MS = 1_000_000
"""When a world's clock begins."""


class BusyBackend(FakeBackend):
    """Its processes keep half a core busy, fill memory by a MiB a second, write a kB a second, and receive two."""

    async def usage(self, keys: Sequence[ProcessKey]) -> Sequence[Sample]:
        at, ran_ms = self.machine.now_ms, self.machine.now_ms - BEGIN_MS
        alive = {key for key, _ in self.machine.alive()}
        return [
            Sample(
                key,
                at,
                cpu_ms=ran_ms // 2,
                memory_bytes=at // 1000 << 20,
                written_bytes=ran_ms,
                received_bytes=2 * ran_ms,
            )
            for key in keys
            if key in alive
        ]


class Scene:
    """A world whose processes run until they are stopped, and a sampler that the test moves."""

    def __init__(self, database: Database) -> None:
        self.world = World(database, always(Part(runs_ms=None)))
        self.backend = self.world.backend = BusyBackend(FakeMachine([NODE], always(Part(runs_ms=None)), self.world.now))
        self.world.machine = self.backend.machine
        self.begin_sampler()

    def begin_sampler(self) -> None:
        """As a server does when it starts."""
        self.sampler = UsageSampler(
            self.world.database, [self.backend], period_s=PERIOD_MS / 1000, clock=self.world.clock
        )
        self.usage = Usage(self.world.database, self.sampler.unwritten)

    async def passes(self, samples: int) -> None:
        for _ in range(samples):
            self.world.advance(PERIOD_MS)
            await self.sampler.sample()


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


async def test_what_runs_has_curves_at_once_and_keeps_them_when_it_has_ended(scene: Scene, scope: Scope) -> None:
    async with scene.world.server():
        uuid = (await scene.world.workloads.submit(scope, spec(replicas=2))).uuid
        await scene.world.reaches(scope, uuid, State.RUNNING)
        await scene.passes(3)
        now = scene.sampler.of_workloads([uuid, "another"])[uuid]
        assert (now.cpu_milli, now.memory_bytes) == (1000, 2 * (scene.world.now // 1000 << 20))
        assert (now.received_per_s, now.sent_per_s) == (4000, None)
        running = await scene.usage.of_process(scope, uuid)
        assert running.curves[Measure.CPU].mean.tolist() == [0.5, 0.5, 0.5]
        assert running.curves[Measure.WRITTEN].mean.tolist() == [1000.0, 1000.0, 1000.0]
        assert Measure.GPU not in running.curves
        await scene.passes(2 * WRITTEN_AFTER)
        await scene.world.workloads.stop(scope, [uuid])
        await scene.world.ends(scope, uuid)
        before = await scene.usage.of_process(scope, uuid, rank=1)
        await scene.passes(1)
    assert scene.sampler.of_workloads([uuid]) == {}
    after = await Usage(scene.world.database).of_process(scope, uuid, rank=1)
    memory = after.curves[Measure.MEMORY]
    assert (after.attempt, after.rank, len(memory)) == (1, 1, 2 * WRITTEN_AFTER + 3)
    assert memory.mean.tolist() == before.curves[Measure.MEMORY].mean.tolist()
    rows = scene.world.database.read_now(lambda tx: tx.sql("SELECT measure, part FROM workload_usage WHERE rank = 1"))
    assert sorted(rows) == [("cpu", 0), ("memory", 0), ("received", 0), ("written", 0)]
    assert len((await scene.usage.of_process(scope, uuid, points=5)).curves[Measure.CPU]) <= 5


async def test_another_server_goes_on_with_the_curves_and_folds_what_ended_meanwhile(
    scene: Scene, scope: Scope
) -> None:
    async with scene.world.server():
        uuid = (await scene.world.workloads.submit(scope, spec())).uuid
        await scene.world.reaches(scope, uuid, State.RUNNING)
        await scene.passes(WRITTEN_AFTER)
        scene.begin_sampler()
        await scene.passes(WRITTEN_AFTER)
        cpu = (await scene.usage.of_process(scope, uuid)).curves[Measure.CPU]
        assert set(cpu.mean.tolist()) == {0.5}
        scene.begin_sampler()
        await scene.world.workloads.stop(scope, [uuid])
        await scene.world.ends(scope, uuid)
    await scene.sampler.fold_what_is_left()
    assert scene.world.database.read_now(lambda tx: tx.sql("SELECT COUNT(*) FROM workload_usage WHERE part > 0")) == [
        (0,)
    ]
    folded = (await scene.usage.of_process(scope, uuid)).curves[Measure.CPU]
    assert folded.at_ms.tolist() == cpu.at_ms.tolist()


async def test_a_server_that_ends_in_order_loses_no_sample(scene: Scene, scope: Scope) -> None:
    async with scene.world.server():
        uuid = (await scene.world.workloads.submit(scope, spec())).uuid
        await scene.world.reaches(scope, uuid, State.RUNNING)
        async with asyncio.TaskGroup() as tasks:
            sampling = tasks.create_task(scene.sampler.run())
            while not scene.sampler.of_workloads([uuid]):  # noqa: ASYNC110 - it has no event for tests
                await asyncio.sleep(0.01)
            sampling.cancel()
        seen = (await scene.usage.of_process(scope, uuid)).curves[Measure.MEMORY]
    kept = (await Usage(scene.world.database).of_process(scope, uuid)).curves[Measure.MEMORY]
    assert len(kept) == len(seen) == 1


async def test_of_another_workspace_nothing_is_told(scene: Scene, scope: Scope, other_scope: Scope) -> None:
    async with scene.world.server():
        uuid = (await scene.world.workloads.submit(scope, spec())).uuid
        await scene.world.reaches(scope, uuid, State.RUNNING)
        for asking, rank in ((other_scope, 0), (scope, 7)):
            with pytest.raises(NotFoundError):
                await scene.usage.of_process(asking, uuid, rank=rank)
