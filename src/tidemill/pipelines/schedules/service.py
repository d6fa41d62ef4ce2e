"""Use cases over schedules: make one, look at it and its times, switch it on and off, delete it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError, TooLargeError
from tidemill.kit.ids import new_uuid
from tidemill.pipelines.listing import Listing
from tidemill.pipelines.runs.service import PipelineRuns, PreparedRun
from tidemill.pipelines.schedules import rules, store
from tidemill.pipelines.schedules.models import NewSchedule, Occurrence, Preview, Schedule, Standing
from tidemill.pipelines.schedules.requests import request_of

MAX_CONCURRENCY = 1000
MAX_SCHEDULES = 10_000
"""In a workspace."""
MAX_NAME_LENGTH = 200
MAX_TEXT_LENGTH = 10_000
_GREATEST_HISTORY = 1000


@dataclass(frozen=True, slots=True)
class _Checked:
    """A schedule that is about to be stored, with its first run as it would be."""

    uuid: str
    new: NewSchedule
    run: PreparedRun
    made_ms: int
    """From when its times are counted: `first_ms` is too."""
    first_ms: int


class Schedules:
    """Schedules of a workspace; `kick` tells the scheduler that a time may have come."""

    def __init__(
        self,
        database: Database,
        events: EventBus,
        runs: PipelineRuns,
        kick: Callable[[], None],
        *,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._events = events
        self._runs = runs
        self._kick = kick
        self._clock = clock

    async def create(self, scope: Scope, new: NewSchedule) -> Schedule:
        """Make a schedule. Raises InvalidError for a trigger without times, and for what no run could be begun of."""
        now = self._clock()
        new = replace(new, trigger=rules.read_trigger(new.trigger))
        _check(new)
        if (first := rules.first_time(new.trigger, now)) is None:
            raise InvalidError("the schedule has no time before its end", hint="move end_time, or the times")
        uuid = new_uuid()
        run = await self._runs.prepare(scope, request_of(new, uuid, index=1, due_ms=first, now_ms=now))
        checked = _Checked(uuid, new, run, now, first)

        def unit(tx: Tx) -> Schedule:
            made = once(tx, scope, "pipeline-schedules/create", lambda: self._add(tx, scope, checked))
            return _require(tx, scope, made)

        made = await self._database.write(unit)
        self._kick()
        return made

    async def get(self, scope: Scope, uuid: str) -> Schedule:
        """A schedule with its own spec, where it has one."""
        return await self._database.read(partial(_require, scope=scope, uuid=uuid))

    async def list_all(
        self, scope: Scope, listing: Listing, experiment_id: int | None = None
    ) -> tuple[list[Schedule], str, int]:
        """A page of schedules without their specs, the token of the next page, and how many there are in all."""
        return await self._database.read(lambda tx: store.page(tx, scope, listing, experiment_id))

    async def standings(self, schedules: Sequence[Schedule]) -> list[Standing]:
        """How each of these does."""
        return await self._database.read(lambda tx: store.standings(tx, schedules))

    async def history(self, schedule: Schedule, limit: int) -> list[Occurrence]:
        """What its latest times came to, the latest first."""
        limit = min(max(limit, 0), _GREATEST_HISTORY)
        return await self._database.read(lambda tx: store.history(tx, schedule, limit))

    def upcoming(self, schedule: Schedule, count: int) -> list[int]:
        """Its next times: of what was missed too, where it catches up. None while it is off."""
        if not schedule.enabled or schedule.next_ms is None:
            return []
        now = self._clock()
        first = rules.due_time(schedule, now) or schedule.next_ms
        behind = rules.upcoming(schedule.trigger, first, schedule.created_ms, max(count - 1, 0))
        return [first, *behind][:count]

    def preview(self, new: NewSchedule, count: int) -> Preview:
        """A trigger in words, and its next times. Raises InvalidError."""
        return rules.preview(new.trigger, self._clock(), count)

    async def switch(self, scope: Scope, uuid: str, *, on: bool) -> None:
        """Switch a schedule on or off; what it is already it stays."""

        def unit(tx: Tx) -> None:
            found = _require(tx, scope, uuid)
            if found.enabled is not on:
                store.change(tx, found.id, {"enabled": on, "updated_ms": self._clock()})
                self._tell(tx, scope.workspace_id)

        await self._database.write(unit)
        self._kick()

    async def delete(self, scope: Scope, uuid: str) -> None:
        """Remove a schedule. Its runs stay, and those that have not ended go on."""

        def unit(tx: Tx) -> None:
            store.remove(tx, _require(tx, scope, uuid).id)
            self._tell(tx, scope.workspace_id)

        await self._database.write(unit)

    def _add(self, tx: Tx, scope: Scope, checked: _Checked) -> str:
        if store.count(tx, scope) >= MAX_SCHEDULES:
            raise TooLargeError(f"the workspace has {MAX_SCHEDULES} schedules", hint="delete those that nobody needs")
        now, new, run = checked.made_ms, checked.new, checked.run
        document = None if new.document is None else msgspec.json.encode(run.request.document).decode()
        store.add(
            tx,
            {
                "workspace_id": scope.workspace_id,
                "uuid": checked.uuid,
                "display_name": new.display_name,
                "description": new.description,
                "experiment_id": run.experiment_id,
                "pipeline_uuid": new.source.pipeline_uuid,
                "version_uuid": new.source.version_uuid,
                "document": document,
                "cron": new.trigger.cron,
                "interval_s": new.trigger.interval_s,
                "start_ms": new.trigger.start_ms,
                "end_ms": new.trigger.end_ms,
                "parameters": msgspec.json.encode(new.parameters).decode(),
                "pipeline_root": new.pipeline_root,
                "service_account": new.service_account,
                "max_concurrency": new.max_concurrency,
                "catches_up": new.catches_up,
                "enabled": new.enabled,
                "owner": scope.subject.name,
                "created_ms": now,
                "updated_ms": now,
                "next_ms": checked.first_ms,
                "last_ms": None,
                "times": 0,
                "error": "",
            },
        )
        self._tell(tx, scope.workspace_id)
        return checked.uuid

    def _tell(self, tx: Tx, workspace_id: int) -> None:
        tx.after_commit.append(partial(self._events.publish, Event("pipeline", workspace_id)))


def _check(new: NewSchedule) -> None:
    if not new.display_name.strip():
        raise InvalidError("display_name is missing", hint="a schedule has a name")
    for what, text, most in (
        ("display_name", new.display_name, MAX_NAME_LENGTH),
        ("description", new.description, MAX_TEXT_LENGTH),
        ("service_account", new.service_account, MAX_NAME_LENGTH),
    ):
        if len(text) > most:
            raise InvalidError(f"{what} has {len(text)} characters, and {most} are the most")
    if new.max_concurrency not in range(1, MAX_CONCURRENCY + 1):
        raise InvalidError(
            f"max_concurrency is 1 to {MAX_CONCURRENCY}, and not {new.max_concurrency}",
            hint="1 begins a run only when the one before it has ended",
        )


def _require(tx: Tx, scope: Scope, uuid: str) -> Schedule:
    if (found := store.by_uuid(tx, scope, uuid)) is None:
        raise NotFoundError(
            f"no recurring run has the id {uuid[:50]!r}", hint="GET /apis/v2beta1/recurringruns lists them"
        )
    return found
