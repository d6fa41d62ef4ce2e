"""A value as Kubeflow hands it on: as text, on a command line or where a text is asked for, and as JSON."""

import json
import math
from decimal import Decimal
from typing import cast

from tidemill.pipelines.ir.spec import Value

_EXACT = 2**53
"""Up to here a float knows every whole number."""


def as_text(value: Value) -> str:
    """Texts as they are; numbers without exponent and without `.0`; `true`, `false`; nothing as nothing; else JSON."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return _number(value)
        case _:
            return as_json(value)


def as_json(value: Value) -> str:
    """JSON without spaces, its keys in order: equal values are equal texts."""
    return json.dumps(with_whole_numbers(value), separators=(",", ":"), ensure_ascii=False, sort_keys=True)


def with_whole_numbers(value: Value) -> Value:
    """`[1.0, 2.5]` as `[1, 2.5]`: kfp writes every number with a point, and Kubeflow gives tasks those that are whole
    without."""
    match value:
        case float() if value.is_integer() and abs(value) <= _EXACT:
            return int(value)
        case list():
            return [with_whole_numbers(each) for each in cast("list[Value]", value)]
        case dict():
            entries = cast("dict[str, Value]", value)
            return {key: with_whole_numbers(each) for key, each in entries.items()}
        case _:
            return value


def _number(value: float) -> str:
    if not math.isfinite(value):
        return repr(value)
    if value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f")
