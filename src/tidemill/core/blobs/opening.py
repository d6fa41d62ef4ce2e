"""Opening a store by its address."""

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import unquote, urlsplit

from tidemill.core.blobs.local import LocalBlobStore
from tidemill.core.blobs.models import StoreOptions
from tidemill.core.blobs.port import BlobStore
from tidemill.core.settings import Settings
from tidemill.kit.errors import InvalidError

_Opener = Callable[[str, StoreOptions], BlobStore]

# By name, so that a server on a plain folder loads no object store client. One more adapter is one more line.
_ADAPTERS = {"s3": "tidemill.core.blobs.s3:S3BlobStore"}


def open_artifacts(settings: Settings) -> BlobStore:
    """Open the artifact store that the settings name, as `open_store` does."""
    storage = settings.storage
    options = StoreOptions(
        endpoint=storage.s3_endpoint or None,
        region=storage.s3_region or None,
        access_key_id=storage.s3_access_key_id or None,
        secret_access_key=storage.s3_secret_access_key or None,
    )
    return open_store(settings.artifacts_url, options)


def open_store(url: str, options: StoreOptions | None = None) -> BlobStore:
    """Open the store at `url`: a folder's path, file:///path, or s3://bucket/prefix.

    A folder is made where missing. An object store is not yet contacted: `check` does that.
    Raises InvalidError for an address that is none of these, UnavailableError for a folder that cannot be used.
    """
    scheme, colon, _ = url.partition("://")
    if not colon:
        return LocalBlobStore(_folder(url))
    if scheme == "file":
        return LocalBlobStore(_file_url_folder(url))
    if scheme not in _ADAPTERS:
        known = ", ".join(f"{name}://" for name in ("file", *_ADAPTERS))
        raise InvalidError(f"There is no artifact store for {scheme}://.", hint=f"Give a folder, or one of {known}")
    opener: _Opener = resolve_name(_ADAPTERS[scheme])
    return opener(url, options or StoreOptions())


def local_folder(url: str) -> Path | None:
    """The folder of a store on this machine; None for any other. Raises InvalidError as `open_store` does."""
    if url.startswith("file://"):
        return _file_url_folder(url)
    return None if "://" in url else _folder(url)


def _folder(path: str) -> Path:
    if not path or "\0" in path:
        raise InvalidError("The address of the artifact store is empty or not a path.", hint="Give a folder.")
    return Path(path)


def _file_url_folder(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment or not path.startswith("/"):
        raise InvalidError(f"{url!r} is not the address of a folder.", hint="Write file:///absolute/path.")
    return _folder(path)
