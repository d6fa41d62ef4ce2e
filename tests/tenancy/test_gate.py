"""The gate: nothing passes that is not asked from here, by somebody who may, for a route that is there."""

from collections.abc import Callable
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import generate_latest
from starlette.requests import HTTPConnection
from structlog.testing import capture_logs

from tidemill.core.database import Database
from tidemill.core.identity import Permission, Scope, Subject
from tidemill.core.settings import LimitSettings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import Route, Router
from tidemill.kit.errors import ForbiddenError, UnauthenticatedError, UnavailableError
from tidemill.protocols.mlflow import MLFLOW
from tidemill.tenancy import Gate, Identities, OriginRules, SingleUser, Workspace, Workspaces

pytestmark = pytest.mark.anyio


class Question(msgspec.Struct):
    text: str = ""


class Seen(msgspec.Struct):
    workspace: str
    subject: str
    request_id: str
    key: str | None
    base_url: str


class Guarded:
    """Knows people by a header, and lets them look and no more."""

    mode = "guarded"

    async def subject(self, connection: HTTPConnection) -> Subject:
        if (name := connection.headers.get("x-name")) is None:
            raise UnauthenticatedError("who are you?")
        return Subject(name)

    async def authorize(self, subject: Subject, permission: Permission, workspace: Workspace) -> None:
        if permission not in (Permission.VIEW, Permission.PUBLIC):
            raise ForbiddenError(f"{subject.name} may not {permission} in {workspace.name}")


class World:
    """A gate with two routes, and what came through it."""

    def __init__(self, database: Database, identities: Identities) -> None:
        self.calls: list[str] = []
        self.telemetry = Telemetry()
        self.workspaces = Workspaces(database)
        routes = [
            Route(method="GET", path="/look", permission=Permission.VIEW, message=Question, handler=self._look),
            Route(method="GET", path="/fail", permission=Permission.VIEW, message=Question, handler=self._fail),
            Route(
                method="POST", path="/change/{text}", permission=Permission.EDIT, message=Question, handler=self._look
            ),
        ]
        self.gate = Gate(
            Router(routes),
            origins=OriginRules([]),
            identities=identities,
            workspaces=self.workspaces,
            limits=LimitSettings(),
            telemetry=self.telemetry,
            fallback=lambda path: MLFLOW,
        )

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        await self.workspaces.prepare()
        transport = httpx.ASGITransport(self.gate)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:5000") as client:
            return await client.request(method, path, **more)

    async def _look(self, scope: Scope, message: Question) -> Seen:
        self.calls.append(message.text)
        return Seen(scope.workspace, scope.subject.name, scope.request_id, scope.idempotency_key, scope.base_url)

    async def _fail(self, scope: Scope, message: Question) -> Seen:
        raise UnavailableError("the tide is out")


MakeWorld = Callable[[Identities], World]


@pytest.fixture
def world(database: Database) -> World:
    return World(database, SingleUser())


@pytest.fixture
def guarded(database: Database) -> World:
    return World(database, Guarded())


async def test_a_handler_learns_who_asks_where_and_under_which_key(world: World) -> None:
    headers = {"X-Workspace": "default", "X-Request-Id": "abc-1", "Idempotency-Key": "k"}
    seen = (await world.ask("GET", "/look", headers=headers)).json()
    assert (seen["workspace"], seen["request_id"], seen["key"]) == ("default", "abc-1", "k")
    assert seen["subject"]
    assert seen["base_url"] == "http://localhost:5000"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 65, "<script>"])
async def test_an_id_that_is_none_is_replaced(world: World, sent: str) -> None:
    seen = (await world.ask("GET", "/look", headers={"X-Request-Id": sent})).json()
    assert seen["request_id"] != sent
    assert len(seen["request_id"]) == 16


@pytest.mark.parametrize("path", ["/look", "/fail", "/nothing"])
async def test_every_answer_carries_the_name_that_logs_have_for_it(world: World, path: str) -> None:
    with capture_logs() as lines:
        named = await world.ask("GET", path, headers={"X-Request-Id": "abc-1"})
        unnamed = await world.ask("GET", path, headers={"Host": "evil.example"})
    assert named.headers["X-Request-ID"] == "abc-1"
    assert len(unnamed.headers["X-Request-ID"]) == 16
    told = [(line["request_id"], line["status"]) for line in lines if line["event"] == "request"]
    assert told == [("abc-1", named.status_code), (unnamed.headers["X-Request-ID"], 403)]


