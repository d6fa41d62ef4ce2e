"""A form is how one dialect decodes its messages and words its errors; each route belongs to one."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol, TypeVar

import msgspec

from tidemill.core.web.messages import Reply, json_reply
from tidemill.kit.errors import InvalidError, TidemillError

Message = TypeVar("Message", bound=msgspec.Struct)


class Form(Protocol):
    """The wire form of a dialect."""

    reads_bodies_of_gets: bool
    """Whether a GET without a query may have its fields in a JSON body."""

    def decode(self, message: type[Message], body: bytes, fields: Mapping[str, Any]) -> Message:
        """A request's message, from its JSON body (empty where there is none) and its path and query fields.

        Raises InvalidError for what does not decode.
        """
        ...

    def error(self, error: TidemillError) -> Reply:
        """The answer that tells a client of this dialect what went wrong."""
        ...


class NativeForm:
    """The form of Tidemill's own API: `{"error": {"code", "message", "hint"}}`."""

    reads_bodies_of_gets = False

    def decode(self, message: type[Message], body: bytes, fields: Mapping[str, Any]) -> Message:
        try:
            return decode_json(message, body, fields)
        except msgspec.MsgspecError as error:
            raise InvalidError(
                f"the request does not have the expected form: {error}", hint="the form is in /api/v1/openapi.json"
            ) from error

    def error(self, error: TidemillError) -> Reply:
        content = {"error": {"code": error.code, "message": error.message, "hint": error.hint}}
        return json_reply(content, error.status)


NATIVE = NativeForm()


def decode_json(message: type[Message], body: bytes, fields: Mapping[str, Any]) -> Message:
    """The plain way: a typed decode of the body, with the fields of path and query put over it."""
    if not body:
        return msgspec.convert(fields, message, strict=False)
    decoded: Message = _decoder(message).decode(body)
    if fields:
        known = message.__struct_fields__
        given = {name: value for name, value in fields.items() if name in known}
        decoded = msgspec.convert({**msgspec.structs.asdict(decoded), **given}, message, strict=False)
    return decoded


@cache
def _decoder(message: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(message, strict=False)
