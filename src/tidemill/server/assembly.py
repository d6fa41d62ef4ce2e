"""Building a server from settings: every slice once, bound to the ports of those below it."""

import asyncio
import contextlib
from dataclasses import dataclass

from tidemill.core.blobs import StoreOptions, open_store
from tidemill.core.database import Database, Tx, open_database
from tidemill.core.events import EventBus
from tidemill.core.identity import DEFAULT_WORKSPACE, DEFAULT_WORKSPACE_ID, Scope, Subject
from tidemill.core.settings import Settings, StorageSettings
from tidemill.core.telemetry import Telemetry
from tidemill.core.web import NATIVE, Form, Route, Router
from tidemill.protocols.mlflow import MLFLOW, Services, mlflow_routes
from tidemill.server.health import HealthApi
from tidemill.server.openapi import OpenApi
from tidemill.server.page import Page
from tidemill.tenancy import Gate, OriginRules, SingleUser, WorkspaceApi, Workspaces
from tidemill.tracking import (
    Artifacts,
    Charts,
    Compactor,
    Datasets,
    Experiments,
    Histories,
    LoggedModels,
    ModelHistory,
    Overviews,
    RunInputs,
    RunLog,
    Runs,
    RunSearch,
    change_stage_of_experiment,
)
from tidemill.tracking.routes import ArtifactApi, EventApi, ExperimentApi, HomeApi, MetricApi, RunApi

_SYSTEM = Scope(DEFAULT_WORKSPACE_ID, DEFAULT_WORKSPACE, Subject("tidemill"))


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is built but not started."""

    gate: Gate
    database: Database
    workspaces: Workspaces
    experiments: Experiments
    compactor: Compactor
    routes: tuple[Route, ...]

    @contextlib.asynccontextmanager
    async def running(self):
        """Prepare what must be there, run the background work, and end both in order."""
        await self.workspaces.prepare()
        await self.experiments.prepare(_SYSTEM)
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self.compactor.run(), name="compactor")]
            try:
                yield
            finally:
                for worker in workers:
                    worker.cancel()
        self.database.close()


def build_server(settings: Settings) -> Server:
    """Build all that `settings` describe; nothing is started and no schema is touched."""
    database = open_database(settings.database_url)
    blobs = open_store(settings.artifacts_url, _store_options(settings.storage))
    events = EventBus()
    telemetry = Telemetry()
    workspaces = Workspaces(database)
    experiments = Experiments(database, events, change_stage_of_experiment)
    compactor = Compactor(database)
    artifacts = Artifacts(database, blobs, events)
    search = RunSearch(database)
    overviews = Overviews(database)
    identities = SingleUser()
    services = Services(
        experiments=experiments,
        runs=Runs(database, events),
        log=RunLog(database, events, compactor.touched),
        search=search,
        histories=Histories(database),
        artifacts=artifacts,
        inputs=RunInputs(database, events),
        model_history=ModelHistory(database),
        logged_models=LoggedModels(database, events),
        datasets=Datasets(database),
        max_artifact_bytes=settings.limits.max_artifact_bytes,
    )
    routes: list[Route] = [
        *HealthApi(telemetry, {"database": lambda: database.read(_touch), "artifacts": blobs.check}).routes(),
        *WorkspaceApi(workspaces, identities.mode).routes(),
        *HomeApi(overviews, search, settings.data_dir).routes(),
        *ExperimentApi(overviews).routes(),
        *RunApi(search, overviews).routes(),
        *MetricApi(Charts(database)).routes(),
        *ArtifactApi(artifacts).routes(),
        *EventApi(events).routes(),
        *mlflow_routes(services),
        *Page().routes(),
    ]
    routes = [*routes, *OpenApi(routes).routes()]
    gate = Gate(
        Router(routes),
        origins=OriginRules(settings.server.allowed_hosts.split(",")),
        identities=identities,
        workspaces=workspaces,
        limits=settings.limits,
        telemetry=telemetry,
        fallback=_form_of,
    )
    return Server(gate, database, workspaces, experiments, compactor, tuple(routes))


def _touch(tx: Tx) -> None:
    tx.sql("SELECT 1 FROM workspaces LIMIT 1")


def _store_options(storage: StorageSettings) -> StoreOptions:
    return StoreOptions(
        endpoint=storage.s3_endpoint or None,
        region=storage.s3_region or None,
        access_key_id=storage.s3_access_key_id or None,
        secret_access_key=storage.s3_secret_access_key or None,
    )


def _form_of(path: str) -> Form:
    return MLFLOW if "/mlflow" in path else NATIVE
