"""Binding pipelines: the catalog, the engine with what its drivers work with, and who answers for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.core.identity import Scope, Subject
from tidemill.core.leases import Leases
from tidemill.core.settings import Settings
from tidemill.core.web import Route
from tidemill.kit.clock import now_ms
from tidemill.pipelines import Catalog, Engine, PipelineRuns
from tidemill.pipelines.routes import PipelineRunApi
from tidemill.pipelines.runs.driving import Desk, Driver
from tidemill.pipelines.runs.launching import Place
from tidemill.pipelines.runs.tracking import Tracker
from tidemill.protocols.kfp import Services, kfp_routes, run_routes
from tidemill.runtime.server_note import read_note
from tidemill.server.computing import Computing
from tidemill.tenancy import Workspaces
from tidemill.tracking import Experiments, ExperimentSearch


@dataclass(frozen=True, slots=True)
class Pipelining:
    """Pipelines, built and not started."""

    engine: Engine
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
    tracker: Tracker,
) -> Pipelining:
    """Build pipelines above compute."""
    desk = Desk(database, computing.workloads, computing.waits, blobs, tracker, events, now_ms)
    runs_commands = settings.pipelines.pipeline_commands == "allowed"

    async def driver_of(uuid: str, workspace_id: int) -> Driver:
        workspace = await workspaces.name_of(workspace_id)
        run = await runs.get(Scope(workspace_id, workspace, Subject("pipelines")), uuid)
        scope = Scope(workspace_id, workspace, Subject(run.owner))
        note = read_note(settings.data_dir)
        address = note.url if note is not None else ""
        return Driver(desk, run, scope, Place(settings.data_dir, workspace, address, runs_commands))

    catalog = Catalog(database)
    engine = Engine(database, leases, driver_of)
    runs = PipelineRuns(database, events, catalog, experiments, engine.kick)
    services = Services(
        catalog=catalog,
        experiments=experiments,
        experiment_search=ExperimentSearch(database),
        max_package_bytes=settings.limits.max_body_bytes,
    )
    return Pipelining(engine, [*kfp_routes(services), *run_routes(runs), *PipelineRunApi(runs).routes()])
