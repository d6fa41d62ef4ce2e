"""Webhooks on each database, a listener of the network that they call, and a clock that is set."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tidemill.core.database import Database, Tx, open_database
from tidemill.core.identity import Scope, Subject
from tidemill.core.leases import Leases
from tidemill.core.outbound import Allowances, Outbound
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.webhooks import (
    Delivery,
    DeliveryState,
    NewWebhook,
    Webhook,
    WebhookOutbox,
    Webhooks,
    WebhookSender,
)
from tidemill.registry.webhooks.sending import Postman
from tidemill.server.schema import metadata
from tidemill.tenancy import WorkspaceSecrets

MINE = Scope(1, "mine", Subject("me"))
THEIRS = Scope(2, "theirs", Subject("they"))
BEGIN_MS = 1_790_000_000_000
PATIENCE_S = 20
TABLES = ("webhook_deliveries", "webhook_events", "webhooks", "leases", "idempotency_keys")


@dataclass
class Heard:
    """A request that the listener got."""

    path: str
    headers: dict[str, str]
    body: str

    @property
    def data(self) -> Any:
        return msgspec.json.decode(self.body)["data"]


@dataclass
class Listener:
    """What listens on a port of 127.0.0.1: it answers with the next of its statuses, and the last of them for ever."""

    statuses: list[int] = field(default_factory=lambda: [200])
    headers: str = ""
    pause_s: float = 0
    port: int = 0
    heard: list[Heard] = field(default_factory=list[Heard])
    news: asyncio.Event = field(default_factory=asyncio.Event)
    end: asyncio.Event = field(default_factory=asyncio.Event)
    """Nobody is kept waiting any more."""

    async def wait_for(self, count: int) -> list[Heard]:
        """What was heard, once there are so many."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < count:
                self.news.clear()
                await self.news.wait()
        return self.heard

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # who asked is gone
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.heard.append(Heard(first.split()[1], headers, body.decode()))
        self.news.set()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.pause_s):
                await self.end.wait()
        said = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Length: 2\r\n{self.headers}\r\nok"
        writer.write(said.encode())
        await writer.drain()


@dataclass
class Clock:
    """Milliseconds since 1970, as they are set."""

    now: int = BEGIN_MS

    def __call__(self) -> int:
        return self.now


class World:
    """What a test speaks to."""

    def __init__(self, database: Database, folder: Path, listener: Listener) -> None:
        self.clock = Clock()
        self.database = database
        self.listener = listener
        self.secrets = WorkspaceSecrets(folder / "webhook-secrets", self.clock)
        outbound = Outbound(Allowances("127.0.0.0/8"))
        self.postman = Postman(outbound, self.secrets, self.clock)
        self.sender = self.another_sender("first")
        self.webhooks = Webhooks(
            database, outbound, self.secrets, self.postman, lambda: self.sender.kick(), clock=self.clock
        )
        self.outbox = WebhookOutbox(lambda: self.sender.kick(), self.clock)

    def another_sender(self, holder: str) -> WebhookSender:
        """The sender of another server."""
        return WebhookSender(self.database, Leases(self.database, holder), self.postman, self.clock)

    async def hook(self, *events: str, **changes: Any) -> Webhook:
        """A webhook that calls the listener."""
        url = f"http://127.0.0.1:{self.listener.port}/hook"
        new = {"name": "hook", "url": url, "events": events or ("model_version.created",), **changes}
        return await self.webhooks.create(MINE, NewWebhook(**new))

    async def change(
        self,
        change: Change = Change.VERSION_CREATED,
        version: int = 1,
        *,
        scope: Scope = MINE,
        fails: bool = False,
        **details: object,
    ) -> None:
        """Something changes in the registry; where it fails, after it was announced."""

        def unit(tx: Tx) -> None:
            self.outbox(tx, scope, Announcement(change, "model", version, details))
            if fails:
                raise RuntimeError("the change failed")

        try:
            await self.database.write(unit)
        except RuntimeError:
            assert fails

    async def deliveries(self, webhook: Webhook) -> list[Delivery]:
        """The oldest first."""
        found, _ = await self.webhooks.deliveries(MINE, webhook.uuid, None, 1000, "")
        return found[::-1]

    async def over(self, webhook: Webhook) -> list[Delivery]:
        """All deliveries, once none of them waits; the clock is set to when the next attempt is due."""
        async with asyncio.timeout(PATIENCE_S):
            while waiting := [each for each in await self.deliveries(webhook) if each.state is DeliveryState.WAITING]:
                due = min(each.next_ms or 0 for each in waiting)
                if all(each.sending_ms is None for each in waiting) and due > self.clock.now:
                    self.clock.now = due
                    self.sender.kick()
                await asyncio.sleep(0.01)
        return await self.deliveries(webhook)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)], scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("webhooks") / "webhooks.db"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{path}"
    database = open_database(url)
    metadata.create_all(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    """Two empty workspaces, and a listener. Nothing is sent yet."""
    listener = Listener()
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    yield World(database, tmp_path, listener)
    listener.end.set()
    server.close()
    await asyncio.sleep(0.01)  # whoever was kept waiting goes
    database.write_now(_empty)


@asynccontextmanager
async def running(sender: WebhookSender) -> AsyncIterator[None]:
    """A sender that works as long as the block runs."""
    task = asyncio.create_task(sender.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def _fill(tx: Tx) -> None:
    for scope in (MINE, THEIRS):
        tx.sql(
            "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
            (scope.workspace_id, scope.workspace),
        )


def _empty(tx: Tx) -> None:
    for table in TABLES:
        tx.sql(f"DELETE FROM {table}")
