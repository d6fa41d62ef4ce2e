"""What admission promises in every situation, over thousands that hypothesis makes up."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from tidemill.compute.admission import Active, Decision, Snapshot, Waiting, decide, explain, refuse
from tidemill.compute.models import NOTHING, Node, Quota, Resources

NOW = 10_000_000
WORKSPACES = (1, 2, 3)
amounts = st.builds(
    Resources,
    cpu_milli=st.sampled_from([0, 250, 500, 1000, 2000, 3000]),
    memory_bytes=st.sampled_from([0, 1, 2, 5]),
    gpus=st.integers(0, 2),
)
quotas = st.builds(
    Quota,
    workspace_id=st.just(0),
    cpu_milli=st.one_of(st.none(), st.integers(0, 6000)),
    gpus=st.one_of(st.none(), st.integers(0, 3)),
    workloads=st.one_of(st.none(), st.integers(0, 5)),
    cohort=st.sampled_from(["", "lab", "lab"]),
    may_borrow=st.booleans(),
    may_preempt=st.booleans(),
    weight=st.integers(1, 3),
)


@st.composite
def nodes(draw: st.DrawFn) -> list[Node]:
    made: list[Node] = []
    for number in range(draw(st.integers(1, 3))):
        gpus = draw(st.integers(0, 3))
        capacity = Resources(draw(st.sampled_from([1000, 2000, 4000])), draw(st.integers(1, 8)), gpus)
        made.append(Node(f"n{number}", "local", capacity, tuple(f"{number}.{gpu}" for gpu in range(gpus))))
    return made


@st.composite
def arrivals(draw: st.DrawFn, count: int) -> list[Waiting]:
    return [
        Waiting(
            number,
            draw(st.sampled_from(WORKSPACES)),
            draw(amounts),
            draw(st.sampled_from([1, 1, 1, 2, 3])),
            "local",
            draw(st.sampled_from([0, 0, 0, 1])),
            NOW - draw(st.integers(0, 200_000)),
        )
        for number in range(draw(st.integers(1, count)))
    ]


@st.composite
def situations(draw: st.DrawFn, *, arriving: int = 12) -> Snapshot:
    given_quotas = {number: draw(quotas) for number in WORKSPACES if draw(st.booleans())}
    named = {number: _of(number, quota) for number, quota in given_quotas.items()}
    return Snapshot(NOW, draw(arrivals(arriving)), [], draw(nodes()), named)


@given(situations(), st.data())
@settings(max_examples=300, deadline=None)
def test_no_decision_exceeds_a_node_a_quota_or_a_cohort(snapshot: Snapshot, data: st.DataObject) -> None:
    first = _carried_out(snapshot, decide(snapshot))
    later = data.draw(arrivals(6))
    fresh = [Waiting(100 + w.id, w.workspace_id, w.each, w.replicas, "local", w.priority, w.queued_ms) for w in later]
    second = Snapshot(NOW, [*first.waiting, *fresh], first.active, snapshot.nodes, snapshot.quotas)
    for situation in (first, _carried_out(second, decide(second))):
        _assert_nothing_is_exceeded(situation)


@given(situations())
@settings(max_examples=200, deadline=None)
def test_whoever_does_not_start_is_told_why(snapshot: Snapshot) -> None:
    admitted = decide(snapshot).admitted
    for waiting in snapshot.waiting:
        assert explain(snapshot, waiting.id)
        assert (explain(snapshot, waiting.id) == "it starts next") == (waiting.id in admitted)


@given(situations(arriving=8))
@settings(max_examples=60, deadline=None)
def test_nothing_that_is_not_refused_waits_for_ever(snapshot: Snapshot) -> None:
    """Small ones always wait to fill every gap, and one at a time ends: everyone must have had a turn all the same."""
    asked = [w for w in snapshot.waiting if refuse(w, snapshot.nodes, snapshot.quotas) is None]
    top = [Waiting(w.id, w.workspace_id, w.each, w.replicas, "local", 0, NOW) for w in asked]
    quotas_now, unserved, now = _peaceful(snapshot.quotas), {w.id for w in top}, NOW
    situation = Snapshot(now, [*_small_ones(snapshot, 0, NOW - 1), *top], [], snapshot.nodes, quotas_now)
    for round_number in range(1, 60 + 20 * len(top)):
        if not unserved:
            break
        situation = _carried_out(situation, decide(situation))
        unserved -= {active.id for active in situation.active}
        now += 20_000
        going_on = sorted(situation.active, key=lambda active: active.admitted_ms)[1:]
        small = _small_ones(situation, round_number, now) if len(situation.waiting) < 20 else []
        situation = Snapshot(now, [*situation.waiting, *small], going_on, snapshot.nodes, quotas_now)
    assert unserved == set()


def _small_ones(situation: Snapshot, round_number: int, now: int) -> list[Waiting]:
    """One for each workspace, unless it could never start."""
    made = [Waiting(1000 + 3 * round_number + n, n, Resources(500), 1, "local", 0, now) for n in WORKSPACES]
    return [small for small in made if refuse(small, situation.nodes, situation.quotas) is None]


def _of(workspace: int, quota: Quota) -> Quota:
    return Quota(
        workspace,
        cpu_milli=quota.cpu_milli,
        gpus=quota.gpus,
        workloads=quota.workloads,
        cohort=quota.cohort,
        may_borrow=quota.may_borrow,
        may_preempt=quota.may_preempt,
        weight=quota.weight,
    )


def _peaceful(given_quotas: Mapping[int, Quota]) -> dict[int, Quota]:
    """The same without preemption, under which what started may have to wait again."""
    return {
        n: Quota(n, q.cpu_milli, None, q.gpus, q.workloads, q.cohort, q.may_borrow) for n, q in given_quotas.items()
    }


def _carried_out(snapshot: Snapshot, decision: Decision) -> Snapshot:
    """The situation after a decision: the admitted run, the preempted are gone."""
    by_id = {waiting.id: waiting for waiting in snapshot.waiting}
    started = [
        Active(number, by_id[number].workspace_id, by_id[number].each, placed, by_id[number].priority, snapshot.now_ms)
        for number, placed in decision.admitted.items()
    ]
    for number, placed in decision.admitted.items():
        assert len(placed) == by_id[number].replicas
    kept = [active for active in snapshot.active if active.id not in decision.preempted]
    left = [waiting for waiting in snapshot.waiting if waiting.id not in decision.admitted]
    return Snapshot(snapshot.now_ms, left, [*kept, *started], snapshot.nodes, snapshot.quotas)


def _assert_nothing_is_exceeded(snapshot: Snapshot) -> None:
    on_node: dict[str, Resources] = {}
    used: dict[int, Resources] = {}
    counts: Counter[int] = Counter()
    devices: Counter[str] = Counter()
    for active in snapshot.active:
        used[active.workspace_id] = used.get(active.workspace_id, NOTHING) + active.held
        counts[active.workspace_id] += 1
        for placement in active.placements:
            on_node[placement.node] = on_node.get(placement.node, NOTHING) + active.each
            devices.update(placement.devices)
            assert len(placement.devices) == active.each.gpus
    assert all(on_node.get(node.name, NOTHING).fits(node.capacity) for node in snapshot.nodes)
    assert max(devices.values(), default=1) == 1
    for workspace, quota in snapshot.quotas.items():
        mine = used.get(workspace, NOTHING)
        alone = not quota.cohort or not quota.may_borrow
        assert quota.workloads is None or counts[workspace] <= quota.workloads
        assert not alone or quota.cpu_milli is None or mine.cpu_milli <= quota.cpu_milli
        assert not alone or quota.gpus is None or mine.gpus <= quota.gpus
    members = [quota for quota in snapshot.quotas.values() if quota.cohort == "lab"]
    for name in ("cpu_milli", "gpus"):
        limits = [getattr(quota, name) for quota in members]
        if members and all(limit is not None for limit in limits):
            assert sum(getattr(used.get(q.workspace_id, NOTHING), name) for q in members) <= sum(limits)
