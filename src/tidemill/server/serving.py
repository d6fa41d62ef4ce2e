"""Running a server in this process until it is told to stop."""

import asyncio
import gc
import os
import socket
import sys
from collections.abc import Callable
from importlib.metadata import version

import uvicorn
import uvloop

from tidemill.core.database import shown_url
from tidemill.core.instance import DirectoryLock, prepare_data_dir
from tidemill.core.settings import Loaded, Settings
from tidemill.core.telemetry import configure_logs
from tidemill.kit.clock import now_ms
from tidemill.runtime.server_note import ServerNote
from tidemill.server.assembly import build_server
from tidemill.server.listening import listen, url_of
from tidemill.server.migrating import migrate
from tidemill.server.protocol import protocol_of

_SHUTDOWN_S = 10
_KEEP_ALIVE_S = 75
_SWITCH_INTERVAL_S = 0.001


def serve(loaded: Loaded, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the address once requests are answered.

    Raises ConflictError for a directory or port that is taken, InvalidError for settings that cannot be.
    """
    settings = loaded.settings
    configure_logs(settings.server.log_level, settings.server.log_format)
    prepare_data_dir(settings.data_dir)
    lock = DirectoryLock(settings.data_dir)
    lock.take()
    try:
        listener = listen(settings.server, port_is_chosen=loaded.origins["port"] != "default")
        lock.write(_note(settings, url_of(listener)))
        with listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(settings, listener, ready))
    finally:
        lock.release()


def _note(settings: Settings, url: str) -> ServerNote:
    return ServerNote(
        pid=os.getpid(),
        url=url,
        started_ms=now_ms(),
        version=version("tidemill"),
        database=shown_url(settings.database_url),
        artifacts=settings.artifacts_url,
    )


async def _serve(settings: Settings, listener: socket.socket, ready: Callable[[str], None]) -> None:
    server = build_server(settings)
    await asyncio.to_thread(migrate, server.database)
    config = uvicorn.Config(
        server.gate,
        http=protocol_of(settings.limits.request_timeout_s),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )
    _tune_interpreter()
    async with server.running():
        ready(url_of(listener))
        await uvicorn.Server(config).serve(sockets=[listener])


def _tune_interpreter() -> None:
    """Fewer collections of what start-up made, and a shorter wait of the writer thread for the interpreter."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
