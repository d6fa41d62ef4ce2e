"""A listener of the network, which remembers what it was asked, and answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Said: yes\r\n\r\nok"


@dataclass
class Listener:
    """What a port of 127.0.0.1 answers with, and what it heard."""

    answer: bytes = PLAIN
    holds: bool = False
    """Whether it says nothing, and keeps the connection."""
    port: int = 0
    heard: list[bytes] = field(default_factory=list[bytes])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
            )
            self.heard.append(head + await reader.readexactly(length))
            if self.holds:
                await asyncio.sleep(60)
            writer.write(self.answer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def listening(answer: bytes = PLAIN, secured: ssl.SSLContext | None = None) -> AsyncIterator[Listener]:
    """A listener for as long as the block runs."""
    listener = Listener(answer)
    server = await asyncio.start_server(listener.serve, "127.0.0.1", 0, ssl=secured)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
