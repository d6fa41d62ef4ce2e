"""The files of a model: paths that stay in its folder, archives that unpack into one, and what the files add up to."""

import hashlib
import os
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from tidemill.flavors.errors import BrokenModelError, ModelError

MLMODEL = "MLmodel"
CHECKSUMS = "checksums.sha256"
"""Digests of all files but MLmodel, in the form of `sha256sum`: `sha256sum -c checksums.sha256` checks them too."""

MOST_FILES = 20_000
MOST_UNPACKED_BYTES = 64 << 30
_PIECE = 1 << 20


def inside(folder: Path, told: object, what: str) -> Path:
    """The file or folder that a path in an MLmodel means.

    Raises BrokenModelError where it is no text, leads out of the model's folder (by `..`, from the root, by a link), or
    is not there. `what` names the field.
    """
    path = relative(told, what)
    target = folder.joinpath(*path.parts)
    if not target.resolve().is_relative_to(folder.resolve()):
        raise BrokenModelError(
            f"{what} is {str(told)[:200]!r}, a link that leads out of the model's folder",
            hint="save the model again, with the file itself in its folder",
        )
    if not target.exists():
        raise BrokenModelError(
            f"{what} names {str(told)[:200]!r}, which is not in {folder}",
            hint="copy the whole folder of the model, or save it again",
        )
    return target


def relative(told: object, what: str) -> PurePosixPath:
    """A path that stays where it is. Raises BrokenModelError for any other."""
    if not isinstance(told, str) or not told:
        raise BrokenModelError(f"{what} is {told!r}, and no path", hint="save the model again")
    path = PurePosixPath(told)
    if path.is_absolute() or ".." in path.parts or "\\" in told or "\0" in told or ":" in path.parts[0]:
        raise BrokenModelError(
            f"{what} is {told[:200]!r}, which leads out of the model's folder",
            hint="a path in an MLmodel is relative to its folder, without `..`",
        )
    return path


def files_of(folder: Path) -> Iterator[Path]:
    """Every file of a folder, in order. Raises BrokenModelError at a link or a pipe, and past MOST_FILES."""
    count = 0
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(root, name)
            if path.is_symlink() or not path.is_file():
                raise BrokenModelError(
                    f"{path.relative_to(folder)} is a link or no file", hint="a model has files of its own only"
                )
            count += 1
            if count > MOST_FILES:
                raise BrokenModelError(f"{folder} has more than {MOST_FILES} files", hint="is it a model's folder?")
            yield path


def size_of(folder: Path) -> int:
    """The bytes of all its files."""
    return sum(path.stat().st_size for path in files_of(folder))


def write_checksums(folder: Path) -> None:
    """Note the digest of every file, so that a changed one is found."""
    lines = [
        f"{digest_of(path)}  {path.relative_to(folder).as_posix()}\n"
        for path in files_of(folder)
        if path.relative_to(folder).as_posix() not in (MLMODEL, CHECKSUMS)
    ]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def check_checksums(folder: Path) -> int:
    """Check the files against the digests beside them, and count them; 0 where the model came without.

    Raises BrokenModelError that names the first file which is missing or changed.
    """
    noted = read_checksums(folder)
    for name, digest in noted.items():
        path = inside(folder, name, CHECKSUMS)
        if not path.is_file() or digest_of(path) != digest:
            raise BrokenModelError(
                f"{name} is not the file that was saved: its SHA-256 differs from the one in {CHECKSUMS}",
                hint=f"fetch or save the model again; if the change is meant, remove {CHECKSUMS}",
            )
    return len(noted)


def read_checksums(folder: Path) -> Mapping[str, str]:
    """Digest by file. Raises BrokenModelError for a line that says neither."""
    path = folder / CHECKSUMS
    if not path.is_file():
        return {}
    noted: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise BrokenModelError(f"line {number} of {CHECKSUMS} is no digest of a file", hint="save the model again")
        noted[name] = digest.lower()
    return noted


def digest_of(path: Path) -> str:
    """A file's SHA-256, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_archive(path: Path) -> bool:
    """Whether a file is a zip or a tar archive, by its content."""
    return path.is_file() and (zipfile.is_zipfile(path) or tarfile.is_tarfile(path))


def unpack(archive: Path, folder: Path) -> Path:
    """Unpack a model's archive into a folder, and give the folder that has the MLmodel.

    Raises ModelError for what is no archive; for one with a path that leaves the folder, with links or devices, with
    too much in it, or without a model.
    """
    if zipfile.is_zipfile(archive):
        _unpack_zip(archive, folder)
    elif tarfile.is_tarfile(archive):
        _unpack_tar(archive, folder)
    else:
        raise ModelError(f"{archive} is neither a folder nor an archive", hint="name a model's folder, a zip or a tar")
    found = [folder] if (folder / MLMODEL).is_file() else sorted(path.parent for path in folder.glob(f"*/{MLMODEL}"))
    if len(found) != 1:
        raise ModelError(
            f"{archive.name} holds {len(found)} models", hint=f"an archive has one {MLMODEL}, at its top or one below"
        )
    return found[0]


def _unpack_zip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        members = opened.infolist()
        _check_size(archive, len(members), sum(member.file_size for member in members))
        for member in members:
            path = relative(member.filename, f"a path in {archive.name}")
            # The upper half of a zip's attributes is the mode that Unix gave: 0o12 in front is a link.
            if (member.external_attr >> 28) == 0o12:
                raise _link(archive, member.filename)
            if member.is_dir():
                continue
            target = folder.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with opened.open(member) as source, target.open("xb") as stream:
                left = member.file_size
                while piece := source.read(min(_PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        raise BrokenModelError(
                            f"{member.filename} is larger than {archive.name} says", hint="make it anew"
                        )
                    stream.write(piece)


def _unpack_tar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as opened:
        members = opened.getmembers()
        _check_size(archive, len(members), sum(member.size for member in members))
        for member in members:
            if member.name in (".", "./"):
                continue
            path = relative(member.name, f"a path in {archive.name}")
            if member.isdir():
                continue
            if not member.isfile():
                raise _link(archive, member.name)
            target = folder.joinpath(*path.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            source = opened.extractfile(member)
            with target.open("xb") as stream:
                while source is not None and (piece := source.read(_PIECE)):
                    stream.write(piece)


def _check_size(archive: Path, count: int, size: int) -> None:
    if count > MOST_FILES or size > MOST_UNPACKED_BYTES:
        raise ModelError(
            f"{archive.name} has {count} files of {size} bytes, more than a model may have",
            hint=f"at most {MOST_FILES} files and {MOST_UNPACKED_BYTES >> 30} GiB",
        )


def _link(archive: Path, name: str) -> BrokenModelError:
    return BrokenModelError(
        f"{archive.name} has {name[:200]!r}, a link or a device", hint="a model's archive has files and folders only"
    )
