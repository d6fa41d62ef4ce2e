"""Building one environment: made beside its final place, and renamed when it is whole."""

import asyncio
import fcntl
import os
import shutil
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tidemill.compute.environments.errors import BuildFailedError
from tidemill.compute.environments.models import Interpreter, Sources
from tidemill.compute.environments.programs import find_uv, last_lines, run_program
from tidemill.compute.models import Environment

_SHOWN_LINES = 15
_LOCK_POLL_S = 0.1
_LARGEST_SCRIPT = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where an environment lies, its log and its lock."""

    root: Path
    hash: str

    @property
    def folder(self) -> Path:
        return self.root / self.hash

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def log(self) -> Path:
        return self.root / f"{self.hash}.log"

    @property
    def lock(self) -> Path:
        return self.root / f"{self.hash}.lock"

    @property
    def unfinished(self) -> Path:
        return self.root / f"{self.hash}.new"

    @property
    def is_built(self) -> bool:
        return self.python.exists()


class Builder:
    """Builds by uv where there is one, else by pip."""

    def __init__(self, sources: Sources, variables: Mapping[str, str]) -> None:
        self._sources = sources
        self._variables = variables

    @property
    def name(self) -> str:
        return "pip" if find_uv(self._variables) is None else "uv"

    async def build(self, place: Place, environment: Environment, python: Interpreter) -> None:
        """Build it, anew if need be; the caller holds its lock. Raises BuildFailedError with the end of the log."""
        fresh = place.unfinished
        await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
        try:
            with place.log.open("wb") as log:
                place.log.chmod(0o600)
                await self._install(fresh, environment, python, log)
        except BuildFailedError:
            await asyncio.to_thread(shutil.rmtree, fresh, ignore_errors=True)
            said = last_lines(place.log, _SHOWN_LINES)
            raise BuildFailedError(
                f"the environment could not be built:\n{said}",
                hint=f"the whole log: `tidemill env show {place.hash[:12]} --log`",
            ) from None
        await asyncio.to_thread(_put_in_place, fresh, place.folder)

    async def _install(self, fresh: Path, environment: Environment, python: Interpreter, log: BinaryIO) -> None:
        uv = find_uv(self._variables)
        if uv is None:
            make = [python.path, "-m", "venv", fresh]
            install = [fresh / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        else:
            plain = ["--no-config", "--no-python-downloads", "--color", "never", "--no-progress"]
            make = [uv, "venv", *plain, "--no-project", "--relocatable", "--python", python.path, fresh]
            install = [uv, "pip", "install", *plain, "--python", fresh / "bin" / "python"]
        await self._expect(make, log)
        indexes = _indexes(environment)
        install += self._from(is_uv=uv is not None)
        wanted = environment.lock or _listed(environment.requirements)
        for name, lines, options in (("requirements", wanted, []), ("bare", _listed(environment.bare), ["--no-deps"])):
            if lines:
                listed = fresh / f"{name}.txt"
                listed.write_text(lines)
                await self._expect([*install, *options, "-r", listed], log, indexes)

    def _from(self, *, is_uv: bool) -> list[str | Path]:
        if self._sources.wheels is not None:
            return ["--no-index", "--find-links", self._sources.wheels, *(["--offline"] if is_uv else [])]
        return []

    async def _expect(self, command: list[str | Path], log: BinaryIO, indexes: Mapping[str, str] | None = None) -> None:
        # By environment: it may have a password, and every user of a machine may see a program's arguments.
        index = dict.fromkeys(("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), self._sources.index_url)
        ours = index if self._sources.index_url else {}
        variables = {**self._variables, **ours, **(indexes or {}), "PYTHONUNBUFFERED": "1"}
        try:
            code = await run_program(command, variables, log)
        except OSError as error:
            log.write(f"{command[0]} could not be run: {error.strerror}\n".encode())
            code = -1
        if code != 0:
            log.flush()
            raise BuildFailedError(f"{command[0]} ended with {code}")


def _indexes(environment: Environment) -> Mapping[str, str]:
    """The variables by which uv and pip find the indexes that an environment names."""
    if not environment.indexes:
        return {}
    first, others = environment.indexes[0], " ".join(environment.indexes[1:])
    hosts = " ".join(environment.trusted_hosts)
    return {
        **dict.fromkeys(("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), first),
        **(dict.fromkeys(("UV_INDEX", "PIP_EXTRA_INDEX_URL"), others) if others else {}),
        **(dict.fromkeys(("UV_INSECURE_HOST", "PIP_TRUSTED_HOST"), hosts) if hosts else {}),
    }


def _listed(requirements: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in requirements)


@asynccontextmanager
async def held(place: Place) -> AsyncGenerator[None]:
    """Hold an environment's lock: nobody else of this machine builds or removes it meanwhile."""
    descriptor = os.open(place.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        await _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def folder_bytes(folder: Path) -> int:
    """The sizes of all its files."""
    total, folders = 0, [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


async def _lock(descriptor: int) -> None:
    """Take a lock that another process may hold. It cannot be awaited, and a thread that waits cannot be cancelled."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(_LOCK_POLL_S)
        else:
            return


def _put_in_place(fresh: Path, final: Path) -> None:
    """Rename it; what names its folder in the scripts of one that pip has made is renamed with it."""
    before, after = str(fresh).encode(), str(final).encode()
    for path in [*(fresh / "bin").iterdir(), fresh / "pyvenv.cfg"]:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST_SCRIPT:
            continue
        content = path.read_bytes()
        if before in content:
            path.write_bytes(content.replace(before, after))
    shutil.rmtree(final, ignore_errors=True)
    fresh.rename(final)
