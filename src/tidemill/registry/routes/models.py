"""`/api/v1/models`: registered models and prompts as lists show them, one with its card, and its end.

They are made, renamed, described and tagged through MLflow's API, `/api/2.0/mlflow/registered-models`.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.registry.catalog.models import RegistryTag
from tidemill.registry.catalog.service.aliases import Aliases
from tidemill.registry.catalog.service.registered_models import RegisteredModels
from tidemill.registry.registering import Registering, Registration
from tidemill.registry.routes.messages import CardText, Limit, ModelName, Offset
from tidemill.registry.viewing.models import (
    HistoryLine,
    Listing,
    ModelDetail,
    ModelRow,
    ModelSort,
    VersionDetail,
    VersionRow,
)
from tidemill.registry.viewing.service import RegistryViews

_ROOT = "/api/v1/models"


class ModelQuery(msgspec.Struct):
    """Which models: those that hold every word of `search` in their name or description.

    `tag` is `key` or `key=value`; `alias` and `stage` are of any of their versions.
    """

    kind: Literal["model", "prompt"] = "model"
    search: str = ""
    owner: str = ""
    tag: str = ""
    alias: str = ""
    stage: str = ""
    sort: ModelSort = ModelSort.UPDATED
    descending: bool = True
    offset: Offset = 0
    limit: Limit = 100


class ModelPage(msgspec.Struct):
    """One page of models; `total` counts all pages."""

    total: int
    offset: int
    models: list[ModelRow]


class VersionQuery(msgspec.Struct):
    """Versions of a model, the greatest number first."""

    name: str = ""
    offset: Offset = 0
    limit: Limit = 100


class VersionPage(msgspec.Struct):
    """One page of versions; `total` counts all pages."""

    total: int
    offset: int
    versions: list[VersionRow]


class AliasName(msgspec.Struct):
    """An alias of a model."""

    name: str = ""
    alias: str = ""


class NewRegistration(msgspec.Struct):
    """What is to become the next version; the model is made where there is none.

    `source` is `m-...`, a logged model; `runs:/<run>/<path or name of a logged model>`; `models:/<name>/<version>` or
    `models:/<name>@<alias>`, which is copied; or an address of files.
    """

    source: str
    run_id: str = ""
    description: str = ""
    tags: dict[str, str] = {}
    name: str = ""


class HistoryQuery(msgspec.Struct):
    """The latest turns in the life of a model."""

    name: str = ""
    limit: Limit = 100


class ModelHistory(msgspec.Struct):
    """Who moved which alias and stage of a model, the latest first."""

    history: list[HistoryLine]


class ModelApi:
    """Models as a whole, and what is added to them."""

    def __init__(
        self, views: RegistryViews, models: RegisteredModels, aliases: Aliases, registering: Registering
    ) -> None:
        self._views = views
        self._models = models
        self._aliases = aliases
        self._registering = registering

    def routes(self) -> Sequence[Route]:
        return [*self._questions(), *self._changes()]

    async def list_all(self, scope: Scope, message: ModelQuery) -> ModelPage:
        listing = Listing(
            prompts=message.kind == "prompt",
            search=message.search,
            owner=message.owner,
            tag=message.tag,
            alias=message.alias,
            stage=message.stage,
            sort=message.sort,
            descending=message.descending,
            offset=message.offset,
            limit=message.limit,
        )
        total, models = await self._views.models(scope, listing)
        return ModelPage(total, message.offset, models)

    async def get(self, scope: Scope, message: ModelName) -> ModelDetail:
        return await self._views.model(scope, message.name)

    async def delete(self, scope: Scope, message: ModelName) -> Nothing:
        await self._models.delete(scope, message.name)
        return Nothing()

    async def history(self, scope: Scope, message: HistoryQuery) -> ModelHistory:
        return ModelHistory(await self._views.history(scope, message.name, message.limit))

    async def set_card(self, scope: Scope, message: CardText) -> ModelDetail:
        await self._models.update(scope, message.name, card=message.card)
        return await self._views.model(scope, message.name)

    async def versions(self, scope: Scope, message: VersionQuery) -> VersionPage:
        total, versions = await self._views.versions(scope, message.name, message.offset, message.limit)
        return VersionPage(total, message.offset, versions)

    async def register(self, scope: Scope, message: NewRegistration) -> VersionDetail:
        tags = tuple(RegistryTag(key, value) for key, value in message.tags.items())
        wanted = Registration(message.name, message.source, message.run_id, message.description, tags)
        version = await self._registering.register(scope, wanted)
        return await self._views.version(scope, version.name, version.version)

    async def delete_alias(self, scope: Scope, message: AliasName) -> Nothing:
        await self._aliases.delete(scope, message.name, message.alias)
        return Nothing()

    def _questions(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=_ROOT,
                permission=Permission.VIEW,
                message=ModelQuery,
                handler=self.list_all,
                answer=ModelPage,
                summary="Registered models, or prompts, with how many versions they have in which stage.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/{{name}}",
                permission=Permission.VIEW,
                message=ModelName,
                handler=self.get,
                answer=ModelDetail,
                summary="A registered model with its card and the rule for its promotions.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/{{name}}/history",
                permission=Permission.VIEW,
                message=HistoryQuery,
                handler=self.history,
                answer=ModelHistory,
                summary="Who moved which alias and stage of a model, the latest first.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/{{name}}/versions",
                permission=Permission.VIEW,
                message=VersionQuery,
                handler=self.versions,
                answer=VersionPage,
                summary="The versions of a model, the greatest number first.",
            ),
        ]

    def _changes(self) -> Sequence[Route]:
        return [
            Route(
                method="DELETE",
                path=f"{_ROOT}/{{name}}",
                permission=Permission.EDIT,
                message=ModelName,
                handler=self.delete,
                answer=Nothing,
                summary="Delete a model with its versions, for good. What is in use is not deleted: by whom is said.",
            ),
            Route(
                method="PUT",
                path=f"{_ROOT}/{{name}}/card",
                permission=Permission.EDIT,
                message=CardText,
                handler=self.set_card,
                answer=ModelDetail,
                summary="Set the card of a model.",
            ),
            Route(
                method="POST",
                path=f"{_ROOT}/{{name}}/versions",
                permission=Permission.EDIT,
                message=NewRegistration,
                handler=self.register,
                answer=VersionDetail,
                summary="Register a logged model, what a run left, or a copy of a version as the next version.",
            ),
            Route(
                method="DELETE",
                path=f"{_ROOT}/{{name}}/aliases/{{alias}}",
                permission=Permission.EDIT,
                message=AliasName,
                handler=self.delete_alias,
                answer=Nothing,
                summary="Take an alias away from whichever version has it.",
            ),
        ]
