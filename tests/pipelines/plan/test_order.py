"""What is triggered when, and how DAGs and runs end."""

import pytest

from tests.pipelines.plan.runs import Run
from tests.pipelines.plan.specs import INT, STRUCT, TEXT, dag, graph, may, status, step, task
from tidemill.pipelines.plan.models import CancelRun, Failed, Outputs, Started, State, Step, Succeeded


def test_a_task_begins_when_all_before_it_have_succeeded() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("step"), "c": task("step", after=("a", "b"))})))
    assert run.executed == ["a", "b"]
    run.succeed("a", out=1)
    assert "c" not in run.open
    run.succeed("b", out=1)
    run.succeed("c", out=1)
    assert run.ended is State.SUCCEEDED


def test_a_task_is_running_from_when_it_started() -> None:
    run = Run(graph(dag({"a": task("step")})))
    assert run.state("a") is State.READY
    run.start("a")
    assert run.state("a") is State.RUNNING


def test_a_cached_task_has_outputs_and_says_that_they_are_old() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("taker", x="<a.out")}), taker=step({"x": INT})))
    run.take(Succeeded("a", 1, Outputs({"out": 5}), cached=True))
    assert run.state("a") is State.CACHED
    assert run.parameters("b") == {"x": 5}


def test_what_does_not_depend_on_a_failure_goes_on() -> None:
    tasks = {"a": task("step"), "b": task("step"), "c": task("step", after=("b",)), "d": task("step", after=("a",))}
    run = Run(graph(dag({**tasks, "e": task("step", after=("d",))})))
    run.fail("a")
    run.succeed("b", out=1)
    assert run.ended is None
    run.succeed("c", out=1)
    assert run.ended is State.FAILED
    assert run.states("a", "c", "d", "e") == ["failed", "succeeded", "upstream_failed", "upstream_failed"]
    assert run.error("") == "a failed: boom"
    assert run.error("d") == "task a failed"


def test_a_failure_deep_inside_is_told_with_its_way() -> None:
    inner = dag({"fit": task("step")})
    run = Run(graph(dag({"train": task("inner")}), inner=inner))
    run.fail("train/fit", error="out of memory")
    assert run.error("") == "train failed: fit failed: out of memory"


def test_a_pipeline_without_tasks_succeeds_at_once() -> None:
    assert Run(graph(dag({}))).ended is State.SUCCEEDED


@pytest.mark.parametrize(
    "event",
    [
        Started("a", 1),
        Succeeded("a", 1, Outputs({"out": 2})),
        Failed("a", 1, "late"),
        Succeeded("b", 2),
        Failed("nobody", 1, ""),
        Failed("", 1, "the run itself is not executed"),
    ],
)
def test_an_event_that_is_late_or_of_another_attempt_changes_nothing(event: Started | Succeeded | Failed) -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("step")})))
    run.succeed("a", out=1)
    assert run.take(event) == Step()


# Conditions ----------------------------------------------------------------------------------------------------------

IS_BIG = "inputs.parameter_values['x'] > 10"


def test_a_task_whose_condition_is_false_is_skipped_and_what_is_only_behind_it_runs() -> None:
    tasks = {"a": task("taker", x=3, when=IS_BIG), "b": task("step", after=("a",))}
    run = Run(graph(dag(tasks), taker=step({"x": INT})))
    assert run.states("a", "b") == ["skipped", "ready"]
    run.succeed("b", out=1)
    assert run.ended is State.SUCCEEDED


def test_what_needs_something_of_a_skipped_task_is_skipped_and_so_on() -> None:
    tasks = {
        "a": task("taker", x=3, when=IS_BIG),
        "b": task("taker", x="<a.out"),
        "c": task("taker", x="<b.out"),
        "d": task("choosy", x="<a.out", y="<b.out"),
    }
    run = Run(graph(dag(tasks), taker=step({"x": INT}), choosy=step({"x": may(INT, 7), "y": may(INT)})))
    assert run.states("a", "b", "c", "d") == ["skipped", "skipped", "skipped", "ready"]
    assert run.parameters("d") == {"x": 7}
    assert run.error("b") == "input x: task a was skipped"


def test_a_dag_whose_condition_is_false_is_skipped_whole() -> None:
    inner = dag({"t": task("step")}, inputs={"x": INT})
    run = Run(
        graph(dag({"if": task("inner", x=3, when=IS_BIG), "else": task("inner", x=30, when=IS_BIG)}), inner=inner)
    )
    assert run.executed == ["else/t"]
    assert run.state("if") is State.SKIPPED


