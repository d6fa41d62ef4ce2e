"""MLflow's artifact endpoints: listings, and the proxied `mlflow-artifacts` service with uploads in parts."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import ClassVar
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Content, Nothing, Route, StreamHandler, bytes_response
from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.form import MLFLOW
from tidemill.protocols.mlflow.messages import Int64, Message, missing
from tidemill.tracking import (
    ArtifactFile,
    ArtifactPath,
    Artifacts,
    Entry,
    LoggedModels,
    own_folder,
    parse_file_path,
    parse_path,
)

MAX_PARTS = 10_000
PRESIGNED_S = 3600
MAX_EXPIRATION_S = 7 * 24 * 3600
MAX_SMALL_UPLOAD = 10 * 1024 * 1024
_SERVICE = "2.0/mlflow-artifacts"


class ListArtifacts(Message):
    run_id: str = ""
    run_uuid: str = ""
    path: str = ""


class ListFolder(Message):
    path: str = ""


class BeginParts(Message):
    artifact_path: str = ""
    path: str = ""
    num_parts: int = 0


class PartDone(msgspec.Struct):
    part_number: int
    etag: str
    url: str | None = None


class CompleteParts(Message):
    required: ClassVar = ("upload_id", "parts")
    artifact_path: str = ""
    path: str = ""
    upload_id: str = ""
    parts: list[PartDone] = []


class AbortParts(Message):
    required: ClassVar = ("upload_id",)
    artifact_path: str = ""
    path: str = ""
    upload_id: str = ""


class FileInfo(msgspec.Struct, omit_defaults=True):
    path: str
    is_dir: bool
    file_size: int | None = None


class Listing(msgspec.Struct, omit_defaults=True):
    root_uri: str = ""
    files: list[FileInfo] = []


class PartCredential(msgspec.Struct):
    url: str
    part_number: int
    headers: dict[str, str]


class PresignDownload(Message):
    required: ClassVar = ("path", "run_id")
    run_id: str = ""
    path: str = ""
    expiration: Int64 = 900


class PresignUpload(Message):
    required: ClassVar = ("path",)
    run_id: str = ""
    model_id: str = ""
    path: str = ""
    expiration: Int64 = 900


class PresignFile(Message):
    artifact_path: str = ""


class PresignedFile(msgspec.Struct):
    url: str
    headers: dict[str, str]
    file_size: int


class BegunParts(msgspec.Struct):
    upload_id: str
    credentials: list[PartCredential]


class ArtifactEndpoints:
    """`artifacts/...`, `/get-artifact`, and everything below `mlflow-artifacts/`."""

    def __init__(self, artifacts: Artifacts, models: LoggedModels, limit_bytes: int) -> None:
        self._artifacts = artifacts
        self._models = models
        self._limit_bytes = limit_bytes

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        return [
            Endpoint("GET", "artifacts/list", view, ListArtifacts, self.list_run),
            Endpoint("POST", "artifacts/presigned-download-url", view, PresignDownload, self.presign_download),
            Endpoint("POST", "artifacts/presigned-upload-url", edit, PresignUpload, self.presign_upload),
        ]

    def routes(self) -> Iterator[Route]:
        """The routes whose bodies or addresses are not those of plain endpoints."""
        view, edit = Permission.VIEW, Permission.EDIT
        for prefix in (f"/api/{_SERVICE}", f"/ajax-api/{_SERVICE}"):
            file = prefix + "/artifacts/{artifact_path:path}"
            yield Route(
                method="GET",
                path=f"{prefix}/artifacts",
                permission=view,
                message=ListFolder,
                handler=self.list_folder,
                form=MLFLOW,
            )
            yield _stream("GET", file, view, self.download)
            yield _stream("PUT", file, edit, self.upload)
            yield _stream("DELETE", file, edit, self.remove)
            yield _stream("PUT", prefix + "/mpu/parts/{upload_id}/{number:int}", edit, self.put_part)
            presigned = prefix + "/presigned/{artifact_path:path}"
            yield Route(
                method="GET",
                path=presigned,
                permission=view,
                message=PresignFile,
                handler=self.presign,
                form=MLFLOW,
            )
            for verb, message, handler in (
                ("create", BeginParts, self.begin_parts),
                ("complete", CompleteParts, self.complete_parts),
                ("abort", AbortParts, self.abort_parts),
            ):
                path = f"{prefix}/mpu/{verb}/{{artifact_path:path}}"
                yield Route(method="POST", path=path, permission=edit, message=message, handler=handler, form=MLFLOW)
        yield _stream("GET", "/get-artifact", view, self.download_of_run)
        files = "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files"
        yield _stream("GET", files, view, self.download_of_model)
        yield _stream("POST", "/ajax-api/2.0/mlflow/upload-artifact", edit, self.upload_to_run)

    async def list_run(self, scope: Scope, message: ListArtifacts) -> Listing:
        folder = await self._artifacts.folder_of_run(scope, _run_id(message.run_id, message.run_uuid))
        relative = parse_path(message.path)
        entries = await self._artifacts.entries(scope, folder.path.below(relative))
        return Listing(folder.uri, [_info(relative, entry) for entry in entries])

    async def list_folder(self, scope: Scope, message: ListFolder) -> Listing:
        entries = await self._artifacts.entries(scope, parse_path(message.path))
        return Listing(files=[_info(ArtifactPath(()), entry) for entry in entries])

    async def download(self, scope: Scope, request: Request) -> Response:
        return await self._send(scope, request, parse_path(request.path_params["artifact_path"]))

    async def download_of_run(self, scope: Scope, request: Request) -> Response:
        query = request.query_params
        folder = await self._artifacts.folder_of_run(scope, _run_id(query.get("run_id"), query.get("run_uuid")))
        if not query.get("path"):
            raise missing("path")
        return await self._send(scope, request, folder.path.below(parse_path(query["path"])))

    async def download_of_model(self, scope: Scope, request: Request) -> Response:
        model = await self._models.get(scope, request.path_params["model_id"])
        if not (text := request.query_params.get("artifact_file_path")):
            raise missing("artifact_file_path")
        return await self._send(scope, request, own_folder(model.artifact_uri).path.below(parse_path(text)))

    async def presign_download(self, scope: Scope, message: PresignDownload) -> Nothing:
        parse_file_path(message.path)
        if not 1 <= message.expiration <= MAX_EXPIRATION_S:
            raise InvalidError(
                f"expiration must be between 1 and {MAX_EXPIRATION_S} seconds (got {message.expiration})."
            )
        await self._artifacts.folder_of_run(scope, message.run_id)
        raise _proxied("download is not supported for runs with")

    async def presign_upload(self, scope: Scope, message: PresignUpload) -> Nothing:
        if bool(message.run_id) == bool(message.model_id):
            raise InvalidError("Exactly one of run_id and model_id must be provided.")
        parse_file_path(message.path)
        if message.run_id:
            await self._artifacts.folder_of_run(scope, message.run_id)
        else:
            await self._models.get(scope, message.model_id)
        raise _proxied("upload is not supported for")

    async def upload(self, scope: Scope, request: Request) -> Response:
        path = parse_file_path(request.path_params["artifact_path"])
        await self._artifacts.put(scope, path, request.stream(), limit_bytes=self._limit_bytes)
        return Response(status_code=200)

    async def upload_to_run(self, scope: Scope, request: Request) -> Response:
        query = request.query_params
        for name in ("run_uuid", "path"):
            if not query.get(name):
                raise InvalidError(f"Request must specify {name}.")
        relative = parse_file_path(query["path"])
        folder = await self._artifacts.folder_of_run(scope, query["run_uuid"])
        body = await _small_body(request)
        await self._artifacts.put(scope, folder.path.below(relative), _once(body), limit_bytes=MAX_SMALL_UPLOAD)
        return Response(status_code=200)

    async def remove(self, scope: Scope, request: Request) -> Response:
        path = parse_path(request.path_params["artifact_path"])
        if not path.names:
            raise missing("artifact_path")
        await self._artifacts.remove(scope, path)
        return JSONResponse({})

    async def begin_parts(self, scope: Scope, message: BeginParts) -> BegunParts:
        parse_path(message.artifact_path)
        if not 1 <= message.num_parts <= MAX_PARTS:
            raise InvalidError(f"num_parts must be between 1 and {MAX_PARTS}, not {message.num_parts}")
        upload_id = await self._artifacts.begin_parts(scope)
        # The client puts to whatever stands here, so it is a whole address: the store's, or else this server's own.
        root = f"{scope.base_url}/api/{_SERVICE}/mpu/parts/{quote(upload_id)}"
        parts: list[PartCredential] = []
        for number in range(1, message.num_parts + 1):
            url = await self._artifacts.presign_part(scope, upload_id, number, MAX_EXPIRATION_S)
            parts.append(PartCredential(url or f"{root}/{number}", number, {}))
        return BegunParts(upload_id, parts)

    async def presign(self, scope: Scope, message: PresignFile) -> PresignedFile:
        file = await self._artifacts.find(scope, parse_file_path(message.artifact_path))
        url = await self._artifacts.presign_download(file, PRESIGNED_S)
        return PresignedFile(url, {}, file.size)

    async def put_part(self, scope: Scope, request: Request) -> Response:
        upload_id, number = request.path_params["upload_id"], int(request.path_params["number"])
        body, limit = request.stream(), self._limit_bytes
        etag = await self._artifacts.put_part(scope, upload_id, number, body, limit_bytes=limit)
        return Response(status_code=200, headers={"ETag": etag})

    async def complete_parts(self, scope: Scope, message: CompleteParts) -> Nothing:
        parts = sorted((part.part_number, part.etag) for part in message.parts)
        path = _part_path(message)
        await self._artifacts.join_parts(scope, path, message.upload_id, parts, limit_bytes=self._limit_bytes)
        return Nothing()

    async def abort_parts(self, scope: Scope, message: AbortParts) -> Nothing:
        await self._artifacts.drop_parts(scope, message.upload_id)
        return Nothing()

    async def _send(self, scope: Scope, request: Request, path: ArtifactPath) -> Response:
        return await send_file(self._artifacts, scope, request, path)


async def send_file(artifacts: Artifacts, scope: Scope, request: Request, path: ArtifactPath) -> Response:
    """The bytes of a stored file, or the part of them that the request wants."""
    file = await artifacts.find(scope, path)

    def opener(start: int, end: int | None):
        return artifacts.open(file, start, end)

    return await bytes_response(request, content_of(file), opener)


def content_of(file: ArtifactFile, *, inline: bool = False) -> Content:
    """A stored file as it is served."""
    return Content(file.name, file.digest, file.size, file.written_ms, inline)


def _proxied(what: str) -> InvalidError:
    """Clients reach bytes through this server, which checks every one of them; so there is nothing to sign."""
    return InvalidError(
        f"Presigned {what} proxied artifact storage (artifact URI scheme: mlflow-artifacts). This endpoint requires a "
        "direct cloud storage artifact URI."
    )


def _stream(method: str, path: str, permission: Permission, handler: StreamHandler) -> Route:
    return Route(method=method, path=path, permission=permission, stream=handler, form=MLFLOW)


def _run_id(run_id: str | None, run_uuid: str | None) -> str:
    if not (found := run_id or run_uuid):
        raise missing("run_id")
    return found


def _info(folder: ArtifactPath, entry: Entry) -> FileInfo:
    return FileInfo("/".join((*folder.names, entry.name)), entry.is_folder, entry.size)


def _part_path(message: CompleteParts) -> ArtifactPath:
    """The address names the folder, the body the client's local file, of which only the last name counts."""
    name = re.split(r"[/\\]", message.path)[-1]
    return parse_file_path("/".join((*parse_path(message.artifact_path).names, name)))


async def _small_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_SMALL_UPLOAD:
            raise InvalidError("Artifact size is too large. Max size is 10MB.", hint="upload it through the proxy")
    if not body:
        raise InvalidError("Request must specify data.")
    return body


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
