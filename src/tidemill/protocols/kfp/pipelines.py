"""Kubeflow's pipeline endpoints; `versions.py` has those of their versions."""

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.pipelines import Catalog, Changes, Pipeline, Words
from tidemill.protocols.kfp.endpoints import Endpoint
from tidemill.protocols.kfp.messages import ListQuery, check_namespace, listing_of
from tidemill.protocols.kfp.timestamps import timestamp
from tidemill.protocols.kfp.versions import VersionIn, new_version


class PipelineIn(msgspec.Struct):
    """A pipeline as clients send it. Older ones give it a display name only."""

    name: str = ""
    display_name: str = ""
    description: str = ""
    namespace: str = ""
    tags: dict[str, str] = {}

    def words(self) -> Words:
        return Words(self.name or self.display_name, self.display_name, self.description, self.tags)


class CreateWithVersion(msgspec.Struct):
    pipeline: PipelineIn = msgspec.field(default_factory=PipelineIn)
    pipeline_version: VersionIn = msgspec.field(default_factory=VersionIn)


class PipelineId(msgspec.Struct):
    pipeline_id: str


class PipelineName(msgspec.Struct):
    name: str
    namespace: str = ""


class DeletePipeline(msgspec.Struct):
    pipeline_id: str
    cascade: bool = False


class ChangePipeline(msgspec.Struct):
    """What is absent stays as it is."""

    pipeline_id: str
    namespace: str = ""
    display_name: str | None = None
    description: str | None = None
    tags: dict[str, str] | None = None


class WirePipeline(msgspec.Struct, omit_defaults=True):
    pipeline_id: str
    display_name: str
    name: str
    created_at: str
    namespace: str
    description: str = ""
    tags: Mapping[str, str] = {}

    @staticmethod
    def of(scope: Scope, pipeline: Pipeline) -> "WirePipeline":
        words = pipeline.words
        created = timestamp(pipeline.created_ms)
        return WirePipeline(
            pipeline.uuid,
            words.display_name,
            words.name,
            created,
            scope.workspace,
            words.description,
            words.tags,
        )


class PipelinePage(msgspec.Struct, omit_defaults=True):
    pipelines: list[WirePipeline] = []
    total_size: int = 0
    next_page_token: str = ""


class PipelineEndpoints:
    """`pipelines/...`"""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        return [
            Endpoint("POST", "pipelines", edit, PipelineIn, self.create),
            Endpoint("GET", "pipelines", view, ListQuery, self.list_all),
            Endpoint("POST", "pipelines/create", edit, CreateWithVersion, self.create_with_version),
            Endpoint("GET", "pipelines/names/{name:path}", view, PipelineName, self.get_by_name),
            Endpoint("GET", "pipelines/{pipeline_id}", view, PipelineId, self.get),
            Endpoint("PATCH", "pipelines/{pipeline_id}", edit, ChangePipeline, self.change),
            Endpoint("DELETE", "pipelines/{pipeline_id}", edit, DeletePipeline, self.delete),
        ]

    async def create(self, scope: Scope, message: PipelineIn) -> WirePipeline:
        check_namespace(scope, message.namespace)
        return WirePipeline.of(scope, await self._catalog.create(scope, message.words()))

    async def create_with_version(self, scope: Scope, message: CreateWithVersion) -> WirePipeline:
        check_namespace(scope, message.pipeline.namespace)
        words = message.pipeline.words()
        first = await asyncio.to_thread(new_version, message.pipeline_version, words.name)
        return WirePipeline.of(scope, await self._catalog.create(scope, words, first))

    async def get(self, scope: Scope, message: PipelineId) -> WirePipeline:
        return WirePipeline.of(scope, await self._catalog.get(scope, message.pipeline_id))

    async def get_by_name(self, scope: Scope, message: PipelineName) -> WirePipeline:
        check_namespace(scope, message.namespace)
        return WirePipeline.of(scope, await self._catalog.get_by_name(scope, message.name))

    async def list_all(self, scope: Scope, message: ListQuery) -> PipelinePage:
        check_namespace(scope, message.namespace)
        found, token, total = await self._catalog.list_all(scope, listing_of(message))
        return PipelinePage([WirePipeline.of(scope, each) for each in found], total, token)

    async def change(self, scope: Scope, message: ChangePipeline) -> WirePipeline:
        check_namespace(scope, message.namespace)
        changes = Changes(message.display_name, message.description, message.tags)
        return WirePipeline.of(scope, await self._catalog.change(scope, message.pipeline_id, changes))

    async def delete(self, scope: Scope, message: DeletePipeline) -> Nothing:
        await self._catalog.delete(scope, message.pipeline_id, cascade=message.cascade)
        return Nothing()
