"""`/api/v1/lineage`: where any thing came from, and what came of it."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.lineage import Direction, Kind, Thing
from tidemill.core.web import Route
from tidemill.registry.routes.messages import VersionName
from tidemill.registry.viewing.models import LineageGraph
from tidemill.registry.viewing.service import RegistryViews


class LineageQuery(msgspec.Struct):
    """A thing by its kind and id: of a run its id, of a logged model its id, of a dataset `<name>@<digest>`.

    Of a commit its hash, of a pipeline task `<id of the run>/<path of the task>`, of a model version
    `<row of the model>/<number>`; by its name it is at `/api/v1/models/{name}/versions/{version}/lineage`.
    """

    kind: Literal["dataset", "commit", "pipeline_task", "run", "logged_model", "model_version", "endpoint"]
    id: str
    direction: Literal["up", "down", "both"] = "both"


class VersionLineageQuery(VersionName):
    """A version by the name of its model and its number."""

    direction: Literal["up", "down", "both"] = "both"


class LineageApi:
    """Lineage of anything."""

    def __init__(self, views: RegistryViews) -> None:
        self._views = views

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path="/api/v1/lineage/{kind}/{id:path}",
                permission=Permission.VIEW,
                message=LineageQuery,
                handler=self.of_thing,
                answer=LineageGraph,
                summary="Where a thing came from and what came of it.",
            ),
            Route(
                method="GET",
                path="/api/v1/models/{name}/versions/{version}/lineage",
                permission=Permission.VIEW,
                message=VersionLineageQuery,
                handler=self.of_version,
                answer=LineageGraph,
                summary="Where a version came from and what came of it.",
            ),
        ]

    async def of_thing(self, scope: Scope, message: LineageQuery) -> LineageGraph:
        thing = Thing(Kind(message.kind), message.id)
        return await self._views.lineage(scope, thing, _directions(message.direction))

    async def of_version(self, scope: Scope, message: VersionLineageQuery) -> LineageGraph:
        thing = await self._views.thing_of(scope, message.name, message.version)
        return await self._views.lineage(scope, thing, _directions(message.direction))


def _directions(told: str) -> Sequence[Direction]:
    return tuple(Direction) if told == "both" else (Direction(told),)
