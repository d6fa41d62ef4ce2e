"""Words of Kubeflow's registry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from tidemill.registry.catalog.models import ModelVersion, RegisteredModel, RegistryTag

Item = TypeVar("Item")

MODEL_ARTIFACT = "model-artifact"
"""The kind of artifact that says where a version's files are."""


class ResourceKind(StrEnum):
    """What a row of the table is. Of models and versions it holds what the catalog has no column for."""

    MODEL = "model"
    VERSION = "version"
    ARTIFACT = "artifact"
    ENVIRONMENT = "environment"
    SERVICE = "service"
    SERVE = "serve"


class Order(StrEnum):
    """What lists can be ordered by."""

    CREATE_TIME = "CREATE_TIME"
    LAST_UPDATE_TIME = "LAST_UPDATE_TIME"
    ID = "ID"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list, as it is asked for."""

    size: int = 100
    order: Order = Order.ID
    descending: bool = False
    token: str = ""
    filter: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A page, and the token of the next; empty on the last."""

    items: Sequence[Item]
    next_token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a thing; None leaves it as it is. `fields` are Kubeflow's own, by their names on the wire.

    `owner` is a model's owner, or a version's author; `card` a model's readme.
    """

    description: str | None = None
    external_id: str | None = None
    state: str | None = None
    owner: str | None = None
    card: str | None = None
    uri: str | None = None
    properties: Sequence[RegistryTag] | None = None
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Resource:
    """A row. What it hangs on is None where it hangs on none."""

    id: int
    kind: ResourceKind
    subkind: str
    name: str
    external_id: str
    description: str
    state: str
    uri: str
    parent_id: int | None
    model_id: int | None
    version_id: int | None
    fields: Mapping[str, Any]
    properties: Sequence[RegistryTag]
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class KubeflowModel:
    """A registered model with what only Kubeflow says of it."""

    model: RegisteredModel
    external_id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KubeflowVersion:
    """A version under its name; one that was made elsewhere is called by its number."""

    version: ModelVersion
    name: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What a new resource hangs on: a resource of another kind, a model, a version."""

    parent_id: int | None = None
    model_id: int | None = None
    version_id: int | None = None
