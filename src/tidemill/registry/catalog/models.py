"""Words of the registry's catalog."""

from enum import StrEnum

import msgspec


class Stage(StrEnum):
    """MLflow's four stages of a version."""

    NONE = "None"
    STAGING = "Staging"
    PRODUCTION = "Production"
    ARCHIVED = "Archived"


class VersionStatus(StrEnum):
    """Whether a version can be used."""

    PENDING = "PENDING_REGISTRATION"
    FAILED = "FAILED_REGISTRATION"
    READY = "READY"


class State(StrEnum):
    """Whether a model or version is in use, in Kubeflow's words."""

    LIVE = "LIVE"
    ARCHIVED = "ARCHIVED"


class RegistryTag(msgspec.Struct, frozen=True):
    """A key with a value; `kind` is empty for plain text."""

    key: str
    value: str
    kind: str = ""


class ModelVersion(msgspec.Struct):
    """One version of a registered model. What it consists of never changes."""

    id: int
    model_id: int
    name: str
    version: int
    description: str
    card: str
    user_id: str
    stage: Stage
    state: State
    status: VersionStatus
    status_message: str
    source: str
    storage_location: str
    run_id: str
    run_link: str
    logged_model_uuid: str
    created_ms: int
    updated_ms: int
    tags: list[RegistryTag] = []
    aliases: list[str] = []


class RegisteredModel(msgspec.Struct):
    """A name under which versions gather. `latest` has the newest version of each stage that has any."""

    id: int
    name: str
    is_prompt: bool
    description: str
    card: str
    owner: str
    state: State
    last_version: int
    created_ms: int
    updated_ms: int
    tags: list[RegistryTag] = []
    aliases: dict[str, int] = {}
    latest: list[ModelVersion] = []
