"""MLflow's registered-model endpoints, aliases among them. Facts: docs/mechanisms/mlflow-protocol-registry.md."""

from collections.abc import Sequence
from typing import ClassVar

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import KeyValue, Message, check_limit
from tidemill.protocols.mlflow.registry_messages import (
    Named,
    OneRegisteredModel,
    OneVersion,
    RegisteredModelPage,
    SearchRegistry,
    VersionPage,
    WireRegisteredModel,
    WireVersion,
    registry_tags,
)
from tidemill.registry import ModelCatalog, NewRegisteredModel, RegistryTag, SearchForm, stage_of, version_number

DEFAULT_PAGE = 100
MAX_PAGE = 1000


class CreateRegisteredModel(Message):
    required: ClassVar = ("name",)
    name: str = ""
    tags: list[KeyValue] = []
    description: str = ""


class RenameRegisteredModel(Message):
    required: ClassVar = ("name", "new_name")
    name: str = ""
    new_name: str = ""


class UpdateRegisteredModel(Message):
    required: ClassVar = ("name",)
    name: str = ""
    description: str = ""


class GetLatestVersions(Message):
    required: ClassVar = ("name",)
    name: str = ""
    stages: list[str] = []


class SetModelTag(Message):
    required: ClassVar = ("name", "key")
    name: str = ""
    key: str = ""
    value: str = ""


class DeleteRegisteredModelTag(Message):
    required: ClassVar = ("name", "key")
    name: str = ""
    key: str = ""


class SetAlias(Message):
    required: ClassVar = ("name", "alias", "version")
    name: str = ""
    alias: str = ""
    version: str = ""


class OfAlias(Message):
    required: ClassVar = ("name", "alias")
    name: str = ""
    alias: str = ""


class RegisteredModelEndpoints:
    """`registered-models/...`"""

    def __init__(self, catalog: ModelCatalog) -> None:
        self._models = catalog.models
        self._aliases = catalog.aliases
        self._search = catalog.search

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        of = "registered-models"
        return [
            Endpoint("POST", f"{of}/create", edit, CreateRegisteredModel, self.create),
            Endpoint("GET", f"{of}/get", view, Named, self.get),
            Endpoint("POST", f"{of}/rename", edit, RenameRegisteredModel, self.rename),
            Endpoint("PATCH", f"{of}/update", edit, UpdateRegisteredModel, self.update),
            Endpoint("DELETE", f"{of}/delete", edit, Named, self.delete),
            Endpoint("GET", f"{of}/search", view, SearchRegistry, self.search),
            Endpoint("GET", f"{of}/get-latest-versions", view, GetLatestVersions, self.latest_versions),
            Endpoint("POST", f"{of}/get-latest-versions", view, GetLatestVersions, self.latest_versions),
            Endpoint("POST", f"{of}/set-tag", edit, SetModelTag, self.set_tag),
            Endpoint("DELETE", f"{of}/delete-tag", edit, DeleteRegisteredModelTag, self.delete_tag),
            Endpoint("POST", f"{of}/alias", edit, SetAlias, self.set_alias),
            Endpoint("GET", f"{of}/alias", view, OfAlias, self.by_alias),
            Endpoint("DELETE", f"{of}/alias", edit, OfAlias, self.delete_alias),
        ]

    async def create(self, scope: Scope, message: CreateRegisteredModel) -> OneRegisteredModel:
        new = NewRegisteredModel(name=message.name, description=message.description, tags=registry_tags(message.tags))
        return OneRegisteredModel(WireRegisteredModel.of(await self._models.create(scope, new)))

    async def get(self, scope: Scope, message: Named) -> OneRegisteredModel:
        return OneRegisteredModel(WireRegisteredModel.of(await self._models.get(scope, message.name)))

    async def rename(self, scope: Scope, message: RenameRegisteredModel) -> OneRegisteredModel:
        model = await self._models.rename(scope, message.name, message.new_name)
        return OneRegisteredModel(WireRegisteredModel.of(model))

    async def update(self, scope: Scope, message: UpdateRegisteredModel) -> OneRegisteredModel:
        model = await self._models.update(scope, message.name, description=message.description)
        return OneRegisteredModel(WireRegisteredModel.of(model))

    async def delete(self, scope: Scope, message: Named) -> Nothing:
        await self._models.delete(scope, message.name)
        return Nothing()

    async def search(self, scope: Scope, message: SearchRegistry) -> RegisteredModelPage:
        limit = DEFAULT_PAGE if message.max_results is None else message.max_results
        check_limit(limit, MAX_PAGE)
        form = SearchForm(filter=message.filter, order_by=message.order_by, limit=limit, token=message.page_token)
        found = await self._search.models(scope, form)
        return RegisteredModelPage([WireRegisteredModel.of(model) for model in found.models], found.next_token)

    async def latest_versions(self, scope: Scope, message: GetLatestVersions) -> VersionPage:
        stages = [stage_of(stage) for stage in message.stages]
        found = await self._models.latest_versions(scope, message.name, stages)
        return VersionPage([WireVersion.of(version) for version in found])

    async def set_tag(self, scope: Scope, message: SetModelTag) -> Nothing:
        await self._models.set_tag(scope, message.name, RegistryTag(message.key, message.value))
        return Nothing()

    async def delete_tag(self, scope: Scope, message: DeleteRegisteredModelTag) -> Nothing:
        await self._models.delete_tag(scope, message.name, message.key)
        return Nothing()

    async def set_alias(self, scope: Scope, message: SetAlias) -> Nothing:
        await self._aliases.set(scope, message.name, message.alias, version_number(message.version))
        return Nothing()

    async def by_alias(self, scope: Scope, message: OfAlias) -> OneVersion:
        return OneVersion(WireVersion.of(await self._models.by_alias(scope, message.name, message.alias)))

    async def delete_alias(self, scope: Scope, message: OfAlias) -> Nothing:
        await self._aliases.delete(scope, message.name, message.alias)
        return Nothing()
