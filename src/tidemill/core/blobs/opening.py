"""Opening a store by its address."""

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from urllib.parse import unquote, urlsplit

from tidemill.core.blobs.local import LocalBlobStore
from tidemill.core.blobs.models import StoreOptions
from tidemill.core.blobs.port import BlobStore
from tidemill.kit.errors import InvalidError

_Opener = Callable[[str, StoreOptions], BlobStore]

# By name, so that a server on a plain folder loads no object store client. One more adapter is one more line.
_ADAPTERS = {"s3": "tidemill.core.blobs.s3:S3BlobStore"}


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
