"""Environments of this machine: built once for each content, kept, and removed when nobody has used them for long."""

import asyncio
import hashlib
import shutil
import sys
import sysconfig
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from tidemill.compute.environments import store
from tidemill.compute.environments.building import Builder, Place, folder_bytes, held
from tidemill.compute.environments.errors import BuildFailedError
from tidemill.compute.environments.interpreters import Pythons
from tidemill.compute.environments.models import BuildState, EnvironmentRecord, Interpreter, Sources
from tidemill.compute.environments.occupants import count_occupants
from tidemill.compute.environments.requirements import checked_environment, required_names
from tidemill.compute.environments.wheels import wheels_state
from tidemill.compute.models import Environment
from tidemill.core.database import Database
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError
from tidemill.kit.ids import random_hex

_HASH_LENGTH = 32
_LEAST_PREFIX = 6
_TOUCHED_MS = 600_000
_FAILED_AGAIN_MS = 30_000
"""For so long a build that failed is not tried again: a thousand tasks that need it would each try."""


class Environments:
    """The environments below one folder, each in a folder named by its hash.

    Several servers, and commands beside them, may use the same folder: a build or a removal holds a lock.
    """

    def __init__(
        self,
        database: Database,
        folder: Path,
        sources: Sources,
        variables: Mapping[str, str],
        *,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._folder = folder
        self._sources = sources
        self._clock = clock
        self._pythons = Pythons(variables)
        self._builder = Builder(sources, variables)
        self._building: dict[str, asyncio.Task[None]] = {}
        self._touched: dict[str, int] = {}
        self._failed: dict[str, tuple[int, BuildFailedError]] = {}
        self._place = ""

    async def python(self, environment: Environment) -> Path:
        """The interpreter of an environment, built where it is not there yet; the system's is our own.

        Raises InvalidError for what cannot be built, and BuildFailedError with the end of the installer's log.
        """
        if environment.is_system:
            return self._pythons.own.path
        hash_, wanted, interpreter = await self._resolved(environment)
        place = Place(self._folder, hash_)
        if not place.is_built:
            await self._build_once(place, wanted, interpreter)
        await self._touch(hash_)
        return place.python

    async def build(self, environment: Environment, *, again: bool = False) -> EnvironmentRecord:
        """Build an environment now, `again` even where it stands already. Errors as of `python`."""
        if environment.is_system:
            raise InvalidError("the system's environment is not built", hint="give requirements or a lock")
        hash_, wanted, interpreter = await self._resolved(environment)
        self._failed.pop(hash_, None)
        place = Place(self._folder, hash_)
        if again:
            await self._remove(place)
        if not place.is_built:
            await self._build_once(place, wanted, interpreter)
        return await self.get(hash_)

    async def begin(self, environment: Environment, *, again: bool = False, wait_s: float) -> EnvironmentRecord:
        """Build an environment, and answer after `wait_s` seconds at most: its state says whether it stands by then.

        Raises BuildFailedError where it has failed by then, and InvalidError.
        """
        building = asyncio.create_task(self.build(environment, again=again))
        building.add_done_callback(_take_note)
        done, _ = await asyncio.wait({building}, timeout=wait_s)
        if done:
            return building.result()
        hash_, wanted, interpreter = await self._resolved(environment)
        now = self._clock()
        return EnvironmentRecord(hash_, wanted, interpreter.version, BuildState.BUILDING, self._builder.name, now, now)

    async def hash_of(self, environment: Environment) -> str:
        """The hash of what it would be made from now."""
        return (await self._resolved(environment))[0]

    async def list_all(self) -> Sequence[EnvironmentRecord]:
        """Those of this machine, the one used last first."""
        place = await self._place_id()
        return await self._database.read(lambda tx: store.all_of(tx, place))

    async def get(self, prefix: str) -> EnvironmentRecord:
        """One by its hash or the begin of that. Raises NotFoundError, and InvalidError where several begin so."""
        found = [record for record in await self.list_all() if record.hash.startswith(prefix)]
        exact = [record for record in found if record.hash == prefix]
        if len(prefix) < _LEAST_PREFIX or (len(found) > 1 and not exact):
            raise InvalidError(f"{prefix[:64]!r} does not say which environment", hint="give more of its hash")
        if not found:
            raise NotFoundError(
                f"there is no environment {prefix[:64]!r} on this machine", hint="`tidemill env list` shows them"
            )
        return (exact or found)[0]

    async def log(self, hash_: str) -> str:
        """What the installer said; empty where that is not kept."""
        path = Place(self._folder, hash_).log
        try:
            return (await asyncio.to_thread(path.read_bytes)).decode(errors="replace")
        except OSError:
            return ""

    async def remove(self, prefix: str) -> EnvironmentRecord:
        """Remove one, and its log. Raises ConflictError while processes use it."""
        record = await self.get(prefix)
        place = Place(self._folder, record.hash)
        if count := await asyncio.to_thread(count_occupants, place.folder):
            raise ConflictError(
                f"{count} processes use the environment {record.hash[:12]}",
                hint="stop them first; idle fork servers end by themselves after ten minutes",
            )
        await self._remove(place)
        return record

    async def unused(self, before_ms: int) -> Sequence[EnvironmentRecord]:
        """Those that nobody has used since then, or uses now."""
        old = [record for record in await self.list_all() if record.used_ms < before_ms]
        return [record for record in old if not await asyncio.to_thread(count_occupants, self._folder / record.hash)]

    async def collect(self, before_ms: int) -> Sequence[EnvironmentRecord]:
        """Remove those that nobody has used since then; returns them."""
        removed = await self.unused(before_ms)
        for record in removed:
            await self._remove(Place(self._folder, record.hash))
        return removed

    def check(self, environment: Environment) -> None:
        """Return if it is one that could be made here. Raises InvalidError or TooLargeError."""
        checked_environment(environment, allows_urls=self._sources.allows_urls)

    # ----------------------------------------------------------------------------------------------------------------

    async def _resolved(self, environment: Environment) -> tuple[str, Environment, Interpreter]:
        """Its hash, its normal form, and the interpreter that it is made with."""
        if environment.image:
            raise InvalidError("a container image is not built as a virtual environment")
        wanted = checked_environment(environment, allows_urls=self._sources.allows_urls)
        interpreter = await self._pythons.find(wanted.python)
        wheels = self._sources.wheels
        state: Sequence[str] = ()
        if wheels is not None:
            state = await asyncio.to_thread(wheels_state, wheels, required_names(wanted))
        content: list[Any] = [
            interpreter.version,
            sys.implementation.cache_tag if interpreter is self._pythons.own else str(interpreter.path),
            sysconfig.get_platform(),
            wanted.requirements,
            wanted.lock,
            self._sources.index_url,
            state,
            *([wanted.bare] if wanted.bare else []),  # others keep the hash that they had before there were any
            *([wanted.indexes, wanted.trusted_hosts] if wanted.indexes else []),
        ]
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:_HASH_LENGTH], wanted, interpreter

    async def _build_once(self, place: Place, wanted: Environment, interpreter: Interpreter) -> None:
        """Build it, or wait for who does in this process."""
        failed_ms, error = self._failed.get(place.hash, (0, None))
        if error is not None and self._clock() - failed_ms < _FAILED_AGAIN_MS:
            raise error
        if (building := self._building.get(place.hash)) is None:
            building = asyncio.create_task(self._build(place, wanted, interpreter))
            self._building[place.hash] = building
            building.add_done_callback(lambda _: self._building.pop(place.hash, None))
        await asyncio.shield(building)

    async def _build(self, place: Place, wanted: Environment, interpreter: Interpreter) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        async with held(place):
            if place.is_built:  # another process has built it while we waited for the lock
                return
            now = self._clock()
            record = EnvironmentRecord(
                place.hash, wanted, interpreter.version, BuildState.BUILDING, self._builder.name, now, now
            )
            await self._keep(record)
            began = time.monotonic()
            try:
                await self._builder.build(place, wanted, interpreter)
            except BuildFailedError as error:
                self._failed[place.hash] = (self._clock(), error)
                await self._keep(replace(record, state=BuildState.FAILED, message=error.message))
                raise
            built_ms = round((time.monotonic() - began) * 1000)
            size = await asyncio.to_thread(folder_bytes, place.folder)
            await self._keep(
                replace(record, state=BuildState.READY, used_ms=self._clock(), build_ms=built_ms, size_bytes=size)
            )

    async def _keep(self, record: EnvironmentRecord) -> None:
        place = await self._place_id()
        await self._database.write(lambda tx: store.put(tx, place, record))

    async def _touch(self, hash_: str) -> None:
        """Write down now and then that it is in use."""
        now = self._clock()
        if now - self._touched.get(hash_, 0) > _TOUCHED_MS:
            self._touched[hash_] = now
            place = await self._place_id()
            await self._database.write(lambda tx: store.mark_used(tx, place, hash_, now))

    async def _remove(self, place: Place) -> None:
        if not self._folder.is_dir():
            return
        async with held(place):
            trash = self._folder / f"{place.hash}.old"
            if place.folder.exists():
                await asyncio.to_thread(shutil.rmtree, trash, ignore_errors=True)
                place.folder.rename(trash)
            await asyncio.to_thread(shutil.rmtree, trash, ignore_errors=True)
            place.log.unlink(missing_ok=True)
            id_ = await self._place_id()
            await self._database.write(lambda tx: store.remove(tx, id_, place.hash))

    async def _place_id(self) -> str:
        """What names this folder in the table, wherever it is moved to."""
        if not self._place:
            self._place = await asyncio.to_thread(_read_or_make_id, self._folder)
        return self._place


def _take_note(building: "asyncio.Task[EnvironmentRecord]") -> None:
    """How it ended is in the table, for whoever did not wait."""
    if not building.cancelled():
        building.exception()


def _read_or_make_id(folder: Path) -> str:
    path = folder / "id"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"id.{random_hex()}")
        fresh.write_text(random_hex())
        try:
            path.hardlink_to(fresh)  # of two who do this at once, one wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
