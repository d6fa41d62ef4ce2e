"""`registered_models` and `registered_model`."""

from collections.abc import Sequence

from tidemill.core.identity import Scope
from tidemill.core.web import Reply, json_reply
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
    said_fields,
    wire_page,
    without_empty,
)
from tidemill.protocols.model_registry.properties import properties_of, tags_of
from tidemill.registry import KubeflowModel, KubeflowModels, KubeflowSaid

STATES = ("LIVE", "ARCHIVED")
_WHAT = "registered model"
_FIELDS = ("maturity", "language", "tasks", "provider", "logo", "license", "license_link", "library_name")


class ToldModel(Told):
    owner: str | None = None
    readme: str | None = None
    maturity: str | None = None
    language: list[str] | None = None
    tasks: list[str] | None = None
    provider: str | None = None
    logo: str | None = None
    license: str | None = None
    license_link: str | None = None
    library_name: str | None = None

    def said(self) -> KubeflowSaid:
        """The same in our words. Raises InvalidError."""
        return KubeflowSaid(
            description=self.description,
            external_id=self.external_id,
            state=one_of(self.state, STATES, "state"),
            owner=self.owner,
            card=self.readme,
            properties=tags_of(self.custom_properties),
            fields=said_fields(self, _FIELDS),
        )


class CreateModel(ToldModel):
    name: str = ""


class UpdateModel(ToldModel):
    id: str = ""


class ModelEndpoints:
    """Registered models: MLflow's, but for prompts."""

    def __init__(self, models: KubeflowModels) -> None:
        self._models = models

    def endpoints(self) -> Sequence[Endpoint]:
        one = "registered_models/{id}"
        return [
            Endpoint("POST", "registered_models", CreateModel, self.create),
            Endpoint("GET", "registered_models", ListQuery, self.list_all),
            Endpoint("GET", "registered_model", Find, self.find),
            Endpoint("GET", one, ById, self.get),
            Endpoint("PATCH", one, UpdateModel, self.update),
        ]

    async def create(self, scope: Scope, message: CreateModel) -> Reply:
        return json_reply(wire_model(await self._models.create(scope, message.name, message.said())), 201)

    async def list_all(self, scope: Scope, message: ListQuery) -> Wire:
        return wire_page(await self._models.list_all(scope, listing_of(message)), message, wire_model)

    async def find(self, scope: Scope, message: Find) -> Wire:
        return wire_model(await self._models.find(scope, name=message.name, external_id=message.external_id))

    async def get(self, scope: Scope, message: ById) -> Wire:
        return wire_model(await self._models.get(scope, number_of(message.id, _WHAT)))

    async def update(self, scope: Scope, message: UpdateModel) -> Wire:
        return wire_model(await self._models.update(scope, number_of(message.id, _WHAT), message.said()))


def wire_model(found: KubeflowModel) -> Wire:
    """A model on the wire."""
    model = found.model
    return without_empty(
        {
            **found.fields,
            "id": str(model.id),
            "name": model.name,
            "description": model.description,
            "externalId": found.external_id,
            "owner": model.owner,
            "readme": model.card,
            "state": model.state.value,
            "customProperties": properties_of(model.tags),
            "createTimeSinceEpoch": str(model.created_ms),
            "lastUpdateTimeSinceEpoch": str(model.updated_ms),
        }
    )
