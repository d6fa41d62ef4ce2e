"""A route: method, path, handler, and what it declares about itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.core.identity import Permission, Scope
from tidemill.core.web.forms import NATIVE, Form

Handler = Callable[[Scope, Any], Awaitable[Any]]
"""Takes the scope and the decoded message; returns what is to be encoded, or a Reply."""

StreamHandler = Callable[[Scope, Request], Awaitable[Response]]
"""Takes the scope and the raw request, for bodies that are not JSON or not small."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One endpoint. Exactly one of `handler` (with `message`) and `stream` is given.

    The `message` of a stream says what its query may hold; the stream reads it itself.
    `path` may hold `{name}` and `{name:path}` parameters; they fill the message's fields of the same name.
    """

    method: str
    path: str
    permission: Permission
    message: type[msgspec.Struct] | None = None
    handler: Handler | None = None
    stream: StreamHandler | None = None
    answer: Any = None
    form: Form = NATIVE
    summary: str = ""
    content_type: str = "application/octet-stream"
    """What a stream answers with."""
    takes_forms: bool = False
    """Whether a stream reads multipart/form-data, so that scripts may send it."""

    @property
    def typed(self) -> tuple[Handler, type[msgspec.Struct]]:
        """The handler and its message, of a route that has them."""
        if self.handler is None or self.message is None:
            raise TypeError(f"{self.method} {self.path} streams")
        return self.handler, self.message

    def __post_init__(self) -> None:
        if (self.handler is None) == (self.stream is None):
            raise ValueError(f"{self.method} {self.path} needs either a handler or a stream")
        if self.handler is not None and self.message is None:
            raise ValueError(f"{self.method} {self.path} has a handler and no message type")
        if not isinstance(self.permission, Permission):  # pyright: ignore[reportUnnecessaryIsInstance] - the start-up check
            raise TypeError(f"{self.method} {self.path} declares no permission")
