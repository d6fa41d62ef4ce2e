"""The store in a bucket: the contract over the wire, presigned requests, and what a bucket may answer."""

import asyncio
import os
import re
import threading
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.core.blobs.conftest import SMALL_DISK_BYTES, Bucket
from tidemill.core.blobs import BlobStore, PresignsDownloads, PresignsUploads, get_bytes, put_bytes, verify
from tidemill.core.blobs.contract import ABSENT, LARGE, SMALL, BlobStoreContract, begun, begun_with, digests
from tidemill.core.blobs.objects import Objects
from tidemill.core.blobs.s3 import S3BlobStore
from tidemill.kit.clock import now_ms
from tidemill.kit.errors import DamagedError, InvalidError, NotFoundError, StorageFullError, UnavailableError

pytestmark = pytest.mark.anyio

_FULL = b"<Error><Code>XMinioStorageFull</Code><Message>Storage backend has reached its minimum</Message></Error>"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(bucket: Bucket) -> AsyncIterator[S3BlobStore]:
    store = S3BlobStore(bucket.url, bucket.options)
    yield store
    await store.close()


class TestS3BlobStore(BlobStoreContract):
    @pytest.fixture
    async def store(self, bucket: Bucket) -> AsyncIterator[BlobStore]:
        self.bucket = bucket
        store = S3BlobStore(bucket.url, bucket.options)
        yield store
        await store.close()

    async def damage(self, store: BlobStore, digest: str, position: int) -> None:
        await damage(self.bucket, digest, position)


class TestBucket:
    async def test_an_upload_begun_by_one_server_is_completed_by_another(
        self, store: S3BlobStore, bucket: Bucket
    ) -> None:
        upload_id, etag = await begun_with(store, SMALL)
        other = S3BlobStore(bucket.url, bucket.options)
        blob = await other.complete_multipart(upload_id, [(1, etag)])
        await other.close()
        assert await verify(store, blob.digest) == blob

    async def test_large_content_is_sent_again_when_the_stored_copy_is_old(
        self, store: S3BlobStore, bucket: Bucket
    ) -> None:
        blob = await put_bytes(store, LARGE)
        await damage(bucket, blob.digest, 9)
        await put_bytes(store, LARGE)
        with pytest.raises(DamagedError):
            await verify(store, blob.digest)
        later = S3BlobStore(bucket.url, bucket.options, clock=lambda: now_ms() + 7_200_000)
        await put_bytes(later, LARGE)
        await later.close()
        assert await verify(store, blob.digest) == blob

    async def test_a_put_cancelled_while_it_sends_leaves_no_hidden_parts(
        self, store: S3BlobStore, bucket: Bucket
    ) -> None:
        put = asyncio.create_task(put_bytes(store, LARGE * 4))
        while not put.done() and not await hidden_uploads(bucket):
            pass
        put.cancel()
        await asyncio.wait([put])
        assert await hidden_uploads(bucket) == []

    async def test_nothing_stays_in_the_spool(self, bucket: Bucket, tmp_path: Path) -> None:
        store = S3BlobStore(bucket.url, replace(bucket.options, spool_dir=tmp_path))
        await put_bytes(store, LARGE)
        await begun_with(store, LARGE)
        await store.close()
        assert os.listdir(tmp_path) == []

    @pytest.mark.needs_tmpfs
    async def test_a_full_spool_is_a_full_store_and_small_content_still_goes(
        self, bucket: Bucket, small_disk: Path
    ) -> None:
        store = S3BlobStore(bucket.url, replace(bucket.options, spool_dir=small_disk))
        with pytest.raises(StorageFullError):
            await put_bytes(store, LARGE)
        assert len(LARGE) > SMALL_DISK_BYTES
        blob = await put_bytes(store, SMALL)
        assert await digests(store) == [blob.digest]
        await store.close()


