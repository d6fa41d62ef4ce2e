"""What workloads need of the artifact store is looked for, and what is faulty is named by whoever uses it."""

import hashlib
import random

import pytest

from tests.compute.world import World, spec
from tidemill.compute import Parcels, WorkloadCheck
from tidemill.compute.backends.fakes import Part, always
from tidemill.compute.models import File, Result
from tidemill.core.blobs import Fault
from tidemill.core.database import Database
from tidemill.core.identity import Scope

pytestmark = pytest.mark.anyio
RESULT = random.Random(1).randbytes(100_000)  # noqa: S311 - the same each time
LOG = "".join(f"1 o {random.Random(line).randbytes(500).hex()}\n" for line in range(200)).encode()  # noqa: S311
SHARED, ALONE = b"used by both workspaces", b"handed in and not used"


async def chunks(content: bytes):
    yield content


async def hand_in(world: World, scope: Scope, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    parcels = Parcels(world.database, world.blobs, limit_bytes=1000, clock=world.clock)
    await parcels.put(scope, digest, chunks(content))
    return digest


async def test_each_use_of_what_is_faulty_is_named(database: Database, scope: Scope, other_scope: Scope) -> None:
    world = World(database, always(Part(runs_ms=0, result=Result(RESULT), log=LOG)))
    check = WorkloadCheck(database, world.blobs)
    assert (await check.expected()).blobs == 0
    assert [found async for found in check.findings({})] == []
    async with world.server():
        uuids = [await _run(world, each, SHARED) for each in (scope, other_scope)]
        alone = await hand_in(world, other_scope, ALONE)
        await world.forgets_all()
    expected = await check.expected()
    assert expected.blobs == 4  # both have the same log and the same result
    assert expected.bytes > len(RESULT) + len(SHARED) + len(ALONE)
    assert [found async for found in check.findings({})] == []

    await world.blobs.delete(hashlib.sha256(RESULT).hexdigest())
    await world.blobs.delete(alone)
    known = {hashlib.sha256(SHARED).hexdigest(): Fault("damaged", "flipped"), "0" * 64: Fault("damaged", "nobody's")}
    found = {(each.workspace_id, each.uuid, each.what, each.fault.problem) async for each in check.findings(known)}
    assert found == {
        *((id_, uuid, "result of attempt 1, process 0", "missing") for id_, uuid in enumerate(uuids, 1)),
        *((id_, uuid, "file deep/data", "damaged") for id_, uuid in enumerate(uuids, 1)),
        (2, "", "content handed in", "missing"),
    }


async def _run(world: World, scope: Scope, content: bytes) -> str:
    digest = await hand_in(world, scope, content)
    submitted = await world.workloads.submit(scope, spec(files=(File("deep/data", digest),)))
    await world.ends(scope, submitted.uuid)
    return submitted.uuid
