"""What fails, what runs in spite of it, what is tried again, and what is ended."""

import time
from pathlib import Path

from kfp import dsl

from tests.conformance.kfp.running import WITHIN_S, Runs, add, refuse, say


@dsl.component
def last(status: dsl.PipelineTaskFinalStatus) -> str:
    return f"{status.state}: {status.error_message}"


class TestFailure:
    def test_it_says_which_task_failed_and_why(self, runs: Runs) -> None:
        @dsl.pipeline
        def broken():
            say(text=refuse(text="no data").output)
            say(text="beside it").set_caching_options(False)

        ended = runs.run(broken)
        assert ended.state == "FAILED"
        assert "no data" in ended.error
        assert ended.states() == {"refuse": "failed", "say": "upstream_failed", "say-2": "succeeded"}
        assert "raise ValueError(text)" in runs.log(ended.tasks["refuse"])

    def test_a_step_that_exits_fails_with_its_code(self, runs: Runs) -> None:
        @dsl.component
        def leave():
            import sys

            sys.exit(3)

        @dsl.pipeline
        def leaving():
            leave()

        ended = runs.run(leaving)
        assert ended.state == "FAILED"
        assert "3" in ended.tasks["leave"]["error"]

    def test_a_step_that_returns_another_type_fails(self, runs: Runs) -> None:
        @dsl.component
        def wrong() -> int:
            return "seven"

        @dsl.pipeline
        def lying():
            wrong()

        ended = runs.run(lying)
        assert ended.state == "FAILED"
        assert "want type <class 'int'>" in ended.error


