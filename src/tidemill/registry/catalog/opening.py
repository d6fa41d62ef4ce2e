"""The catalog's services, built together."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Database
from tidemill.core.events import EventBus
from tidemill.kit.clock import Clock, now_ms
from tidemill.registry.announcing import Announcer
from tidemill.registry.catalog.search.service import RegistrySearch
from tidemill.registry.catalog.service.aliases import Aliases
from tidemill.registry.catalog.service.desk import Desk, Prepare, nothing_to_prepare
from tidemill.registry.catalog.service.model_versions import ModelVersions
from tidemill.registry.catalog.service.registered_models import RegisteredModels


@dataclass(frozen=True, slots=True)
class ModelCatalog:
    """Everything that can be done with registered models, their aliases and their versions."""

    models: RegisteredModels
    aliases: Aliases
    versions: ModelVersions
    search: RegistrySearch


def open_catalog(
    database: Database,
    events: EventBus,
    announcers: Sequence[Announcer] = (),
    clock: Clock = now_ms,
    prepare: Prepare = nothing_to_prepare,
) -> ModelCatalog:
    """The catalog of a database; `announcers` hear of every change inside its transaction, in this order."""
    desk = Desk(database, events, announcers, clock, prepare)
    return ModelCatalog(RegisteredModels(desk), Aliases(desk), ModelVersions(desk), RegistrySearch(database))
