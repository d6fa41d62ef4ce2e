"""One seed: a random schedule, checked after every action, then brought to rest and checked once more."""
# ruff: noqa: S311 - schedules, not secrets

import random
from collections.abc import Callable, Iterable

from tidemill.compute.admission import refuse
from tidemill.compute.backends.fakes import FakeMachine
from tidemill.compute.models import ProcessKey, Quota, Resources, Spec, Workload
from tidemill.compute.records import Live, Moment, Submission
from tidemill.compute.rules import Stop, change
from tidemill.compute.shapes import shape_text
from tidemill.compute.simulation.life import Deed, Life, Within, in_memory
from tidemill.compute.simulation.promises import (
    BrokenPromiseError,
    check_attempts,
    check_history,
    check_nodes,
    check_quotas,
    check_starts,
)
from tidemill.compute.simulation.situation import WORKSPACES, Script, dealt, dealt_spec
from tidemill.compute.store import ComputeStore
from tidemill.compute.store.moving import waiting_of

_MOST_TURNS_TO_REST = 3000
_TOLD_LINES = 200
_PAUSE_MS = 60

Tables = Callable[[Iterable[Quota]], Within]
"""Makes empty tables with these quotas."""


def simulate(seed: int, *, tables: Tables = in_memory, actions: int = 60, trace: list[str] | None = None) -> int:
    """Live through a seed; returns how many workloads it had. Raises BrokenPromiseError, saying how to replay it."""
    try:
        return _Simulation(seed, tables, trace).run(actions)
    except BrokenPromiseError as error:
        replay = f"python -m tidemill.compute.simulation --seed {seed} --actions {actions} --trace"
        raise BrokenPromiseError(f"seed {seed}: {error}; replay it with: {replay}") from error


def told(seed: int, *, actions: int = 60) -> str:
    """The last actions of a seed, and how it ended."""
    trace: list[str] = []
    try:
        simulate(seed, actions=actions, trace=trace)
    except BrokenPromiseError as error:
        trace.append(str(error))
    return "\n".join(trace[-_TOLD_LINES:])


