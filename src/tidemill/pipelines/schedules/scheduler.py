"""The scheduler: begins a run for each time of each schedule, once.

A time's run, its row and the step of the schedule to its next time are one transaction, under the lock of the
schedule's row: killed at any instant, and with several servers, each time has exactly one run. It holds nothing that
a restart would lose.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial

import structlog

from tidemill.core.database import Database, Dialect, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.core.leases import Leases
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import TidemillError
from tidemill.kit.ids import new_uuid
from tidemill.pipelines.catalog import Catalog
from tidemill.pipelines.runs.models import RunRequest
from tidemill.pipelines.runs.service import PipelineRuns, PreparedRun
from tidemill.pipelines.schedules import rules, store
from tidemill.pipelines.schedules.models import Occurrence, Schedule
from tidemill.pipelines.schedules.requests import request_of

LEASE = "pipelines"
"""The engine's: runs begin in the server that drives them, and need not be looked for."""
_LOOK_EVERY_S = 5.0
_LONGEST_ERROR = 2000
_AT_ONCE = 16
"""Schedules that are seen to side by side: their transactions share a sync."""
_PAUSE_MS = 10_000
"""After trouble that is not the schedule's own fault."""
_log = structlog.get_logger(__name__)

ScopeOf = Callable[[int, str], Awaitable[Scope]]
"""The scope of a workspace's id and a subject's name."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to come of a time: a run, or an error that says why none can begin."""

    due_ms: int
    run: PreparedRun | None
    error: str = ""


class _Outcome(Enum):
    """What came of an attempt."""

    BEGUN = "a run began, or could not: the schedule went on to its next time"
    FULL = "as many of its runs go on as may: it waits for one to end"
    PASSED = "somebody else was there before, or changed it"


class Scheduler:
    """Background work of a server; `kick` may be called from any thread at any time."""

    def __init__(
        self,
        database: Database,
        events: EventBus,
        leases: Leases,
        *,
        runs: PipelineRuns,
        catalog: Catalog,
        scope_of: ScopeOf,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._events = events
        self._leases = leases
        self._runs = runs
        self._catalog = catalog
        self._scope_of = scope_of
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake = asyncio.Event()
        self._waits_for_runs = False
        self._paused_until: dict[int, int] = {}

    def kick(self) -> None:
        """A schedule is new, or was switched on, or one of its runs may have ended."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._awake.set)

    async def run(self) -> None:
        """Begin runs at their times until cancelled."""
        self._loop = asyncio.get_running_loop()
        unlisten = self._events.listen(self._heard)
        try:
            while True:
                self._awake.clear()
                wait_s = await self.look() if await self._is_ours() else _LOOK_EVERY_S
                try:
                    async with asyncio.timeout(wait_s):
                        await self._awake.wait()
                except TimeoutError:
                    pass
        finally:
            unlisten()
            self._loop = None

    async def look(self) -> float:
        """Begin what is due now; returns in how many seconds to look again."""
        while True:
            now = self._clock()
            due = await self._database.read(partial(store.due, now_ms=now))
            self._paused_until = {id_: until for id_, until in self._paused_until.items() if until > now}
            at_once = asyncio.Semaphore(_AT_ONCE)
            tried = (self._tried(id_, at_once) for id_ in due if id_ not in self._paused_until)
            outcomes = await asyncio.gather(*tried)
            self._waits_for_runs = _Outcome.FULL in outcomes
            if _Outcome.BEGUN not in outcomes:
                break
        following = await self._database.read(lambda tx: store.next_time(tx, now))
        wait_ms = _LOOK_EVERY_S * 1000 if following is None else following - self._clock()
        return min(max(wait_ms / 1000, 0.0), _LOOK_EVERY_S)

    def _heard(self, event: Event) -> None:
        if event.kind == "pipeline" and (self._waits_for_runs or event.pipeline_run is None):
            self.kick()

    async def _is_ours(self) -> bool:
        return self._database.dialect is Dialect.SQLITE or await self._leases.take(LEASE) is not None

    async def _tried(self, schedule_id: int, at_once: asyncio.Semaphore) -> _Outcome:
        """See to one time of a schedule; what is wrong with one is not the others' trouble."""
        try:
            async with at_once:
                return await self._see_to(schedule_id)
        except Exception:  # noqa: BLE001 - whatever it is, the others are to have their runs
            _log.exception("a schedule could not be seen to, and is tried again", schedule=schedule_id)
            self._paused_until[schedule_id] = self._clock() + _PAUSE_MS
            return _Outcome.PASSED

    async def _see_to(self, schedule_id: int) -> _Outcome:
        schedule, active = await self._database.read(partial(store.with_active, schedule_id=schedule_id))
        now = self._clock()
        if schedule is None or (due := rules.due_time(schedule, now)) is None:
            return _Outcome.PASSED
        if active >= schedule.max_concurrency:
            return _Outcome.FULL
        scope = await self._scope_of(schedule.workspace_id, schedule.owner)
        plan = await self._planned(scope, schedule, due, now)
        outcome = await self._database.write(partial(self._step, scope=scope, seen=schedule, plan=plan, now=now))
        if outcome is _Outcome.BEGUN and plan.run is not None:
            self._runs.begun(plan.run.uuid)
        elif outcome is _Outcome.BEGUN:
            _log.warning("a scheduled run could not begin", schedule=schedule.uuid, reason=plan.error)
        return outcome

    async def _planned(self, scope: Scope, schedule: Schedule, due_ms: int, now: int) -> _Plan:
        uuid = new_uuid()
        request = request_of(
            schedule, schedule.uuid, index=schedule.times + 1, due_ms=due_ms, now_ms=now, run_uuid=uuid
        )
        try:
            return _Plan(due_ms, await self._runs.prepare(scope, await self._resolved(scope, request), uuid))
        except TidemillError as error:
            if error.status >= 500:  # ours, not the schedule's: the time waits for its run
                raise
            return _Plan(due_ms, None, error.in_one()[:_LONGEST_ERROR])

    async def _resolved(self, scope: Scope, request: RunRequest) -> RunRequest:
        """The same with the pipeline's latest version by name, so that the run says which it was."""
        source = request.source
        if request.document is not None or source.version_uuid or not source.pipeline_uuid:
            return request
        latest = await self._catalog.latest_version(scope, source.pipeline_uuid)
        return replace(request, source=replace(source, version_uuid=latest.uuid))

    def _step(self, tx: Tx, scope: Scope, seen: Schedule, plan: _Plan, now: int) -> _Outcome:
        """Store what comes of a time, and go on to the next."""
        schedule = store.held(tx, seen.id)
        if schedule is None or not schedule.enabled or schedule.next_ms != seen.next_ms:
            return _Outcome.PASSED
        if plan.run is not None and store.active(tx, schedule) >= schedule.max_concurrency:
            return _Outcome.FULL
        run = "" if plan.run is None else self._runs.add(tx, scope, plan.run, plan.due_ms)
        store.note(tx, schedule, Occurrence(plan.due_ms, now, run, plan.error))
        following = rules.time_behind(schedule, plan.due_ms, now, failed=plan.run is None)
        values = {
            "next_ms": following,
            "last_ms": plan.due_ms,
            "times": schedule.times + 1,
            "error": plan.error,
        }
        store.change(tx, schedule.id, values)
        tx.after_commit.append(partial(self._events.publish, Event("pipeline", schedule.workspace_id)))
        return _Outcome.BEGUN
