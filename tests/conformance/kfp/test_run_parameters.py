"""Parameters of every type, from where they come to where they are used: defaults, constants, optionals, literals."""

from typing import Any, NamedTuple, Optional

import pytest
from kfp import dsl

from tests.conformance.kfp.running import Runs, add, say


@dsl.component
def shown(value: dict) -> str:
    import json

    return json.dumps(value, sort_keys=True)


class TestTypes:
    def test_parameters_go_from_task_to_task_with_their_types(self, runs: Runs) -> None:
        @dsl.component
        def all_types(integer: int, number: float, text: str, flag: bool, items: list, struct: dict) -> NamedTuple(
            "Out", [("struct", dict), ("flag", bool), ("number", float)]
        ):
            assert (type(integer), type(number), type(flag)) == (int, float, bool)
            assert all(type(each) is int for each in items)
            return ({"integer": integer, "items": items, "text": text, **struct}, not flag, number / 2)

        @dsl.pipeline
        def types(integer: int = 2, number: float = 3.0, flag: bool = True):
            first = all_types(
                integer=integer, number=number, text="x", flag=flag, items=[1, 2], struct={"a": {"b": [1, 2.5]}}
            )
            all_types(
                integer=7,
                number=first.outputs["number"],
                text=f"half is {first.outputs['number']}",
                flag=first.outputs["flag"],
                items=[3],
                struct=first.outputs["struct"],
            )

        ended = runs.run(types, integer=5)
        assert ended.state == "SUCCEEDED", ended.error
        assert ended.output("all-types", "struct") == {"integer": 5, "items": [1, 2], "text": "x", "a": {"b": [1, 2.5]}}
        assert ended.given("all-types-2")["text"] == "half is 1.5"
        assert ended.output("all-types-2", "flag") is True

    def test_values_that_json_writes_alike_keep_their_kinds(self, runs: Runs) -> None:
        @dsl.component
        def kinds(a: float, b: list, c: dict) -> list:
            return [type(a).__name__, [type(each).__name__ for each in b], type(c["n"]).__name__]

        @dsl.pipeline
        def same():
            kinds(a=3.0, b=[1, 1.5, True, "1", [2]], c={"n": 7})

        assert runs.succeed(same).output("kinds") == ["float", ["int", "float", "bool", "str", "list"], "int"]

    def test_texts_are_kept_to_the_letter(self, runs: Runs) -> None:
        text = "a 'b' \"c\" \\ {{x}} {{$.no}} \n\t ü 𝄞 $HOME `id`"

        @dsl.pipeline
        def texts(text: str):
            say(text=text)

        assert runs.succeed(texts, text=text).output("say") == text

    def test_output_parameters_may_be_written_as_files(self, runs: Runs) -> None:
        @dsl.component
        def written(
            text: dsl.OutputPath(str),
            number: dsl.OutputPath(int),
            share: dsl.OutputPath(float),
            flag: dsl.OutputPath(bool),
            items: dsl.OutputPath(list),
            struct: dsl.OutputPath(dict),
        ):
            import json

            texts = {text: "a\n", number: "7", share: "0.5", flag: "true"}
            for path, content in texts.items():
                with open(path, "w") as file:
                    file.write(content)
            for path, content in ((items, [1, "2"]), (struct, {"a": [3]})):
                with open(path, "w") as file:
                    json.dump(content, file)

        @dsl.pipeline
        def files():
            made = written()
            add(a=made.outputs["number"])

        ended = runs.succeed(files)
        names = ("text", "number", "share", "flag", "items", "struct")
        assert [ended.output("written", each) for each in names] == ["a\n", 7, 0.5, True, [1, "2"], {"a": [3]}]
        assert ended.output("add") == 10

    def test_a_named_tuple_is_many_outputs(self, runs: Runs) -> None:
        @dsl.component
        def parts(n: int) -> NamedTuple("Parts", [("half", int), ("rest", int)]):
            return n // 2, n % 2

        @dsl.pipeline
        def split():
            made = parts(n=7)
            add(a=made.outputs["half"], b=made.outputs["rest"])

        assert runs.succeed(split).output("add") == 4

    def test_literals_hold_a_value_to_what_is_listed(self, runs: Runs, refused: Any) -> None:
        @dsl.pipeline
        def picking(color: str = "green"):
            say(text=color)

        package = runs.compiled(picking)
        with open(package) as file:  # the field is in the format; this kfp has no way to write it
            head, root, tail = file.read().partition("\nroot:")
        with open(package, "w") as file:
            file.write(
                head + root + tail.replace("defaultValue: green", "defaultValue: green\n        literals: [red, green]")
            )
        assert runs.succeed(package, color="red").output("say") == "red"
        error = refused(runs.start, package, color="blue")
        assert error.status == 400
        assert "blue" in str(error.answer)
        assert "red" in str(error.answer)

    def test_a_value_of_another_type_fails_its_task(self, runs: Runs) -> None:
        @dsl.component
        def liar(path: dsl.OutputPath(int)):
            with open(path, "w") as file:
                file.write("seven")

        @dsl.pipeline
        def lies():
            liar()

        ended = runs.run(lies)
        assert ended.state == "FAILED"
        assert "path" in ended.tasks["liar"]["error"]
        assert "seven" in ended.tasks["liar"]["error"]


