"""What goes into tasks and comes out of them."""

from typing import Any

import pytest

from tests.pipelines.plan.runs import Run, artifact
from tests.pipelines.plan.specs import DATA, DATAS, INT, LIST, STRUCT, TEXT, dag, graph, may, part, step, task
from tidemill.pipelines.plan.models import State

ANY = step({"x": INT})


def test_the_inputs_of_a_run_are_checked_and_take_defaults() -> None:
    root = dag({"a": task("taker", x="^n", y="^m")}, inputs={"n": INT, "m": may(INT, 4)})
    run = Run(graph(root, taker=step({"x": INT, "y": INT})), {"n": 2.0})
    assert run.parameters("a") == {"x": 2, "y": 4}
    assert type(run.parameters("a")["x"]) is int


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "input n: the pipeline needs it, and it has no default"),
        ({"n": "text"}, "input n: NUMBER_INTEGER is expected, not 'text'"),
        ({"n": 1, "typo": 2}, "input typo: the pipeline has none of this name"),
    ],
)
def test_a_run_without_the_inputs_that_it_needs_fails_at_once(given: dict[str, Any], why: str) -> None:
    run = Run(graph(dag({"a": task("step")}, inputs={"n": INT})), given)
    assert run.ended is State.FAILED
    assert run.error("").startswith(why)
    run.retry()
    assert run.error("").startswith(why)


def test_whole_numbers_stay_whole_in_lists_and_structs() -> None:
    tasks = {"a": task("maker"), "b": task("taker", some="<a.many", s="<a.one")}
    taker = step({"some": LIST, "s": STRUCT})
    run = Run(graph(dag(tasks), maker=step({}, {"many": LIST, "one": STRUCT}), taker=taker))
    run.succeed("a", many=[2, 4], one={"n": 3})
    assert repr(dict(run.parameters("b"))) == "{'some': [2, 4], 's': {'n': 3}}"


def test_a_part_of_a_value_is_taken() -> None:
    tasks = {"a": task("maker"), "b": task("taker", x=part("<a.s", 'parseJson(string_value)["n"]'))}
    run = Run(graph(dag(tasks), maker=step({}, {"s": STRUCT}), taker=ANY))
    run.succeed("a", s={"n": 3})
    assert run.parameters("b") == {"x": 3}


def test_a_part_that_is_not_there_fails_the_task_that_takes_it() -> None:
    tasks = {"a": task("maker"), "b": task("taker", x=part("<a.s", 'parseJson(string_value)["n"]'))}
    run = Run(graph(dag(tasks), maker=step({}, {"s": STRUCT}), taker=ANY))
    run.succeed("a", s={"m": 3})
    assert run.ended is State.FAILED
    assert run.error("b") == "input x: parseJson(string_value)[\"n\"]: the value has no 'n' (it has: m)"


def test_placeholders_in_constants_take_other_inputs_of_the_task() -> None:
    text = "{{$.inputs.parameters['pipelinechannel--a-out']}} of {{$.inputs.parameters['n']}}"
    tasks = {"a": task("step"), "b": task("taker", text=text, n=4)}
    tasks["b"]["inputs"]["parameters"]["pipelinechannel--a-out"] = task("", x="<a.out")["inputs"]["parameters"]["x"]
    run = Run(graph(dag(tasks), taker=step({"text": TEXT, "n": INT})))
    run.succeed("a", out=3)
    assert run.parameters("b")["text"] == "3 of 4"


def test_an_output_of_another_type_than_declared_fails_the_task() -> None:
    run = Run(graph(dag({"a": task("step")})))
    run.succeed("a", out="many")
    assert run.ended is State.FAILED
    assert run.error("a").startswith("output out: NUMBER_INTEGER is expected, not 'many'")


def test_an_output_that_was_not_made_fails_who_needs_it() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("taker", x="<a.out")}), taker=ANY))
    run.succeed("a")
    assert run.states("a", "b") == ["succeeded", "failed"]
    assert run.error("b") == "input x: task a gave no output out, and it has no default"


# DAGs in DAGs --------------------------------------------------------------------------------------------------------


def test_values_go_into_dags_and_come_out_of_them() -> None:
    inner = dag({"t": task("taker", x="^n")}, inputs={"n": INT}, outputs={"got": INT}, gives={"got": "t.out"})
    outer = dag({"in": task("inner", n="^n")}, inputs={"n": INT}, outputs={"got": INT}, gives={"got": "in.got"})
    tasks = {"a": task("outer", n=5), "b": task("taker", x="<a.got")}
    root = dag(tasks, outputs={"all": INT}, gives={"all": "b.out"})
    run = Run(graph(root, inner=inner, outer=outer, taker=ANY))
    assert run.parameters("a/in/t") == {"x": 5}
    run.succeed("a/in/t", out=6)
    assert run.parameters("b") == {"x": 6}
    run.succeed("b", out=7)
    assert run.outputs == {"all": 7}


