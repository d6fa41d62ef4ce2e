"""Use cases of Kubeflow's registry: a file a noun."""

from tidemill.registry.kubeflow.service.models import KubeflowModels
from tidemill.registry.kubeflow.service.resources import KubeflowResources
from tidemill.registry.kubeflow.service.versions import KubeflowVersions

__all__ = ["KubeflowModels", "KubeflowResources", "KubeflowVersions"]
