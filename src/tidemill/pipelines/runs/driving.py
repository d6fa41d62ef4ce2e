"""One run on its way to its end: what its plan wants is stored and submitted in one transaction, then waited for.

A task's workload is queued by the transaction that stores the task, so that there is one for each, whatever is killed.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec
import structlog

from tidemill.compute import Standing, Waits, Watch, Workloads
from tidemill.compute import State as WorkloadState
from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database, Tx
from tidemill.core.events import Event as Told
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock
from tidemill.kit.errors import NotFoundError, TidemillError
from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.graph import Graph, Task
from tidemill.pipelines.ir.packages import read_document
from tidemill.pipelines.ir.platform import Platform, seconds
from tidemill.pipelines.plan.models import (
    Cancel,
    CancelRun,
    Event,
    Execute,
    Failed,
    Finish,
    Kind,
    Started,
    State,
    Step,
    Succeeded,
)
from tidemill.pipelines.plan.plan import ROOT, Plan
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.caching import cache_key
from tidemill.pipelines.runs.launching import Place, launched
from tidemill.pipelines.runs.launching import Task as LaunchedTask
from tidemill.pipelines.runs.ledger import Batch, Ledger
from tidemill.pipelines.runs.locally import LocalTasks
from tidemill.pipelines.runs.models import Moment, PipelineRun, RunState
from tidemill.pipelines.runs.outcomes import outputs_of
from tidemill.pipelines.runs.store import TaskRow
from tidemill.pipelines.runs.tracking import Measured, Tracker, metrics_of

_ENDS = {
    State.SUCCEEDED: RunState.SUCCEEDED,
    State.SKIPPED: RunState.SUCCEEDED,
    State.CANCELED: RunState.CANCELED,
}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What drivers work with."""

    database: Database
    workloads: Workloads
    waits: Waits
    blobs: BlobStore
    tracker: Tracker
    events: EventBus
    clock: Clock


class _DeletedError(Exception):
    """Somebody deleted the run."""


