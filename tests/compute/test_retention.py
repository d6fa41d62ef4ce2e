"""What ended long ago goes whole, with its bytes; everything else stays whole."""

import hashlib
import random
from collections.abc import Callable
from functools import partial

import pytest

from tests.compute.world import World, spec
from tidemill.compute import Parcels, RemovedWorkloads, WorkloadRetention, blobs_needed, blobs_needed_then
from tidemill.compute.backends.fakes import Part, always
from tidemill.compute.logs import Logs, LogShelf, Place, Which
from tidemill.compute.models import File, Result, State
from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError
from tidemill.tracking import BlobCollector, Freed

pytestmark = pytest.mark.anyio
NOISE = random.Random(1).randbytes(40_000).hex()  # noqa: S311 - the same each time
LOG = "".join(f"1 o {NOISE[at : at + 100]}\n" for at in range(0, len(NOISE), 100)).encode()
OLD, NEW = b"used by what is old", b"used by both"
DAY_MS = 86_400_000
TABLES = "workloads workload_processes workload_history workload_labels workload_usage".split()


async def chunks(content: bytes):
    yield content


@pytest.fixture
def world(database: Database) -> World:
    def script(key: object, launch: object) -> Part:
        return Part(runs_ms=0, result=Result(NOISE.encode()[::-1]), log=LOG)

    return World(database, script)


async def freed(world: World, needed: Callable[[Tx, list[str]], object]) -> Freed:
    """What a collector would free that knows of no artifacts."""
    return await BlobCollector(world.database, world.blobs, [needed]).survey(2**60)  # pyright: ignore[reportArgumentType]


async def submitted(world: World, scope: Scope, *contents: bytes) -> str:
    parcels = Parcels(world.database, world.blobs, limit_bytes=1000, clock=world.clock)
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    for digest, content in zip(digests, contents, strict=True):
        await parcels.put(scope, digest, chunks(content))
    files = tuple(File(f"f{number}", digest) for number, digest in enumerate(digests))
    submitted = await world.workloads.submit(scope, spec(files=files, labels={"a": "b"}))
    return submitted.uuid


async def test_what_ended_before_goes_with_its_bytes_and_what_came_later_stays(world: World, scope: Scope) -> None:
    async with world.server():
        old = await submitted(world, scope, OLD, NEW)
        await world.ends(scope, old)
        await world.forgets_all()
        world.advance(DAY_MS)
        new = await submitted(world, scope, NEW)
        await world.ends(scope, new)
        await world.forgets_all()
        before, retention = world.now - DAY_MS // 2, WorkloadRetention(world.database)
        assert await freed(world, blobs_needed) == Freed()
        expected = await retention.survey(before)
        would_be_freed = await freed(world, partial(blobs_needed_then, before))
        told = list[RemovedWorkloads]()
        removed = await retention.remove(before, told.append)
        assert removed == expected == told[-1]
        assert (removed.workloads, removed.bytes > len(NOISE)) == (1, True)
        with pytest.raises(NotFoundError):
            await world.workloads.get(scope, old)
        # Its log and result lie in blobs that the other's are too, being alike: only its own file goes.
        assert would_be_freed == await freed(world, blobs_needed) == Freed(1, len(OLD))
        page = await Logs(LogShelf(world.database, world.blobs, lambda node: None), world.events).page(
            scope, new, Which(), Place(), 10_000
        )
        assert (page.total_bytes, page.is_end, len(page.lines)) == (len(LOG), True, LOG.count(b"\n"))
        await retention.remove(world.now + 1, told.append)
    assert (await freed(world, blobs_needed)).blobs == 4
    for table in TABLES:
        assert world.database.read_now(lambda tx, table=table: tx.sql(f"SELECT COUNT(*) FROM {table}")) == [(0,)]


async def test_what_has_not_ended_stays_however_old_it_is(database: Database, scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=None)))
    async with world.server():
        uuid = await submitted(world, scope, OLD)
        await world.reaches(scope, uuid, State.RUNNING)
        world.now += 100 * DAY_MS
        assert await WorkloadRetention(database).remove(world.now, lambda so_far: None) == RemovedWorkloads()
        assert await freed(world, blobs_needed) == await freed(world, partial(blobs_needed_then, world.now)) == Freed()
        assert (await world.workloads.get(scope, uuid)).workload.state is State.RUNNING
