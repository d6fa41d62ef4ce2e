"""The gate: one deny-by-default ASGI application in front of every route, websockets included.

In order: the Host and Origin rules, the route, the subject, the workspace, the permission that the route declares;
only then is a body read. What matches no route is answered 404 here, and nothing else answers at all.
"""

import asyncio
import re
import secrets
import time
from typing import Any, Protocol

import structlog
from starlette.datastructures import Headers, QueryParams
from starlette.requests import HTTPConnection
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from tidemill.core.identity import DEFAULT_WORKSPACE, Permission, Scope
from tidemill.core.settings import LimitSettings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import (
    NATIVE,
    Form,
    LongHeadersError,
    Match,
    MethodNotAllowedError,
    NoRouteError,
    Reply,
    Router,
    UpgradeError,
    answer,
    with_safe_headers,
)
from tidemill.kit.errors import InvalidError, TidemillError
from tidemill.tenancy.identities import Identities
from tidemill.tenancy.origin import OriginRules
from tidemill.tenancy.service import Workspaces

WORKSPACE_HEADERS = ("x-workspace", "x-mlflow-workspace")
WORKSPACE_QUERY = "workspace"
_SAFE_METHODS = ("GET", "HEAD")
_MAX_IDEMPOTENCY_KEY = 200
_MAX_HEADERS_BYTES = 64 * 1024
_FAULT_OF_OURS = 500
_GIVEN_UP = 499
_log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


class Fallback(Protocol):
    """Says what form an unknown path's 404 takes."""

    def __call__(self, path: str) -> Form: ...


class Gate:
    """The server's ASGI application."""

    def __init__(
        self,
        router: Router,
        *,
        origins: OriginRules,
        identities: Identities,
        workspaces: Workspaces,
        limits: LimitSettings,
        telemetry: Telemetry,
        fallback: Fallback = lambda path: NATIVE,
    ) -> None:
        self._router = router
        self._origins = origins
        self._identities = identities
        self._workspaces = workspaces
        self._limits = limits
        self._telemetry = telemetry
        self._fallback = fallback

    async def __call__(self, asgi: AsgiScope, receive: Receive, send: Send) -> None:
        if asgi["type"] == "http":
            request_id = _request_id(Headers(scope=asgi))
            await self._http(asgi, receive, with_safe_headers(send, request_id), request_id)
        elif asgi["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "no websocket is served here"})

    async def _http(self, asgi: AsgiScope, receive: Receive, send: Send, request_id: str) -> None:
        started = time.perf_counter()
        method, path = asgi["method"], asgi["path"]
        match = self._router.match(method, path)
        self._telemetry.in_flight.inc()
        status = 500
        try:
            status = await self._answer(match, asgi, receive, send, request_id)
        except asyncio.CancelledError:  # the server ends before the answer does
            status = _GIVEN_UP
            raise
        finally:
            self._telemetry.in_flight.dec()
            name = match.route.path if match.route else "none"
            verb = match.route.method if match.route else "other"
            self._telemetry.requests.labels(name, verb, str(status)).inc()
            took_s = time.perf_counter() - started
            self._telemetry.latency.labels(name, verb).observe(took_s)
            tell = _log.debug if status < _FAULT_OF_OURS else _log.warning
            took_ms = round(took_s * 1000, 1)
            tell("request", method=verb, route=name, status=status, took_ms=took_ms, request_id=request_id)

    async def _answer(self, match: Match, asgi: AsgiScope, receive: Receive, send: Send, request_id: str) -> int:
        form = match.route.form if match.route else self._fallback(asgi["path"])
        try:
            scope = await self._admit(match, asgi, request_id)
        except TidemillError as error:
            return await _send(form.error(error), asgi, receive, send)
        if match.route is None:
            return await _send(_no_route(form, match, asgi), asgi, receive, send)
        return await answer(match.route, match.parameters, scope, self._limits, (asgi, receive, send))

    async def _admit(self, match: Match, asgi: AsgiScope, request_id: str) -> Scope:
        headers = Headers(scope=asgi)
        permission = match.route.permission if match.route else Permission.VIEW
        _check_size(headers)
        self._origins.check(asgi["method"], headers, public=permission is Permission.PUBLIC)
        _check_upgrade(headers)
        subject = await self._identities.subject(HTTPConnection(asgi))
        workspace = await self._workspaces.named(_workspace_name(asgi, headers))
        await self._identities.authorize(subject, permission, workspace)
        base_url = f"{asgi['scheme']}://{headers.get('host', '')}"
        return Scope(workspace.id, workspace.name, subject, request_id, _idempotency_key(headers), base_url)


def _request_id(headers: Headers) -> str:
    """The caller's own name for the request where it gives one that can be logged, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _workspace_name(asgi: AsgiScope, headers: Headers) -> str:
    """What the headers say. A link to an artifact can carry none: what only reads may say it in its query instead."""
    names = {name for header in WORKSPACE_HEADERS for name in headers.getlist(header) if name}
    if asgi["method"] in _SAFE_METHODS and WORKSPACE_QUERY.encode() in asgi["query_string"]:
        names.update(name for name in QueryParams(asgi["query_string"]).getlist(WORKSPACE_QUERY) if name)
    if len(names) > 1:
        shown = ", ".join(repr(name[:100]) for name in sorted(names)[:5])
        raise InvalidError(f"the request names more than one workspace: {shown}", hint="name one, in one place")
    return names.pop() if names else DEFAULT_WORKSPACE


def _idempotency_key(headers: Headers) -> str | None:
    key = headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= _MAX_IDEMPOTENCY_KEY:
        raise InvalidError(f"an Idempotency-Key has 1 to {_MAX_IDEMPOTENCY_KEY} characters, not {len(key)}")
    return key


def _check_size(headers: Headers) -> None:
    size = sum(len(name) + len(value) for name, value in headers.raw)
    if size > _MAX_HEADERS_BYTES:
        raise LongHeadersError(f"the request's headers have {size} bytes, and {_MAX_HEADERS_BYTES} are the most")


def _check_upgrade(headers: Headers) -> None:
    """Refuse a body that the parser has taken for another protocol's bytes, lest an empty one is acknowledged."""
    wanted = {token.strip().lower() for value in headers.getlist("connection") for token in value.split(",")}
    has_body = headers.get("content-length", "0").strip("0") or "transfer-encoding" in headers
    if "upgrade" in headers and "upgrade" in wanted and has_body:
        raise UpgradeError(
            "a request with a body cannot ask for another protocol", hint="send it without Connection: Upgrade"
        )


def _no_route(form: Form, match: Match, asgi: AsgiScope) -> Reply:
    if match.allowed:
        allowed = ", ".join(sorted(match.allowed))
        reply = form.error(MethodNotAllowedError(f"{asgi['path'][:200]} takes {allowed}, not {asgi['method'][:20]}"))
        return Reply(reply.body, 405, reply.content_type, (*reply.headers, ("Allow", allowed)))
    return form.error(NoRouteError(f"nothing is served at {asgi['path'][:200]}", hint="GET /api/v1/openapi.json"))


async def _send(reply: Reply, asgi: AsgiScope, receive: Receive, send: Send) -> int:
    response: Any = reply.response()
    await response(asgi, receive, send)
    return reply.status