class Driver:
    """Drives one run; made anew when a server takes it up."""

    def __init__(self, desk: Desk, run: PipelineRun, scope: Scope, place: Place) -> None:
        self._desk = desk
        self._run = run
        self._scope = scope
        self._place = place
        self._tasks: dict[str, Task] = {}
        """Of those that are executed, by path."""
        self._by_workload: dict[str, str] = {}
        """Paths of those whose workloads have not ended."""
        self._is_kicked = asyncio.Event()
        self._is_kicked.set()  # something may have been asked for while nobody drove it
        self._is_cancelled = False
        self._is_late = False
        self._finished = False
        self._platform = Platform()
        self._local = LocalTasks(desk.database, scope, place.keeper.volumes)
        self._ledger: Ledger
        """From when its graph is read."""

    def kick(self) -> None:
        """Something was asked for: look at the run again."""
        self._is_kicked.set()

    async def run(self) -> None:
        """Drive it to its end."""
        try:
            graph, self._platform = await asyncio.to_thread(_graph_of, self._run.document or {})
        except TidemillError as error:
            await self._give_up(error.in_one())
            return
        plan, step = await self._taken_up(graph)
        try:
            await self._tracked()
            await self._drive(plan, step)
        except _DeletedError:
            await self._stop(list(self._by_workload))

    async def _tracked(self) -> None:
        """See to it that the run is among the tracked ones, with all that was measured so far."""
        if not self._run.tracking_run:
            tracked = await self._desk.tracker.begin(self._scope, self._run)
            values = {"tracking_run": tracked}
            await self._desk.database.write(lambda tx: store.change(tx, self._run.id, values))
            self._run = replace(self._run, tracking_run=tracked)
        await self._desk.tracker.end(self._scope, self._run)
        await self._desk.tracker.tell(self._scope, self._run, _measured(self._ledger.rows.values()))

    async def _drive(self, plan: Plan, step: Step) -> None:
        async with self._desk.waits.watch(self._scope) as watch:
            watch.add(self._by_workload)
            watch.add(await self._settle(plan, step))
            while not self._finished:
                standings = await self._news(watch)
                events = [
                    await self._event_of(standing) for standing in standings if standing.uuid in self._by_workload
                ]
                watch.add(await self._settle(plan, Step(), [*events, *await self._asked()]))

    async def _news(self, watch: Watch) -> Sequence[Standing]:
        """Wait until workloads have ended, or something was asked for, or the run's time is up."""
        ended, kicked = asyncio.ensure_future(watch.ended()), asyncio.ensure_future(self._is_kicked.wait())
        try:
            await asyncio.wait([ended, kicked], timeout=self._left_s(), return_when=asyncio.FIRST_COMPLETED)
            return ended.result() if ended.done() else ()
        finally:
            for waiting in (ended, kicked):
                waiting.cancel()
            await asyncio.gather(ended, kicked, return_exceptions=True)

    async def _taken_up(self, graph: Graph) -> tuple[Plan, Step]:
        """Its plan as it was left, or a new one."""
        rows = await self._desk.database.read(partial(store.tasks, run_id=self._run.id))
        self._ledger = Ledger(graph, rows)
        job = self._run.display_name
        if not rows:
            return Plan.begin(graph, self._run.parameters, job=job)
        instances = [row.instance for row in rows]
        if self._ledger.rows[ROOT].instance.state.is_final:  # it had ended, and somebody asks for another try
            return Plan.retry(graph, instances, job=job)
        self._by_workload = {
            row.workload: path for path, row in self._ledger.rows.items() if row.instance.state.is_live
        }
        self._by_workload.pop("", None)
        return Plan.restore(graph, instances, job=job)

    # One turn --------------------------------------------------------------------------------------------------------

    async def _settle(self, plan: Plan, step: Step, events: Iterable[Event] = ()) -> Sequence[str]:
        """Take events until nothing more follows from them at once; store it all together, and act.

        Returns the workloads that were submitted.
        """
        batch, queue = Batch(), deque(events)
        while True:
            for change in step.changes:
                batch.changed[change.after.path] = change.after
            for command in step.commands:
                queue.extend(self._obey(command, batch))
            if not queue:
                started = await self._launch(batch)
                queue.extend([*started, *await self._found_again(batch), *await self._prepare(batch)])
            if not queue:
                break
            step = plan.take(queue.popleft())
        if batch.changed or batch.finish is not None:
            await self._store(batch)
        self._by_workload |= {submission.uuid: path for path, submission in batch.submitted.items()}
        if batch.cancelled:
            await self._stop(batch.cancelled)
        self._finished = self._finished or batch.finish is not None
        return [submission.uuid for submission in batch.submitted.values()]

    def _obey(self, command: Execute | Cancel | Finish, batch: Batch) -> Sequence[Event]:
        """Note in the batch what a command leads to; events that follow at once."""
        match command:
            case Finish():
                batch.finish = command
            case Cancel():
                return self._cancel(command, batch)
            case Execute():
                return self._execute(command, batch)
        return ()

    def _cancel(self, command: Cancel, batch: Batch) -> Sequence[Event]:
        row = self._ledger.rows.get(command.path)
        if batch.wanted.pop(command.path, None) is None and row is not None and row.workload in self._by_workload:
            batch.cancelled.append(row.workload)
            return ()
        batch.submitted.pop(command.path, None)
        return (Failed(command.path, command.attempt, "the run was cancelled"),)

    def _execute(self, command: Execute, batch: Batch) -> Sequence[Event]:
        path, row = command.path, self._ledger.rows.get(command.path)
        self._tasks[path] = command.task
        if row is not None and row.workload in self._by_workload and row.instance.attempt == command.attempt:
            return ()  # it was submitted before we came
        batch.wanted[path] = command
        return (Started(path, command.attempt),)

    async def _launch(self, batch: Batch) -> Sequence[Event]:
        """Find out how each is executed that is to be; what cannot be, or is done at once, has ended."""
        events = list[Succeeded | Failed]()
        for path, command in [each for each in batch.wanted.items() if each[0] not in batch.launches]:
            task = LaunchedTask(
                command,
                self._ledger.uuid(path, batch),
                self._run,
                self._platform,
                partial(self._ledger.instance, batch),
            )
            try:
                if (outputs := await self._local.done(command, self._run)) is not None:
                    events.append(Succeeded(path, command.attempt, outputs))
                    continue
                launch = batch.launches[path] = await launched(task, self._place)
            except TidemillError as error:
                events.append(Failed(path, command.attempt, error.in_one()))
                continue
            if (key := cache_key(command, launch, self._run.uses_cache)) is not None:
                batch.keys[path] = key
        for event in events:
            batch.wanted.pop(event.path)
        return events

    async def _found_again(self, batch: Batch) -> Sequence[Event]:
        """Take what was made before from there, instead of making it again."""
        asked = {path: batch.keys[path] for path in batch.wanted if path in batch.keys}
        if not asked:
            return ()
        keys = sorted(set(asked.values()))
        found = await self._desk.database.read(lambda tx: store.made_before(tx, self._scope, keys))
        return [
            Succeeded(path, batch.wanted.pop(path).attempt, found[key], cached=True)
            for path, key in asked.items()
            if key in found
        ]

    async def _prepare(self, batch: Batch) -> Sequence[Event]:
        """Check what is to be submitted: all at once, and one by one to find what cannot be."""
        if not batch.wanted:
            return ()
        wanted = [(f"{self._run.display_name}/{path}"[-200:], batch.launches[path].spec) for path in batch.wanted]
        prepare = partial(self._desk.workloads.prepare, self._scope, group=self._run.uuid)
        paths, failed = list(batch.wanted), list[Event]()
        try:
            batch.submitted |= zip(paths, await prepare(wanted), strict=True)
        except TidemillError:
            for path, each in zip(paths, wanted, strict=True):
                try:
                    (batch.submitted[path],) = await prepare([each])
                except TidemillError as error:
                    failed.append(Failed(path, batch.wanted[path].attempt, error.in_one()))
        batch.wanted.clear()
        return failed

    async def _store(self, batch: Batch) -> None:
        """Store what came of a turn. A run is seen to have ended only when that, and what its tasks measured, is
        tracked: one that has ended is never taken up again, and whoever waited for it looks there next."""
        now = self._desk.clock()
        rows, finish = self._ledger.changed(batch, now), self._in_time(batch.finish)
        measured = list(_measured(rows))
        if finish is None or measured:
            await self._put(batch, rows, None, now)
            await self._desk.tracker.tell(self._scope, self._run, measured)
        if finish is not None:
            ended = replace(self._run, state=_end_of(finish), finished_ms=now)
            await self._desk.tracker.end(self._scope, ended)
            await self._put(batch, rows, finish, now)

    async def _put(self, batch: Batch, rows: Sequence[TaskRow], finish: Finish | None, now: int) -> None:
        digests = batch.digests()
        counts = msgspec.json.encode(self._ledger.counts(batch)).decode()

        def unit(tx: Tx) -> PipelineRun:
            run = store.held(tx, self._run.id)
            if run is None:
                raise _DeletedError
            self._desk.workloads.add(tx, self._scope, list(batch.submitted.values()))
            revision = run.revision + 1
            store.put_tasks(tx, run.id, rows, revision)
            store.change(tx, run.id, {"counts": counts, "revision": revision})
            store.note_blobs(tx, run.id, digests)
            told = Told("pipeline", self._scope.workspace_id, pipeline_run=run.uuid)
            tx.after_commit.append(partial(self._desk.events.publish, told))
            moment = _moment(run, finish, now)
            return run if moment is None else store.moved(tx, run, moment)

        write = self._desk.workloads.write if batch.submitted else self._desk.database.write
        self._run = await write(unit)
        self._ledger.take(rows)

    def _in_time(self, finish: Finish | None) -> Finish | None:
        """The end of the run: one that was ended by its deadline has failed."""
        if finish is None or not self._is_late or finish.state is not State.CANCELED:
            return finish
        most_s = seconds(self._platform.pipeline.active_deadline_seconds, "")
        return replace(finish, state=State.FAILED, error=f"the run took longer than {most_s} s, the most that it may")

    async def _stop(self, uuids: Sequence[str]) -> None:
        try:
            await self._desk.workloads.stop(self._scope, uuids)
        except NotFoundError:  # somebody removed one that had ended
            for uuid in uuids if len(uuids) > 1 else ():
                await self._stop([uuid])

    # What has happened -----------------------------------------------------------------------------------------------

    async def _event_of(self, standing: Standing) -> Event:
        path = self._by_workload.pop(standing.uuid)
        attempt = self._ledger.rows[path].instance.attempt
        if standing.state is not WorkloadState.SUCCEEDED:
            return Failed(path, attempt, standing.reason)
        try:
            content = await self._result(standing)
            place = f"tidemill://runs/{self._run.uuid}/{path}"
            return Succeeded(path, attempt, outputs_of(self._tasks[path], content, place))
        except TidemillError as error:
            return Failed(path, attempt, error.in_one())

    async def _result(self, standing: Standing) -> bytes:
        result = standing.result or await self._desk.workloads.result(self._scope, standing.uuid)
        if not result.digest:
            return result.data
        async with self._desk.blobs.open(result.digest, start=0, end=None) as opened:
            return b"".join([chunk async for chunk in opened.chunks])

    def _left_s(self) -> float | None:
        """How long the run may still go on; None: as long as it likes."""
        most_s = seconds(self._platform.pipeline.active_deadline_seconds, "")
        if not most_s or self._is_cancelled:
            return None
        began = max((each.at_ms for each in self._run.history if each.state == RunState.RUNNING), default=None)
        return None if began is None else max(0.0, most_s - (self._desk.clock() - began) / 1000)

    async def _asked(self) -> Sequence[Event]:
        """What a user asked for meanwhile, or its pipeline's deadline does."""
        if self._left_s() == 0:
            self._is_cancelled = self._is_late = True
            return (CancelRun(),)
        if not self._is_kicked.is_set():
            return ()
        self._is_kicked.clear()
        run = await self._desk.database.read(lambda tx: store.by_uuid(tx, self._scope, self._run.uuid))
        if run is None:
            raise _DeletedError
        if run.state is RunState.CANCELING and not self._is_cancelled:
            self._is_cancelled = True
            return (CancelRun(),)
        return ()

    async def _give_up(self, error: str) -> None:
        moment = Moment(RunState.FAILED, self._desk.clock(), error)
        await self._desk.database.write(lambda tx: store.moved(tx, self._run, moment))


def _graph_of(document: Mapping[str, Any]) -> tuple[Graph, Platform]:
    package = read_document(document)
    return check(package.pipeline), package.platform


def _measured(rows: Iterable[TaskRow]) -> Iterator[Measured]:
    for row in rows:
        instance = row.instance
        if instance.kind is Kind.EXECUTOR and row.ended_ms is not None and (metrics := metrics_of(instance)):
            began = row.started_ms if row.started_ms is not None else row.created_ms
            yield Measured(row.uuid, instance.path, instance.attempt, metrics, began, row.ended_ms)


def _end_of(finish: Finish) -> RunState:
    return _ENDS.get(finish.state, RunState.FAILED)


def _moment(run: PipelineRun, finish: Finish | None, now: int) -> Moment | None:
    """The state that a run is in from now on; None where it stays in the one that it has."""
    if finish is not None:
        return Moment(_end_of(finish), now, finish.error)
    return Moment(RunState.RUNNING, now) if run.state is RunState.PENDING else None
