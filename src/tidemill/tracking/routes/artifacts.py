"""`/api/v1/runs/{run_id}/artifacts`: bytes for the page's previews."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.core.blobs import OpenBlob
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Content, Route, bytes_response
from tidemill.tracking.artifacts.paths import parse_path
from tidemill.tracking.artifacts.service import Artifacts


class ArtifactContent(msgspec.Struct):
    """`download` 1 is for saving, anything else for showing; `workspace` is for links, which carry no header."""

    path: str
    download: str = ""
    workspace: str = ""


class ArtifactApi:
    """Artifacts as the page shows them."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/runs/{run_id}/artifacts/content",
                permission=Permission.VIEW,
                message=ArtifactContent,
                stream=self.content,
                summary="The bytes of an artifact, as a whole or a range of them.",
            )
        ]

    async def content(self, scope: Scope, request: Request) -> Response:
        folder = await self._artifacts.folder_of_run(scope, request.path_params["run_id"])
        file = await self._artifacts.find(scope, folder.path.below(parse_path(request.query_params.get("path", ""))))
        inline = request.query_params.get("download") != "1"

        def opener(start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]:
            return self._artifacts.open(file, start, end)

        return await bytes_response(
            request, Content(file.name, file.digest, file.size, file.written_ms, inline), opener
        )
