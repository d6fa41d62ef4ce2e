"""How Kubeflow reads a message and words an error: protobuf's JSON, and gRPC's codes behind HTTP's."""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from tidemill.core.web import Reply, json_reply
from tidemill.kit.errors import InvalidError, TidemillError

AnyMessage = TypeVar("AnyMessage", bound=msgspec.Struct)

_INTERNAL = 13
# gRPC's code, and the status under which its gateway sends it, or a better one that the code cannot say.
_CODES: Mapping[str, tuple[int, int]] = {
    "invalid": (3, 400),
    "unauthenticated": (16, 401),
    "forbidden": (7, 403),
    "not_found": (5, 404),
    "no_route": (5, 404),
    "method_not_allowed": (12, 405),
    "slow_request": (4, 408),
    "long_headers": (3, 431),
    "conflict": (9, 400),
    "already_exists": (6, 409),
    "too_large": (3, 413),
    "too_many": (8, 429),
    "not_implemented": (12, 501),
    "damaged": (15, 500),
    "unavailable": (14, 503),
    "storage_full": (8, 507),
}
_STATUS = "type.googleapis.com/google.rpc.Status"


class KfpForm:
    """Bodies as Kubeflow's clients write them; errors as its gateway does, around a `google.rpc.Status`."""

    reads_bodies_of_gets = False

    def decode(self, message: type[AnyMessage], body: bytes, fields: Mapping[str, Any]) -> AnyMessage:
        """Names in snake_case or camelCase, null as absent, numbers as text too, and what is unknown left aside."""
        sent = decoded_object(body) if body else {}
        try:
            return msgspec.convert(_tidy({**sent, **fields}, msgspec.inspect.type_info(message)), message, strict=False)
        except msgspec.ValidationError as error:
            raise InvalidError(
                f"the request does not have the expected form: {error}", hint="kfp_server_api's models show the form"
            ) from error

    def error(self, error: TidemillError) -> Reply:
        code, status = code_of(error), _CODES.get(error.code, (_INTERNAL, error.status))[1]
        text = error.in_one()
        details = [{"@type": _STATUS, "code": code, "message": error.message}]
        return json_reply({"error": text, "code": code, "message": text, "details": details}, status)


KFP = KfpForm()


def code_of(error: TidemillError) -> int:
    """gRPC's code for an error of ours."""
    return _CODES.get(error.code, (_INTERNAL, 0))[0]


def decoded_object(body: bytes) -> dict[str, Any]:
    """The one JSON object of a body. Raises InvalidError for anything else."""
    try:
        sent: Any = msgspec.json.decode(body)
    except msgspec.MsgspecError as error:
        raise InvalidError(f"the request body is not JSON: {error}", hint="send one JSON object") from error
    if not isinstance(sent, dict):
        raise InvalidError("the request body is not a JSON object", hint="send one JSON object")
    return cast("dict[str, Any]", sent)


def _tidy(value: Any, kind: msgspec.inspect.Type) -> Any:
    """What was sent, with the fields of our messages under our names; what is no message of ours stays as it is."""
    if isinstance(kind, msgspec.inspect.UnionType):
        kind = next((member for member in kind.types if _holds_messages(member)), kind)
    if isinstance(kind, msgspec.inspect.StructType) and isinstance(value, dict):
        names = _names(kind.cls)
        items = cast("dict[str, Any]", value).items()
        return {
            names[name].name: _tidy(inner, names[name].type) for name, inner in items if _counts(name, inner, names)
        }
    if isinstance(kind, msgspec.inspect.ListType) and isinstance(value, list):
        return [_tidy(each, kind.item_type) for each in cast("list[Any]", value)]
    return value


def _holds_messages(kind: msgspec.inspect.Type) -> bool:
    return isinstance(kind, msgspec.inspect.StructType | msgspec.inspect.ListType)


def _counts(name: str, value: Any, names: Mapping[str, Any]) -> bool:
    return name in names and value is not None


@cache
def _names(message: type[msgspec.Struct]) -> Mapping[str, msgspec.inspect.Field]:
    """The fields of a message by each name that they may come under."""
    info = msgspec.inspect.type_info(message)
    fields = info.fields if isinstance(info, msgspec.inspect.StructType) else ()
    return {name: field for field in fields for name in (field.name, _camel(field.name))}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
