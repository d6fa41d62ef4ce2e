"""Kubeflow's endpoints that stand without runs, as routes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tidemill.core.web import Route
from tidemill.pipelines import Catalog
from tidemill.protocols.kfp.auth import auth_endpoints
from tidemill.protocols.kfp.endpoints import routes_of
from tidemill.protocols.kfp.experiments import ExperimentEndpoints
from tidemill.protocols.kfp.healthz import healthz_endpoints
from tidemill.protocols.kfp.pipelines import PipelineEndpoints
from tidemill.protocols.kfp.uploads import UploadEndpoints
from tidemill.protocols.kfp.versions import VersionEndpoints
from tidemill.tracking import Experiments, ExperimentSearch


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the dialect speaks for."""

    catalog: Catalog
    experiments: Experiments
    experiment_search: ExperimentSearch
    max_package_bytes: int


def kfp_routes(services: Services) -> Iterator[Route]:
    """Every route of the dialect but those of runs, which `run_routes` gives."""
    endpoints = chain(
        healthz_endpoints(),
        auth_endpoints(),
        ExperimentEndpoints(services.experiments, services.experiment_search).endpoints(),
        PipelineEndpoints(services.catalog).endpoints(),  # before those of versions: a pipeline may be named "versions"
        VersionEndpoints(services.catalog).endpoints(),
    )
    yield from routes_of(endpoints)
    yield from UploadEndpoints(services.catalog, services.max_package_bytes).routes()
