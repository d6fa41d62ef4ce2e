"""Binding compute: its backends by the settings, the controller, and what answers for them."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tidemill.compute import Controller, Environment, Machines, Parcels, Waits, Workloads
from tidemill.compute.backends.local.opening import open_local_backend
from tidemill.compute.backends.port import Backend
from tidemill.compute.routes import MachineApi, ParcelApi, WorkloadApi
from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.core.settings import Settings, inherited_variables
from tidemill.core.web import Route
from tidemill.kit.errors import NotImplementedHereError
from tidemill.tenancy import Workspaces


@dataclass(frozen=True, slots=True)
class Computing:
    """Compute, built and not started."""

    controller: Controller
    workloads: Workloads
    routes: Sequence[Route]


def build_computing(
    settings: Settings, database: Database, blobs: BlobStore, events: EventBus, workspaces: Workspaces
) -> Computing:
    """Build compute with the backends that the settings name."""
    controller = Controller(database, blobs, events, _backends(settings), workspaces.name_of)
    workloads = Workloads(database, events, controller.kick, controller.backends)
    machines = Machines(database, controller.kick)
    parcels = Parcels(database, blobs, limit_bytes=settings.limits.max_artifact_bytes)
    routes = [
        *WorkloadApi(workloads, Waits(database, events), blobs).routes(),
        *MachineApi(machines, workloads, workspaces).routes(),
        *ParcelApi(parcels).routes(),
    ]
    return Computing(controller, workloads, routes)


class _OwnInterpreter:
    """The environments of a server that builds none: what it has installed itself."""

    async def python(self, environment: Environment) -> Path:
        if environment.is_system:
            return Path(sys.executable)
        raise NotImplementedHereError(
            "this server builds no environments", hint="leave the environment out to use the server's own"
        )


def _backends(settings: Settings) -> Sequence[Backend]:
    folder = settings.data_dir / "compute"
    return [open_local_backend(folder, settings.compute, _OwnInterpreter(), inherited_variables())]
