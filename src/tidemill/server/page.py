"""The page: built files, read once, compressed once, served with headers that let nothing foreign in."""

import gzip
import mimetypes
from collections.abc import Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route
from tidemill.kit.errors import NotFoundError

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "frame-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FOREVER = "public, max-age=31536000, immutable"
_COMPRESSED = {".js", ".css", ".html", ".svg", ".json", ".map", ".txt"}
_NOT_BUILT = """<!doctype html><title>Tidemill</title><h1>Tidemill is running, and its page is not built</h1>
<p>This is a source checkout. <code>make page</code> builds the page; the API works without it."""


class Page:
    """Serves the built page, and its index for every address that is the page's own."""

    def __init__(self, root: Traversable | None = None) -> None:
        self._files: dict[str, tuple[bytes, bytes | None, str]] = {}
        folder = root or files("tidemill.server").joinpath("page")
        if folder.is_dir():
            self._read(folder, "")

    def routes(self) -> Sequence[Route]:
        public = Permission.PUBLIC
        return [
            Route(method="GET", path="/", permission=public, stream=self.index),
            Route(method="GET", path="/w/{rest:path}", permission=public, stream=self.index),
            Route(method="GET", path="/s/{rest:path}", permission=public, stream=self.index),
            Route(method="GET", path="/assets/{path:path}", permission=public, stream=self.asset),
            *(
                Route(method="GET", path=f"/{name}", permission=public, stream=self.asset)
                for name in self._files
                if "/" not in name and name != "index.html"
            ),
        ]

    async def index(self, scope: Scope, request: Request) -> Response:
        if "index.html" not in self._files:
            return HTMLResponse(_NOT_BUILT, headers=_HEADERS)
        return self._serve("index.html", request, "no-cache")

    async def asset(self, scope: Scope, request: Request) -> Response:
        name = request.url.path.lstrip("/")
        if name not in self._files:
            raise NotFoundError(f"the page has no file {name[:200]!r}", hint="reload the page")
        return self._serve(name, request, _FOREVER if name.startswith("assets/") else "no-cache")

    def _serve(self, name: str, request: Request, caching: str) -> Response:
        content, compressed, kind = self._files[name]
        headers = {**_HEADERS, "Cache-Control": caching, "Vary": "Accept-Encoding"}
        if compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(compressed, headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
        return Response(content, headers=headers, media_type=kind)

    def _read(self, folder: Traversable, prefix: str) -> None:
        for item in folder.iterdir():
            name = f"{prefix}{item.name}"
            if item.is_dir():
                self._read(item, f"{name}/")
            elif not item.name.startswith("."):
                self._files[name] = _prepared(item.name, item.read_bytes())


def _prepared(name: str, content: bytes) -> tuple[bytes, bytes | None, str]:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith((".js", ".mjs")):
        kind = "text/javascript"
    compressible = any(name.endswith(ending) for ending in _COMPRESSED)
    return content, gzip.compress(content, 6) if compressible else None, kind
