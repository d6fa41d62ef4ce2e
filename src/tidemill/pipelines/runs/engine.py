"""The engine: takes every run that has not ended to its end, in one server at a time.

It holds nothing that a restart would lose: a run's plan is restored from its tasks, and those of them that were
submitted are workloads, which go on by themselves and are waited for again.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from tidemill.core.database import Database, Dialect
from tidemill.core.leases import Leases
from tidemill.kit.errors import NotFoundError
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.driving import Driver

_LOOK_EVERY_S = 5.0
_log = structlog.get_logger(__name__)

DriverOf = Callable[[str, int], Awaitable[Driver]]
"""A driver for a run, by its uuid and its workspace's id."""


class Engine:
    """Background work of a server; `kick` may be called from the event loop at any time.

    Where several servers share the database a lease says which of them drives; SQLite has one.
    """

    def __init__(self, database: Database, leases: Leases, driver_of: DriverOf) -> None:
        self._database = database
        self._leases = leases
        self._driver_of = driver_of
        self._drivers: dict[str, tuple[Driver, asyncio.Task[None]]] = {}
        self._awake = asyncio.Event()

    def kick(self, run: str) -> None:
        """Something was asked for this run: it is new, or is to be cancelled or tried again."""
        if (known := self._drivers.get(run)) is not None:
            known[0].kick()
        self._awake.set()

    async def run(self) -> None:
        """Drive runs until cancelled."""
        try:
            while True:
                if await self._is_ours():
                    await self._look()
                else:
                    await self._leave()
                try:
                    async with asyncio.timeout(_LOOK_EVERY_S):
                        await self._awake.wait()
                except TimeoutError:
                    pass
                self._awake.clear()
        finally:
            await self._leave()

    async def _is_ours(self) -> bool:
        return self._database.dialect is Dialect.SQLITE or await self._leases.take("pipelines") is not None

    async def _look(self) -> None:
        """Begin to drive what nobody drives."""
        for uuid, workspace_id in await self._database.read(store.unfinished):
            if uuid not in self._drivers:
                try:
                    driver = await self._driver_of(uuid, workspace_id)
                except NotFoundError:  # it was deleted meanwhile
                    continue
                task = asyncio.create_task(self._drive(driver, uuid))
                self._drivers[uuid] = driver, task

    async def _drive(self, driver: Driver, uuid: str) -> None:
        try:
            await driver.run()
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - one run's trouble is not another's; it is taken up again
            _log.exception("a pipeline run could not be driven, and is taken up again", run=uuid)
            await asyncio.sleep(1)
        finally:
            self._drivers.pop(uuid, None)
            self._awake.set()

    async def _leave(self) -> None:
        """Leave all runs as they are stored."""
        tasks = [task for _, task in self._drivers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
