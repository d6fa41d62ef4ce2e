"""`artifacts`, `model_artifacts`, those of a version, `artifact` and `model_artifact`."""

from collections.abc import Sequence
from typing import Any

from tidemill.core.identity import Scope
from tidemill.core.web import Reply, json_reply
from tidemill.kit.errors import InvalidError
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
from tidemill.protocols.model_registry.properties import tags_of
from tidemill.registry import (
    MODEL_ARTIFACT,
    KubeflowHold,
    KubeflowResource,
    KubeflowResourceKind,
    KubeflowResources,
    KubeflowSaid,
    NewKubeflowResource,
    WantedKubeflowResources,
)

_WHAT, _VERSION = "artifact", "model version"
_KIND = KubeflowResourceKind.ARTIFACT
_STATES = ("UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE")
# What each type of artifact says beside what all say.
_FIELDS: dict[str, tuple[str, ...]] = {
    MODEL_ARTIFACT: (
        "model_format_name", "model_format_version", "storage_key", "storage_path", "service_account_name",
        "model_source_kind", "model_source_class", "model_source_group", "model_source_id", "model_source_name",
    ),
    "doc-artifact": (),
    "dataset-artifact": ("digest", "source_type", "source", "schema", "profile"),
    "metric": ("value", "timestamp", "step"),
    "parameter": ("value", "parameter_type"),
}  # fmt: skip


class ToldArtifact(Told):
    name: str | None = None
    artifact_type: str = ""
    uri: str | None = None
    model_format_name: str | None = None
    model_format_version: str | None = None
    storage_key: str | None = None
    storage_path: str | None = None
    service_account_name: str | None = None
    model_source_kind: str | None = None
    model_source_class: str | None = None
    model_source_group: str | None = None
    model_source_id: str | None = None
    model_source_name: str | None = None
    digest: str | None = None
    source_type: str | None = None
    source: str | None = None
    schema: str | None = None
    profile: str | None = None
    value: Any = None
    timestamp: str | None = None
    step: str | None = None
    parameter_type: str | None = None

    def said(self, kind: str) -> KubeflowSaid:
        """The same in our words, of an artifact of this type. Raises InvalidError."""
        fields = said_fields(self, _FIELDS[kind])
        _check_value(kind, fields)
        return KubeflowSaid(
            description=self.description,
            external_id=self.external_id,
            state=one_of(self.state, _STATES, "state"),
            uri=self.uri,
            properties=tags_of(self.custom_properties),
            fields=fields,
        )


class PutArtifact(ToldArtifact):
    id: str = ""
    """Of an artifact that is there and is to be changed."""
    version_id: str = ""
    """Of the path, where it has one."""


