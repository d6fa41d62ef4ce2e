"""Binding the registry: the catalog with its guard, what reads models' files, and who answers for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.core.lineage import Describer, Kind
from tidemill.core.web import Route
from tidemill.registry import (
    Announcer,
    ArtifactKeeper,
    KubeflowRegistry,
    ModelCatalog,
    open_catalog,
    open_kubeflow_registry,
)
from tidemill.registry.approval.guard import Guard
from tidemill.registry.approval.service import Approvals
from tidemill.registry.facts.service import VersionFacts
from tidemill.registry.registering import Registering
from tidemill.registry.routes import ApprovalApi, LineageApi, ModelApi, VersionApi
from tidemill.registry.viewing.service import RegistryViews
from tidemill.registry.viewing.tracing import Tracer
from tidemill.tracking import Artifacts


@dataclass(frozen=True, slots=True)
class RegistryParts:
    """The registry, built."""

    catalog: ModelCatalog
    kubeflow: KubeflowRegistry
    routes: Sequence[Route]


def build_registry(
    database: Database,
    events: EventBus,
    artifacts: Artifacts,
    announcers: Sequence[Announcer],
    describers: Mapping[Kind, Describer],
) -> RegistryParts:
    """Build the registry. The guard hears of a change before `announcers` do; `describers` are of slices above it."""
    facts = VersionFacts(database, artifacts)
    guard = Guard(facts)
    approvals = Approvals(database, events, facts)
    catalog = open_catalog(database, events, [guard, ArtifactKeeper(), *announcers], prepare=approvals.prepare)
    kubeflow = open_kubeflow_registry(database, events, [guard, *announcers])
    views = RegistryViews(database, facts, Tracer(describers))
    registering = Registering(database, catalog.models, catalog.versions)
    routes = (
        *ModelApi(views, catalog.models, catalog.aliases, registering).routes(),
        *VersionApi(views, catalog.versions, catalog.aliases).routes(),
        *ApprovalApi(approvals).routes(),
        *LineageApi(views).routes(),
    )
    return RegistryParts(catalog, kubeflow, routes)
