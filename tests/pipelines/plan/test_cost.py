"""A finished task costs what follows it, however large the run is."""

import time
from collections.abc import Callable

import pytest

from tests.pipelines.plan.specs import INT, LIST, Json, dag, graph, step, task
from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.plan.models import Execute, Finish, Outputs, Started, State, Step, Succeeded
from tidemill.pipelines.plan.plan import Plan

FEW, MANY = 1_000, 10_000
NOISE = 3.0
TAKER = step({"x": INT})


def chain(size: int) -> Graph:
    tasks = {f"t{number}": task("taker", x=f"<t{number - 1}.out" if number else 1) for number in range(size)}
    return graph(dag(tasks), taker=TAKER)


def fan(size: int) -> Graph:
    middle = {f"t{number}": task("taker", x="<first.out") for number in range(size)}
    return graph(dag({"first": task("step"), **middle, "last": task("step", after=tuple(middle))}), taker=TAKER)


def loop(size: int, limit: int = 0) -> Graph:
    body = dag(
        {"t": task("taker", x="^item")},
        inputs={"item": INT, "items": LIST},
        outputs={"outs": LIST},
        gives={"outs": "t.out"},
    )
    made = {"made": task("maker")}
    looped = task("body", over="^items", limit=limit, items="<made.out")
    tasks: Json = {**made, "loop": looped, "sum": task("sum", all="<loop.outs")}
    return graph(dag(tasks), body=body, taker=TAKER, maker=step({}, {"out": LIST}), sum=step({"all": LIST}))


def loop_by_fours(size: int) -> Graph:
    return loop(size, limit=4)


@pytest.mark.parametrize("shape", [chain, fan, loop, loop_by_fours])
def test_a_task_costs_the_same_in_a_large_run_as_in_a_small_one(shape: Callable[[int], Graph]) -> None:
    few = min(seconds_for_each_task(shape(FEW), FEW) for _ in range(3))
    many = min(seconds_for_each_task(shape(MANY), MANY) for _ in range(2))
    assert many < NOISE * few


def test_a_chain_of_tasks_that_end_at_once_is_not_too_deep() -> None:
    tasks = {f"t{number}": task("taker", x=f"<t{number - 1}.out" if number else 1) for number in range(MANY)}
    tasks["t0"] = task("taker", x=1, when="inputs.parameter_values['x'] > 1")
    plan, first = Plan.begin(graph(dag(tasks), taker=TAKER), {})
    assert len(first.changes) == MANY + 2
    assert isinstance(first.commands[0], Finish)
    assert plan.take(Started("t0", 1)) == Step()


def seconds_for_each_task(pipeline: Graph, size: int) -> float:
    started = time.process_time()
    plan, latest = Plan.begin(pipeline, {})
    left: list[Execute] = []
    end: Finish | None = None
    while end is None:
        left += [each for each in latest.commands if isinstance(each, Execute)]
        command = left.pop()
        plan.take(Started(command.path, command.attempt))
        out = list(range(size)) if command.path == "made" else 1
        latest = plan.take(Succeeded(command.path, command.attempt, Outputs({"out": out})))
        end = next((each for each in latest.commands if isinstance(each, Finish)), None)
    assert end.state is State.SUCCEEDED
    return (time.process_time() - started) / size
