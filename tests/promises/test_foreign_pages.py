"""P11: a page in a browser cannot act on a local server, nor read anything private of it.

Every route is asked as a page of another site would have it asked: by a name that the site made point here (DNS
rebinding), with the Origin and Sec-Fetch headers that browsers add, and as the forms and simple requests that older
browsers send without asking first.
"""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import pytest

from tests.plugins.server import TidemillProcess
from tests.promises.clients import API, FILES
from tests.promises.table import Place, make_place
from tests.promises.wire import Answer, Connection, Headers, message
from tidemill.core.identity import Permission
from tidemill.core.web import Route

JSON = "application/json"
FOREIGN_HOSTS = (
    "evil.example",
    "evil.example:{port}",
    "10.evil.example",
    "172.16.evil.example",
    "192.168.1.1.evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil-localhost",
    "localhost.",
    "127.0.0.1.:{port}",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.1",
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "[::1",
    "::1]",
    "[::1%25lo]",
    "[]",
    "10.0.0.1",
    "192.168.0.1:{port}",
    "[::]",
    "[fe80::1]",
    "[::1].evil.example",
    "::1",
    "localhost@evil.example",
    "user@localhost",
    "user:password@127.0.0.1:{port}",
    "evil.example#@localhost",
    "localhost/evil.example",
    "localhost?evil.example",
    "evil.example\\@localhost",
    "localhost:{port}:1",
    "localhost:port",
    "localhost:99999",
    "localhost evil.example",
    "localhost,evil.example",
    "l\u043ecalhost",
    "\uff4cocalhost",
    "%6cocalhost",
    "",
)
FOREIGN_ORIGINS = (
    "null",
    "http://evil.example",
    "https://evil.example:{port}",
    "http://127.0.0.1.evil.example:{port}",
    "http://localhost:1",
    "http://sub.{host}",
    "http://{host}.evil.example",
    "http://{host}@evil.example",
    "http://evil.example/{host}",
    "http://{host}/",
    "ftp://{host}",
    "chrome-extension://{host}",
    "{host}",
    "file://",
    "",
)
FOREIGN_FETCHES = (
    [("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "same-site")],
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")],
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "script")],
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")],
    [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "somewhere else")],
)
A_LINK = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
OWN_REQUESTS = (
    [("Origin", "http://{host}")],
    [("Origin", "https://{host}")],
    [("Sec-Fetch-Site", "same-origin")],
    [("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")],
)
WEBSOCKET = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "x3JJHMbDL1EzLkh9GBhXDw=="),
]
SIMPLE_TYPES = (
    "text/plain",
    "text/plain; a=application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
)

pytestmark = pytest.mark.slow

Call = tuple[Route, Answer]


class Page:
    """A page of another site, which has the user's browser call every route with a good request."""

    def __init__(self, uri: str, place: Place, routes: tuple[Route, ...]) -> None:
        self._connection = Connection(uri)
        self._place = place
        self._routes = routes

    def filled(self, text: str) -> str:
        """A name with the server's host and port put in."""
        host = self._connection.host
        return text.replace("{host}", host).replace("{port}", host.rpartition(":")[2])

    def calls(
        self, headers: Headers = (), *, hosts: Sequence[str] = ("{host}",), kind: str | None = JSON
    ) -> list[Call]:
        """What each route answers: to these hosts, with these headers, its body said to be of this kind."""
        named = [("Host", self.filled(host)) for host in hosts]
        kinds = [] if kind is None else [("Content-Type", kind)]
        return [(route, self._call(route, [*named, *kinds, *headers])) for route in self._routes]

    def posts(self, kind: str | None) -> list[Call]:
        """What each route that takes POST answers to a body of this kind, with no word of where it comes from."""
        kinds = [] if kind is None else [("Content-Type", kind)]
        taking = [route for route in self._routes if route.method == "POST"]
        return [(route, self._call(route, [("Host", self.filled("{host}")), *kinds])) for route in taking]

    def questions(self, headers: Headers) -> list[Call]:
        """What each address answers to a browser that asks before it sends."""
        sent = [("Host", self.filled("{host}")), ("Access-Control-Request-Method", "PUT"), *headers]
        return [
            (route, self._connection.send(message("OPTIONS", self._place.address(route), sent), "OPTIONS"))
            for route in self._routes
        ]

    def state(self) -> list[bytes]:
        """All that the place holds, to see whether anything has acted."""
        place = self._place
        paths = [
            f"{API}/runs/get?run_id={place.run_id}",
            f"{API}/experiments/get?experiment_id={place.experiment_id}",
            f"{API}/logged-models/{place.model_id}",
            f"{API}/artifacts/list?run_id={place.run_id}",
            f"{FILES}/{place.artifact}",
            f"/api/3.0/mlflow/datasets/{place.dataset_id}",
            "/api/v1/experiments",
        ]
        return [self._connection.call("GET", path).ok() for path in paths]

    def close(self) -> None:
        self._connection.close()

    def _call(self, route: Route, headers: Headers) -> Answer:
        content = self._place.message(route)
        if route.method == "GET":
            return self._connection.send(message("GET", f"{self._place.address(route)}?{urlencode(content)}", headers))
        body = json.dumps(content).encode()
        sent = [*headers, ("Content-Length", str(len(body)))]
        return self._connection.send(message(route.method, self._place.address(route), sent, body), route.method)


