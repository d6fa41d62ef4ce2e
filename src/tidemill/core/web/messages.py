"""What a handler takes and gives, beside its own message types."""

from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.responses import Response

JSON = "application/json"
_encoder = msgspec.json.Encoder()


class Nothing(msgspec.Struct):
    """An empty message: a request without fields, an answer without content (`{}`)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: for handlers that choose status, type or headers themselves."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()

    def response(self) -> Response:
        """The same as Starlette sends it."""
        response = Response(self.body, self.status, media_type=self.content_type)
        for name, value in self.headers:
            response.headers[name] = value
        return response


def json_reply(content: Any, status: int = 200) -> Reply:
    """A JSON answer of anything msgspec encodes."""
    return Reply(_encoder.encode(content), status)
