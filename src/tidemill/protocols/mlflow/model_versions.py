"""MLflow's model-version endpoints. Facts: docs/mechanisms/mlflow-protocol-registry.md."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.artifacts import send_file
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.form import MLFLOW
from tidemill.protocols.mlflow.messages import KeyValue, Message, missing
from tidemill.protocols.mlflow.registry_messages import (
    OfVersion,
    OneVersion,
    SearchRegistry,
    VersionPage,
    WireVersion,
    registry_tags,
)
from tidemill.registry import ModelCatalog, NewVersion, RegistryTag, SearchForm, version_number
from tidemill.tracking import Artifacts, own_folder, parse_path

MAX_PAGE = 200_000


class CreateVersion(Message):
    required: ClassVar = ("name", "source")
    name: str = ""
    source: str = ""
    run_id: str = ""
    tags: list[KeyValue] = []
    run_link: str = ""
    description: str = ""
    model_id: str = ""


class UpdateVersion(Message):
    required: ClassVar = ("name", "version")
    name: str = ""
    version: str = ""
    description: str = ""


class TransitionStage(Message):
    required: ClassVar = ("name", "version", "stage")
    name: str = ""
    version: str = ""
    stage: str = ""
    archive_existing_versions: bool = False


class SetVersionTag(Message):
    required: ClassVar = ("name", "version", "key")
    name: str = ""
    version: str = ""
    key: str = ""
    value: str = ""


class DeleteVersionTag(Message):
    required: ClassVar = ("name", "version", "key")
    name: str = ""
    version: str = ""
    key: str = ""


class DownloadUri(msgspec.Struct):
    artifact_uri: str


class ModelVersionEndpoints:
    """`model-versions/...` and `/model-versions/get-artifact`."""

    def __init__(self, catalog: ModelCatalog, artifacts: Artifacts) -> None:
        self._versions = catalog.versions
        self._search = catalog.search
        self._artifacts = artifacts

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        of = "model-versions"
        return [
            Endpoint("POST", f"{of}/create", edit, CreateVersion, self.create),
            Endpoint("GET", f"{of}/get", view, OfVersion, self.get),
            Endpoint("GET", f"{of}/get-download-uri", view, OfVersion, self.download_uri),
            Endpoint("PATCH", f"{of}/update", edit, UpdateVersion, self.update),
            Endpoint("DELETE", f"{of}/delete", edit, OfVersion, self.delete),
            Endpoint("POST", f"{of}/transition-stage", edit, TransitionStage, self.transition),
            Endpoint("GET", f"{of}/search", view, SearchRegistry, self.search),
            Endpoint("POST", f"{of}/set-tag", edit, SetVersionTag, self.set_tag),
            Endpoint("DELETE", f"{of}/delete-tag", edit, DeleteVersionTag, self.delete_tag),
        ]

    def routes(self) -> Iterator[Route]:
        """The route that streams a file."""
        path, view = "/model-versions/get-artifact", Permission.VIEW
        yield Route(method="GET", path=path, permission=view, stream=self.download, form=MLFLOW)

    async def create(self, scope: Scope, message: CreateVersion) -> OneVersion:
        new = NewVersion(
            name=message.name,
            source=message.source,
            run_id=message.run_id,
            run_link=message.run_link,
            logged_model_uuid=message.model_id,
            description=message.description,
            tags=registry_tags(message.tags),
        )
        return OneVersion(WireVersion.of(await self._versions.create(scope, new)))

    async def get(self, scope: Scope, message: OfVersion) -> OneVersion:
        version = await self._versions.get(scope, message.name, version_number(message.version))
        return OneVersion(WireVersion.of(version))

    async def download_uri(self, scope: Scope, message: OfVersion) -> DownloadUri:
        number = version_number(message.version)
        return DownloadUri(await self._versions.download_uri(scope, message.name, number))

    async def update(self, scope: Scope, message: UpdateVersion) -> OneVersion:
        number = version_number(message.version)
        version = await self._versions.update(scope, message.name, number, description=message.description)
        return OneVersion(WireVersion.of(version))

    async def delete(self, scope: Scope, message: OfVersion) -> Nothing:
        await self._versions.delete(scope, message.name, version_number(message.version))
        return Nothing()

    async def transition(self, scope: Scope, message: TransitionStage) -> OneVersion:
        version = await self._versions.transition(
            scope,
            message.name,
            version_number(message.version),
            message.stage,
            archive_existing=message.archive_existing_versions,
        )
        return OneVersion(WireVersion.of(version))

    async def search(self, scope: Scope, message: SearchRegistry) -> VersionPage:
        limit = MAX_PAGE if message.max_results is None else message.max_results
        if limit <= 0:
            raise InvalidError(f"Invalid value for max_results. It must be a positive integer, but got {limit}")
        if limit > MAX_PAGE:
            raise InvalidError(
                f"Invalid value {limit} for parameter 'max_results' supplied. It must be at most {MAX_PAGE}",
                hint="walk the pages with page_token",
            )
        form = SearchForm(filter=message.filter, order_by=message.order_by, limit=limit, token=message.page_token)
        found = await self._search.versions(scope, form)
        return VersionPage([WireVersion.of(version) for version in found.versions], found.next_token)

    async def set_tag(self, scope: Scope, message: SetVersionTag) -> Nothing:
        tag, number = RegistryTag(message.key, message.value), version_number(message.version)
        await self._versions.set_tag(scope, message.name, number, tag)
        return Nothing()

    async def delete_tag(self, scope: Scope, message: DeleteVersionTag) -> Nothing:
        await self._versions.delete_tag(scope, message.name, version_number(message.version), message.key)
        return Nothing()

    async def download(self, scope: Scope, request: Request) -> Response:
        """A file of a version, where its files lie in this server's own store."""
        query = request.query_params
        for name in ("name", "version", "path"):
            if not query.get(name):
                raise missing(name)
        number = version_number(query["version"])
        location = await self._versions.download_uri(scope, query["name"], number)
        path = own_folder(location).path.below(parse_path(query["path"]))
        return await send_file(self._artifacts, scope, request, path)
