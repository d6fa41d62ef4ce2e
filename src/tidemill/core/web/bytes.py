"""Answering with stored bytes: ranges, validators, and headers that keep user content from acting as ours."""

import mimetypes
import re
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from email.utils import formatdate
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tidemill.core.blobs import OpenBlob

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")  # no file has more
_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"
# A plot that was logged as a page draws itself by script. It runs in an origin of its own and reaches no network.
_PAGE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; worker-src blob:"
)
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")
# What a browser may show as text; the same endings as MLflow's clients know.
_TEXT_ENDINGS = frozenset(
    (
        "txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json js py py3 csv tsv md rst ipynb"
    ).split()
)
_TEXT_NAMES = frozenset({"mlmodel", "mlproject"})


class Opener(Protocol):
    """Opens a span of the bytes, end exclusive."""

    def __call__(self, start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]: ...


@dataclass(frozen=True, slots=True)
class Content:
    """Stored bytes as they are to be served."""

    name: str
    digest: str
    size: int
    written_ms: int
    inline: bool = False


async def bytes_response(request: Request, content: Content, opener: Opener) -> Response:
    """The answer to GET or HEAD of stored bytes: 200, 206, 304 or 416."""
    headers = _headers(content)
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    span = _span(request, content.size, headers["ETag"])
    if span is None:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{content.size}"})
    start, end = span
    partial = (start, end) != (0, content.size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    headers["Content-Length"] = str(end - start)
    status = 206 if partial else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    # Entered here, so that what cannot be read is told before the first byte.
    stack = AsyncExitStack()
    opened = await stack.enter_async_context(opener(start, end))
    return _ClosingResponse(stack, opened.chunks, status, headers)


def content_type(name: str) -> str:
    """The type by the name's ending; anything that reads as text is plain text, so that no browser runs it."""
    lowered = name.lower()
    if lowered in _TEXT_NAMES or lowered.rpartition(".")[2] in _TEXT_ENDINGS:
        return "text/plain"
    kind, encoding = mimetypes.guess_type(lowered)
    return "application/octet-stream" if kind is None else "application/x-tar" if encoding and "tar" in kind else kind


class _ClosingResponse(StreamingResponse):
    """Closes what it streams from, also when the client goes away half-way."""

    def __init__(
        self, stack: AsyncExitStack, chunks: AsyncIterator[bytes], status: int, headers: dict[str, str]
    ) -> None:
        super().__init__(chunks, status, headers)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._stack:
            await super().__call__(scope, receive, send)


def _headers(content: Content) -> dict[str, str]:
    kind = content_type(content.name)
    # What is shown in a browser is taken for UTF-8; what is downloaded is nobody's to say.
    shown = f"{kind}; charset=utf-8" if content.inline and kind.startswith("text/") else kind
    return {
        "Content-Type": shown,
        "ETag": f'"{content.digest}"',
        "Last-Modified": formatdate(content.written_ms / 1000, usegmt=True),
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-cache",
        "X-Frame-Options": "SAMEORIGIN",  # the page shows documents in frames
        "Content-Security-Policy": _PAGE_POLICY if _is_page(content) else _POLICY,
        "Content-Disposition": _disposition(content),
    }


def _is_page(content: Content) -> bool:
    return content.inline and content_type(content.name) == "text/html"


def _disposition(content: Content) -> str:
    way = "inline" if content.inline else "attachment"
    if _PLAIN_NAME.fullmatch(content.name):
        return f"{way}; filename={content.name}"
    if content.name.isascii() and content.name.isprintable() and not set(content.name) & set('"\\'):
        return f'{way}; filename="{content.name}"'
    return f"{way}; filename*=UTF-8''{quote(content.name, safe='')}"


def _span(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Start and end (exclusive) of what is asked for; the whole for a range we need not honour, None if impossible."""
    found = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if found is None or found.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return 0, size
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    return (start, end) if start < end else None
