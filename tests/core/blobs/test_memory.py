"""The store in memory keeps the same contract as the real ones."""

import pytest

from tidemill.core.blobs import BlobStore, put_bytes
from tidemill.core.blobs.contract import BlobStoreContract, digests
from tidemill.core.blobs.fakes import MemoryBlobStore
from tidemill.kit.errors import StorageFullError


class TestMemoryBlobStore(BlobStoreContract):
    @pytest.fixture
    def store(self) -> BlobStore:
        return MemoryBlobStore()

    async def damage(self, store: BlobStore, digest: str, position: int) -> None:
        assert isinstance(store, MemoryBlobStore)
        store.damage(digest, position=position)

    async def test_it_can_run_full(self) -> None:
        store = MemoryBlobStore(capacity_bytes=10)
        kept = await put_bytes(store, b"123456")
        with pytest.raises(StorageFullError):
            await put_bytes(store, b"12345")
        assert await digests(store) == [kept.digest]
