"""Headers that every answer carries, whoever made it, so that no browser takes it for more than it is."""

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_DEFAULTS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def with_safe_headers(send: Send, request_id: str) -> Send:
    """`send`, with the headers added that the answer does not set itself, and the name that logs have for it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _DEFAULTS.items():
                headers.setdefault(name, value)
            headers["X-Request-ID"] = request_id
        await send(message)

    return sending
