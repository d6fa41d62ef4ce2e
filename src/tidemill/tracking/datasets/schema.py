"""The schema of a dataset: which fields its records were seen to have, and of what type each was."""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

_MAX_FIELDS = 1000
_MAX_FIELD_LENGTH = 250
_NULL = "null"
_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "float",
    list: "array",
    dict: "object",
    type(None): _NULL,
}

Fields = dict[str, str]


class Schema(msgspec.Struct):
    """Types by field, as MLflow writes them. A field keeps the first type that it was seen with; null is none yet."""

    inputs: Fields = {}
    outputs: Fields | str = {}
    expectations: Fields = {}
    version: str = "1.0"

    @staticmethod
    def read(text: str | None) -> "Schema":
        """The schema that `write` wrote; an empty one where there is none."""
        return Schema() if text is None else msgspec.json.decode(text, type=Schema)

    def write(self) -> str:
        """As JSON."""
        return msgspec.json.encode(self).decode()

    def learn(self, inputs: Mapping[str, Any], expectations: Mapping[str, Any] | None, outputs: Any) -> None:
        """Add what one record has; outputs that are no object have one type as a whole."""
        _add(self.inputs, _fields(inputs))
        _add(self.expectations, _fields(expectations or {}))
        is_object = isinstance(outputs, dict)
        self._add_outputs(_fields(cast("dict[str, Any]", outputs)) if is_object else _TYPES[type(outputs)])

    def add(self, other: "Schema") -> None:
        """Add all that another schema has."""
        _add(self.inputs, other.inputs)
        _add(self.expectations, other.expectations)
        self._add_outputs(other.outputs)

    def _add_outputs(self, seen: Fields | str) -> None:
        if isinstance(seen, str):
            if not self.outputs and seen != _NULL:
                self.outputs = seen
            return
        if isinstance(self.outputs, str):
            if not seen:
                return
            self.outputs = {}
        _add(self.outputs, seen)


def _fields(values: Mapping[str, Any]) -> Fields:
    return {_storable(name): _TYPES[type(value)] for name, value in values.items() if len(name) <= _MAX_FIELD_LENGTH}


def _storable(name: str) -> str:
    return name if name.isascii() else name.encode(errors="replace").decode()


def _add(known: Fields, seen: Fields) -> None:
    for name, kind in seen.items():
        if known.get(name, _NULL) == _NULL and (name in known or len(known) < _MAX_FIELDS):
            known[name] = kind
