"""What follows a step's commit: processes are started, stopped, and put away when they have ended.

All of it may be done again. What fails is asked about by `adopt`, and then done again by the step that hears of it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog

from tidemill.compute.backends.port import Backend, Ended, Launch, Report
from tidemill.compute.controller.keeping import Keeper
from tidemill.compute.controller.launching import Launcher
from tidemill.compute.controller.ledger import Ledger
from tidemill.compute.controller.stepping import Start, Step, Stop
from tidemill.compute.models import End, Outcome, ProcessKey
from tidemill.compute.records import KeptLog
from tidemill.compute.store import SqlComputeStore
from tidemill.core.database import Database, Tx
from tidemill.kit.clock import Clock
from tidemill.kit.errors import TidemillError

_KEPT_AT_ONCE = 64
_GATHERED_S = 0.1
"""What ends within this time is put away together: else each task would cost one more transaction, and its sync."""
_PAUSE_AFTER_FAILURE_S = 5.0
_log = structlog.get_logger(__name__)


class Hands:
    """Acts on the backends of one controller."""

    def __init__(
        self,
        database: Database,
        launcher: Launcher,
        keeper: Keeper,
        report: Callable[[Backend, Report], None],
        clock: Clock,
    ) -> None:
        self._database = database
        self._launcher = launcher
        self._keeper = keeper
        self._report = report
        self._clock = clock
        self._ledger = Ledger()
        self._sources: dict[ProcessKey, Backend] = {}
        self._preparing: set[ProcessKey] = set()
        self._cancelled: dict[ProcessKey, float] = {}
        self._broken: set[str] = set()
        self._gathered: dict[str, list[ProcessKey]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def act(self, step: Step, nodes: Mapping[str, Backend]) -> None:
        """Do what a step asks for on these nodes."""
        await self._start([each for each in step.starts if each.node in nodes], nodes)
        await self._stop([each for each in step.stops if each.node in nodes], nodes)
        await self._end_strays(step.strays)
        by_backend: dict[str, list[ProcessKey]] = {}
        for key in step.ended:
            if (backend := self._sources.get(key)) is not None:
                by_backend.setdefault(backend.name, []).append(key)
        for keys in by_backend.values():
            self.put_away(self._sources[keys[0]], keys)

    def heard_of(self, backend: Backend, key: ProcessKey) -> None:
        """A backend reported on this process: it is there."""
        self._ledger.heard_of(key)
        self._sources[key] = backend

    def unknown(self, backend: Backend, key: ProcessKey) -> None:
        """Asked to adopt it, a backend knows nothing of it: a step that names it may start it."""
        self._sources[key] = backend
        if key not in self._preparing:
            self._ledger.failed([key])

    def standing(self, reports: Iterable[Report]) -> list[Report]:
        """The reports that are still true."""
        return self._ledger.standing(reports)

    def put_away(self, backend: Backend, keys: Iterable[ProcessKey]) -> None:
        """Keep the logs of processes that have ended, then let the backend forget them."""
        fresh = self._ledger.take_ended(keys)
        if not fresh:
            return
        if (gathered := self._gathered.get(backend.name)) is not None:
            gathered += fresh
            return
        self._gathered[backend.name] = fresh
        self._begin(self._put_away_soon(backend))

    def broke(self, backend: Backend) -> None:
        """A call of a backend failed, so that nobody knows what it has done."""
        self._broken.add(backend.name)

    def take_broken(self) -> frozenset[str]:
        """The backends that must be asked again what became of everything."""
        broken = frozenset(self._broken)
        self._broken.clear()
        return broken

    async def end(self) -> None:
        """Leave everything as it is: the next life goes on from the tables."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._ledger = Ledger()
        self._sources.clear()
        self._preparing.clear()
        self._cancelled.clear()
        self._gathered.clear()

    async def _start(self, starts: Sequence[Start], nodes: Mapping[str, Backend]) -> None:
        at_once: dict[str, list[Launch]] = {}
        for each in self._ledger.take_starts(starts):
            backend = nodes[each.node]
            if not self._launcher.needs_nothing(each):
                self._preparing.add(each.key)
                self._begin(self._start_later(backend, each))
            elif (launch := await self._launch(backend, each)) is not None:
                at_once.setdefault(each.node, []).append(launch)
        for node, launches in at_once.items():
            await self._call(nodes[node], nodes[node].start(launches), [launch.key for launch in launches])

    async def _start_later(self, backend: Backend, start: Start) -> None:
        """Start what first needs its function or files fetched. Asked meanwhile to stop it, stop it afterwards."""
        key = start.key
        launch = await self._launch(backend, start)
        if launch is not None and key in self._cancelled:
            end = End(Outcome.STOPPED, self._clock(), message="stopped before it began")
            self._report(backend, Ended(key, end))
        elif launch is not None:
            await self._call(backend, backend.start([launch]), [key])
            if (grace_s := self._cancelled.get(key)) is not None:
                await self._call(backend, backend.stop([key], grace_s=grace_s), [key])
        self._preparing.discard(key)
        self._cancelled.pop(key, None)

    async def _launch(self, backend: Backend, start: Start) -> Launch | None:
        try:
            return await self._launcher.launch(start)
        except TidemillError as error:
            message = error.message
        except Exception as error:  # noqa: BLE001 - one bad workload never stops the others
            _log.exception("a launch could not be made", process=str(start.key))
            message = f"the server failed to prepare it ({type(error).__name__})"
        self._report(backend, Ended(start.key, End(Outcome.NOT_STARTED, self._clock(), message=message)))
        return None

    async def _stop(self, stops: Sequence[Stop], nodes: Mapping[str, Backend]) -> None:
        by_grace: dict[tuple[str, float], list[ProcessKey]] = {}
        for each in self._ledger.take_stops(stops):
            if each.key in self._preparing:
                self._cancelled[each.key] = each.grace_s
            else:
                by_grace.setdefault((each.node, each.grace_s), []).append(each.key)
        for (node, grace_s), keys in by_grace.items():
            await self._call(nodes[node], nodes[node].stop(keys, grace_s=grace_s), keys)

    async def _end_strays(self, keys: Sequence[ProcessKey]) -> None:
        for key in keys:
            if (backend := self._sources.get(key)) is not None:
                _log.warning("a process runs that no workload has, and is ended", process=str(key))
                await self._call(backend, backend.stop([key], grace_s=0), [key])

    async def _call(self, backend: Backend, call: Coroutine[Any, Any, None], keys: Sequence[ProcessKey]) -> None:
        """Await a backend's call; where it fails, nobody knows what was done, and the backend is asked."""
        try:
            await call
        except Exception:  # noqa: BLE001 - one backend's fault is not another's
            _log.exception("a backend failed", backend=backend.name, processes=len(keys))
            self._ledger.failed(keys)
            self.broke(backend)

    async def _put_away_soon(self, backend: Backend) -> None:
        await asyncio.sleep(_GATHERED_S)
        keys = self._gathered.pop(backend.name)
        parts = [keys[start : start + _KEPT_AT_ONCE] for start in range(0, len(keys), _KEPT_AT_ONCE)]
        await asyncio.gather(*(self._put_away(backend, part) for part in parts))

    async def _put_away(self, backend: Backend, keys: Sequence[ProcessKey]) -> None:
        left: list[ProcessKey] = list(keys)
        while left:
            kept = await asyncio.gather(*(self._kept(backend, key) for key in left))
            logs = {key: log for key, log in kept if log is not None}
            try:
                await self._database.write(partial(_record, logs=logs))
                await backend.forget(list(logs))
            except Exception:  # noqa: BLE001 - it stays with the backend until it is kept
                _log.exception("what has ended could not be put away yet", processes=len(left))
            else:
                self._forgotten(logs)
                left = [key for key in left if key not in logs]
            if left:
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)

    async def _kept(self, backend: Backend, key: ProcessKey) -> tuple[ProcessKey, KeptLog | None]:
        """Where the log of a process is kept; None where that failed, and is to be tried again."""
        try:
            return key, await self._keeper.keep(backend, key)
        except Exception:  # noqa: BLE001 - one log's fault is not another's
            _log.exception("a log could not be kept yet", process=str(key))
            return key, None

    def _forgotten(self, keys: Iterable[ProcessKey]) -> None:
        self._ledger.forgotten(keys)
        for key in keys:
            self._sources.pop(key, None)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _record(tx: Tx, logs: Mapping[ProcessKey, KeptLog]) -> None:
    SqlComputeStore(tx).keep_logs(logs)
