"""Binding pipelines: the catalog, the engine with what its drivers work with, and who answers for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from tidemill.compute import Containers, Pythons
from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.core.leases import Leases
from tidemill.core.settings import Settings, inherited_variables
from tidemill.core.web import Route
from tidemill.kit.clock import now_ms
from tidemill.pipelines import Catalog, Engine, PipelineRuns, Scheduler, Schedules
from tidemill.pipelines.routes import PipelineRunApi
from tidemill.pipelines.runs.choosing import PythonChoice
from tidemill.pipelines.runs.driving import Desk, Driver
from tidemill.pipelines.runs.extras import Keeper
from tidemill.pipelines.runs.launching import Place
from tidemill.pipelines.runs.tracking import Tracker
from tidemill.pipelines.runs.volumes import Volumes
from tidemill.pipelines.schedules.routes import PipelineScheduleApi
from tidemill.pipelines.viewing.routes import RunViewApi
from tidemill.pipelines.viewing.service import RunViews
from tidemill.protocols.kfp import Services, kfp_routes, recurring_run_routes, run_routes
from tidemill.runtime.server_note import read_note
from tidemill.server.computing import Computing
from tidemill.tenancy import Workspaces, WorkspaceSecrets
from tidemill.tracking import Artifacts, Experiments, ExperimentSearch


@dataclass(frozen=True, slots=True)
class Pipelining:
    """Pipelines, built and not started."""

    workers: tuple[Engine, Scheduler]
    routes: Sequence[Route]


def build_pipelining(
    settings: Settings,
    database: Database,
    blobs: BlobStore,
    events: EventBus,
    workspaces: Workspaces,
    *,
    leases: Leases,
    computing: Computing,
    experiments: Experiments,
    artifacts: Artifacts,
    tracker: Tracker,
) -> Pipelining:
    """Build pipelines above compute."""
    desk = Desk(database, computing.workloads, computing.waits, blobs, tracker, events, now_ms)
    runs_commands = settings.pipelines.pipeline_commands == "allowed"
    containers, pythons = Containers(inherited_variables()), PythonChoice(Pythons(inherited_variables()))
    secrets = WorkspaceSecrets(settings.data_dir / "secrets")

    async def driver_of(uuid: str, workspace_id: int) -> Driver:
        workspace = await workspaces.name_of(workspace_id)
        run = await runs.get(Scope(workspace_id, workspace, Subject("pipelines")), uuid)
        scope = Scope(workspace_id, workspace, Subject(run.owner))
        note = read_note(settings.data_dir)
        address = note.url if note is not None else ""
        keeper = Keeper(partial(secret_names, scope), volumes_of(workspace_id))
        place = Place(settings.data_dir, workspace, address, runs_commands, containers, pythons, keeper)
        return Driver(desk, run, scope, place)

    def volumes_of(workspace_id: int) -> Volumes:
        return Volumes(settings.data_dir / "volumes" / str(workspace_id))

    async def secret_names(scope: Scope) -> Collection[str]:
        return [each.name for each in await secrets.list_all(scope)]

    async def scope_of(workspace_id: int, subject: str) -> Scope:
        return Scope(workspace_id, await workspaces.name_of(workspace_id), Subject(subject))

    catalog = Catalog(database)
    engine = Engine(database, leases, driver_of)
    runs = PipelineRuns(database, events, catalog, experiments, engine.kick, volumes_of=volumes_of)
    scheduler = Scheduler(database, events, leases, runs=runs, catalog=catalog, scope_of=scope_of)
    schedules = Schedules(database, events, runs, scheduler.kick)
    services = Services(
        catalog=catalog,
        experiments=experiments,
        experiment_search=ExperimentSearch(database),
        max_package_bytes=settings.limits.max_body_bytes,
    )
    views = RunViewApi(RunViews(database, artifacts))
    routes = (
        *kfp_routes(services),
        *run_routes(runs),
        *recurring_run_routes(schedules),
        *PipelineRunApi(runs).routes(),
        *PipelineScheduleApi(schedules).routes(),
        *views.routes(),
    )
    return Pipelining((engine, scheduler), routes)