def test_an_optional_input_that_is_not_given_is_absent_through_dags_in_dags() -> None:
    calm = step({"x": may(INT)})
    inner = dag({"t": task("calm", x="^n")}, inputs={"n": may(INT)})
    outer = dag({"in": task("inner", n="^n")}, inputs={"n": may(INT)})
    run = Run(graph(dag({"a": task("outer", n="^n")}, inputs={"n": may(INT)}), inner=inner, outer=outer, calm=calm))
    assert run.parameters("a/in/t") == {}


def test_an_absent_input_takes_the_default_of_where_it_arrives() -> None:
    inner = dag({"t": task("calm", x="^n")}, inputs={"n": may(INT)})
    run = Run(graph(dag({"a": task("inner")}), inner=inner, calm=step({"x": may(INT, 9)})))
    assert run.parameters("a/t") == {"x": 9}


BRANCHES = {
    "if": task("branch", x="^x", when="inputs.parameter_values['x'] == 1"),
    "else": task("branch", x="^x", when="inputs.parameter_values['x'] != 1"),
}
BRANCH = dag(
    {"t": task("maker")},
    inputs={"x": INT},
    outputs={"out": INT, "data": DATA},
    gives={"out": "t.out", "data": "t.data"},
)
ONE_OF = dag(
    BRANCHES,
    inputs={"x": INT},
    outputs={"out": INT, "data": DATA},
    gives={"out": ["if.out", "else.out"], "data": ["if.data", "else.data"]},
)


@pytest.mark.parametrize(("x", "branch"), [(1, "if"), (2, "else")])
def test_one_of_takes_what_the_branch_made_that_ran(x: int, branch: str) -> None:
    tasks = {"b": task("branches", x=x), "c": task("taker", x="<b.out", artifacts={"data": "<b.data"})}
    maker, taker = step({}, {"out": INT, "data": DATA}), step({"x": INT, "data": DATA})
    run = Run(graph(dag(tasks), branches=ONE_OF, branch=BRANCH, maker=maker, taker=taker))
    run.succeed(f"b/{branch}/t", out=8, artifacts={"data": (artifact("d"),)})
    assert run.parameters("c") == {"x": 8}
    assert run.given("c").artifacts == {"data": (artifact("d"),)}


def test_what_needs_an_output_that_no_branch_made_is_skipped() -> None:
    branch = task("branch", x="^x", when="inputs.parameter_values['x'] == 1")
    only = dag({"if": branch}, inputs={"x": INT}, outputs={"out": INT}, gives={"out": "if.out"})
    tasks = {"b": task("only", x=2), "c": task("taker", x="<b.out")}
    maker = step({}, {"out": INT, "data": DATA})
    run = Run(graph(dag(tasks), only=only, branch=BRANCH, maker=maker, taker=ANY))
    assert run.states("b", "c") == ["succeeded", "skipped"]


# Artifacts -----------------------------------------------------------------------------------------------------------


def test_artifacts_go_from_the_run_through_dags_to_tasks() -> None:
    inner = dag({"t": task("taker", artifacts={"data": "^data"})}, inputs={"data": DATA})
    root = dag({"a": task("inner", artifacts={"data": "^given"})}, inputs={"given": DATA})
    run = Run(graph(root, inner=inner, taker=step({"data": DATA})), {}, ("given", artifact("d")))
    assert run.given("a/t").artifacts == {"data": (artifact("d"),)}


def test_a_run_without_an_artifact_that_it_needs_fails() -> None:
    run = Run(graph(dag({"a": task("step")}, inputs={"given": DATA})))
    assert run.error("") == "input given: the pipeline needs this artifact"


def test_an_artifact_that_was_not_made_fails_who_needs_it() -> None:
    tasks = {"a": task("maker"), "b": task("taker", artifacts={"data": "<a.data"})}
    run = Run(graph(dag(tasks), maker=step({}, {"data": DATA}), taker=step({"data": DATA})))
    run.succeed("a")
    assert run.error("b") == "input data: task a gave no output data, and it is not optional"


def test_an_optional_artifact_that_is_not_given_is_absent() -> None:
    taker = step({"data": {**DATA, "isOptional": True}})
    inner = dag({"t": task("taker", artifacts={"data": "^data"})}, inputs={"data": {**DATA, "isOptional": True}})
    run = Run(graph(dag({"a": task("inner")}), inner=inner, taker=taker))
    assert run.given("a/t").artifacts == {}


def test_lists_of_artifacts_from_several_selectors_are_joined() -> None:
    maker = step({}, {"data": DATAS})
    both = dag({"a": task("maker"), "b": task("maker")}, outputs={"data": DATAS}, gives={"data": ["a.data", "b.data"]})
    tasks = {"m": task("both"), "t": task("taker", artifacts={"data": "<m.data"})}
    run = Run(graph(dag(tasks), both=both, maker=maker, taker=step({"data": DATAS})))
    run.succeed("m/b", artifacts={"data": (artifact("3"),)})
    run.succeed("m/a", artifacts={"data": (artifact("1"), artifact("2"))})
    assert [each.name for each in run.given("t").artifacts["data"]] == ["1", "2", "3"]


def test_a_task_config_is_left_to_whoever_executes() -> None:
    run = Run(graph(dag({"a": task("taker")}), taker=step({"config": "TASK_CONFIG"})))
    assert run.parameters("a") == {}
