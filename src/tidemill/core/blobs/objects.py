"""The few requests to an S3 API that the store needs, through obstore, with its errors mapped to ours.

The only module that imports obstore.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, PreconditionError, UnauthenticatedError
from obstore.store import S3Store

from tidemill.core.blobs.errors import storage_full
from tidemill.core.blobs.models import StoreOptions
from tidemill.core.blobs.streams import CHUNK_BYTES
from tidemill.kit.errors import InvalidError, TidemillError, UnavailableError

if TYPE_CHECKING:
    # These exist for the type checker only.
    from obstore import GetOptions, GetResult, ObjectMeta, PutResult
    from obstore.store import ClientConfig, RetryConfig, S3Config

_PART_BYTES = 8 << 20
_MAX_PARTS = 9_000  # S3 takes 10,000
_CONCURRENT_PARTS = 4
_MAX_EXPIRY_SECONDS = 7 * 24 * 3600

# The client's own limit counts the whole body, and a large one may take hours: bound each wait instead.
_CLIENT: "ClientConfig" = {"connect_timeout": "5s", "read_timeout": "60s", "timeout": "1d"}
# Short, since somebody is waiting for the answer and can repeat the request himself.
_RETRY: "RetryConfig" = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=20),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
}
_REGION = re.compile(r"[0-9A-Za-z-]{1,64}")
_STATUS = re.compile(r"status code: (\d{3})")
_FULL = re.compile(r"status code: 507|<Code>(?:XMinioStorageFull|QuotaExceeded|XMinioAdminBucketQuotaExceeded)</Code>")


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as S3 describes it; `etag` without quotes."""

    key: str
    size: int
    modified_ms: int
    etag: str


@dataclass(frozen=True, slots=True)
class OpenObject:
    """An object being read: `chunks` yields its bytes, or those of the range that was asked for."""

    info: ObjectInfo
    chunks: AsyncIterator[bytes]


