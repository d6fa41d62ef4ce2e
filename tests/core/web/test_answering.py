"""From a request to a message, and from what a handler gives or raises to an answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from tests.core.web.conftest import LIMITS, MakeClient
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Reply, Route
from tidemill.kit.errors import NotFoundError
from tidemill.protocols.mlflow import MLFLOW

pytestmark = pytest.mark.anyio


class Question(msgspec.Struct):
    name: str = ""
    count: int = 0
    tags: list[str] = []
    where: str | None = None


async def echo(scope: Scope, message: Question) -> Question:
    return message


def route(handler: Any = echo, method: str = "POST", path: str = "/q") -> Route:
    return Route(method=method, path=path, permission=Permission.VIEW, message=Question, handler=handler)


async def test_a_body_becomes_the_message_and_what_the_handler_gives_the_answer(client_of: MakeClient) -> None:
    async with client_of([route()]) as client:
        answer = await client.post("/q", json={"name": "x", "tags": ["a"], "unknown": 1})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {"name": "x", "count": 0, "tags": ["a"], "where": None}


async def test_the_query_becomes_the_message_of_a_get(client_of: MakeClient) -> None:
    async with client_of([route(method="GET")]) as client:
        answer = await client.get("/q?name=x&name=y&count=3&tags=a&tags=b&unknown=1")
    assert answer.json() == {"name": "x", "count": 3, "tags": ["a", "b"], "where": None}


async def test_a_get_has_its_fields_in_a_body_only_where_a_dialect_says_so_and_there_is_no_query(
    client_of: MakeClient,
) -> None:
    mlflow = replace(route(method="GET", path="/mlflow"), form=MLFLOW)
    async with client_of([route(method="GET"), mlflow]) as client:
        assert (await client.request("GET", "/q", json={"name": "x"})).json()["name"] == ""
        assert (await client.request("GET", "/mlflow", json={"name": "x"})).json()["name"] == "x"
        assert (await client.request("GET", "/mlflow", content=b'{"name": "x"}')).json()["name"] == "x"
        assert (await client.request("GET", "/mlflow?count=2", json={"name": "x"})).json()["name"] == ""
        assert (await client.request("GET", "/mlflow", content=b"{")).status_code == 400
        assert (await client.request("GET", "/mlflow", content=b" " * (LIMITS.max_body_bytes + 1))).status_code == 413


async def test_what_the_path_says_wins_over_body_and_query(client_of: MakeClient) -> None:
    async with client_of([route(path="/q/{name}")]) as client:
        answer = await client.post("/q/path?name=query", json={"name": "body", "count": 1})
    assert answer.json()["name"] == "path"
    assert answer.json()["count"] == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "does not have the expected form"),
        (b"[]", "does not have the expected form"),
        (b'{"count": "many"}', "does not have the expected form"),
        (b'{"count": 1.5}', "does not have the expected form"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b'{"name": "\\ud800"}', "does not have the expected form"),
        (b"[" * 400, ""),
    ],
)
async def test_a_body_that_is_no_such_message_is_the_callers_fault(
    client_of: MakeClient, body: bytes, told: str
) -> None:
    async with client_of([route()]) as client:
        answer = await client.post("/q", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
@pytest.mark.parametrize("body", [b"", b"{}"])
async def test_a_change_must_be_said_to_be_json(client_of: MakeClient, kind: str | None, body: bytes) -> None:
    async with client_of([route()]) as client:
        answer = await client.post("/q", content=body, headers={} if kind is None else {"Content-Type": kind})
    assert answer.status_code == 400
    assert "Content-Type" in answer.json()["error"]["message"]


async def test_a_body_over_the_limit_is_refused_whether_or_not_its_length_is_told(client_of: MakeClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(LIMITS.max_body_bytes // 100 + 2):
            yield b" " * 100

    headers = {"Content-Type": "application/json"}
    async with client_of([route()]) as client:
        told = await client.post("/q", content=b" " * (LIMITS.max_body_bytes + 1), headers=headers)
        untold = await client.post("/q", content=pieces(), headers=headers)
        exact = await client.post("/q", content=b"{}" + b" " * (LIMITS.max_body_bytes - 2), headers=headers)
    assert (told.status_code, untold.status_code, exact.status_code) == (413, 413, 200)


async def test_an_error_of_the_tree_is_told_with_its_status_code_message_and_hint(client_of: MakeClient) -> None:
    async def refuse(scope: Scope, message: Question) -> Question:
        raise NotFoundError("no such thing", hint="look elsewhere")

    async with client_of([route(refuse)]) as client:
        answer = await client.post("/q", json={})
    assert answer.status_code == 404
    assert answer.json() == {"error": {"code": "not_found", "message": "no such thing", "hint": "look elsewhere"}}


async def test_a_defect_is_told_by_the_requests_id_and_not_by_its_trace(client_of: MakeClient) -> None:
    async def fail(scope: Scope, message: Question) -> Question:
        raise LookupError("secret of the inside")

    async with client_of([route(fail)]) as client:
        answer = await client.post("/q", json={})
    assert answer.status_code == 500
    assert "request-1" in answer.text
    assert "secret" not in answer.text


async def test_a_call_that_takes_too_long_is_given_up(client_of: MakeClient) -> None:
    async def sleep(scope: Scope, message: Question) -> Question:
        await asyncio.sleep(60)
        return message

    async with client_of([route(sleep)]) as client:
        answer = await client.post("/q", json={})
    assert answer.status_code == 503
    assert "longer than 1 s" in answer.json()["error"]["message"]


async def test_a_handler_may_give_a_whole_reply(client_of: MakeClient) -> None:
    async def reply(scope: Scope, message: Question) -> Reply:
        return Reply(b"text", 201, "text/plain", (("X-Told", "yes"),))

    async with client_of([route(reply)]) as client:
        answer = await client.post("/q", json={})
    assert (answer.status_code, answer.text, answer.headers["X-Told"]) == (201, "text", "yes")
    assert answer.headers["content-type"].startswith("text/plain")


async def upload(scope: Scope, request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_stream_gets_the_raw_request(client_of: MakeClient, method: str) -> None:
    async with client_of([Route(method=method, path="/u", permission=Permission.EDIT, stream=upload)]) as client:
        answer = await client.request(method, "/u", content=b"x" * 5000, headers={"Content-Type": "image/png"})
    assert answer.text == "5000"


@pytest.mark.parametrize("kind", [None, "text/plain;a=b", "multipart/form-data; boundary=x"])
async def test_what_a_form_of_any_page_could_upload_must_say_where_it_comes_from(
    client_of: MakeClient, kind: str | None
) -> None:
    headers = {"User-Agent": "Mozilla/4.0", **({} if kind is None else {"Content-Type": kind})}
    async with client_of([Route(method="POST", path="/u", permission=Permission.EDIT, stream=upload)]) as client:
        nameless = await client.post("/u", content=b"x", headers=headers)
        own = await client.post("/u", content=b"x", headers={**headers, "Origin": "http://test"})
    assert (nameless.status_code, own.status_code) == (400, 200)


@pytest.mark.parametrize(("agent", "status"), [("python-requests/2.32", 200), ("Mozilla/5.0 (X11)", 400)])
async def test_a_script_may_upload_bare_bytes(client_of: MakeClient, agent: str, status: int) -> None:
    async with client_of([Route(method="POST", path="/u", permission=Permission.EDIT, stream=upload)]) as client:
        assert (await client.post("/u", content=b"x", headers={"User-Agent": agent})).status_code == status


@pytest.mark.parametrize(("agent", "status"), [("OpenAPI-Generator/2.17", 200), ("Mozilla/4.0", 400)])
async def test_a_script_may_send_a_form_where_one_is_read(client_of: MakeClient, agent: str, status: int) -> None:
    common: dict[str, Any] = {"method": "POST", "permission": Permission.EDIT, "stream": upload}
    headers = {"User-Agent": agent, "Content-Type": "multipart/form-data; boundary=x"}
    async with client_of([Route(path="/form", takes_forms=True, **common), Route(path="/u", **common)]) as client:
        assert (await client.post("/form", content=b"x", headers=headers)).status_code == status
        assert (await client.post("/u", content=b"x", headers=headers)).status_code == 400
