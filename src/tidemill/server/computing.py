"""Binding compute: its backends by the settings, the controller, and what answers for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry

from tidemill.compute import Controller, Endings, Held, Machines, Parcels, Waits, Workloads
from tidemill.compute.backends.local.calls import CallRunner
from tidemill.compute.backends.local.launching import CallSettings
from tidemill.compute.backends.local.machine import node_name
from tidemill.compute.backends.local.opening import open_local_backend
from tidemill.compute.backends.port import Backend
from tidemill.compute.environments import Environments, open_environments
from tidemill.compute.gauges import ComputeGauges
from tidemill.compute.logs import Logs, LogSearch, LogShelf
from tidemill.compute.routes import EnvironmentApi, LogApi, MachineApi, ParcelApi, UsageApi, WorkloadApi
from tidemill.compute.usage import Usage, UsageSampler
from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.core.identity import DEFAULT_WORKSPACE
from tidemill.core.settings import Settings, inherited_variables
from tidemill.core.web import Route
from tidemill.runtime.cgroup_base import survey_own
from tidemill.runtime.records import Record
from tidemill.tenancy import SecretApi, Workspaces, WorkspaceSecrets


@dataclass(frozen=True, slots=True)
class Computing:
    """Compute, built and not started."""

    controller: Controller
    sampler: UsageSampler
    gauges: ComputeGauges
    workloads: Workloads
    waits: Waits
    routes: Sequence[Route]


def build_computing(
    settings: Settings,
    database: Database,
    blobs: BlobStore,
    events: EventBus,
    workspaces: Workspaces,
    *,
    registry: CollectorRegistry,
) -> Computing:
    """Build compute with the backends that the settings name."""
    environments = open_environments(settings, database)
    backends = _backends(settings, environments)
    secrets = WorkspaceSecrets(settings.data_dir / "secrets")
    endings = Endings()
    controller = Controller(database, blobs, events, backends, workspaces.name_of, secrets=secrets, endings=endings)
    sampler = UsageSampler(database, backends, period_s=settings.compute.usage_period_s)
    workloads = Workloads(
        database,
        events,
        controller.kick,
        controller.backends,
        check_environment=environments.check,
        secrets=secrets,
    )
    machines = Machines(database, controller.kick, held={node_name(settings.compute): _held()})
    parcels = Parcels(database, blobs, limit_bytes=settings.limits.max_artifact_bytes)
    shelf = LogShelf(database, blobs, controller.backend_of)
    waits = Waits(database, events, endings)
    routes = [
        *WorkloadApi(workloads, waits, blobs, sampler.of_workloads).routes(),
        *MachineApi(machines, workloads, workspaces, sampler.of_nodes).routes(),
        *SecretApi(secrets).routes(),
        *EnvironmentApi(environments).routes(),
        *ParcelApi(parcels).routes(),
        *UsageApi(Usage(database, sampler.unwritten)).routes(),
        *LogApi(Logs(shelf, events), LogSearch(shelf)).routes(),
    ]
    gauges = ComputeGauges(database, registry, sampler.of_nodes)
    return Computing(controller, sampler, gauges, workloads, waits, routes)


def _held() -> Held:
    _, controllers = survey_own()
    return Held("memory" in controllers, "cpu" in controllers)


def _backends(settings: Settings, environments: Environments) -> Sequence[Backend]:
    folder = settings.data_dir / "compute"
    inherited = inherited_variables()

    def make_calls(root: Path, cgroup: Record | None) -> CallRunner:
        warm = DEFAULT_WORKSPACE if settings.compute.warm_workers == "on" else ""
        calls = CallSettings(root, root.parent / "pools", inherited, cgroup, prewarm_workspace=warm)
        return CallRunner(calls, environments)

    return [open_local_backend(folder, settings.compute, environments, inherited, make_calls=make_calls)]
