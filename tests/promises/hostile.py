"""A corpus of requests that no good client sends, made from the route table: the same ones in every run."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tests.promises.table import Place, fields_of, is_twin, parameters_of
from tests.promises.wire import message
from tidemill.core.web import Route

HUGE = 10_000_000
_LONG = 100_000
_JSON = ("Content-Type", "application/json")
_BODY_METHODS = ("POST", "PUT", "PATCH", "DELETE")


class Attack(NamedTuple):
    """One request: a name that finds it again, its method, its bytes."""

    name: str
    method: str
    request: bytes


def token_of(content: Any) -> str:
    """A page token with this inside."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.b64encode(raw).decode()


VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    2**64,
    10**30,
    1.5,
    1e308,
    float("nan"),
    "",
    "NaN",
    "-Infinity",
    "9" * 400,
    "9" * 5000,
    "0" * 5000 + "1",
    "\xb2",
    "\u0663",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff x",
    "\U0001f600\u202e\u0301",
    "'; DROP TABLE runs; --",
    "%s %d {} {0} ${x}",
    "../../../../etc/passwd",
    "x" * _LONG,
    [],
    [None],
    [[]],
    [0, "a", {}],
    ["\0", "\ud800"],
    ["x"] * 3000,
    [2**64],
    [{}],
    [{"key": "\0", "value": 10**30, "timestamp": 2**63, "step": -(2**64)}],
    [{"key": "k", "value": "\ud800"}],
    {},
    {"": ""},
    {"a": {"a": [None]}},
)
TOKENS: tuple[Any, ...] = (
    "!",
    "====",
    "é",
    token_of(b"\xff\xfe"),
    *map(token_of, (None, 1, "x", [], {}, {"offset": -1}, {"offset": 10**30}, {"offset": "x"}, {"after": None})),
    *(
        token_of({"after": after})
        for after in ([], [1], [1, 2, 3], ["a", "b", "c"], [10**30] * 3, [[0, 1]], [[0, None], [1, "x"]], [["x", []]])
    ),
    *(
        token_of({"after": [[0, start], [0, run]]})  # what a search in its own order takes, but for the kinds
        for start, run in ((1, "x"), ("x", "x"), (1, 1), ([1], {}), (1.5, "\0"), (2**70, "x"), (None, None), (True, ""))
    ),
    token_of({"after": [[-1, 2**64]], "order": "\0"}),
    token_of([[[[]]]] * 500),
)
FILTERS: tuple[Any, ...] = (
    "(",
    "'",
    "a = 'b",
    "metrics.a > 1 AND" * 5,
    " AND ".join(["metrics.a > 1"] * 2000),
    "(" * 5000 + ")" * 5000,
    f"params.a = '{'x' * _LONG}'",
    f"params.{'k' * _LONG} = '1'",
    "metrics.a > " + "9" * 400,
    "metrics.a > 1e999",
    f"metrics.a > {'0' * 5000}1",
    f"attributes.start_time > -{'0' * 5000}1",
    "metrics.a > \xb2",
    "attributes.start_time > 99999999999999999999999",
    f"attributes.run_id IN ({', '.join(['chr'] * 5000)})",
    "attributes.run_id IN (" + ", ".join([repr("x")] * 5000) + ")",
    "params.a LIKE '" + "%_" * 5000 + "'",
    "params.\0 = '\0'",
    "params.`a.b` ILIKE '\U0001f600%'",
    'tags."a" IS NOT NULL',
    "dataset.name = 'x' AND datasets.digest LIKE '%'",
    "\u202e = \u202e",
)
ORDERS: tuple[Any, ...] = (
    ["metrics.loss DESC"] * 2000,
    ["\0"],
    ["metrics.`" + "x" * _LONG + "`"],
    [";"],
    ["attributes.start_time SIDEWAYS"],
    [{"field_name": "\0", "ascending": "x"}],
    [{"field": "metrics.\0", "aggregate": "max"}],
)
BY_FIELD = {
    "page_token": TOKENS,
    "filter": FILTERS,
    "order_by": ORDERS,
    "path": ("..", "/", "a/../b", "%2e%2e", "%", "a\0b", "\\", "x" * 5000, "a/" * 3000, "\ud800"),
    "artifact_path": ("..", "%2e%2e/x", "a\0b", "x" * 5000),
    "metrics": (
        [{"key": "k", "value": value, "timestamp": 1, "step": 1} for value in (1e308, 10**30, 2**53 + 1, -0.0)],
        [{"key": "k", "value": 1, "timestamp": 2**63 - 1, "step": -(2**63)}] * 1000,
        [{"key": "k" * 250, "value": 1, "timestamp": 0, "model_id": "\0", "dataset_name": "d"}],
    ),
}
BODIES: tuple[bytes, ...] = (
    b"",
    b" \t\r\n",
    b"{",
    b"}",
    b"null",
    b"[]",
    b'"x"',
    b"0",
    b"\xff\xfe{}",
    b'{"run_id": "\xff", "key": "\xc0\x80", "name": "\xed\xa0\x80"}',
    b'{"\\ud800": 1, "\\u0000": 2}',
    b'{"a": 1, "a": 2, "run_id": "x", "run_id": 1, "runId": "y"}',
    b'{"a": 1e999, "b": -1e999, "step": 1e400, "value": 1e400}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"metrics":' + b"[" * 50_000,
    b'{"a": "' + b"\\u0041" * 20_000 + b'"}',
    b"{" + b",".join(b'"%d": 1' % number for number in range(20_000)) + b"}",
    b"PK\x03\x04" + bytes(range(256)) * 10,
    b"a=1&b=2",
)
TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json; charset=utf-16",
    "application/json\t;;;;",
    "application/jsonx",
    "*/*",
    "",
    "\x80\xff",
    "x" * 5000,
)
QUERIES = (
    "%",
    "%00",
    "%zz=%zz",
    "run_id=%00",
    "run_id=%ff%fe",
    "=&=&=",
    "&" * 10_000,
    "a=1&" * 20_000,
    "run_id=x&" * 6_000,
    "path=" + "%2e%2e%2f" * 2_000,
    "max_results=99999999999999999999&limit=-99999999999999999999&offset=x",
    "x" * 60_000,
)
SPANS = ("0-0", "5-1", "-0", "-5", "999-", "0-" + "9" * 5000, "-" + "9" * 400, "1-2,3-4", "x", "--1", "\xb2-")
RANGES = ([("Range", "items=0-1")], *([("Range", f"bytes={span}")] for span in SPANS))
ADDRESSES = (
    *(
        "",
        "..",
        "%00",
        "%ff%fe",
        "%zz",
        "%2e%2e%2f",
        "%25%32%65",
        "'",
        "%F0%9F%98%80",
        "-1",
        "0",
        "a//b",
        "%0d%0a",
        ";",
        "+",
    ),
    *("a/" * 2000 + "b", "x" * 5000, "9" * 50, "9" * 5000, "%2f" * 500, "1e5", "0x10", "%D9%A3"),
)
HEADERS: tuple[list[tuple[str, str]], ...] = (
    [("If-None-Match", "*"), ("If-Modified-Since", "never"), ("If-Range", "x")],
    [("X-Workspace", "nobody")],
    [("X-Mlflow-Workspace", "\xe9" * 300)],
    [("Idempotency-Key", "")],
    [("Idempotency-Key", "\xff" * 200)],
    [("Idempotency-Key", "x" * 5000)],
    [("X-Request-Id", "\x7f; rm -rf")],
    [("Expect", "100-continue")],
    [("Expect", "the worst")],
    [("Accept-Encoding", "gzip;q=x, \xff")],
    [("Content-Encoding", "gzip")],
    [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "x")],
    [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Key", "x"), ("Sec-WebSocket-Version", "13")],
    [("X-Http-Method-Override", "DELETE"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "gopher")],
    [("Cookie", "a=" + "x" * 60_000)],
    [(f"X-Flood-{number}", "x") for number in range(2_000)],
    [("X-Flood", "x" * 100_000)],
)