class TestPresigned:
    async def test_a_download_needs_no_credentials(self, store: S3BlobStore) -> None:
        assert isinstance(store, PresignsDownloads)
        blob = await put_bytes(store, SMALL)
        url = await store.presign_download(blob.digest, expires_seconds=60)
        assert (await request("GET", url))[0] == SMALL

    async def test_a_part_may_go_straight_to_the_bucket(self, store: S3BlobStore) -> None:
        assert isinstance(store, PresignsUploads)
        upload_id = await begun(store)
        parts: list[tuple[int, str]] = []
        for number, content in enumerate([LARGE, SMALL], 1):
            url = await store.presign_part(upload_id, number, expires_seconds=60)
            parts.append((number, (await request("PUT", url, content))[1]))
        blob = await store.complete_multipart(upload_id, parts)
        assert await verify(store, blob.digest) == blob
        assert blob.size == len(LARGE) + len(SMALL)

    async def test_nothing_unknown_is_signed(self, store: S3BlobStore) -> None:
        with pytest.raises(NotFoundError):
            await store.presign_download(ABSENT, expires_seconds=60)
        with pytest.raises(NotFoundError):
            await store.presign_part("0" * 32, 1, expires_seconds=60)

    @pytest.mark.parametrize("seconds", [-1, 0, 7 * 24 * 3600 + 1])
    async def test_a_url_is_valid_for_a_second_to_a_week(self, store: S3BlobStore, seconds: int) -> None:
        blob = await put_bytes(store, SMALL)
        with pytest.raises(InvalidError, match=str(seconds)):
            await store.presign_download(blob.digest, expires_seconds=seconds)


class TestFailures:
    async def test_a_missing_bucket_is_said_by_the_check(self, bucket: Bucket) -> None:
        store = S3BlobStore("s3://no-such-bucket/x", bucket.options)
        for attempt in (store.check(), put_bytes(store, SMALL)):
            with pytest.raises(UnavailableError):
                await attempt
        await store.close()

    async def test_a_full_server_is_a_full_store(self, bucket: Bucket) -> None:
        with answering(507, _FULL) as endpoint:
            store = S3BlobStore(bucket.url, replace(bucket.options, endpoint=endpoint))
            with pytest.raises(StorageFullError):
                await put_bytes(store, SMALL)
            await store.close()

    @pytest.mark.parametrize(("status", "word"), [(403, "refused"), (401, "refused"), (500, "500")])
    async def test_a_refusal_is_unavailable_and_names_no_place(self, bucket: Bucket, status: int, word: str) -> None:
        with answering(status, b"<Error><Code>AccessDenied</Code></Error>") as endpoint:
            store = S3BlobStore(bucket.url, replace(bucket.options, endpoint=endpoint))
            for attempt in (put_bytes(store, SMALL), get_bytes(store, ABSENT, limit_bytes=1), store.check()):
                with pytest.raises(UnavailableError, match=word) as caught:
                    await attempt
                assert endpoint not in str(caught.value)
                assert bucket.name not in str(caught.value)
            await store.close()

    async def test_a_server_that_is_not_there_is_unavailable(self, bucket: Bucket) -> None:
        with answering(500, b"") as endpoint:
            pass
        store = S3BlobStore(bucket.url, replace(bucket.options, endpoint=endpoint))
        with pytest.raises(UnavailableError, match="could not be reached"):
            await put_bytes(store, SMALL)
        await store.close()


async def damage(bucket: Bucket, digest: str, position: int) -> None:
    """Flip one byte of an object, without the store's knowledge."""
    objects, key = Objects(bucket.url, bucket.options), f"{digest[:2]}/{digest}"
    found = await objects.get(key)
    assert found is not None
    content = bytearray(b"".join([chunk async for chunk in found.chunks]))
    content[position] ^= 0xFF
    await objects.put(key, bytes(content))


async def hidden_uploads(bucket: Bucket) -> list[str]:
    """Keys of the test's own multipart requests that were neither completed nor withdrawn."""
    listing, _ = await request("GET", f"{bucket.endpoint}/{bucket.name}?uploads")
    return [key for key in re.findall(r"<Key>(.*?)</Key>", listing.decode()) if key.startswith(bucket.prefix)]


async def request(method: str, url: str, content: bytes | None = None) -> tuple[bytes, str]:
    """Body and ETag of the answer to a plain request."""
    headers = {"Content-Type": "application/octet-stream"}

    def send() -> tuple[bytes, str]:
        wanted = urllib.request.Request(url, data=content, method=method, headers=headers)  # noqa: S310
        with urllib.request.urlopen(wanted) as answer:  # noqa: S310
            return answer.read(), answer.headers.get("ETag", "")

    return await asyncio.to_thread(send)


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that answers everything alike; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = answer

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
