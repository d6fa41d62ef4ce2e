"""All endpoints of Kubeflow's registry that are served, as routes."""

from collections.abc import Iterator
from itertools import chain

from tidemill.core.web import Route
from tidemill.protocols.model_registry.artifacts import ArtifactEndpoints
from tidemill.protocols.model_registry.endpoints import routes_of
from tidemill.protocols.model_registry.models import ModelEndpoints
from tidemill.protocols.model_registry.serving import ServingEndpoints
from tidemill.protocols.model_registry.versions import VersionEndpoints
from tidemill.registry import KubeflowRegistry


def model_registry_routes(registry: KubeflowRegistry) -> Iterator[Route]:
    """Every route of the dialect."""
    endpoints = chain(
        ModelEndpoints(registry.models).endpoints(),
        VersionEndpoints(registry.versions).endpoints(),
        ArtifactEndpoints(registry.resources).endpoints(),
        ServingEndpoints(registry).endpoints(),
    )
    yield from routes_of(endpoints)