@pytest.fixture
def own_page(assailed_server: TidemillProcess, routes: tuple[Route, ...]) -> Iterator[Page]:
    """A page that may well act."""
    page = Page(assailed_server.uri, make_place(assailed_server.uri), routes)
    yield page
    page.close()


@pytest.fixture
def page(own_page: Page) -> Iterator[Page]:
    """A page of another site: whatever it does, nothing may have changed afterwards."""
    before = own_page.state()
    yield own_page
    assert own_page.state() == before


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_no_route_answers_to_a_name_that_is_not_ours(page: Page, host: str) -> None:
    assert_all_forbidden(page.calls(hosts=[host]))


@pytest.mark.parametrize("hosts", [[], ["{host}", "{host}"], ["{host}", "evil.example"], ["evil.example", "{host}"]])
def test_no_route_answers_to_no_name_or_to_two(page: Page, hosts: list[str]) -> None:
    assert_all_forbidden(page.calls(hosts=hosts))


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_no_route_takes_a_request_of_another_origin(page: Page, origin: str) -> None:
    assert_all_forbidden(page.calls([("Origin", page.filled(origin))]))


@pytest.mark.parametrize("headers", FOREIGN_FETCHES, ids=str)
def test_no_route_takes_what_the_browser_says_is_of_another_site(page: Page, headers: Headers) -> None:
    assert_all_forbidden(page.calls(headers))


def test_a_link_on_another_site_leads_to_the_page_and_to_nothing_private(page: Page) -> None:
    for route, answer in page.calls(A_LINK):
        if route.method == "GET" and route.permission is Permission.PUBLIC:
            assert answer.status != 403, route.path
        else:
            assert answer.status == 403, route.path


@pytest.mark.parametrize("kind", [*SIMPLE_TYPES, None])
def test_no_form_and_no_simple_request_changes_anything_even_without_an_origin(page: Page, kind: str | None) -> None:
    for route, answer in page.posts(kind):
        assert answer.status == 400, f"{route.path}: {answer.status}"
        assert b"Content-Type" in answer.body


@pytest.mark.parametrize("origin", ["http://evil.example", "http://{host}"])
def test_a_browser_that_asks_before_it_sends_is_never_told_yes(page: Page, origin: str) -> None:
    for route, answer in page.questions([("Origin", page.filled(origin))]):
        assert answer.status in (403, 405), route.path
        assert allowances(answer) == []


def test_no_answer_lets_another_site_read_it(own_page: Page) -> None:
    for route, answer in own_page.calls():
        assert allowances(answer) == [], route.path


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_no_route_becomes_a_websocket_for_another_site(page: Page, origin: str) -> None:
    assert_all_forbidden(page.calls([*WEBSOCKET, ("Origin", origin)]))


def test_no_route_becomes_a_websocket_at_all(own_page: Page) -> None:
    calls = own_page.calls([*WEBSOCKET, ("Origin", own_page.filled("http://{host}"))])
    assert [route.path for route, answer in calls if answer.status < 200] == []


@pytest.mark.parametrize("host", ["{host}", "evil.example"])
def test_every_answer_keeps_browsers_from_guessing_framing_and_embedding(own_page: Page, host: str) -> None:
    for route, answer in own_page.calls(hosts=[host]):
        assert answer.headers["X-Content-Type-Options"] == "nosniff", route.path
        assert answer.headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN"), route.path
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", route.path


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "LOCALHOST", "127.0.0.1", "127.0.0.2:1", "[::1]", "[::1]:{port}", "[0:0::1]"]
)
def test_the_names_of_this_machine_are_answered_to(own_page: Page, host: str) -> None:
    assert [route.path for route, answer in own_page.calls(hosts=[host]) if answer.status == 403] == []


@pytest.mark.parametrize("headers", OWN_REQUESTS, ids=str)
def test_its_own_page_may_do_everything(own_page: Page, headers: Headers) -> None:
    sent = [(name, own_page.filled(value)) for name, value in headers]
    assert [route.path for route, answer in own_page.calls(sent) if answer.status == 403] == []


def allowances(answer: Answer) -> list[str]:
    """Headers that let another site read the answer."""
    return [name for name in answer.headers if name.lower().startswith("access-control-")]


def assert_all_forbidden(calls: list[Call]) -> None:
    """Assert that each route refused, and said no more than why."""
    assert len(calls) > 100
    for route, answer in calls:
        assert answer.status == 403, f"{route.method} {route.path}: {answer.status} {answer.body[:200]!r}"
        assert b"may not use this server" in answer.body or b"does not answer to the host name" in answer.body
