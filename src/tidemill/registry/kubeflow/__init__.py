"""What Kubeflow's model registry knows beside MLflow's: names of versions, artifacts, and what serves where."""

from tidemill.registry.kubeflow.models import (
    MODEL_ARTIFACT,
    Hold,
    KubeflowModel,
    KubeflowVersion,
    Listing,
    Order,
    Page,
    Resource,
    ResourceKind,
    Said,
)
from tidemill.registry.kubeflow.opening import KubeflowRegistry, open_kubeflow_registry
from tidemill.registry.kubeflow.service import KubeflowModels, KubeflowResources, KubeflowVersions
from tidemill.registry.kubeflow.service.resources import NewResource, Wanted
from tidemill.registry.kubeflow.sources import ArtifactKeeper

__all__ = [
    "MODEL_ARTIFACT",
    "ArtifactKeeper",
    "Hold",
    "KubeflowModel",
    "KubeflowModels",
    "KubeflowRegistry",
    "KubeflowResources",
    "KubeflowVersion",
    "KubeflowVersions",
    "Listing",
    "NewResource",
    "Order",
    "Page",
    "Resource",
    "ResourceKind",
    "Said",
    "Wanted",
    "open_kubeflow_registry",
]
