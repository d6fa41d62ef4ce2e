"""`/api/v1/events`: what changes, as server-sent events, so that pages need not ask again and again."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route
from tidemill.kit.errors import TooManyError

MAX_LISTENERS = 200
_EVENTS = "text/event-stream"
_GATHER_S = 1.0
_KEEP_ALIVE_S = 15.0
_MAX_WAITING = 1000


class Change(msgspec.Struct):
    """Something that changed; what exactly, the page asks for itself."""

    kind: str
    experiment_id: str | None
    run_id: str | None
    workload_id: str | None
    pipeline_run: str | None


class EventApi:
    """Streams changes of a workspace, gathered over a second and each told once."""

    def __init__(self, events: EventBus) -> None:
        self._events = events
        self._listeners = 0

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/events",
                permission=Permission.VIEW,
                stream=self.stream,
                summary="Changes as server-sent events named `change`.",
            )
        ]

    async def stream(self, scope: Scope, request: Request) -> Response:
        if self._listeners >= MAX_LISTENERS:
            raise TooManyError("too many pages listen for changes", hint="close some of them; pages poll meanwhile")
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if request.method == "HEAD":  # which has no body to wait for
            return Response(headers=headers, media_type=_EVENTS)
        return StreamingResponse(self._changes(scope), media_type=_EVENTS, headers=headers)

    async def _changes(self, scope: Scope) -> AsyncIterator[bytes]:
        loop, waiting, arrived = asyncio.get_running_loop(), dict[Event, None](), asyncio.Event()

        def take(event: Event) -> None:
            if len(waiting) < _MAX_WAITING:
                waiting[event] = None
            arrived.set()

        def listen(event: Event) -> None:
            if event.workspace_id == scope.workspace_id:
                loop.call_soon_threadsafe(take, event)

        stop = self._events.listen(listen)
        self._listeners += 1
        try:
            yield b"retry: 2000\n\n"
            while True:
                yield await _next_lines(waiting, arrived)
        finally:
            self._listeners -= 1
            stop()


async def _next_lines(waiting: dict[Event, None], arrived: asyncio.Event) -> bytes:
    try:
        await asyncio.wait_for(arrived.wait(), _KEEP_ALIVE_S)
    except TimeoutError:
        return b": still here\n\n"
    await asyncio.sleep(_GATHER_S)
    events = list(waiting)
    waiting.clear()
    arrived.clear()
    return b"".join(b"event: change\ndata: " + msgspec.json.encode(_change(event)) + b"\n\n" for event in events)


def _change(event: Event) -> Change:
    experiment = None if event.experiment_id is None else str(event.experiment_id)
    return Change(event.kind, experiment, event.run_id, event.workload_id, event.pipeline_run)
