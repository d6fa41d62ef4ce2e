"""`model_versions`, those of a model, and `model_version`."""

from collections.abc import Sequence

from tidemill.core.identity import Scope
from tidemill.core.web import Reply, json_reply
from tidemill.kit.errors import InvalidError
from tidemill.protocols.model_registry.endpoints import Endpoint
from tidemill.protocols.model_registry.messages import (
    ById,
    Find,
    ListQuery,
    Told,
    Wire,
    listing_of,
    number_of,
    one_of,
    wire_page,
    without_empty,
)
from tidemill.protocols.model_registry.models import STATES
from tidemill.protocols.model_registry.properties import properties_of, tags_of
from tidemill.registry import KubeflowSaid, KubeflowVersion, KubeflowVersions

_MODEL, _WHAT = "registered model", "model version"


class ToldVersion(Told):
    author: str | None = None

    def said(self) -> KubeflowSaid:
        """The same in our words. Raises InvalidError."""
        return KubeflowSaid(
            description=self.description,
            external_id=self.external_id,
            state=one_of(self.state, STATES, "state"),
            owner=self.author,
            properties=tags_of(self.custom_properties),
        )


class CreateVersion(ToldVersion):
    name: str = ""
    registered_model_id: str = ""
    model_id: str = ""
    """Of the path, where it has one."""


class UpdateVersion(ToldVersion):
    id: str = ""


class VersionEndpoints:
    """Versions of registered models."""

    def __init__(self, versions: KubeflowVersions) -> None:
        self._versions = versions

    def endpoints(self) -> Sequence[Endpoint]:
        one = "model_versions/{id}"
        return [
            Endpoint("POST", "model_versions", CreateVersion, self.create),
            Endpoint("GET", "model_versions", ListQuery, self.list_all),
            Endpoint("GET", "model_version", Find, self.find),
            Endpoint("GET", one, ById, self.get),
            Endpoint("PATCH", one, UpdateVersion, self.update),
            Endpoint("POST", "registered_models/{modelId}/versions", CreateVersion, self.create),
            Endpoint("GET", "registered_models/{id}/versions", ListQuery, self.list_of_model),
        ]

    async def create(self, scope: Scope, message: CreateVersion) -> Reply:
        model = message.model_id or message.registered_model_id
        if not model:
            raise InvalidError("registeredModelId is missing", hint="a version belongs to a registered model")
        if message.model_id and message.registered_model_id not in ("", message.model_id):
            raise InvalidError("registeredModelId is not the model of the address", hint="leave it out")
        made = await self._versions.create(scope, number_of(model, _MODEL), message.name, message.said())
        return json_reply(wire_version(made), 201)

    async def list_all(self, scope: Scope, message: ListQuery) -> Wire:
        return wire_page(await self._versions.list_all(scope, listing_of(message)), message, wire_version)

    async def list_of_model(self, scope: Scope, message: ListQuery) -> Wire:
        model_id = number_of(message.id, _MODEL)
        return wire_page(await self._versions.list_all(scope, listing_of(message), model_id), message, wire_version)

    async def find(self, scope: Scope, message: Find) -> Wire:
        parent = message.parent_resource_id
        if message.name and not parent:
            raise InvalidError(
                "parentResourceId is missing", hint="a version's name is one of its model: send the model's id"
            )
        model_id = number_of(parent, _MODEL) if parent else None
        found = await self._versions.find(scope, model_id=model_id, name=message.name, external_id=message.external_id)
        return wire_version(found)

    async def get(self, scope: Scope, message: ById) -> Wire:
        return wire_version(await self._versions.get(scope, number_of(message.id, _WHAT)))

    async def update(self, scope: Scope, message: UpdateVersion) -> Wire:
        return wire_version(await self._versions.update(scope, number_of(message.id, _WHAT), message.said()))


def wire_version(found: KubeflowVersion) -> Wire:
    """A version on the wire."""
    version = found.version
    return without_empty(
        {
            "id": str(version.id),
            "name": found.name,
            "registeredModelId": str(version.model_id),
            "description": version.description,
            "externalId": found.external_id,
            "author": version.user_id,
            "state": version.state.value,
            "customProperties": properties_of(version.tags),
            "createTimeSinceEpoch": str(version.created_ms),
            "lastUpdateTimeSinceEpoch": str(version.updated_ms),
        }
    )
