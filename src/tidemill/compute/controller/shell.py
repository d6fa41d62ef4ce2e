"""The loop around `step`: wakes when there is something to do, commits one step, and then acts.

Kicks (submit, stop, quota), reports of backends and the clock wake it. What comes together is one step. A report that
something runs may wait for a moment, since a short task's end follows it at once.
"""

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from tidemill.compute.backends.port import Backend, Ended, Progressed, Report, Running, Unknown
from tidemill.compute.controller.acting import Hands
from tidemill.compute.controller.keeping import INLINE_BYTES, Keeper, WholeLogKeeper, with_stored_result
from tidemill.compute.controller.launching import Launcher, Secrets, WorkspaceName
from tidemill.compute.controller.progressing import ProgressBoard
from tidemill.compute.controller.stepping import Step, step
from tidemill.compute.endings import Endings
from tidemill.compute.models import Change, Node, ProcessKey
from tidemill.compute.store import SqlComputeStore
from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import StorageFullError, TidemillError, UnavailableError

POLL_S = 10.0
"""How often backends are asked for their nodes, and what was admitted and never begun is looked for."""

_BEGUN_MAY_WAIT_S = 0.05
_MOST_REPORTS = 1000
_PAUSE_AFTER_FAILURE_S = 1.0
_log = structlog.get_logger(__name__)


