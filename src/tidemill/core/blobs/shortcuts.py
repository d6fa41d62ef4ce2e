"""Whole values in and out of a store, for callers that have them in memory anyway."""

from tidemill.core.blobs.models import Blob
from tidemill.core.blobs.port import BlobStore
from tidemill.core.blobs.streams import sliced
from tidemill.kit.errors import TooLargeError


async def put_bytes(store: BlobStore, content: bytes) -> Blob:
    """Store `content`."""
    return await store.put(sliced(content, 0, len(content)))


async def get_bytes(store: BlobStore, digest: str, *, limit_bytes: int) -> bytes:
    """The verified content of a blob. Raises TooLargeError, before reading, if it has more than `limit_bytes`."""
    async with store.open(digest) as blob:
        if blob.size > limit_bytes:
            raise TooLargeError(f"Blob {digest} has {blob.size} bytes, and the limit here is {limit_bytes}.")
        return b"".join([chunk async for chunk in blob.chunks])
