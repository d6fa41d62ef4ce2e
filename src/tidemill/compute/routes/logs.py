"""`/api/v1/workloads/{id}/logs`: what processes have said: by page, as it comes, searched, and as a file."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Annotated, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tidemill.compute.logs import FollowEnd, Found, LogLine, LogPage, Logs, LogSearch, Place, Query, Which
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import NATIVE, Route
from tidemill.kit.errors import TooManyError

MAX_LISTENERS = 200
MOST_LINES = 10_000
MOST_FOUND = 1000
MOST_CONTEXT = 10
_EVENTS = "text/event-stream"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Message = TypeVar("Message", bound=msgspec.Struct)
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]


class WhoseLog(msgspec.Struct):
    """Without an attempt the last one, without a rank all of its processes, by time."""

    id: str
    rank: Number | None = None
    attempt: Number | None = None


class ReadLog(WhoseLog):
    """From byte `start`, line `line` (counted from 0), the last `tail` lines, or the `cursor` of an answer."""

    start: Number | None = None
    line: Number | None = None
    tail: Number | None = None
    cursor: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_LINES)] = 1000
    numbered: bool = False
    """Whether `first_line` is wanted; counting takes a look at all that is before, where the process still runs."""


class FollowLog(WhoseLog):
    """From byte `start`, the last `tail` lines, or the `cursor` of an answer; Last-Event-ID is a cursor too."""

    start: Number | None = None
    tail: Number | None = None
    cursor: str = ""


class LogFile(WhoseLog):
    timestamps: bool = False


class SearchLog(msgspec.Struct):
    """A text, or a regular expression (without look-around and back references), in either case unless `case` says."""

    id: str
    text: str = ""
    regex: str = ""
    case: bool = False
    context: Annotated[int, msgspec.Meta(ge=0, le=MOST_CONTEXT)] = 2
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_FOUND)] = 100
    cursor: str = ""


class LogRow(msgspec.Struct, omit_defaults=True):
    """A line; where `goes_on`, the next one of its stream has more of it. `stream` is stdout or stderr."""

    at_ms: int
    stream: str
    text: str
    offset: int
    rank: int = 0
    goes_on: bool = False


class LogAnswer(msgspec.Struct):
    """Lines of a log. `next` is where to go on in that of one process, `cursor` in any."""

    attempt: int
    lines: list[LogRow]
    next: int | None
    cursor: str
    end: bool
    """Whether the processes have ended, and all is read."""
    total_bytes: int
    error_offset: int | None = None
    """Where the failure begins, in the log of process `error_rank`; only where no place was asked for."""
    error_rank: int | None = None
    first_line: int | None = None
    """The number of the first of these lines, counted from 0, where that was asked for; of one process only."""


class FoundRow(LogRow, kw_only=True):
    """A line that was searched for, and those around it."""

    attempt: int
    before: list[LogRow]
    after: list[LogRow]


class FoundAnswer(msgspec.Struct):
    """What was found; `cursor` is where to search on, empty when all is searched."""

    lines: list[FoundRow]
    cursor: str
    searched_bytes: int
    unreached: int
    """Logs that another server has, which were passed over."""


class EndRow(msgspec.Struct):
    attempt: int
    outcome: str | None
    exit_code: int | None


class LogApi:
    """Logs of workloads."""

    def __init__(self, logs: Logs, search: LogSearch) -> None:
        self._logs = logs
        self._search = search
        self._listeners = 0

    def routes(self) -> Sequence[Route]:
        path, view = "/api/v1/workloads/{id}/logs", Permission.VIEW
        return [
            Route(
                method="GET",
                path=path,
                permission=view,
                message=ReadLog,
                handler=self.page,
                answer=LogAnswer,
                summary="Lines of the log, from a place on; without one also where a failure begins.",
            ),
            Route(
                method="GET",
                path=f"{path}/search",
                permission=view,
                message=SearchLog,
                handler=self.search,
                answer=FoundAnswer,
                summary="The lines of all attempts and processes that hold a text or match an expression.",
            ),
            Route(
                method="GET",
                path=f"{path}/stream",
                content_type="text/event-stream",
                permission=view,
                message=FollowLog,
                stream=self.stream,
                summary="Lines as server-sent events `line` as they come, and at last the event `end`.",
            ),
            Route(
                method="GET",
                path=f"{path}/file",
                content_type="text/plain; charset=utf-8",
                permission=view,
                message=LogFile,
                stream=self.file,
                summary="The log as plain text.",
            ),
        ]

    async def page(self, scope: Scope, message: ReadLog) -> LogAnswer:
        which = Which(message.attempt, message.rank)
        place = Place(start=message.start, line=message.line, tail=message.tail, cursor=message.cursor)
        page = await self._logs.page(scope, message.id, which, place, message.limit)
        following = page.offsets[0] if len(page.offsets) == 1 else None
        rows = [_row(line) for line in page.lines]
        answer = LogAnswer(page.attempt, rows, following, page.cursor, page.is_end, page.total_bytes)
        if place == Place() and (error := await self._logs.error(scope, message.id, which)):
            answer.error_offset, answer.error_rank = error.offset, error.rank
        if message.numbered and page.lines and len(page.offsets) == 1:
            answer.first_line = await self._logs.line_number(scope, message.id, which, page.lines[0].offset)
        return answer

    async def search(self, scope: Scope, message: SearchLog) -> FoundAnswer:
        query = Query(text=message.text, expression=message.regex, any_case=not message.case, context=message.context)
        page = await self._search.search(scope, message.id, query, message.limit, message.cursor)
        return FoundAnswer([_found_row(each) for each in page.found], page.cursor, page.searched_bytes, page.unreached)

    async def stream(self, scope: Scope, request: Request) -> Response:
        if self._listeners >= MAX_LISTENERS:
            raise TooManyError("too many follow logs", hint="close some of them, or ask for pages of the log")
        message = _asked(FollowLog, request)
        cursor = request.headers.get("last-event-id", message.cursor)
        place = Place(cursor=cursor) if cursor else Place(start=message.start, tail=message.tail)
        pages = await self._logs.follow(scope, message.id, Which(message.attempt, message.rank), place)
        if request.method == "HEAD":  # which has no body to wait for
            await pages.aclose()
            return Response(headers=_HEADERS, media_type=_EVENTS)
        return StreamingResponse(self._events(pages), media_type=_EVENTS, headers=_HEADERS)

    async def file(self, scope: Scope, request: Request) -> Response:
        message = _asked(LogFile, request)
        which = Which(message.attempt, message.rank)
        attempt, text = await self._logs.text(scope, message.id, which, with_times=message.timestamps)
        rank = "" if message.rank is None else f"-{message.rank}"
        headers = {
            "Content-Disposition": f'attachment; filename="{message.id[:32]}-{attempt}{rank}.log"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        }
        kind = "text/plain; charset=utf-8"
        if request.method == "HEAD":
            await text.aclose()
            return Response(headers=headers, media_type=kind)
        return StreamingResponse(text, media_type=kind, headers=headers)

    async def _events(self, pages: AsyncGenerator[LogPage | FollowEnd | None]) -> AsyncIterator[bytes]:
        self._listeners += 1
        try:
            yield b"retry: 1000\n\n"
            async for page in pages:
                yield _events_of(page)
        finally:
            self._listeners -= 1
            await pages.aclose()


def _asked(kind: type[Message], request: Request) -> Message:
    return NATIVE.decode(kind, b"", {**request.query_params, **request.path_params})


def _events_of(page: LogPage | FollowEnd | None) -> bytes:
    if page is None:
        return b": still here\n\n"
    if isinstance(page, FollowEnd):
        end = EndRow(page.attempt, page.outcome.value if page.outcome else None, page.exit_code)
        return b"event: end\ndata: " + msgspec.json.encode(end) + b"\n\n"
    return b"".join(
        b"id: %b\nevent: line\ndata: %b\n\n" % (cursor.encode(), msgspec.json.encode(_row(line)))
        for line, cursor in zip(page.lines, page.cursors(), strict=True)
    )


def _row(line: LogLine) -> LogRow:
    return LogRow(line.at_ms, line.stream, line.text, line.offset, line.rank, line.goes_on)


def _found_row(found: Found) -> FoundRow:
    line = found.line
    return FoundRow(
        line.at_ms,
        line.stream,
        line.text,
        line.offset,
        line.rank,
        line.goes_on,
        attempt=found.attempt,
        before=[_row(each) for each in found.before],
        after=[_row(each) for each in found.after],
    )
