"""Random runs with crashes after any change, and no promise broken. A failing seed says how to replay it."""

import dataclasses
from collections.abc import Iterable

import msgspec
import pytest

from tidemill.pipelines.ir.graph import Dag, Graph
from tidemill.pipelines.ir.spec import IteratorPolicy
from tidemill.pipelines.plan.models import Instance, Kind, Step
from tidemill.pipelines.plan.plan import Plan
from tidemill.pipelines.plan.simulation import BrokenPromiseError, simulate, told

SEEDS = 1_000
MANY_SEEDS = 10_000


def test_no_promise_is_broken() -> None:
    assert sum(simulate(seed) for seed in range(SEEDS)) > 10 * SEEDS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_promise_is_broken_ten_thousand_times() -> None:
    for seed in range(SEEDS, MANY_SEEDS):
        simulate(seed)


def test_a_run_goes_the_same_way_each_time() -> None:
    assert told(7) == told(7)
    assert told(7) != told(8)


class Sound:
    """It keeps its promises; those below break one each."""

    def begin(self, graph: Graph, parameters: dict[str, int]) -> tuple[Plan, Step]:
        return Plan.begin(graph, parameters)

    def restore(self, graph: Graph, instances: Iterable[Instance]) -> tuple[Plan, Step]:
        return Plan.restore(graph, instances)

    def retry(self, graph: Graph, instances: Iterable[Instance]) -> tuple[Plan, Step]:
        return Plan.retry(graph, instances)


class Forgetful(Sound):
    """After a crash it does not know of one that has ended."""

    def restore(self, graph: Graph, instances: Iterable[Instance]) -> tuple[Plan, Step]:
        kept = list(instances)
        ended = [each for each in kept if each.kind is Kind.EXECUTOR and each.state.is_final]
        return Plan.restore(graph, [each for each in kept if each not in ended[:1]])


class Silent(Sound):
    """After a crash it does not give the open commands again."""

    def restore(self, graph: Graph, instances: Iterable[Instance]) -> tuple[Plan, Step]:
        plan, step = Plan.restore(graph, instances)
        return plan, Step(step.changes)


class Generous(Sound):
    """It opens more iterations than may be open."""

    def begin(self, graph: Graph, parameters: dict[str, int]) -> tuple[Plan, Step]:
        return Plan.begin(dataclasses.replace(graph, root=without_limits(graph.root)), parameters)


class Thorough(Sound):
    """Its retry begins everything again."""

    def retry(self, graph: Graph, instances: Iterable[Instance]) -> tuple[Plan, Step]:
        return Plan.begin(graph, {"x": 3})


class Careless(Sound):
    """After a crash it has lost what came out of tasks."""

    def restore(self, graph: Graph, instances: Iterable[Instance]) -> tuple[Plan, Step]:
        empty = Instance("", Kind.DAG, next(iter(instances)).state).outputs
        return Plan.restore(graph, [dataclasses.replace(each, outputs=empty) for each in instances])


@pytest.mark.parametrize("faulty", [Forgetful, Silent, Generous, Thorough, Careless])
def test_a_plan_that_breaks_its_promises_is_found_out(faulty: type[Sound]) -> None:
    def many() -> None:
        for seed in range(200):
            simulate(seed, planner=faulty())

    with pytest.raises(
        BrokenPromiseError, match=r"replay it with: python -m tidemill.pipelines.plan.simulation --seed"
    ):
        many()


def without_limits(dag: Dag) -> Dag:
    tasks = {
        name: dataclasses.replace(
            task,
            spec=msgspec.structs.replace(task.spec, iterator_policy=IteratorPolicy()),
            dag=None if task.dag is None else without_limits(task.dag),
        )
        for name, task in dag.tasks.items()
    }
    return dataclasses.replace(dag, tasks=tasks)
