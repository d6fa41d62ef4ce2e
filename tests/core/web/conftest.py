"""A small application on the web kernel, and a client of it."""

from collections.abc import Callable, Sequence

import httpx
import pytest
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from tidemill.core.identity import Scope, Subject
from tidemill.core.settings import LimitSettings
from tidemill.core.web import Route, Router, answer

LIMITS = LimitSettings(max_body_bytes=1000, request_timeout_s=1)
SCOPE = Scope(1, "default", Subject("somebody"), "request-1")

MakeClient = Callable[[Sequence[Route]], httpx.AsyncClient]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def client_of() -> MakeClient:
    """Makes a client of routes."""

    def make(routes: Sequence[Route]) -> httpx.AsyncClient:
        router = Router(routes)

        async def app(asgi: AsgiScope, receive: Receive, send: Send) -> None:
            match = router.match(asgi["method"], asgi["path"])
            assert match.route is not None, f"no route for {asgi['path']}"
            await answer(match.route, match.parameters, SCOPE, LIMITS, (asgi, receive, send))

        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")

    return make
