"""Loops: what they run over, how many at once, and what they collect."""

from typing import Any

import pytest

from tests.pipelines.plan.runs import Run, artifact
from tests.pipelines.plan.specs import DATA, DATAS, INT, LIST, STRUCT, TEXT, Json, dag, graph, part, step, task
from tidemill.pipelines.plan.models import State

BODY = dag({"t": task("taker", x="^item")}, inputs={"item": INT}, outputs={"outs": LIST}, gives={"outs": "t.out"})
TAKER = step({"x": INT})
SUM = step({"all": LIST})


def test_a_loop_runs_for_each_item_and_collects_in_the_order_of_the_items() -> None:
    tasks = {"loop": task("body", over=[5, 6, 7]), "sum": task("sum", all="<loop.outs")}
    run = Run(graph(dag(tasks), body=BODY, taker=TAKER, sum=SUM))
    assert [run.parameters(f"loop[{number}]/t") for number in range(3)] == [{"x": 5}, {"x": 6}, {"x": 7}]
    for number in (2, 0, 1):
        run.succeed(f"loop[{number}]/t", out=number * 10)
    assert run.parameters("sum") == {"all": [0, 10, 20]}
    assert run.stored["loop"].iterations == 3
    assert run.stored["loop[2]"].iteration == 2


def test_an_executor_can_be_in_a_loop_by_itself() -> None:
    run = Run(graph(dag({"loop": task("each", over=[5, 6], y=1)}), each=step({"item": INT, "y": INT})))
    assert run.executed == ["loop[0]", "loop[1]"]
    assert run.parameters("loop[1]") == {"item": 6, "y": 1}
    run.succeed("loop[0]", "loop[1]", out=1)
    assert run.stored["loop"].outputs.parameters == {"out": [1, 1]}


def test_a_loop_over_nothing_has_succeeded_and_gives_empty_lists() -> None:
    tasks = {"loop": task("body", over=[]), "sum": task("sum", all="<loop.outs")}
    run = Run(graph(dag(tasks), body=BODY, taker=TAKER, sum=SUM))
    assert run.state("loop") is State.SUCCEEDED
    assert run.parameters("sum") == {"all": []}


def test_no_more_iterations_are_open_than_may_be() -> None:
    run = Run(graph(dag({"loop": task("body", over=[1, 2, 3, 4], limit=2)}), body=BODY, taker=TAKER))
    assert list(run.open) == ["loop[0]/t", "loop[1]/t"]
    run.succeed("loop[1]/t", out=1)
    assert list(run.open) == ["loop[0]/t", "loop[2]/t"]
    run.fail("loop[0]/t")
    run.succeed("loop[2]/t", "loop[3]/t", out=1)
    assert run.ended is State.FAILED
    assert run.error("loop") == "iteration 0 failed: t failed: boom"


def over_an_input(value: Any, type_: str = LIST) -> Run:
    body = dag({"t": task("taker", x="^item")}, inputs={"item": INT, "items": type_})
    root = dag({"loop": task("body", over="^items", items="^items")}, inputs={"items": type_})
    return Run(graph(root, body=body, taker=TAKER), {"items": value})


def test_the_items_may_be_an_input_or_an_input_that_is_json() -> None:
    assert over_an_input([3, 4]).parameters("loop[1]/t") == {"x": 4}
    assert over_an_input("[3, 4]", TEXT).parameters("loop[1]/t") == {"x": 4}


@pytest.mark.parametrize(
    ("value", "type_", "why"),
    [
        ("no json", TEXT, "items: input items: a list as JSON is needed, and it is 'no json'"),
        ({"a": 1}, STRUCT, "items: input items: a list is needed, and it is dict {'a': 1}"),
        ([1, "two"], LIST, "item 1: NUMBER_INTEGER is expected, not 'two'"),
    ],
)
def test_what_is_no_list_of_such_items_fails_the_loop(value: Any, type_: str, why: str) -> None:
    run = over_an_input(value, type_)
    assert run.ended is State.FAILED
    assert run.error("loop").startswith(why)


def test_fields_of_items_are_taken_in_the_loop() -> None:
    inner = task("taker", x=part("^item", 'parseJson(string_value)["a"]'))
    body = dag({"t": inner}, inputs={"item": STRUCT})
    run = Run(graph(dag({"loop": task("body", over=[{"a": 1}, {"a": 2}])}), body=body, taker=TAKER))
    assert run.parameters("loop[1]/t") == {"x": 2}


