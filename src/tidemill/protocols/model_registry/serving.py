"""`serving_environments`, `inference_services` and `serves`: what serves where, as Kubeflow's controllers note it."""

from collections.abc import Sequence

from tidemill.core.identity import Scope
from tidemill.core.web import Reply, json_reply
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.kit.ids import new_uuid
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
    wire_common,
    wire_page,
    without_empty,
)
from tidemill.protocols.model_registry.models import wire_model
from tidemill.protocols.model_registry.properties import tags_of
from tidemill.protocols.model_registry.versions import wire_version
from tidemill.registry import (
    KubeflowHold,
    KubeflowListing,
    KubeflowOrder,
    KubeflowRegistry,
    KubeflowResource,
    KubeflowResourceKind,
    KubeflowSaid,
    NewKubeflowResource,
    WantedKubeflowResources,
)

_ENVIRONMENT, _SERVICE, _SERVE = (
    KubeflowResourceKind.ENVIRONMENT,
    KubeflowResourceKind.SERVICE,
    KubeflowResourceKind.SERVE,
)
_DESIRED = ("DEPLOYED", "UNDEPLOYED")
_EXECUTION = ("UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED")
_WORDS = {_ENVIRONMENT: "serving environment", _SERVICE: "inference service", _SERVE: "serve"}


class PutEnvironment(Told):
    id: str = ""
    name: str = ""


class PutService(Told):
    id: str = ""
    name: str = ""
    environment_id: str = ""
    """Of the path, where it has one."""
    serving_environment_id: str = ""
    registered_model_id: str = ""
    model_version_id: str = ""
    runtime: str | None = None
    desired_state: str | None = None


class PutServe(Told):
    id: str = ""
    name: str = ""
    model_version_id: str = ""
    last_known_state: str | None = None