class Objects:
    """The objects under one prefix of one bucket. Keys are relative to the prefix."""

    def __init__(self, url: str, options: StoreOptions) -> None:
        """`url`: s3://bucket/prefix. Raises InvalidError for another form or for options that contradict each other."""
        _check_url(url)
        _check_options(options)
        plain = (options.endpoint or "").startswith("http://")
        try:
            self._store = S3Store.from_url(
                url, config=_config(options), client_options={**_CLIENT, "allow_http": plain}, retry_config=_RETRY
            )
        except (BaseError, ValueError) as error:
            raise InvalidError(f"The object store {url!r} cannot be opened: {_first_line(error)}") from error

    async def head(self, key: str) -> ObjectInfo | None:
        """Describe an object; None if there is none."""
        with _mapped("looking for an object"):
            try:
                return _info(await obstore.head_async(self._store, key))
            except FileNotFoundError:
                return None

    async def get(
        self, key: str, *, etag: str | None = None, between: tuple[int, int] | None = None
    ) -> OpenObject | None:
        """Open an object; None if there is none, or none with that `etag`.

        `between`: the first byte wanted and one past the last; a range that is not empty and starts in the object.
        """
        wanted: GetOptions = {}
        if etag is not None:
            wanted["if_match"] = f'"{etag}"'
        if between is not None:
            wanted["range"] = between
        with _mapped("reading an object"):
            try:
                result = await obstore.get_async(self._store, key, options=wanted)
            except (FileNotFoundError, PreconditionError):
                return None
        return OpenObject(_info(result.meta), _streamed(result))

    async def put(self, key: str, content: bytes) -> str:
        """Store a small object in one request; returns its etag."""
        with _mapped("storing an object"):
            return _etag(await obstore.put_async(self._store, key, content, use_multipart=False))

    async def put_stream(self, key: str, size: int, chunks: AsyncIterator[bytes]) -> str:
        """Store `size` bytes in parts; returns the etag. The object appears whole, after the last chunk, or not at all.

        An error of `chunks` passes through; it, and cancellation, withdraw the parts already sent.
        """
        stopped = asyncio.Event()
        upload = asyncio.ensure_future(
            obstore.put_async(
                self._store,
                key,
                _unless(stopped, chunks),
                use_multipart=True,
                chunk_size=max(_PART_BYTES, -(-size // _MAX_PARTS)),
                max_concurrency=_CONCURRENT_PARTS,
            )
        )
        try:
            await asyncio.wait([upload])
        except asyncio.CancelledError:
            # Cancelling the upload itself would leave its parts in the bucket, unseen and paid for.
            stopped.set()
            await asyncio.wait([upload])
            upload.exception()
            raise
        with _mapped("storing an object"):
            return _etag(upload.result())

    async def list(self, prefix: str | None = None) -> AsyncIterator[ObjectInfo]:
        """Walk over the objects under a prefix of whole path segments."""
        with _mapped("listing objects"):
            # The overload not used here returns a type of a package that is not installed.
            pages = self._store.list(prefix, chunk_size=1000)  # pyright: ignore[reportUnknownMemberType]
            async for page in pages:
                for meta in page:
                    yield _info(meta)

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; those that are not there are no error."""
        if keys:
            with _mapped("removing objects"):
                await obstore.delete_async(self._store, keys)

    async def sign(self, method: Literal["GET", "PUT"], key: str, expires_seconds: int) -> str:
        """A URL for one request on one object without credentials, valid for 1 second to 7 days."""
        if not 1 <= expires_seconds <= _MAX_EXPIRY_SECONDS:
            raise InvalidError(
                f"A signed URL may be valid for 1 to {_MAX_EXPIRY_SECONDS} seconds, not {expires_seconds}."
            )
        with _mapped("signing a URL"):
            return await obstore.sign_async(self._store, method, key, timedelta(seconds=expires_seconds))


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment or "@" in parts.netloc:
        raise InvalidError(f"{url!r} is not the address of a bucket.", hint="Write s3://bucket or s3://bucket/prefix.")


def _check_options(options: StoreOptions) -> None:
    """The client does not check these: it would fail at each request, and in ways that cannot be told apart."""
    if options.endpoint is not None and not _is_server(options.endpoint):
        raise InvalidError(
            f"{options.endpoint!r} is not the address of an object store.",
            hint="Write https://host or https://host:port.",
        )
    if options.region is not None and _REGION.fullmatch(options.region) is None:
        raise InvalidError(f"{options.region!r} is not the name of a region.", hint="Write it as in eu-central-1.")
    if (options.access_key_id is None) != (options.secret_access_key is None):
        raise InvalidError(
            "The object store was given one half of a key pair.",
            hint="Set both the access key id and the secret, or none.",
        )


def _is_server(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or "@" in parts.netloc)
    return named and plain and parts.scheme in ("http", "https")


def _config(options: StoreOptions) -> "S3Config":
    config: S3Config = {"virtual_hosted_style_request": options.virtual_hosted_style}
    if options.endpoint is not None:
        config["endpoint"] = options.endpoint
    if options.region is not None:
        config["region"] = options.region
    if options.access_key_id is not None and options.secret_access_key is not None:
        config["access_key_id"] = options.access_key_id
        config["secret_access_key"] = options.secret_access_key
    if options.session_token is not None:
        config["session_token"] = options.session_token
    return config


def _info(meta: "ObjectMeta") -> ObjectInfo:
    modified_ms = int(meta["last_modified"].timestamp() * 1000)
    return ObjectInfo(meta["path"], meta["size"], modified_ms, (meta["e_tag"] or "").strip('"'))


def _etag(result: "PutResult") -> str:
    return (result["e_tag"] or "").strip('"')


async def _streamed(result: "GetResult") -> AsyncIterator[bytes]:
    with _mapped("reading an object"):
        async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
            yield chunk


class _StoppedError(Exception):
    """The request that this upload was part of is gone."""


async def _unless(stopped: asyncio.Event, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        if stopped.is_set():
            raise _StoppedError
        yield chunk
    if stopped.is_set():
        raise _StoppedError


@contextmanager
def _mapped(doing: str) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UnavailableError(
            f"The object store failed while {doing}: there is no such bucket.", hint="Check the address of the store."
        ) from error
    except BaseError as error:
        raise _ours(error, doing) from error


def _ours(error: BaseError, doing: str) -> TidemillError:
    """The message names no key or endpoint, as it may travel to a client; obstore's own text stays as the cause."""
    text = str(error)
    if _FULL.search(text):
        return storage_full(doing)
    found = _STATUS.search(text)
    status = found[1] if found else None
    # A refusal has a class of its own for some requests and not for others, such as listing.
    if status in ("401", "403") or isinstance(error, PermissionDeniedError | UnauthenticatedError):
        return UnavailableError(
            f"The object store refused us while {doing}.", hint="Check the keys of the store and the rights they give."
        )
    why = f"it answered {status}" if status else "it could not be reached, or broke off"
    return UnavailableError(
        f"The object store failed while {doing}: {why}.", hint="Try again; the server's log has the details."
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
