"""From a matched route to an answer: read, decode, call, encode; errors in the route's own form."""

import asyncio
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive, Send
from starlette.types import Scope as AsgiScope

from tidemill.core.identity import Scope
from tidemill.core.settings import LimitSettings
from tidemill.core.web.errors import SlowRequestError
from tidemill.core.web.messages import JSON, Reply
from tidemill.core.web.route import Route
from tidemill.kit.errors import InvalidError, TidemillError, TooLargeError, UnavailableError

_encoder = msgspec.json.Encoder()
_QUERY_METHODS = {"GET", "HEAD"}
_SIMPLE_TYPES = {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"}
_BROWSER = "Mozilla/"
_MUST_SAY_JSON = {"POST", "PUT", "PATCH"}
_MAX_QUERY_PARAMETERS = 5000
_DIGITS = re.compile(r"[0-9]{1,18}")
_log = structlog.get_logger(__name__)


async def answer(
    route: Route,
    parameters: Mapping[str, str],
    scope: Scope,
    limits: LimitSettings,
    asgi: tuple[AsgiScope, Receive, Send],
) -> int:
    """Answer one request; returns the status that was sent. Never raises for a client's fault or ours."""
    asgi[0]["path_params"] = dict(parameters)
    request = Request(asgi[0], _impatient(asgi[1], limits.request_timeout_s))
    try:
        if route.stream is not None:
            _check_is_not_simple(route, request)
            response = await route.stream(scope, request)
        else:
            response = (await _call(route, parameters, scope, limits, request)).response()
    except ClientDisconnect:
        return 499
    except TidemillError as error:
        response = route.form.error(error).response()
        if isinstance(error, SlowRequestError):
            response.headers["Connection"] = "close"  # its rest may still come, and is no next request
    except Exception as error:  # noqa: BLE001 - a request never takes the server down
        _log.exception("a request failed", route=route.path, method=route.method, request_id=scope.request_id)
        failure = TidemillError(
            f"the server failed at this request ({type(error).__name__}); its log has the trace of {scope.request_id}"
        )
        response = route.form.error(failure).response()
    await response(*asgi)
    return response.status_code


def _impatient(receive: Receive, seconds: float) -> Receive:
    """`receive`, given up when nothing comes for so long: a client that stops sending holds nothing for ever."""

    async def receiving() -> Message:
        try:
            async with asyncio.timeout(seconds):
                return await receive()
        except TimeoutError:
            raise SlowRequestError(
                f"nothing more of the request came for {seconds} s", hint="send it again, over a better connection"
            ) from None

    return receiving


async def _call(
    route: Route, parameters: Mapping[str, str], scope: Scope, limits: LimitSettings, request: Request
) -> Reply:
    handler, message_type = route.typed
    message = await _decode(route, message_type, parameters, limits, request)
    try:
        async with asyncio.timeout(limits.request_timeout_s):
            result = await handler(scope, message)
    except TimeoutError:
        raise UnavailableError(
            f"the request took longer than {limits.request_timeout_s} s and was given up",
            hint="ask for less at a time, or raise --request-timeout-s",
        ) from None
    return result if isinstance(result, Reply) else Reply(_encoder.encode(result))


async def _decode(
    route: Route, message: type[msgspec.Struct], parameters: Mapping[str, str], limits: LimitSettings, request: Request
) -> msgspec.Struct:
    body = await _read_body(request, limits.max_body_bytes) if _body_counts(route, request) else b""
    fields = {**_query(request, message), **parameters} if request.scope["query_string"] else parameters
    try:
        return route.form.decode(message, body, fields)
    except UnicodeDecodeError as error:
        raise InvalidError(f"the request body is not UTF-8 text: {error.reason}", hint="send JSON in UTF-8") from None
    except RecursionError:
        raise InvalidError("the request is nested too deeply", hint="send plain lists of plain objects") from None


def _body_counts(route: Route, request: Request) -> bool:
    """A GET's fields are in its query. Where there is none, a dialect may look for them in the body."""
    return request.method not in _QUERY_METHODS or (
        route.form.reads_bodies_of_gets and not request.scope["query_string"]
    )


async def _read_body(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length")
    if declared is not None and _DIGITS.fullmatch(declared) and int(declared) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        more = message.get("more_body", False)
    body = (parts[0] if len(parts) == 1 else b"".join(parts)).strip()
    if request.method in _MUST_SAY_JSON or (body and request.method not in _QUERY_METHODS):
        _check_is_json(request)
    return body


def _check_is_not_simple(route: Route, request: Request) -> None:
    """Refuse what an old browser would send for any page, without asking and without saying for which.

    Scripts may send bare bytes, and forms where the route takes them: they do not call themselves Mozilla, as every
    browser does, and no page can change that of its own without being asked about first.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_plain = not kind or (route.takes_forms and kind == "multipart/form-data")
    is_script = is_plain and not request.headers.get("user-agent", _BROWSER).startswith(_BROWSER)
    if request.method == "POST" and kind in _SIMPLE_TYPES and "origin" not in request.headers and not is_script:
        raise InvalidError(
            f"Bad Request. The Content-Type of an upload must not be {kind!r}.",
            hint="send Content-Type: application/octet-stream",
        )


def _check_is_json(request: Request) -> None:
    """A state change must say that it is JSON: no form and no simple request of a foreign page can."""
    said = request.headers.get("content-type")
    if said is None:
        raise InvalidError("Bad Request. Content-Type header is missing.", hint=f"send Content-Type: {JSON}")
    if said.partition(";")[0].strip().lower() != JSON:
        raise InvalidError(f"Bad Request. Content-Type must be one of ['{JSON}'].", hint=f"send Content-Type: {JSON}")


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        f"the request body is larger than {limit} bytes", hint="send it in several requests, or raise --max-body-bytes"
    )


def _query(request: Request, message: type[msgspec.Struct]) -> dict[str, Any]:
    """The query as fields: repeated names are lists where the field is one, else the first counts."""
    lists = _list_fields(message)
    fields: dict[str, Any] = {}
    items = request.query_params.multi_items()
    if len(items) > _MAX_QUERY_PARAMETERS:
        raise TooLargeError(f"the query has more than {_MAX_QUERY_PARAMETERS} parameters")
    for name, value in items:
        if name in lists:
            fields.setdefault(name, []).append(value)
        else:
            fields.setdefault(name, value)
    return fields


@cache
def _list_fields(message: type[msgspec.Struct]) -> frozenset[str]:
    info = msgspec.inspect.type_info(message)
    fields = info.fields if isinstance(info, msgspec.inspect.StructType) else ()
    return frozenset(field.encode_name for field in fields if _is_list(field.type))


def _is_list(kind: msgspec.inspect.Type) -> bool:
    if isinstance(kind, msgspec.inspect.UnionType):
        return any(_is_list(member) for member in kind.types)
    return isinstance(kind, msgspec.inspect.ListType | msgspec.inspect.VarTupleType)
