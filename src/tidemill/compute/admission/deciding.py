"""The decision itself: one pass over those who wait, in order, each taking what is left or a place to wait in.

After Kueue's scheduler (admission by quota and cohort, reclaiming what was lent, best-effort first in first out); the
rule that nothing waits for ever is our own: see `PATIENCE_MS`.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from tidemill.compute.admission.reasons import no_room
from tidemill.compute.admission.room import Room
from tidemill.compute.admission.snapshot import PATIENCE_MS, Active, Decision, Placement, Snapshot, Turn, Waiting


def decide(snapshot: Snapshot) -> Decision:
    """Who starts now and where, and who must go back to the queue."""
    made = _Pass(snapshot)
    made.run()
    return Decision(made.admitted, made.preempted)


def explain(snapshot: Snapshot, workload_id: int) -> str:
    """What a waiting workload waits for, as a sentence; empty for one that does not wait."""
    turn = line_up(snapshot).get(workload_id)
    return turn.why if turn is not None else ""


def line_up(snapshot: Snapshot) -> Mapping[int, Turn]:
    """Every workload that waits, in the order in which they are looked at, with what each waits for."""
    made = _Pass(snapshot)
    made.run()
    return {
        id_: Turn(place, made.reasons.get(id_, "it starts next")) for place, id_ in enumerate(made.looked_at, start=1)
    }


class _Pass:
    """One pass, and what came of it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.admitted: dict[int, tuple[Placement, ...]] = {}
        self.preempted: dict[int, int] = {}
        self.reasons: dict[int, str] = {}
        self.looked_at: list[int] = []
        self._snapshot = snapshot
        self._room = Room(snapshot)
        self._stopping = [active for active in snapshot.active if active.is_stopping]

    def run(self) -> None:
        for waiting in self._in_order():
            self.looked_at.append(waiting.id)
            self._try(waiting)

    def _in_order(self) -> Iterator[Waiting]:
        """Who takes what is its own before who borrows: else what is reclaimed would be borrowed again at once, and
        reclaimed for ever. Then by priority; among equals the workspace with the smallest share so far, and of that
        the oldest."""
        queues: dict[int, deque[Waiting]] = {}
        for waiting in sorted(self._snapshot.waiting, key=lambda each: (-each.priority, each.queued_ms, each.id)):
            queues.setdefault(waiting.workspace_id, deque()).append(waiting)
        borrowers: dict[int, list[Waiting]] = {}
        for waiting in self._taken_in_turn(queues):
            if self._room.would_borrow(waiting):
                own = queues.pop(waiting.workspace_id, deque[Waiting]())
                behind = [each for each in own if self._stays_behind(each, waiting)]
                borrowers.setdefault(waiting.workspace_id, []).extend([waiting, *behind])
                if others := deque(each for each in own if not self._stays_behind(each, waiting)):
                    queues[waiting.workspace_id] = others
            else:
                yield waiting
        yield from self._taken_in_turn({workspace: deque(each) for workspace, each in borrowers.items()})

    def _stays_behind(self, one: Waiting, borrower: Waiting) -> bool:
        """Whether a workload does not pass a borrower of its own workspace, though it would not borrow: the borrower
        has waited long, or would at once send it back to the queue."""
        quota = self._room.quotas.get(one.workspace_id)
        is_prey = quota is not None and quota.may_preempt and one.priority < borrower.priority
        return is_prey or self._has_waited_long(borrower)

    def _taken_in_turn(self, queues: dict[int, deque[Waiting]]) -> Iterator[Waiting]:
        while queues:
            workspace = min(queues, key=lambda each: self._place_in_order(queues[each][0]))
            waiting = queues[workspace].popleft()
            if not queues[workspace]:
                del queues[workspace]
            yield waiting

    def _place_in_order(self, head: Waiting) -> tuple[int, float, int]:
        """Who has waited long comes before the fair share: else a stream from others would always be before it."""
        share = -1.0 if self._has_waited_long(head) else self._room.share(head.workspace_id)
        return -head.priority, share, head.queued_ms

    def _has_waited_long(self, waiting: Waiting) -> bool:
        return self._snapshot.now_ms - waiting.queued_ms >= PATIENCE_MS

    def _try(self, waiting: Waiting) -> None:
        reason = self._room.over_quota(waiting)
        placements = None if reason else self._room.place(waiting)
        if placements is not None:
            self.admitted[waiting.id] = placements
            return
        self.reasons[waiting.id] = reason or no_room(waiting, self._room)
        if self._fits_without(waiting, self._stopping):
            self.reasons[waiting.id] += "; it starts when what is being stopped is gone"
            self._room.reserve(waiting)
        elif victims := self._victims(waiting):
            self.preempted.update(dict.fromkeys((victim.id for victim in victims), waiting.id))
            self._stopping += victims
            self._room.reserve(waiting)
        elif self._has_waited_long(waiting):
            self._hold_the_door(waiting, has_quota=reason is None)

    def _hold_the_door(self, waiting: Waiting, *, has_quota: bool) -> None:
        """It has waited long: from now on nothing passes it that would take what it needs."""
        if has_quota:
            self._room.reserve(waiting)
        else:
            self._room.reserve_quota(waiting)
        self.reasons[waiting.id] += "; nothing that would take it is started before"

    def _victims(self, waiting: Waiting) -> Sequence[Active]:
        """The fewest, newest, least important that must go so that it fits; none where that cannot help."""
        chosen: list[Active] = []
        for candidate in self._candidates(waiting):
            chosen.append(candidate)
            if self._fits_without(waiting, [*self._stopping, *chosen]):
                return self._needed(waiting, chosen)
        return ()

    def _needed(self, waiting: Waiting, chosen: list[Active]) -> list[Active]:
        """Those of `chosen` that it really takes: one that was added early may turn out not to matter."""
        for spared in list(chosen):
            rest = [active for active in chosen if active is not spared]
            if rest and self._fits_without(waiting, [*self._stopping, *rest]):
                chosen = rest
        return chosen

    def _candidates(self, waiting: Waiting) -> list[Active]:
        quota = self._room.quotas.get(waiting.workspace_id)
        if quota is None or not quota.may_preempt:
            return []
        reclaims = bool(quota.cohort) and not self._room.would_borrow(waiting)

        def may_go(active: Active) -> bool:
            if active.is_stopping or active.id in self.preempted:
                return False
            if active.workspace_id == waiting.workspace_id:
                return active.priority < waiting.priority
            theirs = self._room.quotas.get(active.workspace_id)
            in_cohort = theirs is not None and theirs.cohort == quota.cohort
            return reclaims and in_cohort and self._room.borrows(active.workspace_id)

        found = [active for active in self._snapshot.active if may_go(active)]
        return sorted(found, key=lambda active: (active.priority, -active.admitted_ms, -active.id))

    def _fits_without(self, waiting: Waiting, gone: Sequence[Active]) -> bool:
        """Whether it would fit, were these gone. Leaves the room as it was."""
        if not gone:
            return False
        saved = self._room.saved()
        for active in gone:
            self._room.give_back(active)
        fits = self._room.over_quota(waiting) is None and self._room.place(waiting) is not None
        self._room.restore(saved)
        return fits
