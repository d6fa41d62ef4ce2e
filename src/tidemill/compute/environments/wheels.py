"""A directory of wheels: which of its files an environment may be made from.

What matters of the directory is part of an environment's hash: a new version of a package that it needs, directly or by
way of others, makes a new environment, and any other file does not.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tidemill.compute.environments.requirements import canonical_name
from tidemill.kit.errors import InvalidError

_SUFFIXES = (".whl", ".tar.gz", ".zip")
_REQUIRES = re.compile(r"^Requires-Dist:\s*([A-Za-z0-9][A-Za-z0-9._-]*)", re.MULTILINE)
_SOURCE_NAME = re.compile(r"(?P<name>.+?)-\d")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    size: int
    changed_ns: int


def wheels_state(folder: Path, names: Iterable[str]) -> Sequence[str]:
    """Names, sizes and times of the files that packages of these names can lead to. Raises InvalidError."""
    files = list(_files(folder))
    by_name: dict[str, list[_File]] = {}
    for file in files:
        by_name.setdefault(file.name, []).append(file)
    wanted, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in wanted:
            continue
        wanted.add(name)
        for file in by_name.get(name, ()):
            waiting += _needs(file.path, file.size, file.changed_ns)
    return sorted(f"{file.path.name} {file.size} {file.changed_ns}" for file in files if file.name in wanted)


def _files(folder: Path) -> Iterator[_File]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise InvalidError(
            f"the directory of wheels {folder} cannot be read: {error.strerror}", hint="make it, or set --wheels anew"
        ) from error
    for path in entries:
        if path.name.endswith(_SUFFIXES):
            seen = path.stat()
            yield _File(path, _package_of(path.name), seen.st_size, seen.st_mtime_ns)


def _package_of(name: str) -> str:
    if name.endswith(".whl"):
        return canonical_name(name.split("-")[0])
    found = _SOURCE_NAME.match(name)
    return canonical_name(found["name"] if found else name)


@lru_cache(maxsize=4096)
def _needs(path: Path, size: int, changed_ns: int) -> Sequence[str]:
    """The packages that a wheel says it needs, under whatever conditions; a source archive is not asked."""
    if path.suffix != ".whl":
        return ()
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = next((name for name in archive.namelist() if name.endswith(".dist-info/METADATA")), None)
            text = archive.read(metadata).decode(errors="replace") if metadata is not None else ""
    except (OSError, zipfile.BadZipFile):
        return ()  # the installer will say what is wrong with it
    return tuple(canonical_name(name) for name in _REQUIRES.findall(text.partition("\n\n")[0]))
