"""The client: a name is resolved once, its addresses are checked, and the connection goes to one that passed.

Between the check and the connection nothing is looked up again, so that no DNS server can answer differently the
second time. Each request has a connection of its own. Redirects are not followed, since they lead where nobody
checked; proxies and certificates of the environment are not asked, since they are not the administrator's setting.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

import httpx

from tidemill.core.outbound.addresses import Allowances
from tidemill.core.outbound.errors import RefusedAddressError, UnreachableError
from tidemill.core.outbound.targets import Target, target_of

TIMEOUT_S = 30.0
"""From the look-up of the name to the last byte of the answer that is read."""
CONNECT_S = 10.0
_LOOK_UP_S = 3.0
"""For a look at a name that is not called yet: who asks for it waits."""
MOST_ANSWER_BYTES = 64 << 10
_MOST_ADDRESSES = 4
"""Of one name, that are tried one after the other."""
_ALLOW_HINT = "the administrator can allow it with --outbound-allow, as a network or as the host's name"

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host and port, as texts. Raises OSError where there are none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `body` is its first MOST_ANSWER_BYTES at most; `is_whole` says whether that was all."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool

    @property
    def is_success(self) -> bool:
        """Whether the status is one of the 2xx."""
        return 200 <= self.status < 300


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the system knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Outbound:
    """Calls addresses that users gave, where they may be called. It holds no connection and nothing to close."""

    def __init__(
        self,
        allowances: Allowances,
        *,
        resolve: Resolve = resolve_by_system,
        certificates: ssl.SSLContext | None = None,
    ) -> None:
        """`certificates` says whose are trusted; without it, those that the system trusts."""
        self._allowances = allowances
        self._resolve = resolve
        self._certificates = certificates

    async def check(self, url: str) -> None:
        """Refuse a URL that would not be called as things are. One whose name nobody knows yet passes."""
        target = target_of(url)
        try:
            async with asyncio.timeout(_LOOK_UP_S):
                await self._addresses(target)
        except (UnreachableError, TimeoutError):
            return

    async def post(
        self, url: str, content: bytes, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S
    ) -> Answer:
        """Send bytes to a URL. Raises RefusedAddressError, and UnreachableError where no whole answer came in time."""
        target = target_of(url)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._post(target, content, headers)
        except TimeoutError as error:
            raise UnreachableError(
                f"{target.authority} gave no whole answer in {timeout_s:g} s", hint="answer first, and work afterwards"
            ) from error

    async def _post(self, target: Target, content: bytes, headers: Mapping[str, str]) -> Answer:
        failure: httpx.TransportError = httpx.ConnectError("its name leads nowhere")
        for address in (await self._addresses(target))[:_MOST_ADDRESSES]:
            try:
                return await self._send(target, address, content, headers)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
            except httpx.TransportError as error:  # it may have arrived: that is for the caller to repeat
                raise _unreachable(target, error) from error
        raise _unreachable(target, failure) from failure

    async def _addresses(self, target: Target) -> Sequence[str]:
        """The addresses of a target that may be called, at least one."""
        try:
            found = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError) as error:
            raise UnreachableError(
                f"the name {target.host!r} is not known here: {error}", hint="look at its spelling, and at the DNS"
            ) from error
        if self._allowances.allows_name(target.host):
            return found
        if not (allowed := self._allowances.allowed(found)):
            leads = "" if target.host in found else f", which {target.host!r} leads to,"
            raise RefusedAddressError(
                f"the address {found[0] if found else 'of nothing'}{leads} is not a public one, and is not called: "
                f"a request to it would reach what only this server may reach",
                hint=_ALLOW_HINT,
            )
        return allowed

    async def _send(self, target: Target, address: str, content: bytes, headers: Mapping[str, str]) -> Answer:
        """One request to one address, under the target's name: in its Host header, and towards its certificate."""
        request = httpx.Request(
            "POST",
            httpx.URL(scheme=target.scheme, host=address, port=target.port, raw_path=target.path.encode()),
            headers={
                "Host": target.authority,
                "User-Agent": _agent(),
                "Accept-Encoding": "identity",
                "Connection": "close",
                **headers,
            },
            content=content,
            extensions={"sni_hostname": target.host, "timeout": {"connect": CONNECT_S}},
        )
        certificates = self._certificates or _certificates()
        async with httpx.AsyncHTTPTransport(verify=certificates, trust_env=False) as transport:
            response = await transport.handle_async_request(request)
            async with aclosing(response):
                body, is_whole = await _read(response)
                return Answer(response.status_code, response.headers, body, is_whole)


async def _read(response: httpx.Response) -> tuple[bytes, bool]:
    """The beginning of an answer's body as it was sent, and whether that is all of it."""
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST_ANSWER_BYTES:
            return bytes(body[:MOST_ANSWER_BYTES]), False
    return bytes(body), True


def _unreachable(target: Target, error: httpx.TransportError) -> UnreachableError:
    said = str(error) or type(error).__name__
    return UnreachableError(f"{target.authority} cannot be reached: {said}")


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that the system trusts. Read once: it costs more than a request."""
    return ssl.create_default_context()


@cache
def _agent() -> str:
    return f"tidemill/{version('tidemill')}"
