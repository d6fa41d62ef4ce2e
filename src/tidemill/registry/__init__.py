"""Registry: registered models, their versions, aliases, stages and tags, and who is told of their changes."""

from tidemill.registry.announcing import Announcement, Announcer, Change
from tidemill.registry.catalog.models import (
    HistoryEntry,
    ModelVersion,
    NewRegisteredModel,
    NewVersion,
    RegisteredModel,
    RegistryTag,
    Stage,
    State,
    Turn,
    VersionStatus,
)
from tidemill.registry.catalog.opening import ModelCatalog, open_catalog
from tidemill.registry.catalog.rules import stage_of, version_number
from tidemill.registry.catalog.search.service import SearchForm
from tidemill.registry.webhooks import (
    MLFLOW_EVENTS,
    NewWebhook,
    Webhook,
    WebhookApi,
    WebhookChanges,
    WebhookOutbox,
    Webhooks,
    WebhookSender,
    WebhookStatus,
)

__all__ = [
    "MLFLOW_EVENTS",
    "Announcement",
    "Announcer",
    "Change",
    "HistoryEntry",
    "ModelCatalog",
    "ModelVersion",
    "NewRegisteredModel",
    "NewVersion",
    "NewWebhook",
    "RegisteredModel",
    "RegistryTag",
    "SearchForm",
    "Stage",
    "State",
    "Turn",
    "VersionStatus",
    "Webhook",
    "WebhookApi",
    "WebhookChanges",
    "WebhookOutbox",
    "WebhookSender",
    "WebhookStatus",
    "Webhooks",
    "open_catalog",
    "stage_of",
    "version_number",
]
