"""One step: what backends reported, what is due and what the queue holds, turned into changes and into acts.

A step is a function of the tables, the reports and the time, and does nothing but change the tables. What is to be
done in the world comes back as `Step`, and may be done again by whoever finds it undone.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import structlog

from tidemill.compute.admission import Placement, decide
from tidemill.compute.backends.port import Ended, Report, Running, Unknown
from tidemill.compute.controller.picture import LANE_HEAD, picture
from tidemill.compute.models import Change, End, Outcome, Process, ProcessKey, State, Workload
from tidemill.compute.records import KnownNode, Live, ProcessChange
from tidemill.compute.rules import Admit, Begin, Finish, Preempt, Rule, change
from tidemill.compute.store import ComputeStore

LOST_AFTER_MS = 600_000
"""What runs on a node not heard of for so long counts as lost, and is tried elsewhere."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Start:
    """A process to start, and on which node."""

    workload: Workload
    rank: int
    node: str
    devices: tuple[str, ...]

    @property
    def key(self) -> ProcessKey:
        return ProcessKey(self.workload.uuid, self.workload.attempt, self.rank)


@dataclass(frozen=True, slots=True)
class Stop:
    """A process to end."""

    key: ProcessKey
    node: str
    grace_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a step: to be done, in this order of kinds, after its commit."""

    changes: tuple[Change, ...]
    starts: tuple[Start, ...]
    stops: tuple[Stop, ...]
    strays: tuple[ProcessKey, ...]
    """Run, though the tables know nothing of them: to be ended."""
    ended: tuple[ProcessKey, ...]
    """Have ended and are recorded: their logs are to be kept, and then they are to be forgotten."""
    wake_ms: int | None
    """When a wait between two tries ends next."""
    has_more: bool = False
    """Whether so many were admitted that others behind them may start at once too."""


def step(store: ComputeStore, reports: Sequence[Report], now_ms: int, restart_on: Collection[str] = ()) -> Step:
    """Take one step. `restart_on` names nodes on which everything admitted and not begun is to be started again."""
    store.take_turn()
    applied = _Applied(store, now_ms)
    applied.take(reports)
    known = {each.node.name: each for each in store.nodes()}
    if restart_on:
        applied.lose(store.live(), known)
    applied.save()
    store.end_backoffs(now_ms)
    live, has_more = _admit(store, applied, known, now_ms)
    again = _unbegun(store, live, restart_on) if restart_on else ()
    return Step(
        tuple(applied.changes),
        (*applied.standing_starts(), *again),
        tuple(Stop(each.key, each.node, each.grace_s) for each in live if each.state is State.STOPPING),
        tuple(applied.strays),
        tuple(applied.ended),
        store.next_backoff_ms(),
        has_more,
    )


class _Applied:
    """What the reports and the queue change, workload by workload."""

    def __init__(self, store: ComputeStore, now_ms: int) -> None:
        self.changes: list[Change] = []
        self.starts: list[Start] = []
        self.strays: list[ProcessKey] = []
        self.ended: list[ProcessKey] = []
        self._store = store
        self._now_ms = now_ms
        self._loaded: dict[str, Workload] = {}
        self._unsaved: list[Change] = []
        self._processes: list[ProcessChange] = []

    def take(self, reports: Sequence[Report]) -> None:
        """Apply reports, each by a rule. One that cannot be applied is told to the log and spoils nothing."""
        if reports:
            self._loaded |= self._store.load(list(dict.fromkeys(report.key.workload for report in reports)))
        for report in reports:
            try:
                self._take(report)
            except Exception:  # noqa: BLE001 - one bad workload never stops the others
                _log.exception("a report could not be applied", process=str(report.key))

    def lose(self, live: Sequence[Live], known: dict[str, KnownNode]) -> None:
        """Give up what runs on nodes that were not heard of for long."""
        heard = {name for name, each in known.items() if each.heard_ms > self._now_ms - LOST_AFTER_MS}
        gone = [each for each in live if each.node not in heard]
        if gone:
            self._loaded |= self._store.load(sorted({each.key.workload for each in gone} - set(self._loaded)))
        for each in gone:
            message = f"its node {each.node} was not heard of for {LOST_AFTER_MS // 1000} s"
            self._finish(each.key, End(Outcome.LOST, self._now_ms, message=message))

    def admit(self, workload: Workload, placements: Sequence[Placement]) -> None:
        """Give it nodes, and ask for its processes there."""
        changed = self.apply(workload, Admit([(each.node, each.devices) for each in placements]))
        if changed is not None:
            self.starts += [_start(changed, process) for process in changed.processes]

    def apply(self, workload: Workload, rule: Rule) -> Workload | None:
        """Apply a rule; None where it changes nothing."""
        made = change(self._loaded.get(workload.uuid, workload), rule, self._now_ms)
        if made is None:
            return None
        self._unsaved.append(made)
        self._loaded[workload.uuid] = made.after
        return made.after

    def save(self) -> None:
        """Store what was applied."""
        if self._unsaved:
            self._store.apply(self._unsaved, self._processes)
            self.changes += self._unsaved
            self._unsaved, self._processes = [], []

    def standing_starts(self) -> list[Start]:
        """The starts that later reports of the same step have not made void. What is to be stopped is started first:
        a backend can only end, and tell of the end of, what it has."""
        return [each for each in self.starts if (process := self._process(each.key)) is not None and not process.end]

    def _take(self, report: Report) -> None:
        process = self._process(report.key)
        match report:
            case Running():
                if process is None or process.end is not None:
                    self.strays.append(report.key)
                else:
                    self._begin(process, report)
            case Ended():
                if process is not None and process.end is None:
                    if report.started_ms is not None:
                        begin = Begin(report.key, process.pid, report.started_ms)
                        self.apply(self._loaded[report.key.workload], begin)
                    self._finish(report.key, report.end)
                self.ended.append(report.key)
            case Unknown() if process is not None and process.end is None:
                self._take_unknown(report.key, process)
            case _:
                pass

    def _take_unknown(self, key: ProcessKey, process: Process) -> None:
        """The backend knows nothing of it: what never began is begun or ended here, what had begun is lost."""
        workload = self._loaded[key.workload]
        if process.started_ms is not None:
            self._finish(key, End(Outcome.LOST, self._now_ms, message="its backend knows nothing of it any more"))
            self.ended.append(key)
        elif workload.state is State.STOPPING:
            self._finish(key, End(Outcome.STOPPED, self._now_ms, message="stopped before it began"))
            self.ended.append(key)
        else:
            self.starts.append(_start(workload, process))

    def _begin(self, process: Process, report: Running) -> None:
        begun = self.apply(self._loaded[report.key.workload], Begin(report.key, report.pid, report.started_ms))
        if begun is not None:
            changed = replace(process, pid=report.pid, started_ms=report.started_ms)
            self._processes.append(ProcessChange(begun.id, report.key.attempt, changed))

    def _finish(self, key: ProcessKey, end: End) -> None:
        process = self._process(key)
        if process is None:
            return
        ended = self.apply(self._loaded[key.workload], Finish(key, end))
        if ended is not None:
            self._processes.append(ProcessChange(ended.id, key.attempt, process.ended(end)))

    def _process(self, key: ProcessKey) -> Process | None:
        """The process of this key, unless it is of another attempt or of nobody."""
        workload = self._loaded.get(key.workload)
        if workload is None or workload.attempt != key.attempt:
            return None
        processes = workload.processes
        if key.rank < len(processes) and processes[key.rank].rank == key.rank:
            return processes[key.rank]
        return next((process for process in processes if process.rank == key.rank), None)


def _admit(
    store: ComputeStore, applied: _Applied, known: dict[str, KnownNode], now_ms: int
) -> tuple[Sequence[Live], bool]:
    """Let those start who may; returns what lived before or lives since something must go, and whether to go on."""
    live = store.live()
    waiting = store.waiting(LANE_HEAD)
    if not waiting or not known:
        return live, False
    decision = decide(picture(store, list(known.values()), live, waiting, now_ms))
    if not decision.admitted and not decision.preempted:
        return live, False
    wanted = [*decision.admitted, *decision.preempted, *decision.preempted.values()]
    loaded = store.load_ids(list(dict.fromkeys(wanted)))
    for id_, placements in decision.admitted.items():
        if id_ in loaded:
            applied.admit(loaded[id_], placements)
    for id_, whom in decision.preempted.items():
        if id_ in loaded and whom in loaded:
            applied.apply(loaded[id_], Preempt(loaded[whom].uuid))
    applied.save()
    return store.live() if decision.preempted else live, len(decision.admitted) >= LANE_HEAD


def _unbegun(store: ComputeStore, live: Sequence[Live], nodes: Collection[str]) -> tuple[Start, ...]:
    wanted = [each for each in live if each.state is State.ADMITTED and not each.has_begun and each.node in nodes]
    loaded = store.load(list(dict.fromkeys(each.key.workload for each in wanted))) if wanted else {}
    return tuple(
        Start(loaded[each.key.workload], each.key.rank, each.node, each.devices)
        for each in wanted
        if each.key.workload in loaded
    )


def _start(workload: Workload, process: Process) -> Start:
    return Start(workload, process.rank, process.node, process.devices)
