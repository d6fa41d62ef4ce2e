"""The store in a folder: the contract, and what may lie or be planted in the folder."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tidemill.core.blobs import Blob, BlobStore, PresignsDownloads, PresignsUploads, fsck, put_bytes, verify
from tidemill.core.blobs.contract import (
    FAR_AHEAD_MS,
    LARGE,
    LONG_AGO_MS,
    SMALL,
    BlobStoreContract,
    begun_with,
    broken_after,
    digests,
    pieces,
    stuck_after,
)
from tidemill.core.blobs.files import IncomingFile
from tidemill.core.blobs.folders import Folder
from tidemill.core.blobs.local import LocalBlobStore
from tidemill.kit.errors import DamagedError, TooLargeError, UnavailableError

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[BlobStore]:
    store = LocalBlobStore(tmp_path / "blobs")
    yield store
    await store.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


def file_of(root: Path, blob: Blob) -> Path:
    return root / blob.digest[:2] / blob.digest


class TestLocalBlobStore(BlobStoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[BlobStore]:
        self.root = tmp_path / "blobs"
        store = LocalBlobStore(self.root)
        yield store
        await store.close()

    async def damage(self, store: BlobStore, digest: str, position: int) -> None:
        flip(self.root / digest[:2] / digest, position)


class TestFolder:
    async def test_nobody_else_can_read_it(self, store: BlobStore, root: Path) -> None:
        await put_bytes(store, SMALL)
        await begun_with(store, SMALL)
        assert {stat.S_IMODE(path.stat().st_mode) for path in files_below(root)} == {0o600}
        assert {stat.S_IMODE(path.stat().st_mode) for path in [root, *folders_below(root)]} == {0o700}

    async def test_nothing_stays_of_puts_that_failed(self, store: BlobStore, root: Path) -> None:
        with pytest.raises(ConnectionAbortedError):
            await store.put(broken_after(LARGE))
        with pytest.raises(TooLargeError):
            await store.put(pieces(LARGE, []), limit_bytes=10)
        sent = asyncio.Event()
        put = asyncio.create_task(store.put(stuck_after(LARGE, sent)))
        await sent.wait()
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
        assert [path.name for path in files_below(root)] == ["lock"]

    async def test_an_upload_outlives_the_server(self, store: BlobStore, root: Path) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        other = LocalBlobStore(root)
        blob = await other.complete_multipart(upload_id, [(1, etag)])
        await other.close()
        assert await store.complete_multipart(upload_id, [(1, etag)]) == blob
        assert await verify(store, blob.digest) == blob

    async def test_a_part_that_was_damaged_is_not_joined(self, store: BlobStore, root: Path) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        flip(next(path for path in files_below(root) if path.name.endswith(etag)), 5)
        with pytest.raises(DamagedError):
            await store.complete_multipart(upload_id, [(1, etag)])
        assert await digests(store) == []

    async def test_a_collector_and_a_put_wait_for_each_other(self, store: BlobStore, root: Path) -> None:
        blob = await put_bytes(store, SMALL)
        os.utime(file_of(root, blob), (1, 1))
        with locked(root):
            collecting = asyncio.create_task(store.delete(blob.digest, if_modified_before_ms=LONG_AGO_MS))
            putting = asyncio.create_task(put_bytes(store, SMALL))
            await asyncio.sleep(0.2)
            assert not putting.done()
            assert not collecting.done()
            os.utime(file_of(root, blob))
        assert await collecting is False
        assert await putting == blob

    async def test_a_completed_upload_takes_no_room(self, store: BlobStore, root: Path) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        await store.put_part(upload_id, 2, pieces(b"not listed", []))
        await store.complete_multipart(upload_id, [(1, etag)])
        assert sum(path.stat().st_size for path in files_below(root / "incoming")) == 0

    async def test_a_write_that_comes_after_giving_up_makes_no_file(self, tmp_path: Path) -> None:
        with Folder.root(tmp_path) as folder:
            file = IncomingFile(folder, lambda name, _: name, limit_bytes=None)
            file.write([SMALL])
            file.discard()
            with pytest.raises(UnavailableError):
                file.write([SMALL])
        assert files_below(tmp_path) == []

    async def test_a_put_makes_an_old_blob_young(self, store: BlobStore, root: Path) -> None:
        blob = await put_bytes(store, SMALL)
        os.utime(file_of(root, blob), (1, 1))
        await put_bytes(store, SMALL)
        assert await store.delete(blob.digest, if_modified_before_ms=LONG_AGO_MS) is False

    async def test_leftovers_are_collected_by_their_age(self, store: BlobStore, root: Path) -> None:
        (root / "incoming" / "put-0123").write_bytes(b"half")
        assert await store.collect_stale(modified_before_ms=LONG_AGO_MS) == 0
        assert await store.collect_stale(modified_before_ms=FAR_AHEAD_MS) == 1
        assert [path.name for path in (root / "incoming").iterdir()] == ["uploads"]

    async def test_a_closed_store_says_so(self, tmp_path: Path) -> None:
        store = LocalBlobStore(tmp_path / "closed")
        await store.close()
        with pytest.raises(UnavailableError, match="closed"):
            await store.check()

    async def test_a_folder_that_cannot_be_made_is_said_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(DamagedError):
            LocalBlobStore(tmp_path / "file")

    async def test_clients_are_not_sent_elsewhere(self, store: BlobStore) -> None:
        assert not isinstance(store, PresignsDownloads | PresignsUploads)


class TestPlanted:
    async def test_a_link_in_place_of_a_blob_is_not_followed(
        self, store: BlobStore, root: Path, tmp_path: Path
    ) -> None:
        blob = await put_bytes(store, SMALL)
        outside = tmp_path / "outside"
        outside.write_bytes(SMALL)
        file_of(root, blob).unlink()
        file_of(root, blob).symlink_to(outside)
        with pytest.raises(DamagedError):
            await verify(store, blob.digest)
        assert [(f.digest, f.problem) async for f in fsck(store)] == [(blob.digest, "damaged")]
        assert await put_bytes(store, SMALL) == blob
        assert await verify(store, blob.digest) == blob
        assert outside.read_bytes() == SMALL
        assert not outside.is_symlink()

    async def test_a_link_in_place_of_a_folder_is_not_followed(
        self, store: BlobStore, root: Path, tmp_path: Path
    ) -> None:
        blob = await put_bytes(store, SMALL)
        shard, outside = file_of(root, blob).parent, tmp_path / "outside"
        shard.rename(outside)
        shard.symlink_to(outside)
        for attempt in (verify(store, blob.digest), put_bytes(store, SMALL), store.delete(blob.digest)):
            with pytest.raises(DamagedError):
                await attempt
        assert [path.name for path in outside.iterdir()] == [blob.digest]
        assert [finding.problem async for finding in fsck(store, referenced=one(blob.digest))] == ["damaged"]

    async def test_a_pipe_in_place_of_a_blob_does_not_hang_the_reader(self, store: BlobStore, root: Path) -> None:
        blob = await put_bytes(store, SMALL)
        file_of(root, blob).unlink()
        os.mkfifo(file_of(root, blob))
        reading = asyncio.create_task(verify(store, blob.digest))
        done, _ = await asyncio.wait([reading], timeout=10)
        os.close(os.open(file_of(root, blob), os.O_RDWR))  # lets a thread go that waits
        assert done
        with pytest.raises(DamagedError):
            await reading

    async def test_a_folder_in_place_of_a_blob_is_an_error(self, store: BlobStore, root: Path) -> None:
        blob = await put_bytes(store, SMALL)
        file_of(root, blob).unlink()
        file_of(root, blob).mkdir()
        for attempt in (verify(store, blob.digest), put_bytes(store, SMALL)):
            with pytest.raises(DamagedError):
                await attempt

    @pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
    async def test_a_blob_cut_or_made_longer_is_damaged(self, store: BlobStore, root: Path, content: bytes) -> None:
        blob = await put_bytes(store, content)
        for changed in (content[:-1], content + b"x", b""):
            file_of(root, blob).write_bytes(changed)
            with pytest.raises(DamagedError, match=blob.digest):
                await verify(store, blob.digest)

    async def test_files_that_are_no_blobs_are_passed_over(self, store: BlobStore, root: Path) -> None:
        blob = await put_bytes(store, SMALL)
        shard = file_of(root, blob).parent
        (shard / "notes.txt").write_bytes(b"")
        other = "00" if shard.name != "00" else "01"
        (root / other).mkdir()
        (root / other / blob.digest).write_bytes(SMALL)
        assert await digests(store) == [blob.digest]


def flip(file: Path, position: int) -> None:
    content = bytearray(file.read_bytes())
    content[position] ^= 0xFF
    file.write_bytes(content)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """As another process holds the store while it collects."""
    with Folder.root(folder) as held, held.lock():
        yield


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def folders_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_dir()]


async def one(digest: str) -> AsyncIterator[str]:
    yield digest
