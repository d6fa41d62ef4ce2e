"""The conformance suite of `BlobStore`: what every implementation must pass, ours or another's.

    class TestMyStore(BlobStoreContract):
        @pytest.fixture
        def store(self) -> BlobStore:            # empty, a fresh one for each test
            return MyStore(...)

        async def damage(self, store, digest, position):
            ...                                  # flip one byte of the stored copy, behind the store's back

Imports pytest, so only tests may import this module.
"""
# ruff: noqa: S101 - it is a test suite, and asserts

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Sequence

import pytest

from tidemill.core.blobs.checking import verify
from tidemill.core.blobs.errors import RangeOutsideError
from tidemill.core.blobs.models import Blob
from tidemill.core.blobs.port import VERIFIED_WHOLE_BYTES, BlobStore
from tidemill.core.blobs.shortcuts import get_bytes, put_bytes
from tidemill.kit.errors import ConflictError, DamagedError, InvalidError, NotFoundError, TooLargeError
from tidemill.kit.ids import random_hex

SMALL = b"one two three " * 500
LARGE = random.Random(7).randbytes(VERIFIED_WHOLE_BYTES + 1_500_007)  # noqa: S311 - test data
ABSENT = hashlib.sha256(b"never stored").hexdigest()
NO_DIGESTS = ["", "abc", "../../etc/passwd", "/etc/passwd", "A" * 64, "g" * 64, "a" * 65, "a" * 64 + "\n", "a\0" * 32]
NO_UPLOADS = ["", "..", "../" * 10 + "aa", "0" * 32, "0" * 31 + "/", "F" * 32, "0" * 32 + "\n"]
LONG_AGO_MS = 1_000_000_000_000
FAR_AHEAD_MS = 10_000_000_000_000


