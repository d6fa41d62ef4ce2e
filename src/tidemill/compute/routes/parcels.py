"""`/api/v1/blobs`: functions and files, handed in once before the workloads that need them."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.compute.parcels import Parcels
from tidemill.core.blobs import OpenBlob
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Content, Route, bytes_response, json_reply


class StoredContent(msgspec.Struct):
    digest: str
    size: int


class ParcelApi:
    """Content by its SHA-256."""

    def __init__(self, parcels: Parcels) -> None:
        self._parcels = parcels

    def routes(self) -> Sequence[Route]:
        path = "/api/v1/blobs/{digest}"
        return [
            Route(
                method="PUT",
                path=path,
                permission=Permission.EDIT,
                stream=self.put,
                summary="Hand in content under its SHA-256; to repeat it does no harm.",
            ),
            Route(
                method="GET",
                path=path,
                permission=Permission.VIEW,
                stream=self.get,
                summary="Content that this workspace has handed in; HEAD asks whether it has.",
            ),
        ]

    async def put(self, scope: Scope, request: Request) -> Response:
        digest = request.path_params["digest"]
        size = await self._parcels.put(scope, digest, request.stream())
        return json_reply(StoredContent(digest, size)).response()

    async def get(self, scope: Scope, request: Request) -> Response:
        digest = request.path_params["digest"]
        found = await self._parcels.find(scope, digest)

        def opener(start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]:
            return self._parcels.open(digest, start, end)

        return await bytes_response(request, Content(digest, digest, found.size, found.modified_ms), opener)