class Controller:
    """Moves workloads of all workspaces, and acts on the nodes of its own backends.

    It holds nothing that a restart would lose. `run` is background work of a server; `kick` may be called from the
    event loop at any time.
    """

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        events: EventBus,
        backends: Sequence[Backend],
        workspace_name: WorkspaceName,
        *,
        keeper: Keeper | None = None,
        secrets: Secrets | None = None,
        endings: Endings | None = None,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._endings = endings or Endings()
        self._blobs = blobs
        self._events = events
        self._backends = tuple(backends)
        self._clock = clock
        launcher = Launcher(blobs, workspace_name, secrets)
        self._hands = Hands(database, launcher, keeper or WholeLogKeeper(blobs), self._take_report, clock)
        self._nodes: dict[str, Backend] = {}
        self._progress = ProgressBoard(database, events)
        self._reports: list[Report] = []
        self._awake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._polls_next_ms = 0
        self._wakes_ms: int | None = None
        self._looks_around = False
        """Whether what was admitted to our nodes and never begun is to be looked for."""
        self._rests = False
        self._early: Awaitable[Step] | None = None
        """The step that was begun while the loop rested."""

    @property
    def backends(self) -> Sequence[str]:
        """The names of the backends that workloads may ask for."""
        return [backend.name for backend in self._backends]

    def kick(self) -> None:
        """Something was asked for: take a step. While the loop rests that is begun at once, right behind the unit that
        asked for it, and so in the same transaction."""
        if self._rests and self._early is None:
            with suppress(UnavailableError):
                self._early = self._begin_step((), frozenset())
        self._awake.set()

    def backend_of(self, node: str) -> Backend | None:
        """The backend of this server that a node is of; None for a node of another server, or of none."""
        return self._nodes.get(node)

    async def run(self) -> None:
        """Adopt what runs, then work until cancelled."""
        loop = asyncio.get_running_loop()
        stop = self._events.listen(lambda event: self._listen(loop, event))
        try:
            for backend in self._backends:
                await backend.open(partial(self._take_report, backend))
            self._begin(self._progress.run())
            await self._poll()
            await self._adopt(self._backends)
            while True:
                await self._turn()
        finally:
            stop()
            await self._end()

    async def _turn(self) -> None:
        await self._sleep()
        if (early := self._early) is not None:
            self._early = None
            if self._reports:
                self._awake.set()
            await self._follow(await self._steps((), frozenset(), early))
            return
        polls = self._clock() >= self._polls_next_ms
        if polls:
            await self._poll()
        if broken := self._hands.take_broken():
            await self._adopt([backend for backend in self._backends if backend.name in broken])
        self._looks_around = self._looks_around or polls
        reports, self._reports = self._reports[:_MOST_REPORTS], self._reports[_MOST_REPORTS:]
        restart_on = frozenset[str]()
        if self._reports:
            self._awake.set()
        elif self._looks_around:  # only with every report at hand: one that was left may say that it is there, or was
            restart_on, self._looks_around = frozenset(self._nodes), False
        await self._follow(await self._steps(self._hands.standing(reports), restart_on))

    async def _follow(self, steps: Sequence[Step]) -> None:
        """Do what steps ask for, after their commit."""
        for made in steps:
            self._wakes_ms = made.wake_ms
            if made.has_more:
                self._awake.set()
            await self._hands.act(made, self._nodes)

    async def _sleep(self) -> None:
        wakes = self._polls_next_ms if self._wakes_ms is None else min(self._polls_next_ms, self._wakes_ms)
        self._rests = True
        try:
            async with asyncio.timeout(max(0, wakes - self._clock()) / 1000):
                await self._awake.wait()
        except TimeoutError:
            pass
        finally:
            self._rests = False
        self._awake.clear()

    async def _steps(
        self, reports: Sequence[Report], restart_on: frozenset[str], begun: Awaitable[Step] | None = None
    ) -> list[Step]:
        """Take a step, or one that was begun: again where the database is away, and report by report where one of them
        is to blame."""
        try:
            return [await (begun or self._begin_step(reports, restart_on))]
        except (UnavailableError, StorageFullError) as error:
            _log.warning("a step could not be stored and is taken again", error=error.message)
            self._reports = [*reports, *self._reports]
        except Exception:  # noqa: BLE001 - one bad workload never stops the others
            _log.exception("a step failed", reports=len(reports))
            if len(reports) > 1:
                return [made for report in reports for made in await self._steps([report], restart_on)]
        await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)
        self._looks_around = True
        self._awake.set()
        return []

    def _begin_step(self, reports: Sequence[Report], restart_on: frozenset[str]) -> Awaitable[Step]:
        return self._database.begin_write(partial(self._unit, reports=reports, restart_on=restart_on))

    def _unit(self, tx: Tx, reports: Sequence[Report], restart_on: frozenset[str]) -> Step:
        made = step(SqlComputeStore(tx), reports, self._clock(), restart_on)
        tx.after_commit.append(partial(self._tell, made.changes))
        return made

    def _tell(self, changes: Sequence[Change]) -> None:
        self._endings.note(changes)
        changed = {change.after.uuid: change.after.workspace_id for change in changes}
        for uuid, workspace_id in changed.items():
            self._events.publish(Event("workload", workspace_id, workload_id=uuid))

    def _listen(self, loop: asyncio.AbstractEventLoop, event: Event) -> None:
        if event.kind == "workload" and event.from_afar:
            loop.call_soon_threadsafe(self._kick_from_afar)

    def _kick_from_afar(self) -> None:
        """Another server may have admitted something to our nodes, or stopped something there."""
        self._looks_around = True
        self._awake.set()

    def _take_report(self, backend: Backend, report: Report) -> None:
        if isinstance(report, Unknown):
            self._hands.unknown(backend, report.key)
        else:
            self._hands.heard_of(backend, report.key)
        if isinstance(report, Progressed):
            self._progress.take(report)
            return
        if isinstance(report, Ended):
            self._progress.ended(report.key)
        if isinstance(report, Ended) and report.end.result and len(report.end.result.data) > INLINE_BYTES:
            self._begin(self._store_result(report))
            return
        self._reports.append(report)
        if isinstance(report, Running):
            asyncio.get_running_loop().call_later(_BEGUN_MAY_WAIT_S, self._awake.set)
        else:
            self._awake.set()

    async def _store_result(self, report: Ended) -> None:
        """Put a large result into the artifact store before its end is told, however long that takes."""
        while True:
            try:
                self._reports.append(await with_stored_result(self._blobs, report))
                break
            except TidemillError as error:
                _log.warning("a result could not be stored yet", process=str(report.key), error=error.message)
                await asyncio.sleep(POLL_S)
        self._awake.set()

    async def _poll(self) -> None:
        """Ask backends for their nodes, and write down what they say."""
        self._polls_next_ms = self._clock() + round(POLL_S * 1000)
        for backend in self._backends:
            try:
                nodes = await backend.nodes()
                own = [name for name, owner in self._nodes.items() if owner is backend]
                hear = partial(_hear, backend=backend.name, nodes=nodes, own=own, now=self._clock())
                await self._database.write(hear)
            except Exception:  # noqa: BLE001 - one that is away says nothing of the others
                _log.exception("a backend's nodes could not be learned", backend=backend.name)
                continue
            self._nodes |= dict.fromkeys((node.name for node in nodes), backend)

    async def _adopt(self, backends: Sequence[Backend]) -> None:
        """Ask backends what became of all that runs on their nodes, by the tables, and put away what has ended."""
        for backend in backends:
            own = [name for name, owner in self._nodes.items() if owner is backend]
            live, unsettled = await self._database.read(partial(_standing, own=own))
            try:
                # What has ended is named too: what is not, the backend may drop, with a log that nobody has kept yet.
                await backend.adopt([*live, *unsettled])
            except Exception:  # noqa: BLE001 - it is asked again
                _log.exception("a backend could not adopt", backend=backend.name)
                self._hands.broke(backend)
                self._awake.set()
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)
                continue
            self._hands.put_away(backend, unsettled)
        self._looks_around = True
        self._awake.set()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _end(self) -> None:
        """Let go of the backends; what runs goes on, and what was not done is done by the next."""
        for task in self._tasks:
            task.cancel()
        left: list[Awaitable[object]] = [*self._tasks, self._hands.end()]
        if self._early is not None:
            left.append(self._early)
        await asyncio.gather(*left, return_exceptions=True)
        self._early = None
        for backend in self._backends:
            try:
                await backend.close()
            except Exception:  # noqa: BLE001 - the others are to be closed too
                _log.exception("a backend could not be closed", backend=backend.name)
        self._reports.clear()


def _hear(tx: Tx, backend: str, nodes: Sequence[Node], own: Sequence[str], now: int) -> None:
    SqlComputeStore(tx).hear(backend, nodes, own, now)


def _standing(tx: Tx, own: Sequence[str]) -> tuple[list[ProcessKey], list[ProcessKey]]:
    """What has not ended on these nodes, and what has and is not put away."""
    store = SqlComputeStore(tx)
    return [each.key for each in store.live() if each.node in own], store.unsettled(own)