class BlobStoreContract:
    """Subclass it, give the fixture `store` and the method `damage`."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def anyio_backend(self) -> str:
        return "asyncio"

    @pytest.fixture
    def store(self) -> BlobStore:
        raise NotImplementedError("give the store to test")

    async def damage(self, store: BlobStore, digest: str, position: int) -> None:
        """Flip the byte at `position` of the stored copy, behind the store's back."""
        raise NotImplementedError("say how bytes of this store can be damaged")

    # Putting.

    async def test_a_healthy_store_says_so(self, store: BlobStore) -> None:
        await store.check()

    @pytest.mark.parametrize(
        "content", [b"", b"x", SMALL, LARGE, LARGE[:VERIFIED_WHOLE_BYTES]], ids=["0", "1", "small", "large", "limit"]
    )
    async def test_what_was_put_is_read_back(self, store: BlobStore, content: bytes) -> None:
        blob = await put_bytes(store, content)
        assert blob == Blob(hashlib.sha256(content).hexdigest(), len(content))
        assert await get_bytes(store, blob.digest, limit_bytes=len(content)) == content

    async def test_how_the_content_is_cut_makes_no_difference(self, store: BlobStore) -> None:
        whole = await put_bytes(store, LARGE)
        sizes = random.Random(3).choices([0, 1, 1000, 65_536, 3_000_000], k=100)  # noqa: S311 - test data
        assert await store.put(pieces(LARGE, [*sizes, len(LARGE)])) == whole
        assert await verify(store, whole.digest) == whole

    async def test_the_same_content_put_twice_is_one_blob(self, store: BlobStore) -> None:
        first = await put_bytes(store, SMALL)
        assert await put_bytes(store, SMALL) == first
        assert await digests(store) == [first.digest]

    @pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
    async def test_the_same_content_put_by_many_at_once_is_one_blob(self, store: BlobStore, content: bytes) -> None:
        blobs = await asyncio.gather(*(put_bytes(store, content) for _ in range(6)))
        assert len(set(blobs)) == 1
        assert await digests(store) == [blobs[0].digest]
        assert await verify(store, blobs[0].digest) == blobs[0]

    @pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
    async def test_content_over_the_limit_is_refused_and_leaves_nothing(self, store: BlobStore, content: bytes) -> None:
        with pytest.raises(TooLargeError, match=str(len(content) - 1)):
            await store.put(pieces(content, [50_000] * 1000), limit_bytes=len(content) - 1)
        assert await digests(store) == []
        assert await store.put(pieces(content, [len(content)]), limit_bytes=len(content))

    @pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
    async def test_an_error_of_the_source_passes_through_and_leaves_nothing(
        self, store: BlobStore, content: bytes
    ) -> None:
        with pytest.raises(ConnectionAbortedError, match="gone"):
            await store.put(broken_after(content))
        assert await digests(store) == []

    async def test_a_cancelled_put_leaves_nothing(self, store: BlobStore) -> None:
        sent = asyncio.Event()
        put = asyncio.create_task(store.put(stuck_after(LARGE, sent)))
        await sent.wait()
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
        assert await digests(store) == []

    # Reading.

    async def test_what_is_not_there_is_not_found(self, store: BlobStore) -> None:
        assert await store.stat(ABSENT) is None
        for start, end in [(0, None), (3, 4)]:
            with pytest.raises(NotFoundError, match=ABSENT):
                async with store.open(ABSENT, start=start, end=end):
                    pass

    @pytest.mark.parametrize("text", NO_DIGESTS)
    async def test_text_that_is_no_digest_is_refused(self, store: BlobStore, text: str) -> None:
        with pytest.raises(InvalidError):
            await store.stat(text)
        with pytest.raises(InvalidError):
            await store.delete(text)
        with pytest.raises(InvalidError):
            async with store.open(text):
                pass

    @pytest.mark.parametrize("content", [SMALL, LARGE], ids=["small", "large"])
    @pytest.mark.parametrize(
        ("start", "end"), [(0, 1), (1, 1), (5, 4000), (6999, None), (3, 10**12), (0, 0), (0, 10**12)]
    )
    async def test_a_range_is_exactly_these_bytes(
        self, store: BlobStore, content: bytes, start: int, end: int | None
    ) -> None:
        blob = await put_bytes(store, content)
        async with store.open(blob.digest, start=start, end=end) as opened:
            assert b"".join([chunk async for chunk in opened.chunks]) == content[start:end]
            assert (opened.size, opened.start, opened.length) == (len(content), start, len(content[start:end]))

    async def test_a_range_behind_the_end_is_refused_as_such(self, store: BlobStore) -> None:
        blob = await put_bytes(store, SMALL)
        for start in (len(SMALL), len(SMALL) + 1):
            with pytest.raises(RangeOutsideError, match=str(len(SMALL))):
                async with store.open(blob.digest, start=start):
                    pass

    @pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 4), (0, -1)])
    async def test_a_range_that_is_none_is_refused(self, store: BlobStore, start: int, end: int | None) -> None:
        blob = await put_bytes(store, SMALL)
        with pytest.raises(InvalidError):
            async with store.open(blob.digest, start=start, end=end):
                pass

    async def test_a_reader_may_leave_early(self, store: BlobStore) -> None:
        blob = await put_bytes(store, LARGE)
        async with store.open(blob.digest) as opened:
            first = await anext(opened.chunks)
        assert LARGE.startswith(first)
        assert await verify(store, blob.digest) == blob

    async def test_a_value_over_the_readers_limit_is_not_read(self, store: BlobStore) -> None:
        blob = await put_bytes(store, SMALL)
        with pytest.raises(TooLargeError):
            await get_bytes(store, blob.digest, limit_bytes=len(SMALL) - 1)

    # Damage.

    @pytest.mark.parametrize("position", [0, 3500, len(SMALL) - 1])
    async def test_a_damaged_small_blob_gives_no_byte(self, store: BlobStore, position: int) -> None:
        blob = await put_bytes(store, SMALL)
        await self.damage(store, blob.digest, position)
        for start, end in [(0, None), (10, 20)]:
            with pytest.raises(DamagedError, match=blob.digest):
                async with store.open(blob.digest, start=start, end=end):
                    pass

    @pytest.mark.parametrize("position", [0, len(LARGE) // 2, len(LARGE) - 1])
    async def test_a_damaged_large_blob_never_gives_its_full_length(self, store: BlobStore, position: int) -> None:
        blob = await put_bytes(store, LARGE)
        await self.damage(store, blob.digest, position)
        read: list[bytes] = []
        with pytest.raises(DamagedError, match=blob.digest):
            await read_into(read, store, blob.digest)
        assert sum(map(len, read)) < len(LARGE)

    async def test_putting_the_content_again_mends_it(self, store: BlobStore) -> None:
        blob = await put_bytes(store, SMALL)
        await self.damage(store, blob.digest, 7)
        assert await put_bytes(store, SMALL) == blob
        assert await get_bytes(store, blob.digest, limit_bytes=len(SMALL)) == SMALL

    # Keeping house.

    async def test_the_walk_names_every_blob_once_with_its_size(self, store: BlobStore) -> None:
        contents = [b"", SMALL, *(bytes([number]) * number for number in range(1, 20))]
        blobs = [await put_bytes(store, content) for content in contents]
        walked = [stored async for stored in store.iterate()]
        assert sorted((stored.digest, stored.size) for stored in walked) == sorted((b.digest, b.size) for b in blobs)
        for stored in walked:
            assert await store.stat(stored.digest) == stored
            assert LONG_AGO_MS < stored.modified_ms < FAR_AHEAD_MS

    async def test_a_deleted_blob_is_gone_and_deleting_it_again_is_harmless(self, store: BlobStore) -> None:
        blob, other = await put_bytes(store, SMALL), await put_bytes(store, b"other")
        assert await store.delete(blob.digest) is True
        assert await store.delete(blob.digest) is False
        assert await store.stat(blob.digest) is None
        assert await digests(store) == [other.digest]

    async def test_a_collector_with_an_age_limit_keeps_off_what_is_young(self, store: BlobStore) -> None:
        blob = await put_bytes(store, SMALL)
        assert await store.delete(blob.digest, if_modified_before_ms=LONG_AGO_MS) is False
        assert await verify(store, blob.digest) == blob
        assert await store.delete(blob.digest, if_modified_before_ms=FAR_AHEAD_MS) is True
        assert await store.delete(blob.digest, if_modified_before_ms=FAR_AHEAD_MS) is False

    # Uploads in parts.

    async def test_parts_become_one_blob_in_the_order_of_their_numbers(self, store: BlobStore) -> None:
        upload_id = await begun(store)
        cuts = [(10_000, SMALL), (7, b""), (2, b"second"), (1, b"first")]
        etags = {number: await store.put_part(upload_id, number, pieces(part, [])) for number, part in cuts}
        joined = b"first" + b"second" + SMALL
        blob = await store.complete_multipart(upload_id, sorted(etags.items()))
        assert blob == Blob(hashlib.sha256(joined).hexdigest(), len(joined))
        assert await get_bytes(store, blob.digest, limit_bytes=len(joined)) == joined
        assert await digests(store) == [blob.digest]

    async def test_large_parts_sent_at_once_become_one_blob(self, store: BlobStore) -> None:
        upload_id = await begun(store)
        parts = [LARGE, SMALL, LARGE[::-1]]
        etags = await asyncio.gather(
            *(store.put_part(upload_id, number, pieces(part, [])) for number, part in enumerate(parts, 1))
        )
        blob = await store.complete_multipart(upload_id, list(enumerate(etags, 1)))
        assert blob.digest == hashlib.sha256(b"".join(parts)).hexdigest()
        assert await verify(store, blob.digest) == blob

    async def test_etags_may_come_back_in_the_quotes_of_their_header(self, store: BlobStore) -> None:
        upload_id = await begun(store)
        etag = await store.put_part(upload_id, 1, pieces(SMALL, []))
        blob = await store.complete_multipart(upload_id, [(1, f'"{etag}"')])
        assert blob.size == len(SMALL)

    async def test_a_part_sent_again_replaces_the_first(self, store: BlobStore) -> None:
        upload_id = await begun(store)
        await store.put_part(upload_id, 1, pieces(b"torn", []))
        etag = await store.put_part(upload_id, 1, pieces(SMALL, []))
        blob = await store.complete_multipart(upload_id, [(1, etag)])
        assert await get_bytes(store, blob.digest, limit_bytes=len(SMALL)) == SMALL

    async def test_completing_again_answers_the_same(self, store: BlobStore) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        first = await store.complete_multipart(upload_id, [(1, etag)])
        assert await store.complete_multipart(upload_id, [(1, etag)]) == first
        with pytest.raises(ConflictError):
            await store.put_part(upload_id, 2, pieces(SMALL, []))
        await store.delete(first.digest)
        with pytest.raises(NotFoundError):
            await store.complete_multipart(upload_id, [(1, etag)])

    @pytest.mark.parametrize("text", NO_UPLOADS)
    async def test_an_unknown_upload_is_not_found(self, store: BlobStore, text: str) -> None:
        with pytest.raises(NotFoundError):
            await store.put_part(text, 1, pieces(SMALL, []))
        with pytest.raises(NotFoundError):
            await store.complete_multipart(text, [(1, ABSENT)])

    @pytest.mark.parametrize("number", [-1, 0, 10_001])
    async def test_a_part_number_outside_the_limits_is_refused(self, store: BlobStore, number: int) -> None:
        upload_id = await begun(store)
        with pytest.raises(InvalidError, match=str(number)):
            await store.put_part(upload_id, number, pieces(SMALL, []))

    @pytest.mark.parametrize(
        "parts",
        [
            [],
            [(1, ABSENT)],
            [(1, "ETAG"), (2, "ETAG")],
            [(1, "ETAG"), (1, "ETAG")],
            [(2, ABSENT), (1, "ETAG")],
            [(1, "../../x")],
            [(1, "a\r\nb: c")],
            [(1, "")],
            [(0, "ETAG")],
        ],
        ids=["none", "wrong etag", "missing", "twice", "descending", "path", "header", "empty", "zero"],
    )
    async def test_a_list_of_parts_that_cannot_be_joined_is_refused(
        self, store: BlobStore, parts: list[tuple[int, str]]
    ) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        with pytest.raises(InvalidError):
            await store.complete_multipart(upload_id, [(n, etag if e == "ETAG" else e) for n, e in parts])
        assert await digests(store) == []
        assert await store.complete_multipart(upload_id, [(1, etag)])

    async def test_limits_hold_for_parts_and_for_their_sum(self, store: BlobStore) -> None:
        upload_id = await begun(store)
        with pytest.raises(TooLargeError):
            await store.put_part(upload_id, 1, pieces(SMALL, []), limit_bytes=len(SMALL) - 1)
        parts = [(n, await store.put_part(upload_id, n, pieces(SMALL, []), limit_bytes=len(SMALL))) for n in (1, 2)]
        with pytest.raises(TooLargeError):
            await store.complete_multipart(upload_id, parts, limit_bytes=2 * len(SMALL) - 1)
        assert await digests(store) == []
        blob = await store.complete_multipart(upload_id, parts, limit_bytes=2 * len(SMALL))
        assert blob.size == 2 * len(SMALL)

    async def test_an_aborted_upload_is_unknown_and_aborting_again_is_harmless(self, store: BlobStore) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        await store.abort_multipart(upload_id)
        await store.abort_multipart(upload_id)
        with pytest.raises(NotFoundError):
            await store.complete_multipart(upload_id, [(1, etag)])
        assert await digests(store) == []

    async def test_forsaken_uploads_are_collected_and_nothing_else(self, store: BlobStore) -> None:
        blob = await put_bytes(store, b"stays")
        upload_id, etag = await begun_with(store, SMALL)
        assert await store.collect_stale(modified_before_ms=LONG_AGO_MS) == 0
        assert await store.complete_multipart(upload_id, [(1, etag)])
        young, etag = await begun_with(store, SMALL)
        assert await store.collect_stale(modified_before_ms=FAR_AHEAD_MS) == 2
        with pytest.raises(NotFoundError):
            await store.complete_multipart(young, [(1, etag)])
        assert await verify(store, blob.digest) == blob


async def digests(store: BlobStore) -> list[str]:
    """All that the store holds, sorted."""
    return sorted([stored.digest async for stored in store.iterate()])


async def begun(store: BlobStore) -> str:
    """A new upload; its id."""
    upload_id = random_hex()
    await store.begin_multipart(upload_id)
    return upload_id


async def begun_with(store: BlobStore, part: bytes) -> tuple[str, str]:
    """A new upload with one part; its id and the part's etag."""
    upload_id = await begun(store)
    return upload_id, await store.put_part(upload_id, 1, pieces(part, []))


async def read_into(chunks: list[bytes], store: BlobStore, digest: str) -> None:
    """Collect the chunks of a blob as far as they come."""
    async with store.open(digest) as opened:
        async for chunk in opened.chunks:
            chunks.append(chunk)


async def pieces(content: bytes, sizes: Sequence[int]) -> AsyncIterator[bytes]:
    """`content` cut into pieces of these sizes, then the rest."""
    start = 0
    for size in sizes:
        yield content[start : start + size]
        start += size
    yield content[start:]


async def broken_after(content: bytes) -> AsyncIterator[bytes]:
    """A client that goes away after sending `content`."""
    yield content
    raise ConnectionAbortedError("gone")


async def stuck_after(content: bytes, sent: asyncio.Event) -> AsyncIterator[bytes]:
    """A client that sends `content`, says so, and then nothing more for ever."""
    for start in range(0, len(content), 1 << 20):
        yield content[start : start + (1 << 20)]
    sent.set()
    await asyncio.Event().wait()
