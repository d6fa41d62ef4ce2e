"""ParallelFor over constants, parameters and artifacts, in each other, with limits; and what is collected."""

import itertools
from typing import List

from kfp import dsl

from tests.conformance.kfp.running import Runs, add, count, note, numbers, read, read_all, say, total, write


@dsl.component
def listed(values: list) -> list:
    return values


class TestItems:
    def test_loops_run_their_items_and_collect_what_they_gave_in_order(self, runs: Runs) -> None:
        @dsl.pipeline
        def loops(count: int):
            with dsl.ParallelFor(numbers(count=count).output, parallelism=2) as item:
                each = add(a=item, b=100)
            total(values=dsl.Collected(each.output))

        ended = runs.run(loops, count=4)
        assert ended.given("total") == {"values": [100, 101, 102, 103]}
        assert ended.output("total") == 406
        assert runs.run(loops, count=0).output("total") == 0

    def test_items_may_be_structs(self, runs: Runs) -> None:
        @dsl.pipeline
        def structs():
            with dsl.ParallelFor([{"a": 1, "b": 2}, {"a": 3, "b": 4}]) as item:
                each = add(a=item.a, b=item.b)
            total(values=dsl.Collected(each.output))

        assert runs.run(structs).output("total") == 10

    def test_they_may_be_a_parameter_of_the_pipeline(self, runs: Runs) -> None:
        @dsl.pipeline
        def over(items: list = ["a", "b"]):
            with dsl.ParallelFor(items, name="mine") as item:
                said = say(text=item)
            listed(values=dsl.Collected(said.output))

        assert runs.succeed(over).output("listed") == ["a", "b"]
        assert runs.succeed(over, items=["x"]).output("listed") == ["x"]

    def test_they_may_have_every_type(self, runs: Runs) -> None:
        @dsl.pipeline
        def typed():
            with dsl.ParallelFor([1.5, 2.0]) as x:
                half(x=x)
            with dsl.ParallelFor([True, False]) as flag:
                opposite(flag=flag)
            with dsl.ParallelFor([[1, 2], [3]]) as row:
                total(values=row)

        ended = runs.succeed(typed)
        assert [ended.output(f"for-loop-2[{n}]/half") for n in range(2)] == [0.75, 1.0]
        assert [ended.output(f"for-loop-4[{n}]/opposite") for n in range(2)] == [False, True]
        assert [ended.output(f"for-loop-6[{n}]/total") for n in range(2)] == [3, 3]

    def test_a_part_of_an_item_may_be_the_items_of_another_loop(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner_lists():
            with dsl.ParallelFor([{"label": "a", "n": [1, 2]}, {"label": "b", "n": [3]}]) as outer:
                with dsl.ParallelFor(outer.n) as inner:
                    say(text=f"{outer.label}{inner}")

        ended = runs.succeed(inner_lists)
        said = sorted(task["outputs"]["parameters"]["Output"] for path, task in ended.tasks.items() if "/say" in path)
        assert said == ["a1", "a2", "b3"]

    def test_no_more_than_the_limit_run_at_once(self, runs: Runs) -> None:
        @dsl.component
        def slow(n: int) -> int:
            import time

            time.sleep(0.15)
            return n

        @dsl.pipeline
        def limited():
            with dsl.ParallelFor([1, 2, 3, 4], parallelism=1) as item:
                slow(n=item).set_caching_options(False)

        ended = runs.succeed(limited)
        spans = sorted((task["started_ms"], task["ended_ms"]) for path, task in ended.tasks.items() if "/slow" in path)
        assert len(spans) == 4
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))

    def test_they_may_be_artifacts(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(datasets: dsl.Input[List[dsl.Artifact]]):
            with dsl.ParallelFor(datasets) as data:
                read(given=data)

        @dsl.pipeline
        def artifacts():
            with dsl.ParallelFor(["a", "b"]) as text:
                made = note(text=text)
            inner(datasets=dsl.Collected(made.outputs["made"]))

        ended = runs.succeed(artifacts)
        assert [ended.output(f"inner/for-loop-1[{n}]/read") for n in range(2)] == ["a", "b"]

    def test_a_failed_iteration_fails_the_loop_and_lets_the_others_end(self, runs: Runs) -> None:
        @dsl.component
        def odd(n: int) -> int:
            if n == 2:
                raise ValueError("two is even")
            return n

        @dsl.pipeline
        def failing():
            with dsl.ParallelFor([1, 2, 3]) as item:
                each = odd(n=item)
            total(values=dsl.Collected(each.output))

        ended = runs.run(failing)
        assert (ended.state, ended.states()["for-loop-2"], ended.states()["total"]) == (
            "FAILED",
            "failed",
            "upstream_failed",
        )
        assert [ended.states()[f"for-loop-2[{n}]/odd"] for n in range(3)] == ["succeeded", "failed", "succeeded"]
        assert "two is even" in ended.error

    def test_what_is_no_list_fails_the_loop(self, runs: Runs) -> None:
        @dsl.component
        def number() -> list:
            return [1]

        @dsl.pipeline
        def wrong(items: list):
            with dsl.ParallelFor(items) as item:
                add(a=item)

        ended = runs.run(wrong, items=["one"])
        assert ended.state == "FAILED"
        assert "one" in ended.error


class TestCollected:
    def test_loops_in_loops_nest_what_they_collect(self, runs: Runs) -> None:
        @dsl.component
        def flat(values: list) -> list:
            assert all(isinstance(row, list) for row in values)
            return [value for row in values for value in row]

        @dsl.pipeline
        def nested():
            with dsl.ParallelFor([1, 2]) as outer, dsl.ParallelFor([10, 20]) as inner:
                each = add(a=outer, b=inner)
            flat(values=dsl.Collected(each.output))

        assert runs.run(nested).output("flat") == [11, 21, 12, 22]

    def test_artifacts_become_one_flat_list(self, runs: Runs) -> None:
        @dsl.pipeline
        def flattened() -> List[dsl.Artifact]:
            with dsl.ParallelFor(["a", "b"]) as outer:
                with dsl.ParallelFor([1, 2]) as inner:
                    made = note(text=f"{outer}{inner}")
            read_all(given=dsl.Collected(made.outputs["made"]))
            return dsl.Collected(made.outputs["made"])

        ended = runs.succeed(flattened)
        assert ended.output("read-all") == ["a1", "a2", "b1", "b2"]
        assert [each["metadata"]["text"] for each in ended.made("", "Output")] == ["a1", "a2", "b1", "b2"]

    def test_a_pipeline_hands_them_out(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(n: int) -> List[int]:
            with dsl.ParallelFor([1, 2, 3]) as item:
                each = add(a=item, b=n)
            return dsl.Collected(each.output)

        @dsl.pipeline
        def outer() -> int:
            return total(values=inner(n=10).output).output

        assert runs.succeed(outer).result() == 36

    def test_what_was_skipped_drops_out(self, runs: Runs) -> None:
        @dsl.pipeline
        def some() -> List[int]:
            with dsl.ParallelFor([1, 2, 3, 4]) as item:
                with dsl.If(item > 2):
                    each = add(a=item, b=0)
            listed(values=dsl.Collected(each.output))
            return dsl.Collected(each.output)

        ended = runs.succeed(some)
        assert ended.output("listed") == [3, 4]
        assert ended.result() == [3, 4]

    def test_in_a_loop_it_is_what_that_iteration_made(self, runs: Runs) -> None:
        @dsl.pipeline
        def per_row():
            with dsl.ParallelFor([10, 20]) as outer:
                with dsl.ParallelFor([1, 2]) as inner:
                    each = add(a=outer, b=inner)
                total(values=dsl.Collected(each.output))

        ended = runs.succeed(per_row)
        assert [ended.output(f"for-loop-2[{n}]/total") for n in range(2)] == [23, 43]

    def test_from_a_pipeline_in_a_loop(self, runs: Runs) -> None:
        @dsl.pipeline
        def made(n: int) -> dsl.Dataset:
            return write(rows=n).outputs["data"]

        @dsl.component
        def rows(given: dsl.Input[List[dsl.Dataset]]) -> list:
            return [each.metadata["rows"] for each in given]

        @dsl.pipeline
        def through():
            with dsl.ParallelFor([2, 3]) as item:
                each = made(n=item)
                count(data=each.output)
            rows(given=dsl.Collected(each.output))

        ended = runs.succeed(through)
        assert ended.output("rows") == [2, 3]

    def test_a_loop_goes_over_what_another_collected(self, runs: Runs) -> None:
        @dsl.pipeline
        def chained():
            with dsl.ParallelFor(numbers(count=3).output) as item:
                first = add(a=item, b=1)
            with dsl.ParallelFor(listed(values=dsl.Collected(first.output)).output) as item:
                second = add(a=item, b=10)
            total(values=dsl.Collected(second.output))

        assert runs.succeed(chained).output("total") == 36


@dsl.component
def half(x: float) -> float:
    return x / 2


@dsl.component
def opposite(flag: bool) -> bool:
    return not flag