class TestDefaults:
    def test_defaults_and_arguments(self, runs: Runs) -> None:
        @dsl.pipeline
        def sums(a: int = 1):
            add(a=add(a=a).output, b=10)

        assert runs.run(sums).output("add-2") == 14
        assert runs.run(sums, a=5).output("add-2") == 18

    def test_those_of_every_type_hold(self, runs: Runs) -> None:
        @dsl.component
        def defaults(
            text: str = "x",
            number: int = 1,
            share: float = 2.0,
            flag: bool = False,
            items: list = [1],
            struct: dict = {},
        ) -> list:
            return [text, number, share, flag, items, struct]

        @dsl.pipeline
        def plain(struct: dict = {"a": 1}, items: list = ["b"], share: float = 0.5):
            defaults()
            defaults(struct=struct, items=items, share=share)

        ended = runs.succeed(plain)
        assert ended.output("defaults") == ["x", 1, 2.0, False, [1], {}]
        assert ended.output("defaults-2") == ["x", 1, 0.5, False, ["b"], {"a": 1}]

    def test_what_is_optional_may_be_absent_at_any_depth(self, runs: Runs) -> None:
        @dsl.component
        def perhaps(text: Optional[str] = None, number: Optional[int] = None) -> str:
            return f"{text} {number}"

        @dsl.pipeline
        def inner(text: Optional[str] = None, number: Optional[int] = 4):
            perhaps(text=text, number=number)

        @dsl.pipeline
        def outer(text: Optional[str] = None):
            inner(text=text)
            perhaps()

        ended = runs.succeed(outer)
        assert (ended.output("inner/perhaps"), ended.output("perhaps")) == ("None 4", "None None")
        assert runs.succeed(outer, text="given").output("inner/perhaps") == "given 4"

    def test_an_artifact_may_be_optional(self, runs: Runs) -> None:
        @dsl.component
        def maybe(data: Optional[dsl.Input[dsl.Dataset]] = None) -> bool:
            return data is None

        @dsl.pipeline
        def without():
            maybe()

        assert runs.succeed(without).output("maybe") is True

    def test_one_that_is_needed_and_not_given_is_refused(self, runs: Runs, refused: Any) -> None:
        @dsl.pipeline
        def needing(text: str):
            say(text=text)

        error = refused(runs.start, needing)
        assert (error.status, "text" in error.answer["message"]) == (400, True)


class TestConstants:
    def test_outputs_may_stand_inside_of_texts_lists_and_structs(self, runs: Runs) -> None:
        @dsl.component
        def joined(items: list, struct: dict) -> str:
            return f"{items} {sorted(struct.items())}"

        @dsl.pipeline
        def inside(name: str = "N"):
            one = add(a=1, b=1)
            two = say(text="two")
            joined(
                items=[one.output, name, f"{name}-{two.output}", [one.output]],
                struct={"a": one.output, "b": {"c": two.output}, "d": f"<{name}>"},
            )

        assert runs.succeed(inside).output("joined") == (
            "[2, 'N', 'N-two', [2]] [('a', 2), ('b', {'c': 'two'}), ('d', '<N>')]"
        )

    def test_parts_of_structs_are_taken(self, runs: Runs) -> None:
        @dsl.component
        def made() -> dict:
            return {"a": 5, "b": {"c": "deep"}}

        @dsl.pipeline
        def parts(given: dict = {"n": 2}):
            shown(value=made().output)
            with dsl.ParallelFor([{"a": {"n": 1}}, {"a": {"n": 2}}]) as item:
                shown(value=item.a)

        ended = runs.succeed(parts)
        assert ended.output("shown") == '{"a": 5, "b": {"c": "deep"}}'
        assert ended.output("for-loop-2[1]/shown-2") == '{"n": 2}'

    @pytest.mark.parametrize("value", ["", " ", "null", "true", "1.0", "[1]", '{"a": 1}'])
    def test_a_text_that_looks_like_something_else_stays_a_text(self, runs: Runs, value: str) -> None:
        @dsl.pipeline
        def looks(value: str):
            say(text=value)

        assert runs.succeed(looks, value=value).output("say") == value