PARTS = ("values", "bodies", "queries", "headers", "addresses")


def attacks(part: str, routes: Iterable[Route], make_place: Callable[[], Place], host: str) -> Iterator[Attack]:
    """A part of the corpus, each route's in a place of its own.

    MLflow's second addresses get a sample: their handlers are the first ones'.
    """
    for route in routes:
        if not is_twin(route):
            yield from _Maker(route, make_place(), host).all_of(part)
        elif part == "bodies":
            yield from _Maker(route, make_place(), host).wrong_bodies(BODIES[:10])


def huge_attacks(routes: Iterable[Route], place: Place, host: str) -> Iterator[Attack]:
    """A text of ten megabytes in each text field of the routes that take most."""
    for route in routes:
        if not is_twin(route) and route.path.endswith(("runs/log-batch", "runs/search", "runs/set-tag")):
            maker = _Maker(route, place, host)
            for field in fields_of(route):
                yield maker.with_value(field, "x" * HUGE)


class _Maker:
    """Makes the attacks on one route."""

    def __init__(self, route: Route, place: Place, host: str) -> None:
        self._route = route
        self._place = place
        self._host = ("Host", host)
        self._address = place.address(route)
        self._base = place.message(route)
        self._sends_body = route.method in _BODY_METHODS

    def all_of(self, part: str) -> Iterator[Attack]:
        """One of PARTS."""
        match part:
            case "values":
                yield from self.wrong_values()
            case "bodies":
                yield from self.wrong_bodies(BODIES)
                yield from self.wrong_types()
            case "queries":
                yield from self.wrong_queries()
            case "headers":
                yield from self.wrong_headers()
            case _:
                yield from self.wrong_addresses()

    def with_value(self, field: str, value: Any) -> Attack:
        """The route's good message with one field that is not."""
        return self._attack(f"{field}={_shown(value)}", {**self._base, field: value})

    def wrong_values(self) -> Iterator[Attack]:
        for field in fields_of(self._route):
            values = (*BY_FIELD.get(field, ()), *VALUES)
            for value in values:
                yield self.with_value(field, value)
            if self._sends_body:
                yield self._raw(f"{field} that is not UTF-8", body=b'{"%s": "\xff\xc0\x80"}' % field.encode())

    def wrong_bodies(self, bodies: Iterable[bytes]) -> Iterator[Attack]:
        if self._sends_body:
            for body in bodies:
                yield self._raw(f"body {body[:30]!r}", body=body)

    def wrong_types(self) -> Iterator[Attack]:
        if self._sends_body:
            body = _encoded(self._base)
            for kind in TYPES:
                yield self._raw(f"type {kind[:30]!r}", [("Content-Type", kind)], body)
            yield self._raw("no type", [], body)

    def wrong_queries(self) -> Iterator[Attack]:
        for query in QUERIES:
            yield self._raw(f"query {query[:30]!r}", query=query, body=b"{}")

    def wrong_headers(self) -> Iterator[Attack]:
        query = "" if self._sends_body else urlencode(_flat(self._base))
        for headers in (*HEADERS, *RANGES) if self._route.stream is not None else HEADERS:
            name = f"header {headers[0][0]}: {headers[0][1][:30]!r}"
            yield self._raw(name, [_JSON, *headers], _encoded(self._base), query)

    def wrong_addresses(self) -> Iterator[Attack]:
        for name in parameters_of(self._route):
            for raw in ADDRESSES:
                address = self._place.address(self._route, {name: "@@"}).replace("%40%40", raw)
                yield self._raw(f"{name} in the address {raw[:20]!r}", address=address, body=b"{}")

    def _attack(self, name: str, content: dict[str, Any]) -> Attack:
        if self._sends_body:
            return self._raw(name, body=_encoded(content))
        return self._raw(name, query=urlencode(_flat(content), errors="surrogatepass"))

    def _raw(
        self,
        name: str,
        headers: Iterable[tuple[str, str]] = (_JSON,),
        body: bytes = b"",
        query: str = "",
        address: str | None = None,
    ) -> Attack:
        path = (address or self._address) + (f"?{query}" if query else "")
        content = body if self._sends_body else b""
        length = [("Content-Length", str(len(content)))] if self._sends_body else []
        method = self._route.method
        request = message(method, path, [self._host, *headers, *length], content)
        return Attack(f"{method} {self._route.path}: {name}", method, request)


def _encoded(content: Any) -> bytes:
    return json.dumps(content).encode()


def _flat(content: dict[str, Any]) -> list[tuple[str, str]]:
    """A message as a query: lists repeat their name, what is no text is shown as JSON."""
    return [
        (name, item if isinstance(item, str) else json.dumps(item))
        for name, value in content.items()
        for item in (value[:500] if isinstance(value, list) else [value])
    ]


def _shown(value: Any) -> str:
    return ascii(value)[:40]
