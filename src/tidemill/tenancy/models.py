"""Words of tenancy."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant: Kubeflow's profile or namespace, MLflow's workspace."""

    id: int
    name: str
    description: str
    created_ms: int
