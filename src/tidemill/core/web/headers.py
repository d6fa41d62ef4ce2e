"""Headers that every answer carries, whoever made it, so that no browser takes it for more than it is."""

from starlette.types import Message, Send

_DEFAULTS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
    b"cross-origin-resource-policy": b"same-origin",
}


def with_safe_headers(send: Send, request_id: str) -> Send:
    """`send`, with the headers added that the answer does not set itself, and the name that logs have for it."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message["headers"] = list(message["headers"])
            said = {name for name, _ in headers}
            headers += [default for default in _DEFAULTS.items() if default[0] not in said]
            headers.append((b"x-request-id", request_id.encode()))
        await send(message)

    return sending
