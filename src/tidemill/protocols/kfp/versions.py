"""Kubeflow's endpoints of pipeline versions."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.kit.errors import InvalidError, NotImplementedHereError
from tidemill.pipelines import (
    Catalog,
    Changes,
    NewVersion,
    Origin,
    PipelineVersion,
    Words,
    document_of,
    spec_of_document,
)
from tidemill.protocols.kfp.endpoints import Endpoint
from tidemill.protocols.kfp.messages import ListQuery, listing_of
from tidemill.protocols.kfp.timestamps import timestamp


class PackageUrl(msgspec.Struct):
    pipeline_url: str = ""


class VersionIn(msgspec.Struct):
    """A version as clients send it."""

    pipeline_id: str = ""
    name: str = ""
    display_name: str = ""
    description: str = ""
    package_url: PackageUrl = msgspec.field(default_factory=PackageUrl)
    code_source_url: str = ""
    pipeline_spec: dict[str, Any] | None = None
    tags: dict[str, str] = {}


class VersionId(msgspec.Struct):
    pipeline_id: str
    pipeline_version_id: str


class ListVersions(ListQuery):
    pipeline_id: str = ""


class ChangeVersion(msgspec.Struct):
    """What is absent stays as it is."""

    pipeline_id: str
    pipeline_version_id: str
    display_name: str | None = None
    description: str | None = None
    tags: dict[str, str] | None = None


class WireVersion(msgspec.Struct, omit_defaults=True):
    pipeline_id: str
    pipeline_version_id: str
    display_name: str
    name: str
    created_at: str
    pipeline_spec: Mapping[str, Any]
    description: str = ""
    package_url: PackageUrl | None = None
    code_source_url: str = ""
    tags: Mapping[str, str] = {}

    @staticmethod
    def of(version: PipelineVersion) -> "WireVersion":
        words, origin = version.words, version.origin
        return WireVersion(
            pipeline_id=version.pipeline_uuid,
            pipeline_version_id=version.uuid,
            display_name=words.display_name,
            name=words.name,
            created_at=timestamp(version.created_ms),
            pipeline_spec=document_of(version.spec),
            description=words.description,
            package_url=PackageUrl(origin.package_url) if origin.package_url else None,
            code_source_url=origin.code_source_url,
            tags=words.tags,
        )


class VersionPage(msgspec.Struct, omit_defaults=True):
    pipeline_versions: list[WireVersion] = []
    next_page_token: str = ""
    total_size: int = 0


class VersionEndpoints:
    """`pipelines/{pipeline_id}/versions/...`"""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        versions = "pipelines/{pipeline_id}/versions"
        version = f"{versions}/{{pipeline_version_id}}"
        return [
            Endpoint("POST", versions, edit, VersionIn, self.create),
            Endpoint("GET", versions, view, ListVersions, self.list_all),
            Endpoint("GET", version, view, VersionId, self.get),
            Endpoint("PATCH", version, edit, ChangeVersion, self.change),
            Endpoint("DELETE", version, edit, VersionId, self.delete),
        ]

    async def create(self, scope: Scope, message: VersionIn) -> WireVersion:
        new = await asyncio.to_thread(new_version, message)
        return WireVersion.of(await self._catalog.add_version(scope, message.pipeline_id, new))

    async def get(self, scope: Scope, message: VersionId) -> WireVersion:
        return WireVersion.of(await self._catalog.version(scope, message.pipeline_id, message.pipeline_version_id))

    async def list_all(self, scope: Scope, message: ListVersions) -> VersionPage:
        found, token, total = await self._catalog.list_versions(scope, message.pipeline_id, listing_of(message))
        return VersionPage([WireVersion.of(each) for each in found], token, total)

    async def change(self, scope: Scope, message: ChangeVersion) -> WireVersion:
        changes = Changes(message.display_name, message.description, message.tags)
        ids = message.pipeline_id, message.pipeline_version_id
        return WireVersion.of(await self._catalog.change_version(scope, *ids, changes))

    async def delete(self, scope: Scope, message: VersionId) -> Nothing:
        await self._catalog.delete_version(scope, message.pipeline_id, message.pipeline_version_id)
        return Nothing()


def new_version(message: VersionIn, default_name: str = "") -> NewVersion:
    """A version that is to be made, read and checked. The server never fetches a package from an address."""
    if message.pipeline_spec is None:
        if message.package_url.pipeline_url:
            raise NotImplementedHereError(
                "this server fetches no packages from addresses", hint="fetch it yourself and upload it"
            )
        raise InvalidError("pipeline_spec is missing", hint="send the spec, or upload the package")
    spec, given_name = spec_of_document(message.pipeline_spec)
    name = message.name or message.display_name or default_name or given_name
    words = Words(name, message.display_name, message.description, message.tags)
    origin = Origin(message.code_source_url, message.package_url.pipeline_url)
    return NewVersion(words, spec, origin)
