"""Requests to a server that may be away for a while: repeated until they are answered, done once.

Every request may be repeated, since those that create something carry an `Idempotency-Key`. A server that never
answered is an error at once; one that did and is gone is waited for, because servers are restarted.
"""

import os
import random
import time
import urllib.request
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from tidemill.kit.errors import TidemillError, UnavailableError
from tidemill.sdk.addressing import Address, is_loopback
from tidemill.sdk.refusals import refusal

Answer = TypeVar("Answer")

PATIENCE_S = 60.0
"""How long a server may be away that has answered before."""
_CONNECT_S = 10.0
READ_S = 65.0
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 1.0
_AGAIN = frozenset({429, 502, 503, 504})
_KEPT_CONNECTIONS = 20


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as often as it takes."""

    method: str
    path: str
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    read_s: float = READ_S
    """How long its answer may take."""


class Connection:
    """A server, and the connections to it. It may be used by any thread, and after a fork."""

    def __init__(self, address: Address, headers: Mapping[str, str], *, patience_s: float = PATIENCE_S) -> None:
        self._address = address
        self._headers = {"User-Agent": "tidemill-sdk", **headers}
        self._patience_s = patience_s
        self._has_answered = False
        self._transports: dict[int, httpx.HTTPTransport] = {}
        """By process: those of one that we were forked from are its own to use and to close."""

    @property
    def uri(self) -> str:
        """The server's address. Raises UnavailableError where none runs."""
        return self._address.current()

    def ask(self, call: Call, answer: type[Answer]) -> Answer:
        """Send a request, and decode what is answered. Raises the error of the tree that the server tells."""
        return msgspec.json.decode(self.send(call).content, type=answer)

    def send(self, call: Call) -> httpx.Response:
        """Send a request until it is answered; the answer is read to its end."""

        def once() -> httpx.Response:
            response = self._begin(call)
            try:
                response.read()
            finally:
                response.close()
            return response

        return self._persist(once)

    @contextmanager
    def stream(self, call: Call) -> Generator[httpx.Response]:
        """Send a request, and have the answer as it comes. What breaks off in between is the caller's to repeat."""
        response = self._persist(lambda: self._begin(call))
        try:
            yield response
        except httpx.TransportError as error:
            raise UnavailableError(f"the server's answer broke off: {_said(error)}") from error
        finally:
            response.close()

    def close(self) -> None:
        """Close what is open; it opens again when it is used."""
        transport = self._transports.pop(os.getpid(), None)
        if transport is not None:
            transport.close()

    def _persist(self, once: Callable[[], httpx.Response]) -> httpx.Response:
        until, pause_s = time.monotonic() + self._patience_s, _FIRST_PAUSE_S
        while True:
            try:
                response = once()
            except httpx.UnsupportedProtocol as error:
                raise UnavailableError(f"{self.uri} cannot be reached: {_said(error)}") from error
            except (httpx.TransportError, UnavailableError) as error:
                failure = self._unreachable(error)
            else:
                self._has_answered = True
                if response.is_success:
                    return response
                failure = refusal(response)
                if response.status_code not in _AGAIN:
                    raise failure
            if not self._has_answered or time.monotonic() + pause_s > until:
                raise failure
            time.sleep(pause_s * random.uniform(0.5, 1))  # noqa: S311 - only so that not all come at once
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            with suppress(UnavailableError):
                self._address.look_again()

    def _begin(self, call: Call) -> httpx.Response:
        uri = self._address.current()
        request = httpx.Request(
            call.method,
            f"{uri}{call.path}",
            params=call.query or None,
            headers={**self._headers, **call.headers},
            content=call.content or None,
            extensions={"timeout": _timeout(call.read_s)},
        )
        response = self._open(uri).handle_request(request)
        response.request = request
        if not response.is_success:
            response.read()
        return response

    def _open(self, uri: str) -> httpx.HTTPTransport:
        """The transport of this process; not a Client, which writes a line into the user's log for each request."""
        known = self._transports.get(os.getpid())
        if known is not None:
            return known
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=_KEPT_CONNECTIONS, keepalive_expiry=30)
        secure = uri.startswith("https:")
        opened = httpx.HTTPTransport(verify=secure, proxy=_proxy(uri), limits=limits)
        # Of two threads that make one at the same time, one is first.
        kept = self._transports.setdefault(os.getpid(), opened)
        if kept is not opened:
            opened.close()
        return kept

    def _unreachable(self, error: Exception) -> TidemillError:
        if isinstance(error, UnavailableError):
            return error
        where = f"the Tidemill server at {self.uri}"
        return UnavailableError(
            f"{where} cannot be reached: {_said(error)}",
            hint="`tidemill status` says whether one runs here; TIDEMILL_URI names one elsewhere",
        )


def _timeout(read_s: float) -> dict[str, float]:
    return {"connect": _CONNECT_S, "read": read_s, "write": READ_S, "pool": _CONNECT_S}


def _proxy(uri: str) -> str | None:
    """The proxy that the machine's settings name for this address; none for this machine itself."""
    parts = urlsplit(uri)
    if is_loopback(uri) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _said(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text[:1].lower() + text[1:]
