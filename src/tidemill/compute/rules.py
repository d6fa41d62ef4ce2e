"""How a workload changes: each rule is one arrow of the drawing in docs/mechanisms/compute.md.

A rule takes a workload and gives the changed one. It is applied only to workloads in the states that it leaves, so
whoever acts on what is no longer so changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from tidemill.compute.models import ACTIVE, Change, End, Outcome, Process, ProcessKey, State, StopCause, Workload


class Rule(Protocol):
    """One way to change a workload."""

    leaves: ClassVar[frozenset[State]]

    def apply(self, workload: Workload, now_ms: int) -> tuple[Workload, str]:
        """The changed workload, and why."""
        ...


def change(workload: Workload, rule: Rule, now_ms: int) -> Change | None:
    """Apply a rule; None where the workload is not in a state that the rule leaves."""
    if workload.state not in rule.leaves:
        return None
    after, reason = rule.apply(workload, now_ms)
    return Change(workload, after, reason, now_ms) if after != workload else None


@dataclass(frozen=True, slots=True)
class Admit:
    """The queue gives it nodes: a new attempt begins, with one process for each placement."""

    leaves: ClassVar[frozenset[State]] = frozenset({State.QUEUED})
    placements: Sequence[tuple[str, tuple[str, ...]]]
    """Node and devices, by rank."""

    def apply(self, workload: Workload, now_ms: int) -> tuple[Workload, str]:
        processes = tuple(Process(rank, node, devices) for rank, (node, devices) in enumerate(self.placements))
        nodes = ", ".join(dict.fromkeys(node for node, _ in self.placements))
        admitted = replace(workload, state=State.ADMITTED, attempt=workload.attempt + 1, processes=processes)
        return replace(admitted, stop_cause=None, not_before_ms=0), f"admitted to {nodes}"


@dataclass(frozen=True, slots=True)
class Begin:
    """A backend says that a process runs."""

    leaves: ClassVar[frozenset[State]] = ACTIVE
    key: ProcessKey
    pid: int | None
    started_ms: int

    def apply(self, workload: Workload, now_ms: int) -> tuple[Workload, str]:
        process = _process(workload, self.key)
        if process is None or process.started_ms is not None or process.end is not None:
            return workload, ""
        begun = _with(workload, replace(process, pid=self.pid, started_ms=self.started_ms))
        if workload.state is State.ADMITTED and all(_is_begun(each) for each in begun.processes):
            return replace(begun, state=State.RUNNING), "running"
        return begun, ""


@dataclass(frozen=True, slots=True)
class Finish:
    """A backend says that a process has ended. The last of a gang to end settles the attempt."""

    leaves: ClassVar[frozenset[State]] = ACTIVE
    key: ProcessKey
    end: End

    def apply(self, workload: Workload, now_ms: int) -> tuple[Workload, str]:
        process = _process(workload, self.key)
        if process is None or process.end is not None:
            return workload, ""
        ended = _with(workload, process.ended(self.end))
        if all(each.end is not None for each in ended.processes):
            return _settled(ended, now_ms)
        if self.end.outcome is not Outcome.SUCCEEDED and ended.state is not State.STOPPING:
            reason = f"process {self.key.rank} of {len(ended.processes)} {_said(self.end)}: the others are stopped"
            return replace(ended, state=State.STOPPING, stop_cause=StopCause.GANG), reason
        return ended, ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Somebody asks for its end. What has not begun is stopped at once, what holds nodes as soon as it is gone."""

    leaves: ClassVar[frozenset[State]] = frozenset({State.QUEUED, *ACTIVE})
    who: str = ""

    def apply(self, workload: Workload, now_ms: int) -> tuple[Workload, str]:
        reason = f"stopped by {self.who}" if self.who else "stopped"
        state = State.STOPPED if workload.state is State.QUEUED else State.STOPPING
        return replace(workload, state=state, stop_cause=StopCause.REQUEST), reason


@dataclass(frozen=True, slots=True)
class Preempt:
    """The queue takes its nodes back for another."""

    leaves: ClassVar[frozenset[State]] = frozenset({State.ADMITTED, State.RUNNING})
    whom: str

    def apply(self, workload: Workload, now_ms: int) -> tuple[Workload, str]:
        return replace(workload, state=State.STOPPING, stop_cause=StopCause.PREEMPTION), f"preempted for {self.whom}"


def _settled(workload: Workload, now_ms: int) -> tuple[Workload, str]:
    """Where an attempt leads whose last process has ended."""
    end = decisive_end(workload)
    if workload.stop_cause is StopCause.REQUEST:
        return replace(workload, state=State.STOPPED), "stopped"
    if workload.stop_cause is StopCause.PREEMPTION and end.outcome is not Outcome.SUCCEEDED:
        return replace(workload, state=State.QUEUED, processes=(), stop_cause=None), "waits again after preemption"
    restart = workload.spec.restart
    if end.outcome is Outcome.SUCCEEDED:
        if restart.always:
            return _again(workload, now_ms, restart.delay_ms(1)), "ended, and is started again"
        return replace(workload, state=State.SUCCEEDED, stop_cause=None), "succeeded"
    if end.outcome is Outcome.LOST:
        lost = replace(workload, losses=workload.losses + 1)
        if lost.losses <= restart.max_lost:
            return _again(lost, now_ms, restart.delay_ms(1)), f"lost, and is tried again ({_said(end)})"
        return replace(lost, state=State.FAILED, stop_cause=None), f"lost for the {lost.losses}th time"
    failed = replace(workload, retries=workload.retries + 1)
    if restart.always or failed.retries <= restart.max_retries:
        return _again(failed, now_ms, restart.delay_ms(failed.retries)), f"{_said(end)}, and is tried again"
    return replace(failed, state=State.FAILED, stop_cause=None), _said(end)


def decisive_end(workload: Workload) -> End:
    """The end that speaks for the gang: the first that did not succeed and was not our doing, else the last."""
    ends = sorted((p.end for p in workload.processes if p.end is not None), key=lambda end: end.at_ms)
    own = [end for end in ends if end.outcome not in (Outcome.SUCCEEDED, Outcome.STOPPED)]
    stopped = [end for end in ends if end.outcome is Outcome.STOPPED]
    return (own or stopped or ends[-1:])[0]


def _again(workload: Workload, now_ms: int, delay_ms: int) -> Workload:
    waiting = replace(workload, state=State.QUEUED, processes=(), stop_cause=None)
    return replace(waiting, queued_ms=now_ms, not_before_ms=now_ms + delay_ms)


def _said(end: End) -> str:
    match end.outcome:
        case Outcome.FAILED if end.exit_code is not None:
            told = f"failed with exit code {end.exit_code}"
        case Outcome.KILLED if end.signal is not None:
            told = f"killed by signal {end.signal}"
        case _:
            told = end.outcome.value.replace("_", " ")
    return f"{told}: {end.message}" if end.message else told


def _process(workload: Workload, key: ProcessKey) -> Process | None:
    """The process of this key, unless it is of another attempt."""
    if key.workload != workload.uuid or key.attempt != workload.attempt:
        return None
    return next((process for process in workload.processes if process.rank == key.rank), None)


def _with(workload: Workload, changed: Process) -> Workload:
    kept = tuple(changed if process.rank == changed.rank else process for process in workload.processes)
    return replace(workload, processes=kept)


def _is_begun(process: Process) -> bool:
    return process.started_ms is not None or process.end is not None
