"""The conformance suite of `ComputeStore`: what every implementation must pass.

    class TestMyStore(ComputeStoreContract):
        @pytest.fixture
        def within(self) -> Within:        # runs a function of the store in one transaction, on empty tables
            return lambda work: work(MyStore(...))

        def set_quota(self, within, quota):
            ...                            # as an administrator would

Workspaces 1 and 2 must be there. Imports pytest, so only tests may import this module.
"""
# ruff: noqa: S101 - it is a test suite, and asserts

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tidemill.compute.models import (
    Change,
    End,
    Node,
    Outcome,
    Process,
    ProcessKey,
    Progress,
    Quota,
    Resources,
    Result,
    Spec,
    State,
    StopCause,
    Workload,
)
from tidemill.compute.records import KeptLog, ProcessChange, Submission
from tidemill.compute.store.port import ComputeStore

Within = Callable[[Callable[[ComputeStore], Any]], Any]

NODE = Node("n1", "local", Resources(4000, 8 << 30, 2), ("0", "1"), "tesla")


class ComputeStoreContract:
    """Subclass it, give the fixture `within` and the method `set_quota`."""

    @pytest.fixture
    def within(self) -> Within:
        raise NotImplementedError("give the store to test")

    def set_quota(self, within: Within, quota: Quota) -> None:
        """Set a quota as an administrator would."""
        raise NotImplementedError("say how quotas are set")

    # Submitting and loading.

    def test_what_was_added_is_loaded_as_it_was(self, within: Within) -> None:
        spec = Spec(command=("a", "b"), resources=Resources(500, 1 << 30), replicas=3, labels={"x": "y"})
        within(lambda store: store.add([submission("a", spec)], 1000))
        (found,) = within(lambda store: store.load(["a", "nobody"])).values()
        assert (found.uuid, found.workspace_id, found.spec, found.state) == ("a", 1, spec, State.QUEUED)
        assert (found.queued_ms, found.attempt, found.processes) == (1000, 0, ())
        assert within(lambda store: store.load_ids([found.id, 10**9])) == {found.id: found}

    def test_the_queue_shows_the_head_of_every_lane_by_priority_and_age(self, within: Within) -> None:
        large = Spec(command=("x",), resources=Resources(4000))
        specs = [("a", 0, 30), ("b", 0, 20), ("c", 5, 40), ("d", 0, 10)]
        for uuid, priority, at in specs:
            spec = Spec(command=("x",), priority=priority)
            within(lambda store, uuid=uuid, spec=spec, at=at: store.add([submission(uuid, spec)], at))
        within(lambda store: store.add([submission("e", large), submission("f", large)], 50))
        within(lambda store: store.add([submission("g", Spec(command=("x",)), workspace_id=2)], 60))
        assert uuids(within, within(lambda store: store.waiting(2))) == {"c", "d", "e", "f", "g"}
        assert uuids(within, within(lambda store: store.waiting(1))) == {"c", "e", "g"}

    def test_what_waits_is_seen_with_all_that_admission_must_know(self, within: Within) -> None:
        need = Resources(250, 3 << 30, 1, 7)
        spec = Spec(command=("x",), resources=need, replicas=4, gpu_model="a|b", backend="ray", priority=-3)
        within(lambda store: store.add([submission("a", spec)], 77))
        (seen,) = within(lambda store: store.waiting(5))
        assert (seen.each, seen.replicas, seen.gpu_model, seen.backend) == (need, 4, "a|b", "ray")
        assert (seen.priority, seen.queued_ms, seen.workspace_id) == (-3, 77, 1)

    def test_an_empty_queue_is_empty(self, within: Within) -> None:
        assert within(lambda store: store.waiting(10)) == []
        assert within(lambda store: store.next_backoff_ms()) is None

    # Changes.

    def test_an_admitted_gang_lives_on_its_nodes_and_leaves_the_queue(self, within: Within) -> None:
        before = queued(within, Spec(command=("x",), replicas=2, priority=4, grace_s=3.5))
        admit(within, before, ("n1", ("0",)), ("n2", ()))
        assert within(lambda store: store.waiting(10)) == []
        first, second = within(lambda store: store.live())
        assert (first.key, second.key) == (ProcessKey("a", 1, 0), ProcessKey("a", 1, 1))
        assert (first.node, first.devices, second.node, second.devices) == ("n1", ("0",), "n2", ())
        assert (first.admitted_ms, first.state, first.has_begun, first.grace_s) == (2000, State.ADMITTED, False, 3.5)
        assert (first.id, first.priority, first.workspace_id, first.each.cpu_milli) == (before.id, 4, 1, 1000)

    def test_a_process_that_begins_and_ends_is_no_longer_alive_but_loaded_with_its_end(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        running = replace(admitted, state=State.RUNNING, processes=(begun(admitted),))
        within(lambda store: store.apply([Change(admitted, running, "running", 2100)], [row(running)]))
        (alive,) = within(lambda store: store.live())
        assert alive.has_begun
        end = End(Outcome.FAILED, 2200, 3, message="it\0 broke", cpu_ms=5, peak_memory_bytes=6)
        failed = replace(running, state=State.FAILED, processes=(replace(begun(admitted), end=end),))
        within(lambda store: store.apply([Change(running, failed, "failed", 2200)], [row(failed)]))
        assert within(lambda store: store.live()) == []
        (found,) = within(lambda store: store.load(["a"])).values()
        kept = found.processes[0].end
        assert kept is not None
        assert (kept.outcome, kept.at_ms, kept.exit_code, kept.cpu_ms, kept.peak_memory_bytes) == (
            Outcome.FAILED,
            2200,
            3,
            5,
            6,
        )
        assert (found.state, found.processes[0].pid, found.processes[0].started_ms) == (State.FAILED, 17, 2050)

    def test_several_changes_of_one_workload_are_applied_in_order(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        running = replace(admitted, state=State.RUNNING, processes=(begun(admitted),))
        done = replace(
            running,
            state=State.SUCCEEDED,
            processes=(replace(begun(admitted), end=End(Outcome.SUCCEEDED, 2300, result=Result(b"r"))),),
        )
        changes = [Change(admitted, running, "running", 2200), Change(running, done, "succeeded", 2300)]
        assert within(lambda store: store.apply(changes, [row(running), row(done)])) == {admitted.id}
        assert within(lambda store: store.load(["a"]))["a"].state is State.SUCCEEDED
        history = within(lambda store: store.histories(["a", "nobody"]))["a"]
        assert [(moment.at_ms, moment.state, moment.attempt, moment.reason) for moment in history] == [
            (1000, State.QUEUED, 0, "submitted"),
            (2000, State.ADMITTED, 1, "admitted"),
            (2200, State.RUNNING, 1, "running"),
            (2300, State.SUCCEEDED, 1, "succeeded"),
        ]

    def test_a_stale_change_changes_nothing(self, within: Within) -> None:
        before = queued(within)
        admitted = admit(within, before, ("n1", ()))
        twice = replace(before, state=State.ADMITTED, attempt=1, processes=(Process(0, "n2"),))
        assert within(lambda store: store.apply([Change(before, twice, "admitted again", 3000)])) == set()
        assert [each.node for each in within(lambda store: store.live())] == ["n1"]
        late = replace(admitted, attempt=0)
        ended = replace(late, state=State.FAILED, processes=(replace(begun(late), end=End(Outcome.LOST, 1)),))
        assert within(lambda store: store.apply([Change(late, ended, "late", 3000)], [row(ended)])) == set()
        assert within(lambda store: store.load(["a"]))["a"].state is State.ADMITTED

    def test_what_goes_back_to_the_queue_has_no_processes_and_keeps_its_counts(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        again = replace(
            admitted, state=State.QUEUED, processes=(), retries=1, losses=2, queued_ms=2500, not_before_ms=9000
        )
        ended = ProcessChange(admitted.id, 1, Process(0, "n1", end=End(Outcome.FAILED, 2500)))
        within(lambda store: store.apply([Change(admitted, again, "again", 2500)], [ended]))
        found = within(lambda store: store.load(["a"]))["a"]
        assert found == again
        assert within(lambda store: store.live()) == []

    def test_a_stop_keeps_its_cause(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        stopping = replace(admitted, state=State.STOPPING, stop_cause=StopCause.PREEMPTION)
        within(lambda store: store.apply([Change(admitted, stopping, "preempted", 2600)]))
        assert within(lambda store: store.load(["a"]))["a"].stop_cause is StopCause.PREEMPTION
        assert [each.state for each in within(lambda store: store.live())] == [State.STOPPING]

    # Backoffs.

    def test_what_backs_off_joins_the_queue_when_its_time_has_come(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        again = replace(admitted, state=State.QUEUED, processes=(), not_before_ms=9000)
        within(lambda store: store.apply([Change(admitted, again, "again", 2500)]))
        within(lambda store: store.end_backoffs(8999))
        assert within(lambda store: store.waiting(5)) == []
        assert within(lambda store: store.next_backoff_ms()) == 9000
        within(lambda store: store.end_backoffs(9000))
        assert uuids(within, within(lambda store: store.waiting(5))) == {"a"}
        assert within(lambda store: store.next_backoff_ms()) is None

    # Nodes, quotas, logs.

    def test_a_node_that_is_offered_no_more_stays_known(self, within: Within) -> None:
        other = replace(NODE, name="n0", devices=(), capacity=Resources(1000))
        within(lambda store: store.hear("local", [NODE, other], [], 100))
        within(lambda store: store.hear("local", [replace(other, capacity=Resources(2000))], ["n0", "n1"], 200))
        first, second = within(lambda store: store.nodes())
        assert (first.node.capacity.cpu_milli, first.heard_ms, first.is_offered, first.is_open) == (
            2000,
            200,
            True,
            True,
        )
        assert (second.node, second.heard_ms, second.is_offered) == (NODE, 100, False)

    def test_progress_is_kept_of_what_runs_in_the_present_attempt(self, within: Within) -> None:
        admit(within, queued(within), ("n1", ()), ("n2", ()))
        told = {
            ProcessKey("a", 1, 1): Progress(3, 10, "reading \u2603"),
            ProcessKey("a", 0, 0): Progress(1),
            ProcessKey("a", 2, 0): Progress(2),
            ProcessKey("nobody", 1, 0): Progress(4),
        }
        assert within(lambda store: store.note_progress(told)) == {"a": 1}
        kept = within(lambda store: store.load(["a"]))["a"]
        assert [each.progress for each in kept.processes] == [None, Progress(3, 10, "reading \u2603")]
        within(lambda store: store.note_progress({ProcessKey("a", 1, 1): Progress(4)}))
        assert within(lambda store: store.load(["a"]))["a"].processes[1].progress == Progress(4)

    def test_what_has_ended_keeps_the_progress_of_its_end(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        within(lambda store: store.note_progress({ProcessKey("a", 1, 0): Progress(1)}))
        end = End(Outcome.FAILED, 2300, 1, progress=Progress(2, 4, "here"))
        done = replace(admitted, state=State.FAILED, processes=(begun(admitted).ended(end),))
        within(lambda store: store.apply([Change(admitted, done, "failed", 2300)], [row(done)]))
        within(lambda store: store.note_progress({ProcessKey("a", 1, 0): Progress(3)}))
        assert within(lambda store: store.load(["a"]))["a"].processes[0].progress == Progress(2, 4, "here")

    def test_quotas_are_told_as_they_were_set(self, within: Within) -> None:
        quota = Quota(2, 1000, None, 3, 4, "team", may_borrow=False, may_preempt=True, weight=5)
        self.set_quota(within, Quota(2, 7))
        self.set_quota(within, quota)
        assert within(lambda store: store.quotas()) == {2: quota}

    def test_what_has_ended_is_unsettled_until_its_log_is_kept(self, within: Within) -> None:
        admitted = admit(within, queued(within), ("n1", ()))
        done = replace(
            admitted, state=State.SUCCEEDED, processes=(replace(begun(admitted), end=End(Outcome.SUCCEEDED, 2300)),)
        )
        assert within(lambda store: store.unsettled(["n1"])) == []
        within(lambda store: store.apply([Change(admitted, done, "done", 2300)], [row(done)]))
        key = ProcessKey("a", 1, 0)
        assert within(lambda store: store.unsettled(["n1"])) == [key]
        assert within(lambda store: store.unsettled(["n2"])) == []
        within(lambda store: store.keep_logs({key: KeptLog(b"zz", "", 2, 9)}))
        assert within(lambda store: store.unsettled(["n1"])) == []


def submission(uuid: str, spec: Spec, workspace_id: int = 1) -> Submission:
    """A submission of this id."""
    return Submission(uuid, workspace_id, f"name of {uuid}", "somebody", spec)


def queued(within: Within, spec: Spec | None = None) -> Workload:
    """The workload `a`, in the queue since 1000."""
    within(lambda store: store.add([submission("a", spec or Spec(command=("x",)))], 1000))
    return within(lambda store: store.load(["a"]))["a"]


def admit(within: Within, before: Workload, *placements: tuple[str, tuple[str, ...]]) -> Workload:
    """The same, admitted to these nodes at 2000."""
    processes = tuple(Process(rank, node, devices) for rank, (node, devices) in enumerate(placements))
    after = replace(before, state=State.ADMITTED, attempt=before.attempt + 1, processes=processes)
    assert within(lambda store: store.apply([Change(before, after, "admitted", 2000)])) == {before.id}
    return after


def begun(workload: Workload) -> Process:
    """Its first process, begun at 2050."""
    return replace(workload.processes[0], started_ms=2050, pid=17)


def row(workload: Workload) -> ProcessChange:
    """The row of its first process, as it is now."""
    return ProcessChange(workload.id, workload.attempt, workload.processes[0])


def uuids(within: Within, waiting: Any) -> set[str]:
    """The ids of these that wait."""
    ids = [each.id for each in waiting]
    return {workload.uuid for workload in within(lambda store: store.load_ids(ids)).values()}
