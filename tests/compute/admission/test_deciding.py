"""Admission decides over written-down situations: who starts, where, who waits and why."""

from dataclasses import replace

import pytest

from tidemill.compute.admission import PATIENCE_MS, Active, Placement, Snapshot, Waiting, decide, explain, refuse
from tidemill.compute.models import Node, Quota, Resources

NOW = 10_000_000


def node(name: str = "one", cpu: int = 4, gpus: int = 0, **more: object) -> Node:
    devices = tuple(str(number) for number in range(gpus))
    return replace(Node(name, "local", Resources(cpu * 1000, 8 << 30, gpus), devices), **more)  # type: ignore[arg-type]


def waiting(number: int, cpu: int = 1, *, workspace: int = 1, age_ms: int = 0, **more: object) -> Waiting:
    each = Resources(cpu * 1000, 0, int(more.pop("gpus", 0)))  # type: ignore[call-overload]
    return replace(Waiting(number, workspace, each, 1, "local", 0, NOW - age_ms), **more)  # type: ignore[arg-type]


def active(number: int, cpu: int = 1, *, workspace: int = 1, on: str = "one", **more: object) -> Active:
    running = Active(number, workspace, Resources(cpu * 1000), (Placement(on),), 0, NOW - 1000 - number)
    return replace(running, **more)  # type: ignore[arg-type]


def test_the_oldest_starts_first_and_the_rest_wait_with_a_reason() -> None:
    snapshot = Snapshot(NOW, [waiting(1, 3, age_ms=1), waiting(2, 3, age_ms=2)], [], [node()])
    assert set(decide(snapshot).admitted) == {2}
    assert explain(snapshot, 1) == "it needs 3 cpu, and 1 cpu is free on one, where most is free"
    assert explain(snapshot, 2) == "it starts next"


def test_a_higher_priority_goes_before_age() -> None:
    snapshot = Snapshot(NOW, [waiting(1, 4, age_ms=9), waiting(2, 4, priority=1)], [], [node()])
    assert set(decide(snapshot).admitted) == {2}


def test_the_workspace_that_uses_least_goes_first() -> None:
    asked = [waiting(n, 1, workspace=1, age_ms=9) for n in (1, 2, 3)] + [waiting(4, 1, workspace=2)]
    assert 4 in decide(Snapshot(NOW, asked, [active(9, 1)], [node(cpu=3)])).admitted


def test_weight_gives_a_workspace_more() -> None:
    asked = [waiting(n, 1, workspace=1 + n % 2) for n in range(12)]
    quotas = {1: Quota(1, weight=1), 2: Quota(2, weight=2)}
    admitted = decide(Snapshot(NOW, asked, [], [node(cpu=6)], quotas)).admitted
    assert sum(1 for number in admitted if number % 2) == 4


def test_a_gang_starts_whole_over_several_nodes_or_not_at_all() -> None:
    gang = waiting(1, 2, replicas=3)
    whole = decide(Snapshot(NOW, [gang], [], [node("one"), node("two", cpu=2)])).admitted[1]
    assert sorted(placement.node for placement in whole) == ["one", "one", "two"]
    short = Snapshot(NOW, [gang], [], [node("one"), node("two", cpu=1)])
    assert decide(short).admitted == {}
    assert explain(short, 1) == "there is room for 2 of its 3 processes now, and they start together"


def test_each_process_gets_accelerators_of_its_own() -> None:
    gang = waiting(1, 0, replicas=2, gpus=2)
    placed = decide(Snapshot(NOW, [gang], [], [node(gpus=4)])).admitted[1]
    assert sorted(device for placement in placed for device in placement.devices) == ["0", "1", "2", "3"]
    held = active(9, 0, each=Resources(gpus=1), placements=(Placement("one", ("0",)),))
    one = decide(Snapshot(NOW, [waiting(1, 0, gpus=1)], [held], [node(gpus=2)])).admitted[1]
    assert one[0].devices == ("1",)


def test_an_accelerator_is_found_by_its_name() -> None:
    nodes = [node("old", gpus=1, gpu_model="T4"), node("new", gpus=1, gpu_model="H100")]
    placed = decide(Snapshot(NOW, [waiting(1, gpus=1, gpu_model="H100")], [], nodes)).admitted[1]
    assert placed == (Placement("new", ("0",)),)


def test_a_small_one_passes_a_large_one_only_for_a_while() -> None:
    busy = [active(9, 2)]
    passing = Snapshot(NOW, [waiting(1, 4, age_ms=PATIENCE_MS - 1), waiting(2, 1)], busy, [node()])
    assert set(decide(passing).admitted) == {2}
    held = Snapshot(NOW, [waiting(1, 4, age_ms=PATIENCE_MS), waiting(2, 1)], busy, [node()])
    assert decide(held).admitted == {}
    assert "nothing that would take it is started before" in explain(held, 1)


