"""The one file of a package that says the pipeline, out of a zip, a tar.gz, or as it is; told apart by content.

Nothing is written to disk, and no more is unpacked than a package may be long.
"""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from tidemill.kit.errors import InvalidError, TooLargeError

MAX_BYTES = 32 * 1024 * 1024
"""Of a package, packed and unpacked: as much as Kubeflow takes."""
MAX_MEMBERS = 200
"""Of an archive."""

_Member = TypeVar("_Member")
_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_ENTRY = b"PK\x01\x02"
_TAR = b"ustar"
_TAR_AT = 257
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})


def unpacked(content: bytes) -> str:
    """The text of the pipeline; InvalidError where there is none, TooLargeError where it is over a limit."""
    if len(content) > MAX_BYTES:
        raise _too_large()
    if content.startswith(_GZIP):
        content = _inflated(content)
    if content.startswith(_ZIP):
        content = _from_zip(content)
    elif content[_TAR_AT : _TAR_AT + len(_TAR)] == _TAR:
        content = _from_tar(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        hint = "upload a YAML or JSON file, or one in a zip or a tar.gz"
        raise InvalidError("the package is neither text nor an archive that is known", hint=hint) from None


def _too_large() -> TooLargeError:
    return TooLargeError(f"the package has more than {MAX_BYTES // 1024 // 1024} MiB")


def _inflated(content: bytes) -> bytes:
    decoder = zlib.decompressobj(wbits=31)
    try:
        inflated = decoder.decompress(content, MAX_BYTES + 1)
    except zlib.error:
        raise _damaged("gzip") from None
    if len(inflated) > MAX_BYTES:
        raise _too_large()
    if not decoder.eof:
        raise _damaged("gzip")
    return inflated


def _from_zip(content: bytes) -> bytes:
    if content.count(_ZIP_ENTRY) > MAX_MEMBERS:  # asked before each of them is made into an object
        raise _too_many()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            chosen = _choose({info.filename: info for info in archive.infolist() if not info.is_dir()})
            if chosen.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise InvalidError("the zip is packed in a way that is not taken", hint="use deflate, which is usual")
            with archive.open(chosen) as member:
                return _whole(member.read(MAX_BYTES + 1))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        raise _damaged("zip", "it may also be encrypted") from None


def _from_tar(content: bytes) -> bytes:
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            files: dict[str, tarfile.TarInfo] = {}
            for count, info in enumerate(archive, start=1):
                if count > MAX_MEMBERS:
                    raise _too_many()
                if info.isreg() and not info.issparse():
                    files[info.name] = info
            member = archive.extractfile(_choose(files))
            return _whole(member.read(MAX_BYTES + 1) if member is not None else b"")
    except (tarfile.TarError, EOFError, OSError, ValueError, OverflowError, RecursionError):
        raise _damaged("tar") from None


def _whole(read: bytes) -> bytes:
    if len(read) > MAX_BYTES:
        raise _too_large()
    return read


def _choose(files: Mapping[str, _Member]) -> _Member:
    """`pipeline.yaml`, the one nearest to the top; else the only YAML or JSON file."""
    candidates = {PurePosixPath(name): member for name, member in files.items() if _may_be_one(PurePosixPath(name))}
    named = [path for path in candidates if path.name == "pipeline.yaml"]
    if named:
        return candidates[min(named, key=lambda path: (len(path.parts), str(path)))]
    if len(candidates) == 1:
        return next(iter(candidates.values()))
    found = ", ".join(sorted(map(str, candidates))[:5]) or "none"
    raise InvalidError(
        f"the archive has no pipeline.yaml, and not exactly one YAML or JSON file; it has: {found}",
        hint="put one file in it, named pipeline.yaml",
    )


def _may_be_one(path: PurePosixPath) -> bool:
    is_of_a_mac = path.name.startswith("._") or "__MACOSX" in path.parts
    return path.suffix.lower() in _SUFFIXES and not is_of_a_mac


def _too_many() -> TooLargeError:
    return TooLargeError(f"the archive has more than {MAX_MEMBERS} files", hint="put one file in it, pipeline.yaml")


def _damaged(what: str, perhaps: str = "") -> InvalidError:
    return InvalidError(f"the {what} archive is damaged" + (f"; {perhaps}" if perhaps else ""))
