"""Serving stored bytes: ranges, validators, names, and headers that keep content from acting as ours."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from tests.core.web.conftest import MakeClient
from tidemill.core.blobs import OpenBlob
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Content, Route, bytes_response

DATA = bytes(range(256)) * 4
pytestmark = pytest.mark.anyio


@asynccontextmanager
async def opened(start: int, end: int | None) -> AsyncGenerator[OpenBlob, None]:
    async def chunks() -> AsyncIterator[bytes]:
        yield DATA[start:end]

    yield OpenBlob("digest", len(DATA), start, len(DATA) if end is None else end, chunks())


async def ask(client_of: MakeClient, name: str = "data.bin", method: str = "GET", **headers: str) -> httpx.Response:
    async def stream(scope: Scope, request: Request) -> Response:
        return await bytes_response(request, Content(name, "digest", len(DATA), 1_700_000_000_000), opened)

    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    async with client_of([Route(method="GET", path="/f", permission=Permission.VIEW, stream=stream)]) as client:
        return await client.request(method, "/f", headers=sent)


async def test_the_whole_is_served_with_its_length_and_validators(client_of: MakeClient) -> None:
    answer = await ask(client_of)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["Content-Length"] == str(len(DATA))
    assert answer.headers["ETag"] == '"digest"'
    assert answer.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"


@pytest.mark.parametrize(
    ("span", "start", "stop"),
    [
        ("0-0", 0, 1),
        ("5-9", 5, 10),
        ("1000-", 1000, 1024),
        ("-4", 1020, 1024),
        ("0-99999", 0, 1024),
        ("-9999", 0, 1024),
    ],
)
async def test_a_range_is_exactly_these_bytes(client_of: MakeClient, span: str, start: int, stop: int) -> None:
    answer = await ask(client_of, Range=f"bytes={span}")
    assert answer.content == DATA[start:stop]
    if (start, stop) != (0, len(DATA)):
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(DATA)}"


@pytest.mark.parametrize("span", ["1024-", "99999-", "-0", "5-4"])
async def test_a_range_of_nothing_is_impossible(client_of: MakeClient, span: str) -> None:
    answer = await ask(client_of, Range=f"bytes={span}")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


@pytest.mark.parametrize("span", ["bytes=x", "items=0-1", "bytes=0-1,3-4", "bytes=-", "bytes=" + "9" * 5000 + "-"])
async def test_a_range_of_another_kind_is_passed_over(client_of: MakeClient, span: str) -> None:
    assert (await ask(client_of, Range=span)).status_code == 200


async def test_what_the_client_has_is_not_sent_again(client_of: MakeClient) -> None:
    answer = await ask(client_of, If_None_Match='"digest"')
    assert (answer.status_code, answer.content) == (304, b"")
    assert (await ask(client_of, If_None_Match='"other"')).status_code == 200


async def test_a_range_of_something_else_gets_the_whole(client_of: MakeClient) -> None:
    assert (await ask(client_of, Range="bytes=0-0", If_Range='"other"')).status_code == 200
    assert (await ask(client_of, Range="bytes=0-0", If_Range='"digest"')).status_code == 206


async def test_head_says_the_same_and_sends_nothing(client_of: MakeClient) -> None:
    answer = await ask(client_of, method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(DATA))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/html"),
        ("script.js", "text/plain"),
        ("data.json", "text/plain"),
        ("drawing.svg", "image/svg+xml"),
        ("model.pkl", "application/octet-stream"),
        ("MLmodel", "text/plain"),
        ("PHOTO.PNG", "image/png"),
        ("all.tar.gz", "application/x-tar"),
    ],
)
async def test_the_kind_follows_the_name_and_no_content_may_act(client_of: MakeClient, name: str, kind: str) -> None:
    answer = await ask(client_of, name)
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("plain.txt", "filename=plain.txt"),
        ("two words.txt", 'filename="two words.txt"'),
        ('a"b.txt', "filename*=UTF-8''a%22b.txt"),
        ("naïve 😀.txt", "filename*=UTF-8''na%C3%AFve%20%F0%9F%98%80.txt"),
        ("a\r\nSet-Cookie: x.txt", "filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x.txt"),
    ],
)
async def test_any_name_is_told_so_that_it_stays_a_name(client_of: MakeClient, name: str, told: str) -> None:
    answer = await ask(client_of, name)
    assert answer.headers["Content-Disposition"] == f"attachment; {told}"
    assert "Set-Cookie" not in answer.headers
