"""How tasks are put together: order, pipelines in pipelines, loaded components, names."""

from kfp import components, dsl

from tests.conformance.kfp.running import Runs, add, say

LOADED = """\
name: Greet
inputs:
- {name: who, type: String, default: World}
outputs:
- {name: greeting, type: String}
implementation:
  container:
    image: alpine
    command: [sh, -c, 'mkdir -p "$(dirname "$1")"; printf "%s" "Hello $0" > "$1"']
    args: [{inputValue: who}, {outputPath: greeting}]
"""


class TestPipelines:
    def test_a_pipeline_is_a_component_of_another(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(x: int) -> int:
            return add(a=add(a=x, b=1).output, b=1).output

        @dsl.pipeline
        def outer(x: int = 5) -> int:
            return add(a=inner(x=x).output, b=100).output

        ended = runs.run(outer)
        assert ended.output("add") == 107
        assert ended.tasks["inner/add-2"]["state"] == "succeeded"

    def test_to_any_depth(self, runs: Runs) -> None:
        @dsl.pipeline
        def first(n: int) -> int:
            return add(a=n, b=1).output

        @dsl.pipeline
        def second(n: int) -> int:
            return add(a=first(n=n).output, b=10).output

        @dsl.pipeline
        def third(n: int) -> int:
            return add(a=second(n=n).output, b=100).output

        @dsl.pipeline
        def fourth(n: int = 0) -> int:
            return third(n=n).output

        ended = runs.succeed(fourth)
        assert ended.result() == 111
        assert ended.output("third/second/first/add") == 1

    def test_one_may_be_used_many_times(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(n: int) -> int:
            return add(a=n, b=1).output

        @dsl.pipeline
        def many() -> int:
            return inner(n=inner(n=inner(n=0).output).output).output

        ended = runs.succeed(many)
        assert (ended.result(), ended.output("inner-2/add")) == (3, 2)

    def test_one_that_fails_inside_fails_outside(self, runs: Runs) -> None:
        @dsl.component
        def bad() -> int:
            raise ValueError("inside")

        @dsl.pipeline
        def inner() -> int:
            return add(a=bad().output, b=1).output

        @dsl.pipeline
        def outer():
            add(a=inner().output)

        ended = runs.run(outer)
        assert ended.states() == {
            "inner": "failed",
            "inner/bad": "failed",
            "inner/add": "upstream_failed",
            "add": "upstream_failed",
        }
        assert "inside" in ended.error


class TestOrder:
    def test_an_order_without_data_is_kept(self, runs: Runs) -> None:
        @dsl.pipeline
        def ordered():
            first = say(text="first").set_caching_options(False)
            say(text="second").set_caching_options(False).after(first)

        ended = runs.run(ordered)
        assert ended.tasks["say"]["ended_ms"] <= ended.tasks["say-2"]["started_ms"]

    def test_a_task_may_come_after_a_pipeline_or_a_loop(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner():
            say(text="inner").set_caching_options(False)

        @dsl.pipeline
        def ordered():
            before = inner()
            with dsl.ParallelFor([1, 2]) as item:
                each = add(a=item).after(before)
            say(text="last").set_caching_options(False).after(each)

        ended = runs.succeed(ordered)
        assert ended.tasks["inner"]["ended_ms"] <= ended.tasks["for-loop-2"]["started_ms"]
        assert ended.tasks["for-loop-2"]["ended_ms"] <= ended.tasks["say"]["started_ms"]


class TestLoaded:
    def test_a_component_of_yaml_is_one_like_others(self, runs: Runs, commands: None) -> None:
        greet = components.load_component_from_text(LOADED)

        @dsl.pipeline
        def greeting() -> str:
            return say(text=greet(who="you").outputs["greeting"]).output

        assert runs.succeed(greeting).result() == "Hello you"

    def test_a_compiled_component_is_loaded_again(self, runs: Runs, tmp_path: object) -> None:
        loaded = components.load_component_from_file(runs.compiled(add))

        @dsl.pipeline
        def again() -> int:
            return loaded(a=1, b=1).output

        assert runs.succeed(again).result() == 2

    def test_a_compiled_pipeline_is_a_component(self, runs: Runs) -> None:
        @dsl.pipeline
        def inner(n: int = 4) -> int:
            return add(a=n, b=1).output

        loaded = components.load_component_from_file(runs.compiled(inner))

        @dsl.pipeline
        def outer() -> int:
            return loaded(n=5).output

        assert runs.succeed(outer).result() == 6

    def test_a_component_alone_is_a_pipeline(self, runs: Runs) -> None:
        ended = runs.succeed(runs.compiled(add), a=4)
        assert ended.output("add") == 7
        assert ended.result() == 7


class TestNames:
    def test_a_name_to_show_changes_nothing_else(self, runs: Runs) -> None:
        @dsl.pipeline(name="a-name", description="What it is for", display_name="A name")
        def named():
            say(text="x").set_display_name("Says something")

        ended = runs.succeed(named)
        assert ended.output("say") == "x"
