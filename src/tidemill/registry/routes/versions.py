"""`/api/v1/models/{name}/versions/{version}`: a version with all that is known of it, another beside it, its promotion.

Versions are made, described and tagged through MLflow's API, `/api/2.0/mlflow/model-versions`.
"""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.errors import InvalidError
from tidemill.registry.catalog.service.aliases import Aliases
from tidemill.registry.catalog.service.model_versions import ModelVersions
from tidemill.registry.routes.messages import Number, VersionCardText, VersionName
from tidemill.registry.viewing.models import Comparison, VersionDetail
from tidemill.registry.viewing.service import RegistryViews

_ROOT = "/api/v1/models/{name}/versions/{version}"


class CompareQuery(msgspec.Struct):
    """The version beside it: of the same model, or of the one that `other` names."""

    against: Number
    other: str = ""
    name: str = ""
    version: Number = 1


class Promotion(msgspec.Struct):
    """An alias or a stage for a version. `archive_existing` archives the others that are in the stage."""

    alias: str = ""
    stage: str = ""
    archive_existing: bool = False
    name: str = ""
    version: Number = 1


class VersionApi:
    """One version."""

    def __init__(self, views: RegistryViews, versions: ModelVersions, aliases: Aliases) -> None:
        self._views = views
        self._versions = versions
        self._aliases = aliases

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=_ROOT,
                permission=Permission.VIEW,
                message=VersionName,
                handler=self.get,
                answer=VersionDetail,
                summary="A version with its files' facts, its run, logged model, checks, lineage and history.",
            ),
            Route(
                method="DELETE",
                path=_ROOT,
                permission=Permission.EDIT,
                message=VersionName,
                handler=self.delete,
                answer=Nothing,
                summary="Delete a version, for good. One that is in use is not deleted: by whom is said.",
            ),
            Route(
                method="PUT",
                path=f"{_ROOT}/card",
                permission=Permission.EDIT,
                message=VersionCardText,
                handler=self.set_card,
                answer=VersionDetail,
                summary="Set the card of a version.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/compare",
                permission=Permission.VIEW,
                message=CompareQuery,
                handler=self.compare,
                answer=Comparison,
                summary="Two versions side by side: params, metrics, tags, signature, requirements and files.",
            ),
            Route(
                method="POST",
                path=f"{_ROOT}/promote",
                permission=Permission.EDIT,
                message=Promotion,
                handler=self.promote,
                answer=VersionDetail,
                summary="Give a version an alias or a stage, as far as the model's rule allows it.",
            ),
        ]

    async def get(self, scope: Scope, message: VersionName) -> VersionDetail:
        return await self._views.version(scope, message.name, message.version)

    async def delete(self, scope: Scope, message: VersionName) -> Nothing:
        await self._versions.delete(scope, message.name, message.version)
        return Nothing()

    async def set_card(self, scope: Scope, message: VersionCardText) -> VersionDetail:
        await self._versions.update(scope, message.name, message.version, card=message.card)
        return await self._views.version(scope, message.name, message.version)

    async def compare(self, scope: Scope, message: CompareQuery) -> Comparison:
        left, right = (message.name, message.version), (message.other or message.name, message.against)
        return await self._views.comparison(scope, left, right)

    async def promote(self, scope: Scope, message: Promotion) -> VersionDetail:
        name, version = message.name, message.version
        if bool(message.alias) == bool(message.stage):
            raise InvalidError(
                "a promotion gives either an alias or a stage", hint='send {"alias": "champion"}, for instance'
            )
        if message.alias:
            await self._aliases.set(scope, name, message.alias, version)
        else:
            archives = message.archive_existing
            await self._versions.transition(scope, name, version, message.stage, archive_existing=archives)
        return await self._views.version(scope, name, version)
