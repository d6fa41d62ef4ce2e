"""HTTP as these tests need it: every byte of a request is theirs to choose, and every failure has a name."""

import contextlib
import json
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import Any, Self
from urllib.parse import urlsplit

GIVEN_UP_S = 30
_ENDLESS = "text/event-stream"

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took from the request's last byte. `endless` answers are not read on."""

    status: int
    headers: HTTPMessage
    body: bytes
    seconds: float
    endless: bool = False

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def ok(self) -> Any:
        """The decoded body of a call that must have succeeded."""
        assert self.status == 200, f"{self.status}: {self.body[:500]!r}"
        return self.json if self.body[:1] in b"{[" and self.body else self.body


class DroppedError(Exception):
    """The server closed the connection, or never answered, where an answer was due."""


class Connection:
    """A connection to a server, made when first needed and again after the server has closed it."""

    def __init__(self, uri: str, timeout_s: float = GIVEN_UP_S) -> None:
        parts = urlsplit(uri)
        self.host = parts.netloc
        self._address = (str(parts.hostname), parts.port or 80)
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def call(self, method: str, path: str, body: Any = None, headers: Headers = (), *, safe: bool = True) -> Answer:
        """Send an ordinary request: bytes go as they are, anything else as JSON. With `safe`, sent again once where an
        idle connection had been closed, as any client does."""
        sent = dict(headers)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if method not in ("GET", "HEAD"):
            sent.setdefault("Content-Length", str(len(body or b"")))
        return self.send(message(method, path, [("Host", self.host), *sent.items()], body or b""), method, again=safe)

    def send(self, request: bytes, method: str = "GET", *, again: bool = True) -> Answer:
        """Send these very bytes and read one answer."""
        reused = self._socket is not None
        try:
            return self._send(request, method)
        except (OSError, HTTPException) as error:
            self.close()
            if reused and again and not isinstance(error, TimeoutError):
                return self.send(request, method, again=False)
            raise DroppedError(f"{type(error).__name__}: {error}") from error

    def _send(self, request: bytes, method: str) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(self._address, self._timeout_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._write(self._socket, request)
        began = time.perf_counter()
        response = HTTPResponse(self._socket, method=method)
        response.begin()
        endless = response.headers.get_content_type() == _ENDLESS
        body = b"" if endless else response.read()
        answer = Answer(response.status, response.headers, body, time.perf_counter() - began, endless)
        if endless or response.will_close:
            self.close()
        return answer

    @staticmethod
    def _write(connection: socket.socket, request: bytes) -> None:
        """Send all; a server that refuses early may have closed its side, and its answer waits to be read."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)


def message(method: str, path: str, headers: Headers, body: bytes = b"") -> bytes:
    """The bytes of a request, with nothing added and nothing checked."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + body
