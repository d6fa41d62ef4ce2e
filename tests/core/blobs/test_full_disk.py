"""On a real, small, full disk: a clear error, nothing half stored, reading goes on, and it recovers by itself."""

import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.core.blobs.conftest import SMALL_DISK_BYTES
from tidemill.core.blobs import BlobStore, open_store, put_bytes, verify
from tidemill.core.blobs.contract import LARGE, SMALL, begun_with, digests
from tidemill.kit.errors import StorageFullError, UnavailableError

pytestmark = [pytest.mark.anyio, pytest.mark.needs_tmpfs]

_HALF = LARGE[: SMALL_DISK_BYTES // 2]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(small_disk: Path) -> AsyncIterator[BlobStore]:
    store = open_store(str(small_disk / "blobs"))
    yield store
    await store.close()


async def test_a_full_disk_refuses_without_a_trace_and_recovers(store: BlobStore, small_disk: Path) -> None:
    kept = await put_bytes(store, _HALF)
    for attempt in range(3):
        with pytest.raises(StorageFullError) as caught:
            await put_bytes(store, bytes([attempt]) + _HALF)
        assert caught.value.hint
        assert str(small_disk) not in str(caught.value)
        assert files_below(small_disk / "blobs" / "incoming") == []
    assert await digests(store) == [kept.digest]
    assert await verify(store, kept.digest) == kept

    await store.delete(kept.digest)
    again = await put_bytes(store, b"x" + _HALF)
    assert await verify(store, again.digest) == again


async def test_a_full_disk_refuses_parts_and_joining_them_and_keeps_the_upload(store: BlobStore) -> None:
    kept = await put_bytes(store, b"x" + _HALF)
    upload_id, etag = await begun_with(store, _HALF[:1_500_000])
    with pytest.raises(StorageFullError):
        await begun_with(store, _HALF)
    with pytest.raises(StorageFullError):
        await store.complete_multipart(upload_id, [(1, etag)])
    assert await digests(store) == [kept.digest]
    await store.delete(kept.digest)
    blob = await store.complete_multipart(upload_id, [(1, etag)])
    assert await verify(store, blob.digest) == blob


async def test_no_room_for_names_is_a_full_disk_too(store: BlobStore, small_disk: Path) -> None:
    kept = await put_bytes(store, SMALL)
    remount(small_disk, "nr_inodes=20")
    with pytest.raises(StorageFullError):
        await put_many(store, 20)
    assert files_below(small_disk / "blobs" / "incoming") == []
    assert await verify(store, kept.digest) == kept


async def test_a_disk_that_became_read_only_still_reads_and_says_why_it_does_not_write(
    store: BlobStore, small_disk: Path
) -> None:
    kept = await put_bytes(store, SMALL)
    remount(small_disk, "ro")
    with pytest.raises(UnavailableError, match="cannot be written"):
        await store.check()
    with pytest.raises(UnavailableError, match="EROFS"):
        await put_bytes(store, b"more")
    assert await verify(store, kept.digest) == kept


async def put_many(store: BlobStore, count: int) -> None:
    for number in range(count):
        await put_bytes(store, str(number).encode())


def remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", disk], check=True)


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