def test_a_condition_that_cannot_be_asked_fails_its_task() -> None:
    tasks = {"a": task("taker", x="text", when=IS_BIG), "b": task("step")}
    run = Run(graph(dag(tasks), taker=step({"x": TEXT})))
    assert run.state("a") is State.FAILED
    assert "compares a text with a number" in run.error("a")
    run.succeed("b", out=1)
    assert run.ended is State.FAILED


# Exit tasks ----------------------------------------------------------------------------------------------------------

WITH_EXIT = {"work": task("inner"), "tell": task("teller", status=status("work"), after=("work",), always=True)}


def with_exit() -> Run:
    teller = step({"status": {"parameterType": "TASK_FINAL_STATUS"}}, {})
    return Run(graph(dag(WITH_EXIT), inner=dag({"a": task("step")}), teller=teller), job="runs/7")


def told(state: str, code: int, message: str) -> object:
    error = {"code": code, "message": message}
    named = {"pipelineJobResourceName": "runs/7", "pipelineTaskName": "work"}
    return {"status": {"state": state, **named, "error": error}}


def test_an_exit_task_is_told_of_success() -> None:
    run = with_exit()
    run.succeed("work/a", out=1)
    assert run.parameters("tell") == told("COMPLETE", 0, "")
    run.succeed("tell")
    assert run.ended is State.SUCCEEDED


def test_an_exit_task_runs_after_a_failure_and_the_run_has_failed_all_the_same() -> None:
    run = with_exit()
    run.fail("work/a")
    assert run.parameters("tell") == told("FAILED", 2, "a failed: boom")
    run.succeed("tell")
    assert run.ended is State.FAILED


def test_an_exit_task_runs_when_the_run_is_cancelled() -> None:
    run = with_exit()
    run.cancel()
    assert run.canceled == ["work/a"]
    assert run.states("", "work", "work/a") == ["canceling", "running", "canceling"]
    run.fail("work/a", error="told to end")
    assert run.parameters("tell") == told("CANCELED", 1, "1 of 1 tasks were cancelled")
    run.succeed("tell")
    assert run.ended is State.CANCELED


def test_a_task_that_ignores_failures_takes_defaults_for_what_is_not_there() -> None:
    tasks = {"a": task("step"), "b": task("calm", x="<a.out", y="<a.out", always=True)}
    run = Run(graph(dag(tasks), calm=step({"x": may(INT, 7), "y": may(INT)})))
    run.fail("a")
    assert run.parameters("b") == {"x": 7}


def test_a_task_that_ignores_failures_and_cannot_do_without_says_what_it_lacks() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("taker", x="<a.out", always=True)}), taker=step({"x": INT})))
    run.fail("a")
    assert run.error("b") == "input x: task a failed, and it has no default"


def test_an_exit_task_takes_the_state_of_a_failed_task_as_a_struct_of_its_own() -> None:
    tasks = {"a": task("step"), "b": task("taker", s=status("a"), always=True)}
    run = Run(graph(dag(tasks), taker=step({"s": STRUCT})))
    run.fail("a")
    assert run.parameters("b")["s"]["state"] == "FAILED"


# Cancelling ----------------------------------------------------------------------------------------------------------


def test_after_a_cancellation_nothing_begins_and_the_run_ends_with_what_is_under_way() -> None:
    run = Run(graph(dag({"a": task("step"), "b": task("step"), "c": task("step", after=("b",))})))
    run.cancel()
    run.succeed("b", out=1)
    assert run.ended is None
    run.fail("a")
    assert run.ended is State.CANCELED
    assert run.states("a", "b", "c") == ["canceled", "succeeded", "canceled"]


def test_a_cancellation_that_comes_too_late_leaves_a_success() -> None:
    run = Run(graph(dag({"a": task("step")})))
    run.cancel()
    run.succeed("a", out=1)
    assert run.ended is State.SUCCEEDED
    assert run.take(CancelRun()) == Step()


def test_a_second_cancellation_changes_nothing() -> None:
    run = Run(graph(dag({"a": task("step")})))
    run.cancel()
    assert run.take(CancelRun()) == Step()


def test_what_belongs_to_an_exit_task_is_not_told_to_end() -> None:
    tasks = {"a": task("step"), "b": task("step"), "tidy": task("inner", after=("a",), always=True)}
    run = Run(graph(dag(tasks), inner=dag({"x": task("step"), "y": task("step", after=("x",))})))
    run.fail("a")
    run.cancel()
    assert run.canceled == ["b"]
    run.fail("b")
    run.succeed("tidy/x", out=1)
    run.succeed("tidy/y", out=1)
    assert run.state("tidy") is State.SUCCEEDED
    assert run.ended is State.CANCELED
