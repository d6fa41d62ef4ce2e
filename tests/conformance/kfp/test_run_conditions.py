"""If, Elif and Else in all their forms, and OneOf."""

from typing import Any

import pytest
from kfp import dsl

from tests.conformance.kfp.running import Runs, add, note, read, say


class TestBranches:
    @pytest.mark.parametrize(("value", "taken"), [(1, "small"), (50, "middle"), (500, "large")])
    def test_one_branch_of_a_condition_is_taken(self, runs: Runs, value: int, taken: str) -> None:
        @dsl.pipeline
        def branches(value: int):
            with dsl.If(value < 10):
                small = say(text="small")
            with dsl.Elif(value < 100):
                middle = say(text="middle")
            with dsl.Else():
                large = say(text="large")
            say(text=dsl.OneOf(small.output, middle.output, large.output))

        ended = runs.run(branches, value=value)
        assert ended.state == "SUCCEEDED", ended.error
        assert ended.output("say-4") == taken
        assert sorted(ended.states().values()).count("skipped") == 2

    def test_every_comparison_says_what_python_says(self, runs: Runs) -> None:
        @dsl.pipeline
        def compared(n: int, x: float, s: str, b: bool):
            with dsl.If(n == 3):
                say(text="n == 3")
            with dsl.If(n != 3):
                say(text="n != 3")
            with dsl.If(n < 4):
                say(text="n < 4")
            with dsl.If(n <= 2):
                say(text="n <= 2")
            with dsl.If(x > 0.5):
                say(text="x > 0.5")
            with dsl.If(x >= 2.5):
                say(text="x >= 2.5")
            with dsl.If(s == "yes"):
                say(text="s == yes")
            with dsl.If(s < "z"):
                say(text="s < z")
            with dsl.If(b == True):  # noqa: E712 - kfp's own form
                say(text="b")
            with dsl.If(5 > n):
                say(text="5 > n")

        ended = runs.succeed(compared, n=3, x=2.5, s="no", b=True)
        said = {task["outputs"]["parameters"]["Output"] for path, task in ended.tasks.items() if "/say" in path}
        assert said == {"n == 3", "n < 4", "x > 0.5", "x >= 2.5", "s < z", "b", "5 > n"}

    def test_two_outputs_are_compared_with_each_other(self, runs: Runs) -> None:
        @dsl.pipeline
        def both():
            with dsl.If(add(a=1, b=2).output == add(a=2, b=1).output):
                say(text="equal")

        assert runs.succeed(both).output("condition-1/say") == "equal"

    def test_conditions_stand_in_conditions(self, runs: Runs) -> None:
        @dsl.pipeline
        def nested(a: int, b: int):
            with dsl.If(a == 1):
                with dsl.If(b == 1):
                    say(text="both")
                with dsl.Else():
                    say(text="only a")
            with dsl.Else():
                say(text="none")

        ended = runs.succeed(nested, a=1, b=2)
        assert [task["outputs"]["parameters"]["Output"] for path, task in ended.tasks.items() if "/say" in path] == [
            "only a"
        ]
        assert "skipped" in ended.states().values()

    def test_a_condition_asks_in_each_iteration(self, runs: Runs) -> None:
        @dsl.pipeline
        def picking():
            with dsl.ParallelFor([1, 2, 3]) as item:
                with dsl.If(item == 2):
                    say(text="two")

        ended = runs.succeed(picking)
        assert [ended.states()[f"for-loop-2[{n}]/condition-3"] for n in range(3)] == ["skipped", "succeeded", "skipped"]

    def test_the_old_name_is_known(self, runs: Runs) -> None:
        @dsl.pipeline
        def old(flag: str = "on"):
            with dsl.Condition(flag == "on", name="switched"):
                say(text="on")

        ended = runs.succeed(old)
        assert ended.output("condition-1/say") == "on"

    def test_what_stands_behind_a_skipped_task_is_skipped(self, runs: Runs) -> None:
        @dsl.pipeline
        def behind(flag: bool = False):
            with dsl.If(flag == True):  # noqa: E712 - kfp's own form
                first = say(text="first")
                say(text=first.output)

        assert runs.succeed(behind).states() == {"condition-1": "skipped"}


class TestOneOf:
    @pytest.fixture
    def flipped(self) -> Any:
        @dsl.pipeline
        def flip(side: str) -> str:
            with dsl.If(side == "heads"):
                heads = say(text="it is heads")
            with dsl.Else():
                tails = say(text="it is tails")
            return dsl.OneOf(heads.output, tails.output)

        return flip

    def test_a_pipeline_hands_out_what_was_made(self, runs: Runs, flipped: Any) -> None:
        @dsl.pipeline
        def outer(side: str) -> str:
            return say(text=flipped(side=side).output).output

        assert runs.succeed(outer, side="heads").result() == "it is heads"
        assert runs.succeed(outer, side="other").result() == "it is tails"

    def test_artifacts_of_either_branch(self, runs: Runs) -> None:
        @dsl.pipeline
        def either(n: int) -> dsl.Artifact:
            with dsl.If(n == 1):
                one = note(text="one")
            with dsl.Elif(n == 2):
                two = note(text="two")
            with dsl.Else():
                more = note(text="more")
            chosen = dsl.OneOf(one.outputs["made"], two.outputs["made"], more.outputs["made"])
            read(given=chosen)
            return chosen

        ended = runs.succeed(either, n=2)
        assert ended.output("read") == "two"
        assert ended.made("", "Output")[0]["metadata"] == {"text": "two"}

    def test_it_holds_in_each_iteration(self, runs: Runs) -> None:
        @dsl.pipeline
        def chosen():
            with dsl.ParallelFor([1, 2]) as item:
                with dsl.If(item == 1):
                    one = say(text="one")
                with dsl.Else():
                    more = say(text="more")
                say(text=dsl.OneOf(one.output, more.output))

        ended = runs.succeed(chosen)
        assert [ended.output(f"for-loop-2[{n}]/say-3") for n in range(2)] == ["one", "more"]