def test_loops_in_loops_collect_lists_of_lists() -> None:
    inner: Json = {
        **task("body", over="^part"),
        "inputs": {"parameters": {"part": {"componentInputParameter": "item"}}},
    }
    body = dag(
        {"t": task("taker", x="^item")},
        inputs={"item": INT, "part": LIST},
        outputs={"outs": LIST},
        gives={"outs": "t.out"},
    )
    outer = dag({"in": inner}, inputs={"item": LIST}, outputs={"outs": LIST}, gives={"outs": "in.outs"})
    tasks = {"loop": task("outer", over=[[1, 2], [], [3]]), "sum": task("sum", all="<loop.outs")}
    run = Run(graph(dag(tasks), outer=outer, body=body, taker=TAKER, sum=SUM))
    assert run.executed == ["loop[0]/in[0]/t", "loop[0]/in[1]/t", "loop[2]/in[0]/t"]
    for path in list(run.open):
        run.succeed(path, out=run.parameters(path)["x"] * 2)
    assert run.parameters("sum") == {"all": [[2, 4], [], [6]]}


def test_iterations_in_which_the_producer_was_skipped_drop_out() -> None:
    body = dag(
        {"t": task("taker", x="^item", when="inputs.parameter_values['x'] > 1")},
        inputs={"item": INT},
        outputs={"outs": LIST},
        gives={"outs": "t.out"},
    )
    tasks = {"loop": task("body", over=[1, 2, 3]), "sum": task("sum", all="<loop.outs")}
    run = Run(graph(dag(tasks), body=body, taker=TAKER, sum=SUM))
    run.succeed("loop[1]/t", "loop[2]/t", out=4)
    assert run.parameters("sum") == {"all": [4, 4]}


def test_a_loop_runs_over_artifacts_and_joins_those_that_come_out() -> None:
    body = dag(
        {"t": task("copy", artifacts={"data": "^one"})},
        inputs={"one": DATA, "many": DATAS},
        outputs={"copies": DATAS},
        gives={"copies": "t.data"},
    )
    loop = task("body", artifacts={"many": "<made.all"})
    loop["artifactIterator"] = {"items": {"inputArtifact": "many"}, "itemInput": "one"}
    tasks = {"made": task("make"), "loop": loop, "end": task("end", artifacts={"copies": "<loop.copies"})}
    components = {"make": step({}, {"all": DATAS}), "copy": step({"data": DATA}, {"data": DATA})}
    run = Run(graph(dag(tasks), body=body, end=step({"copies": DATAS}), **components))
    run.succeed("made", artifacts={"all": (artifact("1"), artifact("2"))})
    assert run.given("loop[1]/t").artifacts == {"data": (artifact("2"),)}
    run.succeed("loop[1]/t", artifacts={"data": (artifact("b"),)})
    run.succeed("loop[0]/t", artifacts={"data": (artifact("a"),)})
    assert run.given("end").artifacts == {"copies": (artifact("a"), artifact("b"))}


def test_a_cancelled_loop_opens_no_more_iterations() -> None:
    run = Run(graph(dag({"loop": task("body", over=[1, 2, 3], limit=1)}), body=BODY, taker=TAKER))
    run.cancel()
    run.succeed("loop[0]/t", out=1)
    assert run.executed == ["loop[0]/t"]
    assert run.states("loop[0]", "loop", "") == ["succeeded", "canceled", "canceled"]


def test_what_an_iteration_shares_with_its_loop_is_not_stored_for_each() -> None:
    run = over_an_input([3, 4])
    assert run.stored["loop[1]"].inputs.parameters == {"item": 4}
    assert run.stored["loop"].inputs.parameters == {"items": [3, 4]}


def test_a_loop_in_a_loop_runs_over_a_field_of_the_item_around_it() -> None:
    inner = task("body", over="^field", field=part("^item", 'parseJson(string_value)["a"]'))
    body = dag({"t": task("taker", x="^item")}, inputs={"item": INT, "field": LIST})
    outer = dag({"in": inner}, inputs={"item": STRUCT})
    loop = task("outer", over=[{"a": [1, 2]}, {"a": [3]}])
    run = Run(graph(dag({"loop": loop}), outer=outer, body=body, taker=TAKER))
    assert run.parameters("loop[0]/in[1]/t") == {"x": 2}
    assert run.parameters("loop[1]/in[0]/t") == {"x": 3}


def test_artifacts_through_two_loops_and_a_dag_are_one_list() -> None:
    out = {"outputs": {"data": DATAS}}
    sub = dag({"t": task("make")}, outputs={"data": DATA}, gives={"data": "t.data"})
    body = dag({"sub": task("sub")}, inputs={"item": INT}, gives={"data": "sub.data"}, **out)
    outer = dag({"in": task("body", over=[1, 2])}, inputs={"item": INT}, gives={"data": "in.data"}, **out)
    tasks = {"loop": task("outer", over=[1, 2]), "end": task("end", artifacts={"data": "<loop.data"})}
    make, end = step({}, {"data": DATA}), step({"data": DATAS})
    run = Run(graph(dag(tasks), outer=outer, body=body, sub=sub, make=make, end=end))
    for path in sorted(run.open, reverse=True):
        run.succeed(path, artifacts={"data": (artifact(path),)})
    names = [each.name for each in run.given("end").artifacts["data"]]
    assert names == [f"loop[{i}]/in[{j}]/sub/t" for i in (0, 1) for j in (0, 1)]
