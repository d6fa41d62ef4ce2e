"""What the registry says of its changes, to those who must know of them in the same transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tidemill.core.database import Tx
from tidemill.core.identity import Scope


class Change(StrEnum):
    """What may happen to a registered model, or to a version of one."""

    MODEL_CREATED = "registered_model.created"
    MODEL_UPDATED = "registered_model.updated"
    MODEL_RENAMED = "registered_model.renamed"
    MODEL_DELETED = "registered_model.deleted"
    MODEL_TAG_SET = "registered_model_tag.set"
    MODEL_TAG_DELETED = "registered_model_tag.deleted"
    VERSION_CREATED = "model_version.created"
    VERSION_UPDATED = "model_version.updated"
    VERSION_DELETED = "model_version.deleted"
    VERSION_TAG_SET = "model_version_tag.set"
    VERSION_TAG_DELETED = "model_version_tag.deleted"
    STAGE_CHANGED = "model_version_stage.changed"
    ALIAS_SET = "model_version_alias.created"
    ALIAS_DELETED = "model_version_alias.deleted"
    PROMPT_CREATED = "prompt.created"
    PROMPT_VERSION_CREATED = "prompt_version.created"
    PROMPT_TAG_SET = "prompt_tag.set"
    PROMPT_TAG_DELETED = "prompt_tag.deleted"
    PROMPT_VERSION_TAG_SET = "prompt_version_tag.set"
    PROMPT_VERSION_TAG_DELETED = "prompt_version_tag.deleted"
    PROMPT_ALIAS_CREATED = "prompt_alias.created"
    PROMPT_ALIAS_DELETED = "prompt_alias.deleted"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A change to the model `name`; `version` is 0 where it is of the model as a whole.

    `details` are what the change is about, in MLflow's words for webhooks: alias, key, value, from_stage, to_stage,
    source, run_id, tags, description and so on.
    """

    change: Change
    name: str
    version: int = 0
    details: dict[str, object] = field(default_factory=dict[str, object])


Announcer = Callable[[Tx, Scope, Announcement], None]
"""Hears of a change before it is committed, and may write what belongs to it, or refuse it by raising."""


def announce(announcers: Sequence[Announcer], tx: Tx, scope: Scope, announcement: Announcement) -> None:
    """Tell all of them, in order."""
    for announcer in announcers:
        announcer(tx, scope, announcement)
