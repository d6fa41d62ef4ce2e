"""All of MLflow's endpoints that are served, as routes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tidemill.core.web import Route
from tidemill.protocols.mlflow.artifacts import ArtifactEndpoints
from tidemill.protocols.mlflow.datasets import DatasetEndpoints
from tidemill.protocols.mlflow.endpoints import routes_of
from tidemill.protocols.mlflow.experiments import ExperimentEndpoints
from tidemill.protocols.mlflow.inputs import InputEndpoints
from tidemill.protocols.mlflow.logged_models import LoggedModelEndpoints
from tidemill.protocols.mlflow.metrics import MetricEndpoints
from tidemill.protocols.mlflow.model_versions import ModelVersionEndpoints
from tidemill.protocols.mlflow.registered_models import RegisteredModelEndpoints
from tidemill.protocols.mlflow.run_search import RunSearchEndpoints
from tidemill.protocols.mlflow.runs import RunEndpoints
from tidemill.protocols.mlflow.server_info import server_info_routes
from tidemill.protocols.mlflow.webhooks import WebhookEndpoints
from tidemill.registry import ModelCatalog, Webhooks
from tidemill.tracking import (
    Artifacts,
    Datasets,
    Experiments,
    ExperimentSearch,
    Histories,
    InputDatasets,
    LoggedModels,
    ModelHistory,
    ModelSearch,
    RunInputs,
    RunLog,
    Runs,
    RunSearch,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the dialect speaks for."""

    experiments: Experiments
    runs: Runs
    log: RunLog
    search: RunSearch
    experiment_search: ExperimentSearch
    model_search: ModelSearch
    histories: Histories
    artifacts: Artifacts
    inputs: RunInputs
    input_datasets: InputDatasets
    model_history: ModelHistory
    logged_models: LoggedModels
    datasets: Datasets
    registry: ModelCatalog
    webhooks: Webhooks
    max_artifact_bytes: int


def mlflow_routes(services: Services) -> Iterator[Route]:
    """Every route of the dialect."""
    artifacts = ArtifactEndpoints(services.artifacts, services.logged_models, services.max_artifact_bytes)
    versions = ModelVersionEndpoints(services.registry, services.artifacts)
    datasets = DatasetEndpoints(services.datasets, services.input_datasets)
    endpoints = chain(
        artifacts.endpoints(),
        ExperimentEndpoints(services.experiments, services.experiment_search).endpoints(),
        RunEndpoints(services.runs, services.log).endpoints(),
        RunSearchEndpoints(services.search).endpoints(),
        MetricEndpoints(services.histories).endpoints(),
        InputEndpoints(services.inputs, services.model_history).endpoints(),
        LoggedModelEndpoints(services.logged_models, services.model_search, services.artifacts).endpoints(),
        datasets.endpoints(),
        RegisteredModelEndpoints(services.registry).endpoints(),
        versions.endpoints(),
        WebhookEndpoints(services.webhooks).endpoints(),
    )
    yield from routes_of(endpoints)
    yield from artifacts.routes()
    yield from datasets.routes()
    yield from versions.routes()
    yield from server_info_routes(presigns_downloads=services.artifacts.presigns_downloads)
