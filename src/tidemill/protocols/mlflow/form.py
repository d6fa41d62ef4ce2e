"""How MLflow reads a message and words an error. Facts: docs/mechanisms/mlflow-protocol-tracking.md, section 1."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from tidemill.core.web import Reply, decode_json, json_reply
from tidemill.kit.errors import InvalidError, TidemillError
from tidemill.protocols.mlflow.messages import Message, missing, wrong_type

AnyMessage = TypeVar("AnyMessage", bound=msgspec.Struct)

_CODES: Mapping[str, tuple[str, int]] = {
    "invalid": ("INVALID_PARAMETER_VALUE", 400),
    "unauthenticated": ("UNAUTHENTICATED", 401),
    "forbidden": ("PERMISSION_DENIED", 403),
    "not_found": ("RESOURCE_DOES_NOT_EXIST", 404),
    "no_route": ("ENDPOINT_NOT_FOUND", 404),  # on which clients try an older endpoint
    "method_not_allowed": ("BAD_REQUEST", 405),
    "slow_request": ("BAD_REQUEST", 408),
    "long_headers": ("BAD_REQUEST", 431),
    "conflict": ("INVALID_PARAMETER_VALUE", 400),
    "already_exists": ("RESOURCE_ALREADY_EXISTS", 400),
    "too_large": ("INVALID_PARAMETER_VALUE", 413),
    "too_many": ("REQUEST_LIMIT_EXCEEDED", 429),
    "not_implemented": ("NOT_IMPLEMENTED", 501),
    "damaged": ("DATA_LOSS", 500),
    "unavailable": ("TEMPORARILY_UNAVAILABLE", 503),
    "storage_full": ("RESOURCE_EXHAUSTED", 507),
}
_PATH_STEP = re.compile(r"\.(\w+)|\[(\d+)\]")
_CAMEL_STEP = re.compile(r"_([a-z])")


class MlflowForm:
    """Bodies as MLflow's clients write them; errors as `{"error_code", "message"}`."""

    reads_bodies_of_gets = True  # as MLflow's server does, for scripts; its own clients send a query

    def decode(self, message: type[AnyMessage], body: bytes, fields: Mapping[str, Any]) -> AnyMessage:
        """Typed decode first; what it refuses is read again leniently: null is absent, and fields may be camelCase."""
        if issubclass(message, Message) and message.in_body:
            fields = {name: value for name, value in fields.items() if name not in message.in_body}
        _check_text(body)
        try:
            decoded = decode_json(message, b"" if _is_blank(body) else body, fields)
            if body and (camel := _camel_pattern(message)) is not None and camel.search(body):
                decoded = _decode_leniently(message, body, fields)
        except msgspec.ValidationError:
            decoded = _decode_leniently(message, body, fields)
        except msgspec.DecodeError as error:
            raise InvalidError(f"the request body is not JSON: {error}", hint="send one JSON object") from error
        if isinstance(decoded, Message):
            decoded.check_required()
        return decoded

    def error(self, error: TidemillError) -> Reply:
        code, status = _CODES.get(error.code, ("INTERNAL_ERROR", error.status))
        text = error.in_one()
        return json_reply({"error_code": code, "message": text}, status)


MLFLOW = MlflowForm()


def _check_text(body: bytes) -> None:
    """Typed decoding does not look into strings that it skips."""
    try:
        _ = body.isascii() or body.decode()
    except UnicodeDecodeError as error:
        raise InvalidError(f"the request body is not UTF-8: {error}", hint="send one JSON object") from error


def _is_blank(body: bytes) -> bool:
    return body in (b"", b"{}")


def _decode_leniently(message: type[AnyMessage], body: bytes, fields: Mapping[str, Any]) -> AnyMessage:
    try:
        sent: Any = msgspec.json.decode(body) if body else {}
    except msgspec.MsgspecError as error:
        raise InvalidError(f"the request body is not JSON: {error}", hint="send one JSON object") from error
    if not isinstance(sent, dict):
        raise InvalidError("the request body is not a JSON object", hint="send one JSON object")
    told: dict[str, Any] = _without_nulls(_snake_cased(message, {**cast("dict[str, Any]", sent), **fields}))
    for name in message.required if issubclass(message, Message) else ():
        if told.get(name) == "":
            raise missing(name)
    try:
        return msgspec.convert(told, message, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong_type(error, told) from error


def _snake_cased(message: type[msgspec.Struct], sent: dict[str, Any]) -> dict[str, Any]:
    known = {_camel(name): name for name in message.__struct_fields__ if name not in _snake_only(message)}
    told: dict[str, Any] = {}
    for name, value in sent.items():
        snake = known.get(name, name)
        if snake in told:
            raise InvalidError(f"Request specifies both '{snake}' and '{_camel(snake)}'; provide only one of them.")
        told[snake] = value
    return told


def _snake_only(message: type[msgspec.Struct]) -> tuple[str, ...]:
    return message.snake_only() if issubclass(message, Message) else ()


def _camel(name: str) -> str:
    return _CAMEL_STEP.sub(lambda step: step.group(1).upper(), name)


@cache
def _camel_pattern(message: type[msgspec.Struct]) -> re.Pattern[bytes] | None:
    """Finds fields in camelCase; only small messages have any, so the search costs nothing where it would."""
    names = [_camel(name) for name in message.__struct_fields__ if "_" in name and name not in _snake_only(message)]
    return re.compile(f'"(?:{"|".join(names)})"'.encode()) if names else None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {key: _without_nulls(inner) for key, inner in items if inner is not None}
    if isinstance(value, list):
        return [_without_nulls(inner) for inner in cast("list[Any]", value)]
    return value


def _wrong_type(error: msgspec.ValidationError, told: dict[str, Any]) -> TidemillError:
    """MLflow's wording, from where msgspec says that the value stands: `... - at `$.metrics[1].value``."""
    reason, _, place = str(error).partition(" - at `$")
    path = place.removesuffix("`").lstrip(".")
    value: Any = cast("Any", told)
    if place.endswith("]`") and "missing required" not in reason and not reason.startswith("Expected `object`"):
        place = place.rpartition("[")[0]  # an item of the wrong type makes the whole list wrong
        path = place.lstrip(".")
    for name, index in _PATH_STEP.findall(place):
        value = value[int(index)] if index else _field(value, name)
    if "missing required field" in reason:
        field = reason.split("`")[1]
        return missing(f"{path}.{field}" if path else field)
    return wrong_type(path, value, hint=reason)


def _field(value: Any, name: str) -> Any:
    return cast("dict[str, Any]", value).get(name) if isinstance(value, dict) else None
