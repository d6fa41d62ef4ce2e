"""Values are taken as their parameters declare them; parts are selected from them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidemill.kit.errors import InvalidError
from tidemill.pipelines.ir.rendering import as_json, as_text
from tidemill.pipelines.ir.spec import ParameterSpec, ParameterType
from tidemill.pipelines.ir.values import checked, from_text, may_be_given, select

T = ParameterType


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types: 1 is not 1.0, and not True."""
    return repr(one) == repr(other)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (3, T.NUMBER_INTEGER, 3),
        (3.0, T.NUMBER_INTEGER, 3),
        (3, T.NUMBER_DOUBLE, 3.0),
        (0.5, T.NUMBER_DOUBLE, 0.5),
        (1, T.STRING, "1"),
        (1.0, T.STRING, "1"),
        (1e21, T.STRING, "1000000000000000000000"),
        (1e-7, T.STRING, "0.0000001"),
        (True, T.STRING, "true"),
        (None, T.STRING, ""),
        ([1.0, "a"], T.STRING, '[1,"a"]'),
        ({"b": 1, "a": None}, T.STRING, '{"a":null,"b":1}'),
        (True, T.BOOLEAN, True),
        ([2.0, 2.5, [4.0], True], T.LIST, [2, 2.5, [4], True]),
        ([2**80, 1e300], T.LIST, [2**80, 1e300]),
        ({"a": {"b": 1.0}}, T.STRUCT, {"a": {"b": 1}}),
        ({"state": "SUCCEEDED"}, T.TASK_FINAL_STATUS, {"state": "SUCCEEDED"}),
    ],
)
def test_a_value_is_converted_as_kubeflow_does(value: Any, type_: ParameterType, expected: Any) -> None:
    assert same(checked(value, ParameterSpec(parameter_type=type_), "x"), expected)


@pytest.mark.parametrize(
    ("value", "type_", "said"),
    [
        ("3", T.NUMBER_INTEGER, "NUMBER_INTEGER is expected, not '3'"),
        (2.5, T.NUMBER_INTEGER, "NUMBER_INTEGER is expected, not 2.5"),
        (True, T.NUMBER_INTEGER, "NUMBER_INTEGER is expected, not True"),
        (float("nan"), T.NUMBER_DOUBLE, "no number that JSON can say"),
        (10**400, T.NUMBER_DOUBLE, "the number is too large"),
        (None, T.NUMBER_DOUBLE, "NUMBER_DOUBLE is expected, not None"),
        (1, T.BOOLEAN, "BOOLEAN is expected"),
        ("[]", T.LIST, "LIST is expected"),
        ([], T.STRUCT, "STRUCT is expected"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(value: Any, type_: ParameterType, said: str) -> None:
    with pytest.raises(InvalidError, match=f"^root.x: .*{said}"):
        checked(value, ParameterSpec(parameter_type=type_), "root.x")


def test_a_value_without_a_bottom_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(10_000):
        deep = [deep]
    for type_ in (T.LIST, T.STRING):
        with pytest.raises(InvalidError, match="nested too deep"):
            checked(deep, ParameterSpec(parameter_type=type_), "x")


def test_only_literals_are_taken_where_there_are_some() -> None:
    spec = ParameterSpec(parameter_type=T.NUMBER_INTEGER, literals=(1.0, 2.0))
    assert checked(2, spec, "x") == 2
    with pytest.raises(InvalidError, match="'3' is none of the values") as refused:
        checked(3, spec, "x")
    assert refused.value.hint == "it may be: 1, 2"


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        ("3\n", T.NUMBER_INTEGER, 3),
        ("3.0", T.NUMBER_INTEGER, 3),
        ("3", T.NUMBER_DOUBLE, 3.0),
        ("True", T.BOOLEAN, True),
        ("false\n", T.BOOLEAN, False),
        (" text\n", T.STRING, " text\n"),
        ("[1, 2.0]", T.LIST, [1, 2]),
        ('{"a": 1}', T.STRUCT, {"a": 1}),
    ],
)
def test_a_file_says_a_value(text: str, type_: ParameterType, expected: Any) -> None:
    assert same(from_text(text, ParameterSpec(parameter_type=type_), "x"), expected)


@pytest.mark.parametrize("text", ["", "three", "[", "True", "[" * 5000])
def test_a_file_that_says_no_such_value_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match=r"^x: NUMBER_INTEGER is expected"):
        from_text(text, ParameterSpec(parameter_type=T.NUMBER_INTEGER), "x")


@pytest.mark.parametrize(
    ("given_", "wanted", "may"),
    [
        (T.NUMBER_INTEGER, T.NUMBER_DOUBLE, True),
        (T.NUMBER_INTEGER, T.STRING, True),
        (T.STRING, T.LIST, True),
        (T.STRUCT, T.LIST, False),
        (T.BOOLEAN, T.NUMBER_DOUBLE, False),
        (T.TASK_FINAL_STATUS, T.STRUCT, True),
    ],
)
def test_types_fit_or_never_do(given_: ParameterType, wanted: ParameterType, may: bool) -> None:
    assert may_be_given(given_, wanted) is may


@pytest.mark.parametrize(
    ("value", "selector", "expected"),
    [
        ({"a": 1}, 'parseJson(string_value)["a"]', 1),
        ('{"a": [1, {"b": "x"}]}', "parseJson(string_value)['a'][1].b", "x"),
        ([1.1, 1.2], "parseJson(string_value)[0]", 1.1),
        ({"a": {"b": 2}}, "struct_value.a.b", 2),
        ([5], "list_value[0]", 5),
        ("whole", "string_value", "whole"),
        ({"a": 1}, "string_value", '{"a":1}'),
        (None, "string_value", ""),
    ],
)
def test_a_part_is_selected(value: Any, selector: str, expected: Any) -> None:
    assert same(select(value, selector), expected)


@pytest.mark.parametrize(
    ("value", "selector", "said"),
    [
        ({"a": 1}, 'parseJson(string_value)["b"]', "the value has no 'b'"),
        ([1], "parseJson(string_value)[1]", "the value has no 1"),
        (3, "parseJson(string_value)[0]", "the value has no 0"),
        ("no json", "parseJson(string_value)", "no JSON"),
        ({}, "", "column 1: string_value is expected"),
        ({}, "parseJson(", "column 11"),
        ({}, "parseJson(string_value", r"column 23: \) is expected"),
        ({}, "parseJson(string_value)[", "column 24"),
        ({}, "parseJson(string_value).", "column 24"),
        ({}, "parseJson(string_value)['a'", r"column 28: \] is expected"),
        ({}, "size(string_value)", "column 1"),
    ],
)
def test_a_part_that_is_not_there_is_said(value: Any, selector: str, said: str) -> None:
    with pytest.raises(InvalidError, match=said):
        select(value, selector)


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(_json, st.sampled_from(list(ParameterType)))
def test_what_was_checked_once_stays_as_it_is(value: Any, type_: ParameterType) -> None:
    spec = ParameterSpec(parameter_type=type_)
    try:
        once = checked(value, spec, "x")
    except InvalidError:
        return
    assert same(checked(once, spec, "x"), once)
    assert isinstance(as_text(value), str)
    assert isinstance(as_json(value), str)