class _Simulation:
    def __init__(self, seed: int, tables: Tables, trace: list[str] | None) -> None:
        self._rng = random.Random(seed)
        self._situation = dealt(self._rng)
        self._nodes = {node.name: node for node in self._situation.nodes}
        self._within = tables(self._situation.quotas.values())
        self._machine = FakeMachine(self._situation.nodes, Script(seed), 1_000_000)
        self._life: Life | None = None
        self._trace = trace
        self._specs: dict[str, Spec] = {}
        self._wiped: dict[ProcessKey, int] = {}
        self._actions: tuple[tuple[int, Callable[[], None]], ...] = (
            (30, self._serve),
            (7, self._submit),
            (8, self._pass_time),
            (3, self._stop_one),
            (2, self._crash),
            (1, self._lose_node),
            (1, self._lose_memory),
            (1, self._take_node_away),
        )

    def run(self, actions: int) -> int:
        weights = [weight for weight, _ in self._actions]
        for act in self._rng.choices([act for _, act in self._actions], weights, k=actions):
            act()
            self._check()
        self._come_to_rest()
        self._check_rest()
        return len(self._specs)

    # What happens.

    def _submit(self) -> None:
        for _ in range(self._rng.randint(1, 3)):
            spec, workspace = dealt_spec(self._rng), self._rng.choice(WORKSPACES)
            size = waiting_of((0, workspace, shape_text(spec), 0, 0))
            if refuse(size, self._situation.nodes, self._situation.quotas) is not None:
                continue
            uuid = f"w{len(self._specs)}"
            self._specs[uuid] = spec
            submission = Submission(uuid, workspace, uuid, "somebody", spec)
            self._within(lambda store, submission=submission: store.add([submission], self._machine.now_ms))
            self._tell(f"submit {uuid}: {spec.replicas} x {spec.resources} for {workspace}")

    def _stop_one(self) -> None:
        if self._specs:
            self._stop([self._rng.choice(list(self._specs))])

    def _serve(self) -> None:
        """The server does the next thing that it has to do: an act, or else a step."""
        if self._life is None:
            self._tell("a server starts")
            self._life = Life(self._within, self._machine)
        elif self._life.acts:
            name, act = self._life.acts.popleft()
            self._act(self._life, name, act)
        else:
            self._step(self._life)

    def _act(self, life: Life, name: str, act: Deed) -> None:
        fails = self._rng.random() < 0.03 and name.startswith("start")
        if fails:
            does = self._rng.random() < 0.5
            self._tell(f"fails, having done {'all' if does else 'nothing'} of it: {name}")
            if does:
                act()
            workload, attempt, rank = name.split()[1].split("-")
            life.failed(ProcessKey(workload, int(attempt), int(rank)))
            life.acts.append(("adopt again", life.adopt))
            return
        self._tell(name)
        act()
        self._machine.advance(self._machine.now_ms)

    def _step(self, life: Life) -> None:
        """Reports come in order, not always all at once, some of them twice and some again much later."""
        count = self._rng.randint(0, len(life.reports)) if self._rng.random() < 0.2 else len(life.reports)
        reports, life.reports = life.reports[:count], life.reports[count:]
        if reports and self._rng.random() < 0.1:
            reports = [each for report in reports for each in (report, report)]
        if life.delivered and self._rng.random() < 0.1:
            reports = [self._rng.choice(life.delivered), *reports]
        made = life.step(reports, polls=not life.reports and self._rng.random() < 0.2)
        if self._trace is not None:
            self._tell(f"step with {len(reports)} reports at {self._machine.now_ms}")
            for each in made.changes:
                self._tell(f"    {each.after.uuid}: {each.before.state} -> {each.after.state}: {each.reason}")

    def _pass_time(self) -> None:
        due = self._machine.next_ms()
        if due is not None and self._rng.random() < 0.6:
            self._machine.advance(max(due, self._machine.now_ms))
        else:
            self._machine.advance(self._machine.now_ms + self._rng.randint(1, 400))

    def _crash(self) -> None:
        if self._life is not None:
            self._tell(f"the server is killed with {len(self._life.acts)} acts not done")
            self._life.end()
            self._life = None

    def _lose_node(self) -> None:
        """What runs there is lost, and the backend notices."""
        name = self._rng.choice(list(self._nodes))
        self._tell(f"{name} fails")
        self._machine.lose(name, tells=True)

    def _lose_memory(self) -> None:
        """The backend fails with what runs on a node, and is asked about everything when it is back."""
        name = self._rng.choice(list(self._nodes))
        for key, node in self._machine.alive():
            if node == name:
                self._wiped[key] = self._wiped.get(key, 0) + 1
        self._tell(f"the backend forgets {name}")
        self._machine.lose(name, tells=False)
        if self._life is not None:
            self._life.acts.append(("adopt again", self._life.adopt))

    def _take_node_away(self) -> None:
        """A node is no longer offered, or is back."""
        node = self._rng.choice(self._situation.nodes)
        if node in self._machine.nodes:
            self._machine.nodes.remove(node)
            self._machine.lose(node.name, tells=True)
        else:
            self._machine.nodes.append(node)
        self._tell(f"{node.name} comes or goes")
        if self._life is not None:
            self._life.poll()

    def _stop(self, uuids: list[str]) -> None:
        now = self._machine.now_ms

        def unit(store: ComputeStore) -> None:
            changes = [change(each, Stop("somebody"), now) for each in store.load(uuids).values()]
            store.apply([each for each in changes if each is not None])

        self._tell(f"stop {', '.join(uuids)}")
        self._within(unit)

    # The end.

    def _come_to_rest(self) -> None:
        """Nothing fails any more, what would run for ever is stopped, and time passes until nothing happens."""
        self._tell("from now on nothing fails")
        self._machine.nodes = list(self._situation.nodes)
        self._crash()
        for turn in range(_MOST_TURNS_TO_REST):
            life = self._life = self._life or Life(self._within, self._machine)
            while life.acts:
                name, act = life.acts.popleft()
                self._tell(name)
                act()
                self._machine.advance(self._machine.now_ms)
            reports, life.reports = life.reports, []
            made = life.step(reports, polls=turn % 10 == 0)
            self._check()
            if life.acts or life.reports or made.changes:
                continue
            due = [each for each in (self._machine.next_ms(), made.wake_ms) if each is not None]
            if due and turn % 20:
                self._machine.advance(max(min(due), self._machine.now_ms) + _PAUSE_MS)
            elif self._unfinished():
                self._stop_endless()
            elif not due:
                return
        raise BrokenPromiseError(f"it never comes to rest: {self._unfinished()}")

    def _stop_endless(self) -> None:
        """Those that run for ever, or begin again for ever, and whatever waits for them to end."""
        endless = [uuid for uuid in self._unfinished() if self._specs[uuid].restart.always]
        running = {key.workload for key, _ in self._machine.alive()} if self._machine.next_ms() is None else set[str]()
        if wanted := sorted({*endless, *running}):
            self._stop(wanted)

    def _unfinished(self) -> list[str]:
        return [workload.uuid for workload in self._workloads() if not workload.state.is_final]

    def _workloads(self) -> list[Workload]:
        return list(self._within(lambda store: store.load(list(self._specs))).values()) if self._specs else []

    # What must hold.

    def _check(self) -> None:
        live: list[Live] = self._within(lambda store: store.live())
        check_nodes(self._nodes, [(each.node, each.each, each.devices) for each in live], "the tables")
        check_quotas(self._situation.quotas, live)
        alive = self._machine.alive()
        needs = [(node, self._need(key), ()) for key, node in alive]
        check_nodes(self._nodes, needs, "the machine")
        check_attempts(alive)
        check_starts(self._machine.started, self._wiped)

    def _need(self, key: ProcessKey) -> Resources:
        return self._specs[key.workload].resources

    def _check_rest(self) -> None:
        workloads = {workload.uuid: workload for workload in self._workloads()}
        if set(workloads) != set(self._specs):
            raise BrokenPromiseError(f"lost: {sorted(set(self._specs) - set(workloads))}")
        histories: dict[str, list[Moment]] = self._within(lambda store: store.histories(list(self._specs)))
        for uuid, workload in workloads.items():
            check_history(uuid, histories[uuid], workload)
        if kept := self._machine.kept():
            raise BrokenPromiseError(f"the machine keeps {len(kept)} that nobody needs, {kept[0]} among them")
        if unsettled := self._within(lambda store: store.unsettled(list(self._nodes))):
            raise BrokenPromiseError(f"the logs of {len(unsettled)} were never kept, {unsettled[0]} among them")

    def _tell(self, line: str) -> None:
        if self._trace is not None:
            self._trace.append(line)