def test_a_closed_node_gets_nothing() -> None:
    snapshot = Snapshot(NOW, [waiting(1)], [], [node(is_open=False)])
    assert decide(snapshot).admitted == {}
    assert explain(snapshot, 1) == "no open node of the backend local is there"


def test_a_quota_holds_its_workspace_and_nobody_else() -> None:
    quotas = {1: Quota(1, cpu_milli=1000)}
    asked = [waiting(1), waiting(2, age_ms=5), waiting(3, workspace=2)]
    snapshot = Snapshot(NOW, asked, [], [node()], quotas)
    assert set(decide(snapshot).admitted) == {2, 3}
    assert explain(snapshot, 1) == "its workspace's quota of cpu is in use"


def test_a_count_of_workloads_is_a_quota_too() -> None:
    snapshot = Snapshot(NOW, [waiting(1), waiting(2)], [], [node()], {1: Quota(1, workloads=1)})
    assert len(decide(snapshot).admitted) == 1


def test_a_cohort_lends_what_it_does_not_use_and_no_more() -> None:
    quotas = {1: Quota(1, cpu_milli=1000, cohort="lab"), 2: Quota(2, cpu_milli=2000, cohort="lab")}
    asked = [waiting(number, 1, workspace=1) for number in range(5)]
    assert len(decide(Snapshot(NOW, asked, [], [node(cpu=9)], quotas)).admitted) == 3
    stays_home = {**quotas, 1: replace(quotas[1], may_borrow=False)}
    assert len(decide(Snapshot(NOW, asked, [], [node(cpu=9)], stays_home)).admitted) == 1


def test_what_was_lent_is_taken_back_from_the_newest_of_least_priority() -> None:
    lender = Quota(2, cpu_milli=2000, cohort="lab", may_preempt=True)
    quotas = {1: Quota(1, cpu_milli=1000, cohort="lab"), 2: lender}
    running = [active(1, admitted_ms=1), active(2, admitted_ms=2), active(3, admitted_ms=3, priority=5)]
    decision = decide(Snapshot(NOW, [waiting(7, workspace=2)], running, [node(cpu=9)], quotas))
    assert decision.preempted == {2: 7}
    assert decision.admitted == {}


def test_nobody_else_is_preempted_while_the_first_victim_is_still_ending() -> None:
    quotas = {1: Quota(1, may_preempt=True)}
    running = [active(1, 2, is_stopping=True), active(2, 2)]
    snapshot = Snapshot(NOW, [waiting(7, 2, priority=1), waiting(8, 1)], running, [node()], quotas)
    assert decide(snapshot).preempted == {}
    assert decide(snapshot).admitted == {}
    assert explain(snapshot, 7).endswith("it starts when what is being stopped is gone")


def test_preemption_takes_the_fewest_and_nobody_without_leave() -> None:
    running = [active(1, 1, admitted_ms=9), active(2, 3, admitted_ms=8)]
    asked = [waiting(7, 3, priority=1)]
    assert decide(Snapshot(NOW, asked, running, [node()], {1: Quota(1, may_preempt=True)})).preempted == {2: 7}
    assert decide(Snapshot(NOW, asked, running, [node()])).preempted == {}


@pytest.mark.parametrize(
    ("asked", "quotas", "words"),
    [
        (waiting(1, 5), {}, "it needs 5 cpu, and 4 cpu is free on the largest node, one"),
        (waiting(1, 2, replicas=3), {}, "all nodes together hold 2 of its 3 processes"),
        (waiting(1, gpus=1), {}, "it needs 1 gpu, and 0 gpu is free"),
        (waiting(1, gpu_model="H100"), {}, "no node has the accelerator H100; there are: none"),
        (waiting(1, backend="ray"), {}, "there is no node of the backend ray"),
        (waiting(1, 2), {1: Quota(1, cpu_milli=1000)}, "it needs 2 cpu, and the quota of its workspace is 1 cpu"),
        (waiting(1), {1: Quota(1, workloads=0)}, "allows no workloads"),
    ],
)
def test_what_could_never_start_is_refused_with_the_reason(
    asked: Waiting, quotas: dict[int, Quota], words: str
) -> None:
    assert words in (refuse(asked, [node()], quotas) or "")


def test_what_only_waits_is_not_refused() -> None:
    quotas = {1: Quota(1, cpu_milli=1000, cohort="lab"), 2: Quota(2, cpu_milli=2000, cohort="lab")}
    assert refuse(waiting(1, 3), [node(is_open=False)], quotas) is None
