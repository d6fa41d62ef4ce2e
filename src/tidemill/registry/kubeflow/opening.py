"""The services of Kubeflow's registry, built together."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.registry.announcing import Announcer
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.kubeflow.service import KubeflowModels, KubeflowResources, KubeflowVersions


@dataclass(frozen=True, slots=True)
class KubeflowRegistry:
    """Everything that Kubeflow's clients can do, over the rows that MLflow's have."""

    models: KubeflowModels
    versions: KubeflowVersions
    resources: KubeflowResources


def open_kubeflow_registry(
    database: Database, events: EventBus, announcers: Sequence[Announcer] = ()
) -> KubeflowRegistry:
    """The registry of a database; `announcers` hear of every change, as they do of the catalog's."""
    desk = Desk(database, events, announcers)
    return KubeflowRegistry(KubeflowModels(desk), KubeflowVersions(desk), KubeflowResources(desk))
