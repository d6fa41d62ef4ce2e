"""What is taken from an earlier run instead of being made again, and what never is."""

from collections.abc import Callable
from typing import Any

import pytest
from kfp import dsl

from tests.conformance.kfp.running import Runs, count, refuse, say, write


class TestCache:
    @pytest.fixture
    def saying(self) -> Any:
        @dsl.pipeline
        def saying(text: str, rows: int = 3):
            say(text=text)
            count(data=write(rows=rows).outputs["data"])

        return saying

    def test_what_was_made_before_is_taken_from_there(
        self, runs: Runs, saying: Any, unique: Callable[[str], str]
    ) -> None:
        text = unique("text")
        first, again = runs.run(saying, text=text), runs.run(saying, text=text)
        assert first.states()["say"] == "succeeded"
        assert again.states() == {"say": "cached", "write": "cached", "count": "cached"}
        assert (again.output("say"), again.output("count")) == (text, 3)
        assert again.tasks["write"]["outputs"] == first.tasks["write"]["outputs"]
        assert [task["workload"] for task in again.tasks.values()] == [""] * 4

    def test_another_input_is_another_task(self, runs: Runs, saying: Any, unique: Callable[[str], str]) -> None:
        text = unique("text")
        runs.run(saying, text=text, rows=5)
        again = runs.run(saying, text=text, rows=6)
        assert again.states() | {"say": "cached", "write": "succeeded", "count": "succeeded"} == again.states()

    def test_a_task_that_is_not_to_be_cached_runs_each_time(self, runs: Runs, unique: Callable[[str], str]) -> None:
        @dsl.pipeline
        def never(text: str):
            say(text=text).set_caching_options(False)

        text = unique("text")
        assert [runs.run(never, text=text).states()["say"] for _ in range(2)] == ["succeeded", "succeeded"]

    def test_what_belongs_to_a_deleted_run_is_made_again(
        self, runs: Runs, saying: Any, unique: Callable[[str], str]
    ) -> None:
        text = unique("text")
        runs.client.delete_run(runs.run(saying, text=text).id)
        assert runs.run(saying, text=text).states()["say"] == "succeeded"

    def test_what_failed_is_tried_again(self, runs: Runs, unique: Callable[[str], str]) -> None:
        @dsl.pipeline
        def refusing(text: str):
            refuse(text=text)

        text = unique("text")
        assert [runs.run(refusing, text=text).states()["refuse"] for _ in range(2)] == ["failed", "failed"]

    def test_the_run_has_the_last_word(self, runs: Runs, saying: Any, unique: Callable[[str], str]) -> None:
        text = unique("text")
        states = [
            runs.run(saying, enable_caching=word, text=text).states()["say"] for word in (None, False, True, False)
        ]
        assert states == ["succeeded", "succeeded", "cached", "succeeded"]

    def test_a_key_of_the_pipelines_own_stands_for_its_inputs(self, runs: Runs, unique: Callable[[str], str]) -> None:
        key = unique("key")

        @dsl.component
        def named(text: str) -> str:
            return text

        def pipeline() -> Any:
            @dsl.pipeline
            def keyed(text: str):
                named(text=text).set_caching_options(True, cache_key=key)

            return keyed

        first = runs.succeed(pipeline(), text="first")
        second = runs.succeed(pipeline(), text="second")
        assert (first.states()["named"], second.states()["named"]) == ("succeeded", "cached")
        assert second.output("named") == "first"

    def test_environment_variables_are_part_of_what_a_task_is(self, runs: Runs, unique: Callable[[str], str]) -> None:
        def pipeline(value: str) -> Any:
            @dsl.pipeline
            def with_variable(text: str):
                say(text=text).set_env_variable("MODE", value)

            return with_variable

        text = unique("text")
        states = [runs.run(pipeline(value), text=text).states()["say"] for value in ("a", "b", "a")]
        assert states == ["succeeded", "succeeded", "cached"]

    def test_iterations_are_cached_each(self, runs: Runs, unique: Callable[[str], str]) -> None:
        @dsl.pipeline
        def looping(items: list):
            with dsl.ParallelFor(items) as item:
                say(text=item)

        a, b, c = unique("a"), unique("b"), unique("c")
        runs.succeed(looping, items=[a, b])
        states = runs.succeed(looping, items=[b, c, a]).states()
        assert [states[f"for-loop-1[{n}]/say"] for n in range(3)] == ["cached", "succeeded", "cached"]
