"""Parameter values against their types: checked, converted as Kubeflow does, and held to what is allowed."""

import math
from typing import cast

import msgspec

from tidemill.pipelines.ir.problems import problem
from tidemill.pipelines.ir.rendering import as_text, with_whole_numbers
from tidemill.pipelines.ir.selectors import select
from tidemill.pipelines.ir.spec import ParameterSpec, ParameterType, Value

__all__ = ["checked", "from_text", "may_be_given", "select"]

_STRUCTS = frozenset({ParameterType.STRUCT, ParameterType.TASK_FINAL_STATUS, ParameterType.TASK_CONFIG})
_ANYTHING = frozenset({ParameterType.STRING, ParameterType.UNSPECIFIED})
_NUMBERS = frozenset({ParameterType.NUMBER_INTEGER, ParameterType.NUMBER_DOUBLE})


def checked(value: Value, spec: ParameterSpec, place: str) -> Value:
    """The value as its parameter has it; InvalidError where it is not of its type or not one of its `literals`.

    Anything becomes a text where one is asked for; else only numbers are converted. Whole numbers are ints, inside
    lists and structs too.
    """
    try:
        converted = _converted(value, spec.parameter_type, place)
    except RecursionError:
        raise problem(place, "the value is nested too deep") from None
    if spec.literals and not any(_is_same(converted, each, spec.parameter_type, place) for each in spec.literals):
        allowed = ", ".join(as_text(each) for each in spec.literals)
        raise problem(place, f"{as_text(converted)!r} is none of the values that it may have", f"it may be: {allowed}")
    return converted


def from_text(text: str, spec: ParameterSpec, place: str) -> Value:
    """The value that a text says, as a container leaves it in a file: of a STRING all of it, else JSON, where `True`
    and `False` are Python's."""
    if spec.parameter_type is ParameterType.STRING:
        return checked(text, spec, place)
    said = text.strip()
    if spec.parameter_type is ParameterType.BOOLEAN:
        said = said.lower()
    try:
        value = msgspec.json.decode(said)
    except (msgspec.DecodeError, RecursionError):
        raise problem(place, f"{spec.parameter_type} is expected, not {_shown(text)}") from None
    return checked(value, spec, place)


def may_be_given(given: ParameterType, wanted: ParameterType) -> bool:
    """Whether a value of one type can ever be taken for another. A text may turn out to be anything: kfp says STRING
    of what it does not know."""
    return bool({given, wanted} & _ANYTHING) or _family(given) == _family(wanted)


def _family(type_: ParameterType) -> ParameterType:
    if type_ in _STRUCTS:
        return ParameterType.STRUCT
    return ParameterType.NUMBER_DOUBLE if type_ in _NUMBERS else type_


def _converted(value: Value, type_: ParameterType, place: str) -> Value:
    match value:
        case _ if type_ is ParameterType.STRING:
            return as_text(value)
        case _ if type_ is ParameterType.UNSPECIFIED:
            return with_whole_numbers(value)
        case bool() if type_ is ParameterType.BOOLEAN:
            return value
        case int() | float() if type_ in _NUMBERS and not isinstance(value, bool):
            return _number(value, type_, place)
        case list() if type_ is ParameterType.LIST:
            return with_whole_numbers(cast("list[Value]", value))
        case dict() if type_ in _STRUCTS:
            return with_whole_numbers(cast("dict[str, Value]", value))
        case _:
            raise problem(place, f"{type_} is expected, not {_shown(value)}", _hint(value, type_))


def _number(value: float, type_: ParameterType, place: str) -> int | float:
    try:
        if not math.isfinite(value):
            raise problem(place, f"{value} is no number that JSON can say")
        if type_ is ParameterType.NUMBER_DOUBLE:
            return float(value)
    except OverflowError:
        raise problem(place, "the number is too large") from None
    if isinstance(value, float) and not value.is_integer():
        raise problem(place, f"{type_} is expected, not {value}", "give a whole number, or declare the input as float")
    return int(value)


def _is_same(value: Value, literal: Value, type_: ParameterType, place: str) -> bool:
    return value == _converted(literal, type_, place)


def _shown(value: Value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _hint(value: Value, type_: ParameterType) -> str | None:
    if value is None:
        return "leave the input away where it has no value"
    return f"give it as JSON of the type {type_}, without quotes around it" if isinstance(value, str) else None
