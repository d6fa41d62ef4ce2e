"""Building a server from settings: every slice once, bound to the ports of those below it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from typing import Protocol

import structlog

from tidemill.core.blobs import BlobStore, open_artifacts
from tidemill.core.database import Database, Dialect, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import DEFAULT_WORKSPACE, DEFAULT_WORKSPACE_ID, Scope, Subject
from tidemill.core.leases import Leases
from tidemill.core.lineage import Kind
from tidemill.core.relay import Relay
from tidemill.core.settings import Settings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import NATIVE, Form, Route, Router
from tidemill.kit.ids import random_hex
from tidemill.pipelines import tasks_named
from tidemill.pipelines.runs.tracking import Tracker
from tidemill.protocols.kfp import KFP
from tidemill.protocols.mlflow import MLFLOW, Services, mlflow_routes
from tidemill.protocols.model_registry import MODEL_REGISTRY, model_registry_routes
from tidemill.registry import ModelCatalog
from tidemill.server.computing import build_computing
from tidemill.server.health import HealthApi
from tidemill.server.hooking import Hooking, build_hooking
from tidemill.server.openapi import OpenApi
from tidemill.server.page import Page
from tidemill.server.pipelining import build_pipelining
from tidemill.server.registering import build_registry
from tidemill.tenancy import Gate, Identities, OriginRules, SingleUser, WorkspaceApi, Workspaces
from tidemill.tracking import (
    Artifacts,
    Charts,
    Compactor,
    Datasets,
    Experiments,
    ExperimentSearch,
    Histories,
    InputDatasets,
    LoggedModels,
    ModelHistory,
    ModelSearch,
    Overviews,
    RunInputs,
    RunLog,
    Runs,
    RunSearch,
    Sweeper,
    change_stage_of_experiment,
)
from tidemill.tracking.routes import ArtifactApi, EventApi, ExperimentApi, HomeApi, MetricApi, RunApi

_SYSTEM = Scope(DEFAULT_WORKSPACE_ID, DEFAULT_WORKSPACE, Subject("tidemill"))
_PAUSE_AFTER_FAILURE_S = 5
_log = structlog.get_logger(__name__)


class Worker(Protocol):
    """Background work that runs as long as the server does."""

    async def run(self) -> None:
        """Work until cancelled."""
        ...


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is built but not started."""

    gate: Gate
    database: Database
    workspaces: Workspaces
    experiments: Experiments
    blobs: BlobStore
    workers: tuple[Worker, ...]
    routes: tuple[Route, ...]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Prepare what must be there, run the background work, and end both in order."""
        await self.workspaces.prepare()
        await self.experiments.prepare(_SYSTEM)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_kept_running(worker)) for worker in self.workers]
                try:
                    yield
                finally:
                    for task in tasks:
                        task.cancel()
        finally:  # a signal ends a server by an exception
            await self.blobs.close()
            self.database.close()


def build_server(settings: Settings) -> Server:
    """Build all that `settings` describe; nothing is started and no schema is touched."""
    database = open_database(settings.database_url)
    blobs = open_artifacts(settings)
    events = EventBus()
    telemetry = Telemetry()
    workspaces = Workspaces(database)
    experiments = Experiments(database, events, change_stage_of_experiment)
    compactor = Compactor(database)
    identities = SingleUser()
    computing = build_computing(settings, database, blobs, events, workspaces, registry=telemetry.registry)
    leases = Leases(database, holder=random_hex())
    hooking = build_hooking(settings, database, leases)
    artifacts = Artifacts(database, blobs, events)
    registry = build_registry(database, events, artifacts, [hooking.outbox], {Kind.PIPELINE_TASK: tasks_named})
    services = _services(
        settings,
        database,
        events,
        artifacts=artifacts,
        experiments=experiments,
        compactor=compactor,
        hooking=hooking,
        registry=registry.catalog,
    )
    pipelining = build_pipelining(
        settings,
        database,
        blobs,
        events,
        workspaces,
        leases=leases,
        computing=computing,
        experiments=experiments,
        artifacts=artifacts,
        tracker=Tracker(services.runs, services.log),
    )
    routes: list[Route] = [
        *HealthApi(telemetry, {"database": lambda: database.read(_touch), "artifacts": blobs.check}).routes(),
        *WorkspaceApi(workspaces, identities.mode).routes(),
        *_tracking_routes(settings, database, events, services),
        *computing.routes,
        *mlflow_routes(services),
        *model_registry_routes(registry.kubeflow),
        *pipelining.routes,
        *hooking.routes,
        *registry.routes,
        *Page().routes(),
    ]
    routes = [*routes, *OpenApi(routes).routes()]
    gate = _gate(settings, Router(routes), identities, workspaces, telemetry)
    workers = (
        computing.controller,
        computing.sampler,
        computing.gauges,
        *pipelining.workers,
        hooking.sender,
        *_housekeepers(database, blobs, events, leases, compactor),
    )
    return Server(gate, database, workspaces, experiments, blobs, workers, tuple(routes))


def _tracking_routes(settings: Settings, database: Database, events: EventBus, services: Services) -> Iterator[Route]:
    """What the page asks of experiments and runs."""
    overviews = Overviews(database)
    yield from HomeApi(overviews, services.search, settings.data_dir).routes()
    yield from ExperimentApi(overviews).routes()
    yield from RunApi(services.search, overviews).routes()
    yield from MetricApi(Charts(database)).routes()
    yield from ArtifactApi(services.artifacts).routes()
    yield from EventApi(events).routes()


def _gate(
    settings: Settings, router: Router, identities: Identities, workspaces: Workspaces, telemetry: Telemetry
) -> Gate:
    """What stands in front of every route."""
    return Gate(
        router,
        origins=OriginRules(settings.server.allowed_hosts.split(",")),
        identities=identities,
        workspaces=workspaces,
        limits=settings.limits,
        telemetry=telemetry,
        fallback=_form_of,
    )


def _housekeepers(
    database: Database, blobs: BlobStore, events: EventBus, leases: Leases, compactor: Compactor
) -> Iterator[Worker]:
    """What keeps metrics small and uploads few, and tells other servers of events, where there may be others."""
    yield compactor
    yield Sweeper(blobs, leases)
    if database.dialect is Dialect.POSTGRESQL:
        yield Relay(database, events)


def _services(
    settings: Settings,
    database: Database,
    events: EventBus,
    *,
    artifacts: Artifacts,
    experiments: Experiments,
    compactor: Compactor,
    hooking: Hooking,
    registry: ModelCatalog,
) -> Services:
    """What MLflow's dialect speaks for."""
    return Services(
        experiments=experiments,
        runs=Runs(database, events),
        log=RunLog(database, events, compactor.touched),
        search=RunSearch(database),
        experiment_search=ExperimentSearch(database),
        model_search=ModelSearch(database),
        histories=Histories(database),
        artifacts=artifacts,
        inputs=RunInputs(database, events),
        input_datasets=InputDatasets(database),
        model_history=ModelHistory(database),
        logged_models=LoggedModels(database, events),
        datasets=Datasets(database),
        webhooks=hooking.webhooks,
        registry=registry,
        max_artifact_bytes=settings.limits.max_artifact_bytes,
    )


async def _kept_running(worker: Worker) -> None:
    """Run a worker until cancelled; one that fails begins anew, and takes no request down with it."""
    while True:
        try:
            await worker.run()
        except Exception:  # noqa: BLE001 - whatever it is, the server goes on
            _log.exception("a worker failed, and begins anew", worker=type(worker).__name__)
        await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)


def _touch(tx: Tx) -> None:
    tx.sql("SELECT 1 FROM workspaces LIMIT 1")


def _form_of(path: str) -> Form:
    if path.startswith("/apis/v2beta1/"):
        return KFP
    if path.startswith("/api/model_registry/"):
        return MODEL_REGISTRY
    return MLFLOW if "/mlflow" in path else NATIVE
