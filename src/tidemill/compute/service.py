"""Use cases over workloads: submit, look at, stop. Each is one unit of work, within a scope."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TypeVar

import msgspec

from tidemill.compute.admission import Turn, line_up, refuse
from tidemill.compute.checking import MOST_ITEMS, EnvironmentCheck, checked_group, checked_name, checked_spec
from tidemill.compute.controller import Secrets, digests_of, queue_picture, whole_picture
from tidemill.compute.models import ACTIVE, Change, Progress, Result, Spec, State
from tidemill.compute.records import Listing, Moment, ProcessRecord, Submission, WorkloadRecord
from tidemill.compute.rules import Stop, change
from tidemill.compute.shapes import shape_of, shape_text
from tidemill.compute.store import SqlComputeStore, asking, blobs
from tidemill.compute.store.moving import waiting_of
from tidemill.core.database import Database, Tx, Write
from tidemill.core.events import Event, EventBus
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError, TooLargeError
from tidemill.kit.ids import friendly_name, random_hex

_MOST_MOMENTS = 200
_SHOWS_PROGRESS = frozenset({*ACTIVE, State.FAILED, State.STOPPED})
"""What waits begins anew, and what has succeeded is at its end."""
_FAR_BEHIND = Turn(0, "many of its size go first")
Written = TypeVar("Written")


@dataclass(frozen=True, slots=True)
class Item:
    """How one workload of a batch differs from the template."""

    name: str = ""
    arguments: bytes | None = field(default=None, repr=False)
    """The pickled arguments of its call; None: the template's."""
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """Added to the template's."""
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Added to the template's."""


@dataclass(frozen=True, slots=True)
class Details:
    """All that is known of a workload."""

    workload: WorkloadRecord
    history: Sequence[Moment]
    processes: Sequence[ProcessRecord]
    turn: Turn | None
    """Where in the queue it stands and what it waits for, where it waits. The place is 0 for one not yet in line."""

    @property
    def progress(self) -> Progress | None:
        """How far it is, or was when it failed or was stopped: by the first of its processes that told."""
        if self.workload.state not in _SHOWS_PROGRESS:
            return None
        present = (each.process for each in self.processes if each.attempt == self.workload.attempt)
        return next((each.progress for each in present if each.progress is not None), None)

    @property
    def why(self) -> str:
        """What it waits for; empty for one that does not wait."""
        return self.turn.why if self.turn is not None else ""


