"""Registry: registered models, their versions, aliases, stages and tags, and who is told of their changes."""

from tidemill.registry.announcing import Announcement, Announcer, Change
from tidemill.registry.catalog.checking import VersionCheck, VersionFinding
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
from tidemill.registry.catalog.store.needs import holders_needed
from tidemill.registry.kubeflow import (
    MODEL_ARTIFACT,
    ArtifactKeeper,
    KubeflowModel,
    KubeflowModels,
    KubeflowRegistry,
    KubeflowResources,
    KubeflowVersion,
    KubeflowVersions,
    open_kubeflow_registry,
)
from tidemill.registry.kubeflow import Hold as KubeflowHold
from tidemill.registry.kubeflow import Listing as KubeflowListing
from tidemill.registry.kubeflow import NewResource as NewKubeflowResource
from tidemill.registry.kubeflow import Order as KubeflowOrder
from tidemill.registry.kubeflow import Page as KubeflowPage
from tidemill.registry.kubeflow import Resource as KubeflowResource
from tidemill.registry.kubeflow import ResourceKind as KubeflowResourceKind
from tidemill.registry.kubeflow import Said as KubeflowSaid
from tidemill.registry.kubeflow import Wanted as WantedKubeflowResources
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
    "MODEL_ARTIFACT",
    "Announcement",
    "Announcer",
    "ArtifactKeeper",
    "Change",
    "HistoryEntry",
    "KubeflowHold",
    "KubeflowListing",
    "KubeflowModel",
    "KubeflowModels",
    "KubeflowOrder",
    "KubeflowPage",
    "KubeflowRegistry",
    "KubeflowResource",
    "KubeflowResourceKind",
    "KubeflowResources",
    "KubeflowSaid",
    "KubeflowVersion",
    "KubeflowVersions",
    "ModelCatalog",
    "ModelVersion",
    "NewKubeflowResource",
    "NewRegisteredModel",
    "NewVersion",
    "NewWebhook",
    "RegisteredModel",
    "RegistryTag",
    "SearchForm",
    "Stage",
    "State",
    "Turn",
    "VersionCheck",
    "VersionFinding",
    "VersionStatus",
    "WantedKubeflowResources",
    "Webhook",
    "WebhookApi",
    "WebhookChanges",
    "WebhookOutbox",
    "WebhookSender",
    "WebhookStatus",
    "Webhooks",
    "holders_needed",
    "open_catalog",
    "open_kubeflow_registry",
    "stage_of",
    "version_number",
]
