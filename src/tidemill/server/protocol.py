"""HTTP/1.1 as uvicorn speaks it, with two limits that it lacks: how long and how large the head of a request may be.

A request to become another protocol (HTTP/2, say) is answered as the HTTP/1.1 that it is, and its connection closed.

The gate sees a request when its head is whole. Without these limits a stranger who never ends one would hold a
connection for ever, and one who sends headers without end would fill the memory.
"""

import asyncio
from http import HTTPStatus
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 512 * 1024
"""Far over what the gate lets through, since what came with a head in one packet is counted with it."""


class CarefulProtocol(HttpToolsProtocol):
    """One connection. `head_timeout_s` counts from its opening, and from the first byte of every further request."""

    head_timeout_s: ClassVar[float] = 60

    _in_head = False
    _head_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._forget_deadline()
        super().on_headers_complete()
        if self.parser is not None and self.parser.should_upgrade() and self.cycle is not None:  # pyright: ignore[reportUnnecessaryComparison]
            self.cycle.keep_alive = False  # the parser takes nothing after this for HTTP

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.transport.get_protocol() is not self or self.transport.is_closing() or self._is_answering():
            return
        self._expect_head()
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete  # pyright: ignore[reportUnnecessaryComparison]

    def _expect_head(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.head_timeout_s, self._give_up)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self._is_answering() or self.transport.is_closing():
            return
        if self._in_head:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self.transport.close()

    def _refuse(self, status: HTTPStatus) -> None:
        body = f"{status.phrase}.".encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def protocol_of(head_timeout_s: float) -> type[CarefulProtocol]:
    """The protocol with a timeout of its own."""
    return type("Protocol", (CarefulProtocol,), {"head_timeout_s": head_timeout_s})