class Workloads:
    """Submits, finds and stops workloads of a workspace.

    `kick` is told when the controller has something to do; `backends` are those that may be asked for.
    """

    def __init__(
        self,
        database: Database,
        events: EventBus,
        kick: Callable[[], None],
        backends: Collection[str],
        *,
        check_environment: EnvironmentCheck,
        secrets: Secrets | None = None,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._events = events
        self._kick = kick
        self._backends = backends
        self._secrets = secrets
        self._check_environment = lru_cache(maxsize=16)(check_environment)  # a thousand items share one
        self._clock = clock

    async def submit(self, scope: Scope, spec: Spec, *, name: str = "", group: str = "") -> WorkloadRecord:
        """Queue a workload; without a name it gets a friendly one.

        Raises InvalidError for one that cannot be or could never start, TooLargeError for one over a limit.
        """
        submission = self._submission(scope, spec, name, checked_group(group))
        await self._require_secrets(scope, spec)

        def unit(tx: Tx) -> WorkloadRecord:
            uuid = once(tx, scope, "workloads/submit", lambda: self._add(tx, scope, [submission]))
            return _require(tx, scope, uuid)

        return await self.write(unit)

    async def submit_many(
        self, scope: Scope, template: Spec, items: Sequence[Item], *, name: str = "", group: str = ""
    ) -> list[str]:
        """Queue up to 1,000 workloads at once, all or none; returns their ids in order.

        They differ from the template as their items say. Those without a name are named after `name`, and numbered.
        """
        if not 0 < len(items) <= MOST_ITEMS:
            raise TooLargeError(
                f"a batch has 1 to {MOST_ITEMS} workloads, not {len(items)}", hint="send it in several parts"
            )
        group, stem = checked_group(group), name or friendly_name()
        submissions = [
            self._submission(scope, _varied(template, item), item.name or f"{stem}-{number}", group)
            for number, item in enumerate(items)
        ]
        await self._require_secrets(scope, template)
        uuids = await self.write(
            lambda tx: once(tx, scope, "workloads/batch", lambda: self._add(tx, scope, submissions))
        )
        return uuids.split(",")

    async def prepare(
        self, scope: Scope, wanted: Sequence[tuple[str, Spec]], *, group: str = ""
    ) -> Sequence[Submission]:
        """Check workloads, by name and spec, that another slice is to `add` in a transaction of its own.

        Raises InvalidError for one that cannot be or could never start, TooLargeError for one over a limit.
        """
        prepared = [self._submission(scope, spec, name, checked_group(group)) for name, spec in wanted]
        for each in prepared:
            await self._require_secrets(scope, each.spec)
        await self._database.read(partial(_refuse_what_never_starts, submissions=prepared))
        return prepared

    def add(self, tx: Tx, scope: Scope, prepared: Sequence[Submission]) -> None:
        """Queue them, in a unit that `write` is given. Raises InvalidError for one that could never start."""
        if prepared:
            self._add(tx, scope, prepared)

    async def write(self, unit: Write[Written]) -> Written:
        """Write what the controller is to act upon. Where units keep their order its step may begin at once: it comes
        after this unit, most often in the same transaction, and so one sync is enough for both."""
        if self._database.keeps_order:
            writing = self._database.begin_write(unit)
            self._kick()
            return await writing
        written = await self._database.write(unit)
        self._kick()
        return written

    async def get(self, scope: Scope, uuid: str) -> Details:
        """A workload with its history and processes, and why it waits."""
        return await self._database.read(partial(self._details, scope=scope, uuid=uuid))

    async def list_all(self, scope: Scope, listing: Listing) -> tuple[int, list[WorkloadRecord]]:
        """How many workloads a listing has in all, and one page of them."""
        return await self._database.read(lambda tx: asking.page(tx, scope, listing))

    async def turns(self, scope: Scope, records: Sequence[WorkloadRecord]) -> Mapping[str, Turn]:
        """Where those of these that wait stand in the queue, and what each waits for."""
        waiting = [record for record in records if record.state is State.QUEUED]
        if not waiting:
            return {}
        return await self._database.read(lambda tx: self._turns(tx, waiting))

    async def progress(self, records: Sequence[WorkloadRecord]) -> Mapping[str, Progress]:
        """How far those of these are that run, and were that failed or were stopped."""
        shown = [record for record in records if record.state in _SHOWS_PROGRESS]
        return await self._database.read(lambda tx: asking.progress(tx, shown)) if shown else {}

    async def counts(self, scope: Scope, group: str = "") -> Mapping[State, int]:
        """How many workloads of the workspace, or of one group of it, are in each state."""
        return await self._database.read(lambda tx: asking.counts(tx, scope, group))

    async def stop(self, scope: Scope, uuids: Sequence[str] = (), *, group: str = "") -> list[str]:
        """Stop these workloads, or all of a group that have not ended; returns those that this made stop.

        What waits is stopped at once, what runs is asked to end and then made to. To stop what has ended does nothing.
        """

        def unit(tx: Tx) -> list[str]:
            wanted = asking.unfinished_of_group(tx, scope, group) if group else list(dict.fromkeys(uuids))
            _require_all(wanted, asking.states(tx, scope, wanted))
            store = SqlComputeStore(tx)
            rule = Stop(scope.subject.name)
            loaded = store.load(wanted)
            changes = [change(loaded[uuid], rule, self._clock()) for uuid in wanted]
            made = [each for each in changes if each is not None]
            store.apply(made)
            self._tell(tx, made)
            return [each.after.uuid for each in made]

        return await self.write(unit)

    async def result(self, scope: Scope, uuid: str, rank: int = 0) -> Result:
        """What a process of the last attempt gave; one that is not small is only named by its digest.

        Raises NotFoundError where it gave nothing, or has not yet.
        """

        def unit(tx: Tx) -> Result | None:
            return asking.result(tx, _require(tx, scope, uuid), rank)

        found = await self._database.read(unit)
        if found is None:
            raise NotFoundError(
                f"process {rank} of the workload {uuid} has no result",
                hint="only Python calls give one, when they have ended; POST /api/v1/workloads/wait waits for that",
            )
        return found

    def _submission(self, scope: Scope, spec: Spec, name: str, group: str) -> Submission:
        spec = checked_spec(
            spec,
            self._backends,
            has_secrets=self._secrets is not None,
            check_environment=self._check_environment,
        )
        named = checked_name(name) or friendly_name()
        return Submission(random_hex(), scope.workspace_id, named, scope.subject.name, spec, group)

    async def _require_secrets(self, scope: Scope, spec: Spec) -> None:
        """Raise InvalidError for a secret that the workspace has not."""
        if self._secrets is None or not spec.secrets:
            return
        for name in await self._secrets.absent(scope.workspace_id, spec.secrets.values()):
            raise InvalidError(
                f"the workspace has no secret named {name[:100]!r}",
                hint="`tidemill secret set NAME` sets one; `tidemill secret list` shows those there are",
            )

    def _add(self, tx: Tx, scope: Scope, submissions: Sequence[Submission]) -> str:
        _refuse_what_never_starts(tx, submissions)
        now = self._clock()
        _use_blobs(tx, scope, {digest for each in submissions for digest in digests_of(each.spec)}, now)
        SqlComputeStore(tx).add(submissions, now)
        events = [Event("workload", scope.workspace_id, workload_id=each.uuid) for each in submissions]
        tx.after_commit.extend(partial(self._events.publish, event) for event in events)
        return ",".join(each.uuid for each in submissions)

    def _details(self, tx: Tx, scope: Scope, uuid: str) -> Details:
        record = _require(tx, scope, uuid)
        turn = self._turn(tx, record) if record.state is State.QUEUED else None
        return Details(record, asking.history(tx, record, _MOST_MOMENTS), asking.processes(tx, record), turn)

    def _turn(self, tx: Tx, record: WorkloadRecord) -> Turn | None:
        now = self._clock()
        if record.not_before_ms > now:
            return _again_later(record, now)
        waiting = asking.place_in_queue(tx, record)
        return line_up(whole_picture(SqlComputeStore(tx), waiting, now)).get(record.id)

    def _turns(self, tx: Tx, records: Sequence[WorkloadRecord]) -> Mapping[str, Turn]:
        """One look at the queue for all of them: those far behind in their lane are said to be there."""
        now = self._clock()
        line = line_up(queue_picture(SqlComputeStore(tx), now))
        return {
            record.uuid: _again_later(record, now) if record.not_before_ms > now else line.get(record.id, _FAR_BEHIND)
            for record in records
        }

    def _tell(self, tx: Tx, changes: Sequence[Change]) -> None:
        for each in changes:
            event = Event("workload", each.after.workspace_id, workload_id=each.after.uuid)
            tx.after_commit.append(partial(self._events.publish, event))


def _again_later(record: WorkloadRecord, now: int) -> Turn:
    return Turn(0, f"it is tried again in {(record.not_before_ms - now + 999) // 1000} s: {record.reason}")


def _varied(template: Spec, item: Item) -> Spec:
    changed: dict[str, object] = {}
    if item.arguments is not None:
        if template.call is None:
            raise InvalidError("an item has arguments, and the template has no call", hint="give the template a call")
        changed["call"] = msgspec.structs.replace(template.call, arguments=item.arguments)
    if item.variables:
        changed["variables"] = {**template.variables, **item.variables}
    if item.labels:
        changed["labels"] = {**template.labels, **item.labels}
    return msgspec.structs.replace(template, **changed) if changed else template


def _refuse_what_never_starts(tx: Tx, submissions: Sequence[Submission]) -> None:
    """One look at each size: a batch has few. Nodes that are away or closed may come back, so they count."""
    store = SqlComputeStore(tx)
    nodes, quotas = [each.node for each in store.nodes()], store.quotas()
    sizes = {(each.workspace_id, shape_text(each.spec)) for each in submissions}
    for workspace_id, text in sizes:
        if all(node.backend != shape_of(text).backend for node in nodes):
            continue  # it has not said yet what it offers
        reason = refuse(waiting_of((0, workspace_id, text, 0, 0)), nodes, quotas)
        if reason is not None:
            raise InvalidError(f"it could never start: {reason}", hint="ask for less, or for another backend")


def _use_blobs(tx: Tx, scope: Scope, digests: Collection[str], now: int) -> None:
    if not digests:
        return
    sizes = blobs.known(tx, scope, sorted(digests))
    missing = sorted(set(digests) - set(sizes))
    if missing:
        raise InvalidError(
            f"the workspace has no blob {missing[0]}", hint="send its content first: PUT /api/v1/blobs/<digest>"
        )
    blobs.note(tx, scope, sizes, now)


def _require(tx: Tx, scope: Scope, uuid: str) -> WorkloadRecord:
    record = asking.record(tx, scope, uuid)
    if record is None:
        raise _missing(uuid)
    return record


def _require_all(uuids: Sequence[str], found: Mapping[str, State]) -> None:
    for uuid in uuids:
        if uuid not in found:
            raise _missing(uuid)


def _missing(uuid: str) -> NotFoundError:
    return NotFoundError(f"no workload has the id {uuid[:50]!r}", hint="GET /api/v1/workloads lists them")