class ServingEndpoints:
    """Records of serving: what runs is known by whoever writes them."""

    def __init__(self, registry: KubeflowRegistry) -> None:
        self._registry = registry
        self._resources = registry.resources

    def endpoints(self) -> Sequence[Endpoint]:
        environment, service = "serving_environments/{id}", "inference_services/{id}"
        return [
            Endpoint("POST", "serving_environments", PutEnvironment, self.create_environment),
            Endpoint("GET", "serving_environments", ListQuery, self.list_environments),
            Endpoint("GET", "serving_environment", Find, self.find_environment),
            Endpoint("GET", environment, ById, self.get_environment),
            Endpoint("PATCH", environment, PutEnvironment, self.update_environment),
            Endpoint(
                "POST", "serving_environments/{environmentId}/inference_services", PutService, self.create_service
            ),
            Endpoint("GET", f"{environment}/inference_services", ListQuery, self.list_of_environment),
            Endpoint("POST", "inference_services", PutService, self.create_service),
            Endpoint("GET", "inference_services", ListQuery, self.list_services),
            Endpoint("GET", "inference_service", Find, self.find_service),
            Endpoint("GET", service, ById, self.get_service),
            Endpoint("PATCH", service, PutService, self.update_service),
            Endpoint("GET", f"{service}/model", ById, self.model_of_service),
            Endpoint("GET", f"{service}/version", ById, self.version_of_service),
            Endpoint("POST", f"{service}/serves", PutServe, self.create_serve),
            Endpoint("GET", f"{service}/serves", ListQuery, self.list_serves),
        ]

    async def create_environment(self, scope: Scope, message: PutEnvironment) -> Reply:
        new = NewKubeflowResource(_ENVIRONMENT, message.name, _said(message))
        return json_reply(wire_environment(await self._resources.create(scope, new)), 201)

    async def list_environments(self, scope: Scope, message: ListQuery) -> Wire:
        wanted = WantedKubeflowResources(_ENVIRONMENT)
        return wire_page(await self._resources.list_all(scope, wanted, listing_of(message)), message, wire_environment)

    async def find_environment(self, scope: Scope, message: Find) -> Wire:
        wanted = WantedKubeflowResources(_ENVIRONMENT)
        found = await self._resources.find(scope, wanted, name=message.name, external_id=message.external_id)
        return wire_environment(found)

    async def get_environment(self, scope: Scope, message: ById) -> Wire:
        return wire_environment(await self._resources.get(scope, _ENVIRONMENT, _number(message.id, _ENVIRONMENT)))

    async def update_environment(self, scope: Scope, message: PutEnvironment) -> Wire:
        id_ = _number(message.id, _ENVIRONMENT)
        return wire_environment(await self._resources.update(scope, _ENVIRONMENT, id_, _said(message)))

    async def create_service(self, scope: Scope, message: PutService) -> Reply:
        environment = message.environment_id or message.serving_environment_id
        if not environment or not message.registered_model_id:
            missing = "registeredModelId" if environment else "servingEnvironmentId"
            raise InvalidError(f"{missing} is missing", hint="an inference service serves a model in an environment")
        hold = KubeflowHold(
            _number(environment, _ENVIRONMENT),
            number_of(message.registered_model_id, "registered model"),
            number_of(message.model_version_id, "model version") if message.model_version_id else None,
        )
        said = _said(message, one_of(message.desired_state or "DEPLOYED", _DESIRED, "desiredState"), "runtime")
        new = NewKubeflowResource(_SERVICE, message.name or new_uuid(), said, hold)
        return json_reply(wire_service(await self._resources.create(scope, new)), 201)

    async def list_services(self, scope: Scope, message: ListQuery) -> Wire:
        return await self._services(scope, message, None)

    async def list_of_environment(self, scope: Scope, message: ListQuery) -> Wire:
        return await self._services(scope, message, _number(message.id, _ENVIRONMENT))

    async def find_service(self, scope: Scope, message: Find) -> Wire:
        parent = message.parent_resource_id
        wanted = WantedKubeflowResources(_SERVICE, parent_id=_number(parent, _ENVIRONMENT) if parent else None)
        found = await self._resources.find(scope, wanted, name=message.name, external_id=message.external_id)
        return wire_service(found)

    async def get_service(self, scope: Scope, message: ById) -> Wire:
        return wire_service(await self._resources.get(scope, _SERVICE, _number(message.id, _SERVICE)))

    async def update_service(self, scope: Scope, message: PutService) -> Wire:
        said = _said(message, one_of(message.desired_state, _DESIRED, "desiredState"), "runtime")
        version = number_of(message.model_version_id, "model version") if message.model_version_id else None
        id_ = _number(message.id, _SERVICE)
        return wire_service(await self._resources.update(scope, _SERVICE, id_, said, version_id=version))

    async def model_of_service(self, scope: Scope, message: ById) -> Wire:
        service = await self._resources.get(scope, _SERVICE, _number(message.id, _SERVICE))
        return wire_model(await self._registry.models.get(scope, service.model_id or 0))

    async def version_of_service(self, scope: Scope, message: ById) -> Wire:
        """Its version, or the latest of its model."""
        service = await self._resources.get(scope, _SERVICE, _number(message.id, _SERVICE))
        if service.version_id is not None:
            return wire_version(await self._registry.versions.get(scope, service.version_id))
        latest = KubeflowListing(1, KubeflowOrder.CREATE_TIME, descending=True)
        page = await self._registry.versions.list_all(scope, latest, service.model_id or 0)
        if not page.items:
            raise NotFoundError(f"the model {service.model_id} has no version yet", hint="register one")
        return wire_version(page.items[0])

    async def create_serve(self, scope: Scope, message: PutServe) -> Reply:
        if not message.model_version_id:
            raise InvalidError("modelVersionId is missing", hint="a serve says which version was served")
        hold = KubeflowHold(
            _number(message.id, _SERVICE), version_id=number_of(message.model_version_id, "model version")
        )
        said = _said(message, one_of(message.last_known_state or "UNKNOWN", _EXECUTION, "lastKnownState"))
        new = NewKubeflowResource(_SERVE, message.name or new_uuid(), said, hold)
        return json_reply(wire_serve(await self._resources.create(scope, new)), 201)

    async def list_serves(self, scope: Scope, message: ListQuery) -> Wire:
        wanted = WantedKubeflowResources(_SERVE, parent_id=_number(message.id, _SERVICE))
        return wire_page(await self._resources.list_all(scope, wanted, listing_of(message)), message, wire_serve)

    async def _services(self, scope: Scope, message: ListQuery, environment: int | None) -> Wire:
        wanted = WantedKubeflowResources(_SERVICE, parent_id=environment)
        return wire_page(await self._resources.list_all(scope, wanted, listing_of(message)), message, wire_service)


def wire_environment(found: KubeflowResource) -> Wire:
    """A serving environment on the wire."""
    return without_empty(wire_common(found))


def wire_service(found: KubeflowResource) -> Wire:
    """An inference service on the wire."""
    return without_empty(
        {
            **wire_common(found),
            "servingEnvironmentId": str(found.parent_id),
            "registeredModelId": str(found.model_id),
            "modelVersionId": None if found.version_id is None else str(found.version_id),
            "desiredState": found.state,
        }
    )


def wire_serve(found: KubeflowResource) -> Wire:
    """A serve on the wire."""
    return without_empty({**wire_common(found), "modelVersionId": str(found.version_id), "lastKnownState": found.state})


def _said(message: Told, state: str | None = None, *fields: str) -> KubeflowSaid:
    return KubeflowSaid(
        description=message.description,
        external_id=message.external_id,
        state=state,
        properties=tags_of(message.custom_properties),
        fields=said_fields(message, fields),
    )


def _number(text: str, kind: KubeflowResourceKind) -> int:
    return number_of(text, _WORDS[kind])
