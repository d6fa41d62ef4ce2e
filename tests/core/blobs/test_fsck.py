"""Reading everything back names what is damaged or missing, and nothing else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tidemill.core.blobs import Finding, Progress, fsck, put_bytes
from tidemill.core.blobs.contract import ABSENT, LARGE, SMALL
from tidemill.core.blobs.fakes import MemoryBlobStore
from tidemill.core.blobs.local import LocalBlobStore

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_whole_store_has_no_findings_and_reports_its_progress() -> None:
    store, seen = MemoryBlobStore(), list[Progress]()
    for content in (b"", SMALL, LARGE):
        await put_bytes(store, content)
    assert await findings(fsck(store, progress=seen.append)) == []
    assert [progress.blobs for progress in seen] == [1, 2, 3]
    assert seen[-1].bytes == len(SMALL) + len(LARGE)


@pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
async def test_a_flipped_byte_is_named_once(tmp_path: Path, content: bytes) -> None:
    store = LocalBlobStore(tmp_path)
    await put_bytes(store, b"whole")
    blob = await put_bytes(store, content)
    file = tmp_path / blob.digest[:2] / blob.digest
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    found = await findings(fsck(store, referenced=each(blob.digest, blob.digest)))
    assert [(finding.digest, finding.problem) for finding in found] == [(blob.digest, "damaged")]
    assert blob.digest in found[0].detail
    await store.close()


async def test_what_is_pointed_to_and_gone_is_named_once() -> None:
    store = MemoryBlobStore()
    blob = await put_bytes(store, SMALL)
    found = await findings(fsck(store, referenced=each(blob.digest, ABSENT, ABSENT)))
    assert [(finding.digest, finding.problem) for finding in found] == [(ABSENT, "missing")]


async def findings(walk: AsyncIterator[Finding]) -> list[Finding]:
    return [finding async for finding in walk]


async def each(*digests: str) -> AsyncIterator[str]:
    for digest in digests:
        yield digest
