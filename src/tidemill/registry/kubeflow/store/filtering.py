"""`filterQuery`: comparisons joined by AND, in the grammar of all our filters, as conditions of SQL.

name = "x"    description LIKE "%x%"    id > 7    state IN ("LIVE")
accuracy.double_value > 0.9    framework = "torch"          a custom property, where the list has them
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, ColumnElement, Float, Integer, Table, case, cast, exists, func

from tidemill.core.search import (
    LISTED_STRING,
    MEMBERSHIP,
    NUMERIC,
    PRESENCE,
    Comparator,
    Comparison,
    comparator_of,
    parse_filter,
    string,
    strings,
    unquote,
)
from tidemill.kit.errors import InvalidError

_TYPES = {"string_value": "", "int_value": "int", "double_value": "double", "bool_value": "bool"}
_NUMBERS = ("int", "double")
_SHOWN = 200
_QUOTES = "`\"'"


@dataclass(frozen=True, slots=True)
class Properties:
    """Where a list's custom properties are: tags that hang on its rows."""

    table: Table
    owner: Column[int]
    row: Column[int]


def conditions_of(
    text: str, attributes: Mapping[str, ColumnElement[Any]], properties: Properties | None = None
) -> list[ColumnElement[bool]]:
    """The conditions of a filter, all of which must hold. Raises InvalidError."""
    return [_condition(each, attributes, properties) for each in parse_filter(text, are_strays_quoted=False)]


def _condition(
    comparison: Comparison, attributes: Mapping[str, ColumnElement[Any]], properties: Properties | None
) -> ColumnElement[bool]:
    if comparison.operator in PRESENCE:
        raise InvalidError("filterQuery: IS NULL is not known here", hint='compare with a text: name = "x"')
    left = comparison.left.strip(_QUOTES)
    column = attributes.get(left)
    if column is None:
        return _property(comparison, left, attributes, properties)
    if isinstance(column.type, (BigInteger, Integer)):
        return _compared(column, comparator_of(comparison, NUMERIC), _number(comparison))
    return _text(column, comparison)


def _property(
    comparison: Comparison, left: str, attributes: Mapping[str, ColumnElement[Any]], properties: Properties | None
) -> ColumnElement[bool]:
    if properties is None:
        known = ", ".join(sorted(attributes))
        raise InvalidError(f"filterQuery: there is no {left[:_SHOWN]!r} here", hint=f"one of {known}")
    left = left.removeprefix("customProperties.")
    key, _, type_name = left.rpartition(".")
    if type_name not in _TYPES or not key:
        key, type_name = left, ""
    tags = properties.table.c
    value: Any = tags.value
    if _is_number(comparison):
        value = case((tags.kind.in_(_NUMBERS), cast(tags.value, Float)))
        holds = _compared(value, comparator_of(comparison, NUMERIC), _number(comparison))
    else:
        holds = _text(tags.value, comparison)
    typed = [tags.kind == _TYPES[type_name]] if type_name and not _is_number(comparison) else []
    return exists().where(properties.owner == properties.row, tags.key == key.strip(_QUOTES), holds, *typed)


def _text(column: Any, comparison: Comparison) -> ColumnElement[bool]:
    if comparison.operator in MEMBERSHIP:
        found: ColumnElement[bool] = column.in_(strings(comparison))
        return found if comparison.operator == Comparator.IN else ~found
    comparator = comparator_of(comparison, LISTED_STRING)
    value = string(comparison, "attributes")
    if comparator is Comparator.LIKE:
        return column.like(value)
    if comparator is Comparator.ILIKE:
        return func.lower(column).like(value.lower())
    return column == value if comparator is Comparator.EQ else column != value


def _compared(column: Any, comparator: Comparator, value: float) -> ColumnElement[bool]:
    match comparator:
        case Comparator.EQ:
            return column == value
        case Comparator.NE:
            return column != value
        case Comparator.GT:
            return column > value
        case Comparator.GE:
            return column >= value
        case Comparator.LT:
            return column < value
        case _:
            return column <= value


def _is_number(comparison: Comparison) -> bool:
    return comparison.value is not None and comparison.value.text[:1] not in _QUOTES and _read(comparison) is not None


def _number(comparison: Comparison) -> float:
    if (number := _read(comparison)) is None:
        shown = comparison.value.text[:_SHOWN] if comparison.value else ""
        raise InvalidError(f"filterQuery: {comparison.left[:_SHOWN]} is compared with a number, not {shown}")
    return number


def _read(comparison: Comparison) -> float | None:
    """Ids and times come as texts on the wire, so that a quoted number is one too."""
    text = unquote(comparison.value.text) if comparison.value else ""
    try:
        number = float(text)
    except ValueError:
        return None
    if not abs(number) < 2**62:
        return None
    return int(number) if number == int(number) else number
