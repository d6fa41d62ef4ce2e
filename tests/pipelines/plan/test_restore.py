"""A plan that was lost and is made again from what was stored."""

from tests.pipelines.plan.runs import Run
from tests.pipelines.plan.specs import INT, LIST, dag, graph, step, task
from tidemill.pipelines.plan.models import Execute, Instance, State
from tidemill.pipelines.plan.plan import Plan

TAKER = step({"x": INT})
BODY = dag({"t": task("taker", x="^item")}, inputs={"item": INT}, outputs={"outs": LIST}, gives={"outs": "t.out"})


def test_what_was_under_way_is_commanded_again_as_it_was() -> None:
    tasks = {"a": task("step"), "b": task("step"), "c": task("taker", x="<a.out")}
    run = Run(graph(dag(tasks), taker=TAKER))
    run.succeed("a", out=4)
    run.start("b")
    before = dict(run.open)
    step_ = run.restart()
    assert step_.changes == ()
    assert {each.path: each for each in step_.commands if isinstance(each, Execute)} == before
    run.succeed("b", "c", out=1)
    assert run.ended is State.SUCCEEDED


def test_a_loop_goes_on_where_it_was() -> None:
    tasks = {"loop": task("body", over=[1, 2, 3, 4], limit=2), "sum": task("sum", all="<loop.outs")}
    run = Run(graph(dag(tasks), body=BODY, taker=TAKER, sum=step({"all": LIST})))
    run.succeed("loop[0]/t", out=10)
    run.restart()
    assert list(run.open) == ["loop[1]/t", "loop[2]/t"]
    for number in (1, 2, 3):
        run.succeed(f"loop[{number}]/t", out=number)
    assert run.parameters("sum") == {"all": [10, 1, 2, 3]}


def test_an_iteration_that_is_executed_itself_has_all_its_inputs_again() -> None:
    run = Run(graph(dag({"loop": task("each", over=[5, 6], y=1)}), each=step({"item": INT, "y": INT})))
    run.restart()
    assert run.parameters("loop[1]") == {"item": 6, "y": 1}


def test_a_run_that_is_being_cancelled_still_is() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("step", after=("a",))})))
    run.cancel()
    run.restart()
    assert run.canceled == ["a", "a"]
    run.open["a"] = Execute("a", 1, run.graph.root.tasks["a"], run.stored["a"].inputs)
    run.fail("a")
    assert run.ended is State.CANCELED


def test_a_run_that_has_ended_says_so_again() -> None:
    run = Run(graph(dag({"a": task("step")})))
    run.succeed("a", out=1)
    run.finish = None
    assert run.restart().changes == ()
    assert run.ended is State.SUCCEEDED


def test_what_follows_from_what_was_stored_follows_where_only_a_part_of_a_step_was() -> None:
    pipeline = graph(dag({"a": task("step"), "b": task("step", after=("a",))}))
    run = Run(pipeline)
    run.succeed("a", out=1)
    del run.stored["b"]
    _, step_ = Plan.restore(pipeline, run.stored.values())
    assert [each.after.path for each in step_.changes] == ["b"]


def test_the_order_in_which_instances_are_given_is_of_no_matter() -> None:
    run = Run(graph(dag({"a": task("outer")}), outer=dag({"b": task("inner")}), inner=dag({"c": task("step")})))
    stored: list[Instance] = list(run.stored.values())
    plans = [Plan.restore(run.graph, given)[1] for given in (stored, stored[::-1])]
    assert plans[0] == plans[1]
