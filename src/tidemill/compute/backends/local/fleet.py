"""The fork servers of this machine: found, started when they are needed, ended when they are not."""

import asyncio
import hashlib
import math
import time
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog

from tidemill.compute.backends.local.launching import CallSettings
from tidemill.compute.backends.local.pools import POLL_S, OnFrame, OnLost, Pool, PoolPlan, is_gone, spawn
from tidemill.compute.backends.local.remains import Remains, read_remains
from tidemill.compute.backends.local.ring import make_ring
from tidemill.compute.backends.local.runner import Interpreters
from tidemill.compute.models import SYSTEM, Environment
from tidemill.kit.errors import TidemillError, UnavailableError

_NOWHERE = Path()
_LOOK_S = 30.0
_LAST_S = 2.0
_KNOWN_S = 5.0
"""For so long an environment's interpreter is taken to be the same: what it is made from may change."""
_log = structlog.get_logger(__name__)


class Fleet:
    """One fork server for an environment and a workspace: `ready` where it is warm, else `get`."""

    def __init__(self, settings: CallSettings, interpreters: Interpreters, on_frame: OnFrame, on_lost: OnLost) -> None:
        self._settings = settings
        self._interpreters = interpreters
        self._on_frame = on_frame
        self._on_lost = on_lost
        self._ring = settings.pools / "ring"
        self._known: dict[Environment, tuple[float, Path]] = {}
        self._serving: dict[str, Pool] = {}
        self._starting: dict[str, asyncio.Task[Pool]] = {}
        self._looking: asyncio.Task[None] | None = None
        self.connected: set[Pool] = set()

    async def open(self) -> list[Remains]:
        """Find those that an earlier server left, and begin to look after them; returns as `find`."""
        await asyncio.to_thread(make_ring, self._ring)
        gone = await self.find(())
        self._looking = asyncio.create_task(self._look())
        return gone

    async def find(self, known: Collection[Path]) -> list[Remains]:
        """Connect to those that another server has started; returns what is left of those that are gone.

        `known` are folders of which the remains have been read.
        """
        ours = {pool.folder for pool in self.connected}
        gone: list[Remains] = []
        for folder in await asyncio.to_thread(self._folders):
            if folder not in ours and folder not in known and await self._connect_or_wait(folder):
                gone.append(await asyncio.to_thread(read_remains, folder))
        return [remains for remains in gone if not remains.is_empty]

    async def connect(self, folder: Path) -> Pool | None:
        """Connect to the fork server of a folder; None when it is gone."""
        pool = Pool(folder, self._on_frame, self._lose)
        try:
            await pool.connect()
        except OSError:
            return None
        self.connected.add(pool)
        self._serving[pool.name] = pool
        return pool

    async def _connect_or_wait(self, folder: Path) -> bool:
        """Connect; True where its fork server is gone. One that just begins, or just ends, is neither for a moment."""
        until_s = time.monotonic() + _LAST_S
        while await self.connect(folder) is None:
            if is_gone(folder):
                return True
            if time.monotonic() > until_s:
                return False
            await asyncio.sleep(POLL_S)
        return False

    def ready(self, environment: Environment, workspace: str) -> Pool | None:
        """The one that runs already."""
        until_s, python = self._known.get(environment, (0.0, _NOWHERE))
        now_s = time.monotonic()
        pool = self._serving.get(_name(python, workspace)) if now_s < until_s else None
        if pool is None or not pool.is_open or pool.is_foreign:
            return None
        pool.last_used = now_s
        return pool

    async def get(self, environment: Environment, workspace: str) -> Pool:
        """The one that runs already, or a new one. Raises TidemillError that says why there cannot be one."""
        if (pool := self.ready(environment, workspace)) is not None:
            return pool
        python = await self._interpreters.python(environment)
        until_s = math.inf if environment.is_system else time.monotonic() + _KNOWN_S
        self._known[environment] = until_s, python
        if (pool := self.ready(environment, workspace)) is not None:
            return pool
        name = _name(python, workspace)
        if (starting := self._starting.get(name)) is None:
            starting = self._starting[name] = asyncio.create_task(self._start(name, python))
            starting.add_done_callback(lambda _: self._starting.pop(name, None))
        return await asyncio.shield(starting)

    async def close(self) -> None:
        """Leave them to themselves: those with nothing to do end at once, the others when they have done it."""
        tasks: list[asyncio.Task[Any]] = [*self._starting.values()]
        if self._looking is not None:
            tasks.append(self._looking)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        pools = list(self.connected)
        for pool in pools:
            self._leave(pool)
        await asyncio.gather(*(self._bury(pool) for pool in pools if not pool.running))

    async def _start(self, name: str, python: Path) -> Pool:
        variables = {**self._settings.variables, "LC_ALL": "C.UTF-8"}
        plan = PoolPlan(name, python, self._ring, variables, self._settings.forsaken_s)
        folder, pid = await asyncio.to_thread(spawn, plan, self._settings.pools)
        pool = await self.connect(folder)
        if pool is None:
            raise await _ended_at_once(Pool(folder, self._on_frame, self._lose))
        pool.pid = pid
        pool.last_used = time.monotonic()
        return pool

    def _lose(self, pool: Pool) -> None:
        self.connected.discard(pool)
        if self._serving.get(pool.name) is pool:
            del self._serving[pool.name]
        self._on_lost(pool)

    def _leave(self, pool: Pool) -> None:
        self.connected.discard(pool)
        if self._serving.get(pool.name) is pool:
            del self._serving[pool.name]
        pool.send({"op": "leave"})
        pool.flush()
        pool.close()

    async def _look(self) -> None:
        """End those that have not been used for a while; keep the one that is to be warm."""
        while True:
            kept = await self._prewarm()
            for pool in list(self.connected):
                unused_s = time.monotonic() - pool.last_used
                if not pool.keys and pool is not kept and unused_s > self._settings.idle_s:
                    self._leave(pool)
                    await self._bury(pool)
            await asyncio.sleep(_LOOK_S)

    async def _prewarm(self) -> Pool | None:
        """The one that is always warm."""
        if not self._settings.prewarm_workspace:
            return None
        try:
            return await self.get(SYSTEM, self._settings.prewarm_workspace)
        except TidemillError as error:
            _log.warning("the fork server of the system environment could not be started", error=error.message)
            return None

    async def _bury(self, pool: Pool) -> None:
        """Wait for the end of one that has nothing to do, and remove its folder, unless somebody's end lies in it."""
        if await pool.wait_until_gone(_LAST_S):
            await asyncio.to_thread(read_remains, pool.folder)

    def _folders(self) -> Sequence[Path]:
        return sorted(path for path in self._settings.pools.iterdir() if (path / "socket").exists())


async def _ended_at_once(pool: Pool) -> UnavailableError:
    """What to say of a fork server that was gone before it could be connected to; its folder is removed."""
    await pool.wait_until_gone(_LAST_S)
    said = pool.last_words()
    await asyncio.to_thread(read_remains, pool.folder)
    return UnavailableError(f"the environment's fork server ends at once: {said}")


@lru_cache(maxsize=1024)
def _name(python: Path, workspace: str) -> str:
    """What names the fork server of an interpreter, hence of an environment as it is now, and a workspace."""
    return hashlib.sha256(f"{python}\0{workspace}".encode()).hexdigest()[:16]