class TestExit:
    def test_an_exit_handler_runs_and_is_told_how_it_went(self, runs: Runs) -> None:
        @dsl.component
        def last(status: dsl.PipelineTaskFinalStatus) -> str:
            return f"{status.state}: {status.error_message}"

        @dsl.pipeline
        def handled():
            with dsl.ExitHandler(last()):
                refuse(text="no data")

        ended = runs.run(handled)
        assert ended.state == "FAILED"
        assert ended.output("last").startswith("FAILED: ")
        assert "no data" in ended.output("last")

    def test_it_runs_when_all_is_well_too(self, runs: Runs) -> None:
        @dsl.pipeline
        def well(text: str = "bye"):
            with dsl.ExitHandler(say(text=text), name="around"):
                add(a=1)

        ended = runs.succeed(well)
        assert (ended.output("say"), ended.output("exit-handler-1/add")) == ("bye", 4)

    def test_it_is_told_that_all_is_complete(self, runs: Runs) -> None:
        @dsl.pipeline
        def told():
            with dsl.ExitHandler(last()):
                say(text="fine")

        assert runs.succeed(told).output("last") == "COMPLETE: "

    def test_it_stands_around_loops_conditions_and_pipelines(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(n: int) -> int:
            return add(a=n, b=1).output

        @dsl.pipeline
        def around(items: list = [1, 2]):
            with dsl.ExitHandler(last()):
                with dsl.ParallelFor(items) as item:
                    with dsl.If(item == 2):
                        refuse(text="of two")
                    inner(n=item)

        ended = runs.run(around)
        assert ended.state == "FAILED"
        assert "of two" in ended.output("last")
        assert ended.output("exit-handler-1/for-loop-2[1]/inner/add") == 3

    def test_one_in_a_pipeline_is_of_that_pipeline(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(text: str):
            with dsl.ExitHandler(last()):
                refuse(text=text)

        @dsl.pipeline
        def outer():
            inner(text="in the inner one")
            say(text="beside it")

        ended = runs.run(outer)
        assert (ended.state, ended.states()["say"]) == ("FAILED", "succeeded")
        assert "in the inner one" in ended.output("inner/last")

    def test_what_follows_an_exit_handler_waits_for_it(self, runs: Runs) -> None:
        @dsl.pipeline
        def followed():
            with dsl.ExitHandler(last()) as handler:
                say(text="inside").set_caching_options(False)
            say(text="behind").set_caching_options(False).after(handler)

        ended = runs.succeed(followed)
        assert ended.tasks["exit-handler-1"]["ended_ms"] <= ended.tasks["say-2"]["started_ms"]


class TestIgnored:
    def test_a_task_that_ignores_failures_before_it_runs(self, runs: Runs) -> None:
        @dsl.component
        def mend(text: str = "a default") -> str:
            return text

        @dsl.pipeline
        def ignoring():
            mend(text=refuse(text="no data").output).ignore_upstream_failure()

        assert runs.run(ignoring).output("mend") == "a default"

    def test_it_may_be_told_how_it_ended(self, runs: Runs) -> None:
        @dsl.component
        def watch(status: dsl.PipelineTaskFinalStatus) -> str:
            return f"{status.pipeline_task_name} {status.state}"

        @dsl.pipeline
        def watching():
            task = refuse(text="no")
            watch().after(task).ignore_upstream_failure()
            say(text="in spite of it").after(task).ignore_upstream_failure()

        ended = runs.run(watching)
        assert (ended.state, ended.output("say")) == ("FAILED", "in spite of it")
        assert ended.output("watch") == "refuse FAILED"


class TestRetries:
    def test_a_task_is_tried_again_as_often_as_it_says(self, runs: Runs, tmp_path: Path) -> None:
        @dsl.component
        def stubborn(path: str) -> int:
            with open(path, "a") as file:
                file.write("x")
            tries = len(open(path).read())
            if tries < 3:
                raise ValueError(f"try {tries}")
            return tries

        @dsl.pipeline
        def trying(path: str):
            stubborn(path=path).set_retry(3, backoff_duration="0s")

        assert runs.run(trying, path=str(tmp_path / "tries")).output("stubborn") == 3

    def test_it_waits_before_it_tries_again(self, runs: Runs, tmp_path: Path) -> None:
        @dsl.component
        def second(path: str) -> float:
            import os
            import time

            if not os.path.exists(path):
                with open(path, "w") as file:
                    file.write(str(time.time()))
                raise ValueError("first try")
            return time.time() - float(open(path).read())

        @dsl.pipeline
        def waiting(path: str):
            second(path=path).set_retry(2, backoff_duration="1s", backoff_factor=2, backoff_max_duration="5s")

        assert runs.succeed(waiting, path=str(tmp_path / "tried")).output("second") >= 0.9

    def test_one_that_never_succeeds_has_failed(self, runs: Runs, tmp_path: Path) -> None:
        @dsl.component
        def never(path: str):
            with open(path, "a") as file:
                file.write("x")
            raise ValueError("never")

        @dsl.pipeline
        def trying(path: str):
            never(path=path).set_retry(2, backoff_duration="0s")

        ended = runs.run(trying, path=str(tmp_path / "tries"))
        assert (ended.state, (tmp_path / "tries").read_text()) == ("FAILED", "xxx")

    def test_a_retry_of_a_run_begins_at_what_failed(self, runs: Runs, tmp_path: Path) -> None:
        @dsl.component
        def mark(path: str) -> str:
            with open(path, "a") as file:
                file.write("x")
            return path

        @dsl.component
        def needs(path: str, gate: str) -> str:
            return open(gate).read()

        @dsl.pipeline
        def gated(path: str, gate: str):
            needs(path=mark(path=path).output, gate=gate)

        path, gate = tmp_path / "marks", tmp_path / "gate"
        run_id = runs.start(gated, path=str(path), gate=str(gate))
        assert runs.end(run_id).state == "FAILED"
        gate.write_text("open")
        runs.client._run_api.run_service_retry_run(run_id)
        ended = runs.end(run_id)
        assert (ended.state, ended.output("needs")) == ("SUCCEEDED", "open")
        assert path.read_text() == "x"
        history = [each.state for each in runs.client.get_run(run_id).state_history]
        assert history == ["PENDING", "RUNNING", "FAILED", "RUNNING", "SUCCEEDED"]


class TestEnd:
    def test_a_run_is_terminated(self, runs: Runs) -> None:
        @dsl.component
        def sleep():
            import time

            time.sleep(300)

        @dsl.pipeline
        def long():
            say(text="after").after(sleep())

        run_id = runs.start(long)
        until = time.monotonic() + WITHIN_S
        while runs.look(run_id).states().get("sleep") != "running":
            assert time.monotonic() < until
            time.sleep(0.1)
        runs.client.terminate_run(run_id)
        ended = runs.end(run_id)
        assert ended.state == "CANCELED"
        assert ended.states()["sleep"] == "canceled"

    def test_an_exit_task_runs_when_its_run_is_terminated(self, runs: Runs) -> None:
        @dsl.component
        def sleep():
            import time

            time.sleep(300)

        @dsl.pipeline
        def long():
            with dsl.ExitHandler(last()):
                sleep()

        run_id = runs.start(long)
        until = time.monotonic() + WITHIN_S
        while runs.look(run_id).states().get("exit-handler-1/sleep") != "running":
            assert time.monotonic() < until
            time.sleep(0.05)
        runs.client.terminate_run(run_id)
        ended = runs.end(run_id)
        assert (ended.state, ended.states()["exit-handler-1/sleep"]) == ("CANCELED", "canceled")
        assert ended.output("last").startswith("CANCELED")
