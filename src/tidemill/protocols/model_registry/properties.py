"""Custom properties, each of which says its type, and tags, which keep it as their kind."""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.registry import RegistryTag

_INT32 = re.compile(r"-?[0-9]{1,9}")
_SHOWN = 100

Properties = dict[str, dict[str, Any]]


def tags_of(properties: Properties | None) -> Sequence[RegistryTag] | None:
    """Properties as tags; None where none are given. Raises InvalidError for a value that is not of its type."""
    return None if properties is None else [_tag(key, value) for key, value in properties.items()]


def properties_of(tags: Iterable[RegistryTag]) -> Properties:
    """Tags as properties. One that MLflow's clients set is a text."""
    return {tag.key: _WRITE[tag.kind if tag.kind in _WRITE else ""](tag.value) for tag in tags}


def _tag(key: str, sent: Mapping[str, Any]) -> RegistryTag:
    if not key:
        raise InvalidError("a custom property has no name")
    kind = sent.get("metadataType") or ("MetadataStringValue" if "string_value" in sent else "")
    if kind not in _READ:
        raise InvalidError(
            f"the custom property {key[:_SHOWN]!r} is of no known metadataType: {str(kind)[:_SHOWN]!r}",
            hint=f"one of {', '.join(_READ)}",
        )
    short, field, read = _READ[kind]
    try:
        return RegistryTag(key, read(sent[field], sent), short)
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise InvalidError(
            f"the custom property {key[:_SHOWN]!r} is no {kind}: its {field} is {str(sent.get(field))[:_SHOWN]!r}",
            hint=f"a {kind} has {field}",
        ) from error


def _read_text(value: Any, _: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _read_int(value: Any, _: Mapping[str, Any]) -> str:
    text = str(value)
    if isinstance(value, bool) or not _INT32.fullmatch(text):
        raise ValueError
    return str(int(text))


def _read_double(value: Any, _: Mapping[str, Any]) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return repr(float(value))


def _read_bool(value: Any, _: Mapping[str, Any]) -> str:
    if not isinstance(value, bool):
        raise TypeError
    return "true" if value else "false"


def _read_bytes(value: Any, _: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        raise TypeError
    try:
        base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise ValueError from error
    return value


def _read_proto(value: Any, sent: Mapping[str, Any]) -> str:
    content = {"type": _read_text(sent.get("type"), sent), "proto_value": _read_bytes(value, sent)}
    return msgspec.json.encode(content).decode()


def _write_int(value: str) -> dict[str, Any]:
    return {"int_value": value, "metadataType": "MetadataIntValue"}


def _write_proto(value: str) -> dict[str, Any]:
    return {**msgspec.json.decode(value), "metadataType": "MetadataProtoValue"}


_READ: Mapping[str, tuple[str, str, Callable[[Any, Mapping[str, Any]], str]]] = {
    "MetadataStringValue": ("", "string_value", _read_text),
    "MetadataIntValue": ("int", "int_value", _read_int),
    "MetadataDoubleValue": ("double", "double_value", _read_double),
    "MetadataBoolValue": ("bool", "bool_value", _read_bool),
    "MetadataStructValue": ("struct", "struct_value", _read_bytes),
    "MetadataProtoValue": ("proto", "proto_value", _read_proto),
}
_WRITE: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "": lambda value: {"string_value": value, "metadataType": "MetadataStringValue"},
    "int": _write_int,
    "double": lambda value: {"double_value": float(value), "metadataType": "MetadataDoubleValue"},
    "bool": lambda value: {"bool_value": value == "true", "metadataType": "MetadataBoolValue"},
    "struct": lambda value: {"struct_value": value, "metadataType": "MetadataStructValue"},
    "proto": _write_proto,
}
