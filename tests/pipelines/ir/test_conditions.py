"""Conditions mean what Kubeflow's mean, and what is none is refused with its column."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.conditions import parse

X = "inputs.parameter_values['x']"


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        (f"{X} == 'heads'", "heads", True),
        (f"{X} == 'heads'", "tails", False),
        (f"{X} != 'heads'", "tails", True),
        (f"int({X}) > 5", 6, True),
        (f"int({X}) >= 5", "5", True),
        (f"int({X}) == 2", 2.9, True),
        (f"double(int({X})) >= 2.5", 3, True),
        (f"{X} == 1", 1.0, True),
        (f"{X} < 1e-05", 0, True),
        (f"{X} > -1", 0, True),
        (f"{X} == true", True, True),
        (f"{X} == true", False, False),
        (f"bool({X})", "true", True),
        (f"string({X}) == '3'", 3.0, True),
        (f"string({X}) == 'true'", True, True),
        (f"!({X} == 'a')", "b", True),
        (f"!({X} == 'a') && !({X} == 'b')", "c", True),
        (f"{X} == 'a' || {X} == 'b'", "b", True),
        (f"{X} == 'a' && {X} == 'b' || true", "c", True),
        (f"{X} == 'it\\'s'", "it's", True),
        (f'{X} == "\\u00e9\\x41\\n"', "éA\n", True),
        (f"{X} == null", None, True),
        (f"{X} == null", "a", False),
        (f"{X} != null", "a", True),
        ("inputs.parameters['x'].string_value == 'a'", "a", True),
        (f"false && {X} > 'a'", 1, False),
        (f"{X} > 'a' && false", 1, False),
        (f"{X} > 'a' || true", 1, True),
        (f"{X} == 'a' == true", "a", True),
    ],
)
def test_a_condition_is_what_kubeflow_makes_of_it(text: str, x: Any, expected: bool) -> None:
    condition = parse(text)
    assert condition.holds({"x": x}) is expected
    assert condition.inputs <= {"x"}


def test_a_condition_knows_the_inputs_that_it_asks_for() -> None:
    condition = parse("inputs.parameter_values['a'] == '1' && int(inputs.parameter_values[\"b\"]) < 3")
    assert condition.inputs == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "x", "said"),
    [
        (f"{X} > 3", "text", "compares a text with a number"),
        (f"{X} == 3", "text", "compares a text with a number"),
        (f"{X} == 1", True, "compares true or false with a number"),
        (f"{X} < {X}", [1], "compares a list with a list"),
        (f"int({X}) > 3", "three", "cannot make a text into int"),
        (f"int({X}) > 3", None, "cannot make nothing into int"),
        (f"bool({X})", 1, "cannot make a number into bool"),
        (f"!{X}", "a", "a text beside !"),
        (f"-{X} == 1", "a", "minus of a text"),
        (X, "a", "gives 'a', and not true or false"),
        ("inputs.parameter_values['y'] == 1", 1, "asks for the input 'y', which has no value"),
    ],
)
def test_what_cannot_be_asked_of_the_values_is_said(text: str, x: Any, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        parse(text).holds({"x": x})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column 1: a value is expected"),
        ("1 ==", "column 5: a value is expected, not its end"),
        ("(1 == 1", r"column 8: \) is expected"),
        ("1 == 1)", "column 7: the end of the condition is expected"),
        ("1 = 1", "column 3: '=' is not part of the language"),
        ("x == 1", "column 1: a value is expected, not x"),
        ("inputs.artifacts['x'] == 1", "column 8: parameter_values is expected"),
        ("inputs.parameter_values[x] == 1", "column 25: the name of a parameter in quotes"),
        ("'it's' == 'a'", "column 13: the text that starts here has no end"),
        ("'a", "column 1: the text that starts here has no end"),
        (r"'C:\path' == 'a'", r"column 1: \\p is no escape"),
        ("size('a') == 1", "column 1"),
        ("!" * 1000 + "true", "nested deeper than 50"),
        ("(" * 1000, "nested deeper than 50"),
        ("1 == " * 1000 + "1", "nested deeper than 50"),
        ("a" * 100_000, "more than 65536"),
    ],
)
def test_what_is_no_condition_is_refused_with_its_column(text: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        parse(text)


def test_a_long_chain_is_no_deep_one() -> None:
    assert parse(" && ".join(["true"] * 5000)).holds({})


_numbers = st.integers(-5, 5).map(str) | st.floats(-5, 5, allow_nan=False).map(lambda each: f"{each:.3f}")
_texts = st.text("ab", max_size=2).map(repr)
_signs = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])


def _compared(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    """A comparison, and the same in Python."""
    return st.tuples(values, _signs, values).map(lambda parts: (" ".join(parts), " ".join(parts)))


def _combined(inner: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    both = st.tuples(inner, inner)
    return (
        inner.map(lambda one: (f"!({one[0]})", f"(not ({one[1]}))"))
        | both.map(lambda two: (f"({two[0][0]}) && ({two[1][0]})", f"(({two[0][1]}) and ({two[1][1]}))"))
        | both.map(lambda two: (f"({two[0][0]}) || ({two[1][0]})", f"(({two[0][1]}) or ({two[1][1]}))"))
    )


@given(st.recursive(_compared(_numbers) | _compared(_texts), _combined, max_leaves=8))
def test_any_condition_agrees_with_python(pair: tuple[str, str]) -> None:
    condition, python = pair
    assert parse(condition).holds({}) is eval(python)  # noqa: S307


@given(st.text("inputs.parameter_values['x\"]()!&|=<>1aé\\ ", max_size=60))
def test_any_text_is_a_condition_or_is_refused(text: str) -> None:
    with suppress(InvalidError):
        parse(text).holds({"x": 1})