class ArtifactEndpoints:
    """Artifacts: a model artifact says where a version's files are, the others what belongs to it."""

    def __init__(self, resources: KubeflowResources) -> None:
        self._resources = resources

    def endpoints(self) -> Sequence[Endpoint]:
        of_version = "model_versions/{versionId}/artifacts"
        return [
            Endpoint("POST", "artifacts", PutArtifact, self.put),
            Endpoint("GET", "artifacts", ListQuery, self.list_all),
            Endpoint("GET", "artifact", Find, self.find),
            Endpoint("GET", "artifacts/{id}", ById, self.get),
            Endpoint("PATCH", "artifacts/{id}", PutArtifact, self.update),
            Endpoint("POST", "model_artifacts", PutArtifact, self.put_model),
            Endpoint("GET", "model_artifacts", ListQuery, self.list_models),
            Endpoint("GET", "model_artifact", Find, self.find_model),
            Endpoint("GET", "model_artifacts/{id}", ById, self.get_model),
            Endpoint("PATCH", "model_artifacts/{id}", PutArtifact, self.update_model),
            Endpoint("POST", of_version, PutArtifact, self.put),
            Endpoint("GET", "model_versions/{id}/artifacts", ListQuery, self.list_of_version),
        ]

    async def put(self, scope: Scope, message: PutArtifact) -> Reply:
        return await self._put(scope, message, message.artifact_type)

    async def put_model(self, scope: Scope, message: PutArtifact) -> Reply:
        return await self._put(scope, message, message.artifact_type or MODEL_ARTIFACT)

    async def list_all(self, scope: Scope, message: ListQuery) -> Wire:
        return await self._page(scope, message, message.artifact_type, None)

    async def list_models(self, scope: Scope, message: ListQuery) -> Wire:
        return await self._page(scope, message, MODEL_ARTIFACT, None)

    async def list_of_version(self, scope: Scope, message: ListQuery) -> Wire:
        return await self._page(scope, message, message.artifact_type, number_of(message.id, _VERSION))

    async def find(self, scope: Scope, message: Find) -> Wire:
        return await self._find(scope, message, "")

    async def find_model(self, scope: Scope, message: Find) -> Wire:
        return await self._find(scope, message, MODEL_ARTIFACT)

    async def get(self, scope: Scope, message: ById) -> Wire:
        return wire_artifact(await self._resources.get(scope, _KIND, number_of(message.id, _WHAT)))

    async def get_model(self, scope: Scope, message: ById) -> Wire:
        return wire_artifact(await self._resources.get(scope, _KIND, number_of(message.id, _WHAT), MODEL_ARTIFACT))

    async def update(self, scope: Scope, message: PutArtifact) -> Wire:
        return await self._update(scope, message, "")

    async def update_model(self, scope: Scope, message: PutArtifact) -> Wire:
        return await self._update(scope, message, MODEL_ARTIFACT)

    async def _put(self, scope: Scope, message: PutArtifact, kind: str) -> Reply:
        if message.id:
            return json_reply(await self._update(scope, message, kind))
        _check_type(kind)
        version_id = number_of(message.version_id, _VERSION) if message.version_id else None
        hold = KubeflowHold(version_id=version_id)
        name = message.name or new_uuid()
        new = NewKubeflowResource(_KIND, name, message.said(kind), hold, kind)
        return json_reply(wire_artifact(await self._resources.create(scope, new)), 201)

    async def _update(self, scope: Scope, message: PutArtifact, kind: str) -> Wire:
        id_ = number_of(message.id, _WHAT)
        found = await self._resources.get(scope, _KIND, id_, kind)
        if message.artifact_type not in ("", found.subkind):
            raise InvalidError(f"the artifact {id_} is a {found.subkind}, and not a {message.artifact_type[:50]}")
        said = message.said(found.subkind)
        return wire_artifact(await self._resources.update(scope, _KIND, id_, said, subkind=kind))

    async def _page(self, scope: Scope, message: ListQuery, kind: str, version_id: int | None) -> Wire:
        if kind:
            _check_type(kind)
        wanted = WantedKubeflowResources(_KIND, kind, version_id=version_id)
        return wire_page(await self._resources.list_all(scope, wanted, listing_of(message)), message, wire_artifact)

    async def _find(self, scope: Scope, message: Find, kind: str) -> Wire:
        parent = message.parent_resource_id
        wanted = WantedKubeflowResources(_KIND, kind, version_id=number_of(parent, _VERSION) if parent else None)
        found = await self._resources.find(scope, wanted, name=message.name, external_id=message.external_id)
        return wire_artifact(found)


def wire_artifact(found: KubeflowResource) -> Wire:
    """An artifact on the wire, which says its type."""
    return without_empty(
        {
            **wire_common(found),
            "artifactType": found.subkind,
            "uri": found.uri,
            "state": found.state or "UNKNOWN",
        }
    )


def _check_type(kind: str) -> None:
    if kind not in _FIELDS:
        raise InvalidError(f"artifactType: there is no {kind[:50]!r}", hint=f"one of {', '.join(_FIELDS)}")


def _check_value(kind: str, fields: Wire) -> None:
    """A metric's value is a number, a parameter's a text."""
    value = fields.get("value")
    if value is None:
        return
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "metric" and not is_number:
        raise InvalidError(f"a metric's value is a number, and not {str(value)[:50]!r}")
    if kind == "parameter" and not isinstance(value, str):
        raise InvalidError(f"a parameter's value is a text, and not {str(value)[:50]}", hint="put it in quotes")