async def test_a_request_that_the_server_failed_at_is_logged_as_a_warning_and_others_for_who_looks_closely(
    world: World,
) -> None:
    with capture_logs() as lines:
        await world.ask("GET", "/look")
        await world.ask("GET", "/fail")
    assert [(line["route"], line["log_level"]) for line in lines] == [("/look", "debug"), ("/fail", "warning")]


@pytest.mark.parametrize("name", ["X-Workspace", "X-Mlflow-Workspace"])
async def test_a_workspace_that_is_not_there_is_not_found(world: World, name: str) -> None:
    answer = await world.ask("GET", "/look", headers={name: "nobody's"})
    assert answer.status_code == 404
    assert world.calls == []


async def test_a_workspace_may_stand_in_the_query_of_what_only_reads(world: World) -> None:
    assert (await world.ask("GET", "/look?workspace=default")).json()["workspace"] == "default"
    assert (await world.ask("GET", "/look?workspace=")).json()["workspace"] == "default"
    for method in ("GET", "HEAD"):
        assert (await world.ask(method, "/look?workspace=nobody")).status_code == 404
    assert (await world.ask("POST", "/change/a?workspace=nobody", json={})).json()["workspace"] == "default"


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("?workspace=default&workspace=other", {}),
        ("?workspace=other", {"X-Workspace": "default"}),
        ("", {"X-Workspace": "default", "X-Mlflow-Workspace": "other"}),
    ],
)
async def test_a_request_that_names_two_workspaces_is_refused(
    world: World, query: str, headers: dict[str, str]
) -> None:
    answer = await world.ask("GET", f"/look{query}", headers=headers)
    assert (answer.status_code, world.calls) == (400, [])
    assert "more than one workspace" in answer.json()["error"]["message"]


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_has_a_length(world: World, key: str) -> None:
    assert (await world.ask("GET", "/look", headers={"Idempotency-Key": key})).status_code == 400


async def test_what_is_not_served_is_told_in_the_dialect_of_its_address(world: World) -> None:
    answer = await world.ask("GET", "/api/2.0/mlflow/nothing")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ENDPOINT_NOT_FOUND")


async def test_another_method_is_told_which_ones_are_taken(world: World) -> None:
    answer = await world.ask("DELETE", "/look")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


async def test_headers_have_a_size(world: World) -> None:
    answer = await world.ask("GET", "/look", headers={"X-Long": "x" * 70_000})
    assert (answer.status_code, world.calls) == (431, [])


async def test_nobody_gets_in_without_a_name_where_names_are_needed(guarded: World) -> None:
    for method, path in (("GET", "/look"), ("POST", "/change/a"), ("GET", "/nothing"), ("PUT", "/look")):
        answer = await guarded.ask(method, path, json={})
        assert answer.status_code == 401, path
    assert guarded.calls == []


async def test_a_permission_that_is_missing_is_missed_before_the_body_is_read(guarded: World) -> None:
    headers = {"X-Name": "ada", "Content-Type": "application/json"}
    assert (await guarded.ask("GET", "/look", headers=headers)).json()["subject"] == "ada"
    answer = await guarded.ask("POST", "/change/a", headers=headers, content=b"this is no JSON")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "ada may not edit in default"
    assert guarded.calls == [""]


async def test_a_page_of_another_site_is_refused_before_anybody_is_asked_for(guarded: World) -> None:
    answer = await guarded.ask("GET", "/look", headers={"Origin": "http://evil.example", "X-Name": "ada"})
    assert (answer.status_code, guarded.calls) == (403, [])


async def test_every_answer_is_counted_by_its_route_and_no_address_becomes_a_name(world: World) -> None:
    for path in ("/look", "/change/a", "/change/b", "/secret/1", "/secret/2"):
        await world.ask("POST" if "change" in path else "GET", path, json={})
    told = generate_latest(world.telemetry.registry).decode()
    assert 'tidemill_http_requests_total{method="GET",route="/look",status="200"} 1.0' in told
    assert 'tidemill_http_requests_total{method="POST",route="/change/{text}",status="200"} 2.0' in told
    assert 'tidemill_http_requests_total{method="other",route="none",status="404"} 2.0' in told
    assert "secret" not in told
    assert "tidemill_http_requests_in_flight 0.0" in told


async def test_a_websocket_is_closed_before_it_opens(world: World) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await world.gate({"type": "websocket", "path": "/look", "headers": []}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]
