"""What begins again, and what stays."""

from tests.pipelines.plan.runs import Run
from tests.pipelines.plan.specs import INT, dag, graph, may, status, step, task
from tidemill.pipelines.plan.models import State, Succeeded

BODY = dag({"p": task("taker", x="^item"), "q": task("step", after=("p",))}, inputs={"item": INT})
TAKER = step({"x": INT})


def test_what_failed_and_what_waited_for_it_begin_again_with_a_new_attempt() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("step", after=("a",)), "c": task("step", after=("b",))})))
    run.succeed("a", out=1)
    run.fail("b")
    run.retry()
    assert list(run.open) == ["b"]
    assert run.open["b"].attempt == 2
    run.take(Succeeded("b", 1))
    assert run.state("b") is State.READY
    run.succeed("b", out=1)
    run.succeed("c", out=1)
    assert run.ended is State.SUCCEEDED
    assert run.executed == ["a", "b", "b", "c"]
    assert run.stored[""].attempt == 2
    assert run.error("") == ""


def test_what_succeeded_inside_of_what_failed_stays() -> None:
    inner = dag({"p": task("step"), "q": task("step", after=("p",))})
    run = Run(graph(dag({"a": task("outer")}), outer=dag({"b": task("inner")}), inner=inner))
    run.succeed("a/b/p", out=1)
    run.fail("a/b/q")
    run.retry()
    assert list(run.open) == ["a/b/q"]
    run.succeed("a/b/q", out=1)
    assert run.ended is State.SUCCEEDED


def test_only_the_iterations_that_failed_begin_again_and_their_number_is_still_limited() -> None:
    run = Run(graph(dag({"loop": task("body", over=[1, 2, 3, 4], limit=2)}), body=BODY, taker=TAKER))
    run.succeed("loop[0]/p", out=1)
    run.fail("loop[0]/q", "loop[1]/p", "loop[2]/p")
    run.succeed("loop[3]/p", out=1)
    run.succeed("loop[3]/q", out=1)
    assert run.ended is State.FAILED
    run.retry()
    assert list(run.open) == ["loop[0]/q", "loop[1]/p"]
    assert run.parameters("loop[1]/p") == {"x": 2}
    run.succeed("loop[0]/q", out=1)
    assert list(run.open) == ["loop[1]/p", "loop[2]/p"]


def test_an_exit_task_that_was_told_of_the_failure_runs_again() -> None:
    teller = step({"status": {"parameterType": "TASK_FINAL_STATUS"}}, {})
    tasks = {"work": task("step"), "tell": task("teller", status=status("work"), always=True)}
    run = Run(graph(dag({**tasks, "after": task("step", after=("tell",))}), teller=teller))
    run.fail("work")
    run.succeed("tell")
    run.succeed("after", out=1)
    run.retry()
    assert list(run.open) == ["work"]
    run.succeed("work", out=1)
    assert run.parameters("tell")["status"]["state"] == "COMPLETE"
    assert run.open["tell"].attempt == 2


def test_what_an_exit_task_opened_begins_again_from_nothing() -> None:
    tidy = dag({"p": task("step"), "q": task("step")})
    run = Run(graph(dag({"work": task("step"), "tidy": task("tidy", after=("work",), always=True)}), tidy=tidy))
    run.fail("work")
    run.succeed("tidy/p", "tidy/q", out=1)
    run.retry()
    run.succeed("work", out=1)
    assert [(each.path, each.attempt) for each in run.open.values()] == [("tidy/p", 2), ("tidy/q", 2)]


def test_a_cancelled_run_goes_on_where_it_was() -> None:
    run = Run(graph(dag({"a": task("step"), "loop": task("body", over=[1, 2], limit=1)}), body=BODY, taker=TAKER))
    run.succeed("a", out=1)
    run.succeed("loop[0]/p", out=1)
    run.cancel()
    run.fail("loop[0]/q")
    assert run.ended is State.CANCELED
    run.retry()
    assert list(run.open) == ["loop[0]/q"]
    run.succeed("loop[0]/q", out=1)
    run.succeed("loop[1]/p", out=1)
    run.succeed("loop[1]/q", out=1)
    assert run.ended is State.SUCCEEDED


def test_what_was_skipped_stays_skipped() -> None:
    tasks = {"a": task("taker", x=1, when="inputs.parameter_values['x'] > 1"), "b": task("step")}
    run = Run(graph(dag(tasks), taker=step({"x": may(INT)})))
    run.fail("b")
    run.retry()
    assert run.states("a", "b") == ["skipped", "ready"]
    assert run.stored["a"].attempt == 1


def test_a_run_can_be_retried_again_and_again() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("step", after=("a",))})))
    for attempt in range(1, 4):
        assert run.open["a"].attempt == attempt
        run.fail("a")
        run.retry()
    run.succeed("a", "b", out=1)
    assert run.ended is State.SUCCEEDED


def test_a_retry_of_a_run_that_succeeded_or_goes_on_changes_nothing() -> None:
    run = Run(graph(dag({"a": task("step")})))
    run.retry()
    assert run.open["a"].attempt == 1
    run.succeed("a", out=1)
    run.retry()
    assert run.ended is State.SUCCEEDED
    assert run.executed == ["a", "a"]
