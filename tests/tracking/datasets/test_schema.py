"""The schema of a dataset keeps the first type that it sees of each field."""

from typing import Any

import pytest

from tidemill.tracking.datasets.schema import Schema


def schema_of(*records: tuple[Any, Any, Any]) -> Schema:
    schema = Schema()
    for inputs, expectations, outputs in records:
        schema.learn(inputs, expectations, outputs)
    return schema


def test_every_kind_of_value_has_a_name() -> None:
    inputs = {"s": "x", "b": True, "i": 1, "f": 1.5, "a": [], "o": {}, "n": None}
    names = {"s": "string", "b": "boolean", "i": "integer", "f": "float", "a": "array", "o": "object", "n": "null"}
    assert schema_of((inputs, inputs, inputs)) == Schema(names, dict(names), dict(names))


def test_the_first_type_stays_and_null_is_none_yet() -> None:
    schema = schema_of(
        ({"a": 1, "n": None}, None, {}), ({"a": "x", "n": 1.5, "new": []}, None, {}), ({"n": 1}, None, {})
    )
    assert schema.inputs == {"a": "integer", "n": "float", "new": "array"}


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (["text", 5], "string"),
        ([{}, "text", None], "string"),
        (["text", {"a": 1}], {"a": "integer"}),
        ([{"a": 1}, "text"], {"a": "integer"}),
        ([None, 5.0], "float"),
        ([None], {}),
    ],
)
def test_outputs_are_one_type_until_they_are_objects(outputs: list[Any], expected: Any) -> None:
    assert schema_of(*(({}, None, output) for output in outputs)).outputs == expected


def test_a_schema_is_read_as_it_was_written_and_adds_up() -> None:
    first, second = schema_of(({"a": 1}, {"e": 1}, "text")), schema_of(({"a": "x", "b": 1}, None, {"o": None}))
    assert Schema.read(first.write()) == first
    first.add(second)
    assert first == Schema({"a": "integer", "b": "integer"}, {"o": "null"}, {"e": "integer"})
    assert Schema.read(None) == Schema()
