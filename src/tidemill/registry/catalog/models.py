"""Words of the registry's catalog."""

from enum import StrEnum

import msgspec

PROMPT_TAG = "mlflow.prompt.is_prompt"
"""The tag, `true`, that makes a registered model a prompt; its versions have it too."""
PROMPT_TEXT_TAG = "mlflow.prompt.text"


class Stage(StrEnum):
    """MLflow's four stages of a version."""

    NONE = "None"
    STAGING = "Staging"
    PRODUCTION = "Production"
    ARCHIVED = "Archived"


ACTIVE_STAGES = (Stage.STAGING, Stage.PRODUCTION)
"""Those that a version may be archived from when another one takes its place."""


class VersionStatus(StrEnum):
    """Whether a version can be used."""

    PENDING = "PENDING_REGISTRATION"
    FAILED = "FAILED_REGISTRATION"
    READY = "READY"


class State(StrEnum):
    """Whether a model or version is in use, in Kubeflow's words."""

    LIVE = "LIVE"
    ARCHIVED = "ARCHIVED"


class Turn(StrEnum):
    """What an entry of a model's history is about."""

    STAGE = "stage"
    ALIAS = "alias"


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


class NewRegisteredModel(msgspec.Struct, frozen=True, kw_only=True):
    """What a new registered model is said to be. With the tag PROMPT_TAG it is a prompt."""

    name: str
    description: str = ""
    card: str = ""
    owner: str = ""
    state: State = State.LIVE
    tags: tuple[RegistryTag, ...] = ()


class NewVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What a new version is said to be. Its source is a place of files, `runs:/` or `models:/`; of a prompt, a word."""

    name: str
    source: str
    run_id: str = ""
    run_link: str = ""
    logged_model_uuid: str = ""
    description: str = ""
    card: str = ""
    user_id: str = ""
    state: State = State.LIVE
    status: VersionStatus = VersionStatus.READY
    tags: tuple[RegistryTag, ...] = ()


class Happening(msgspec.Struct, frozen=True, kw_only=True):
    """A turn in the life of a model.

    STAGE: `version` went from the stage `before` to `after`, which is empty where it was deleted. ALIAS: `alias` went
    from the version `before` to `after`, either of which is empty where it led, or leads, to none; `version` is the one
    that has it now, or had it last.
    """

    turn: Turn
    version: int
    before: str
    after: str
    alias: str = ""


class HistoryEntry(msgspec.Struct, frozen=True):
    """What happened, when, and who did it."""

    id: int
    happening: Happening
    subject: str
    at_ms: int
