"""Registering as people say it: a source as they have it at hand, under a name that need not be there yet."""

from contextlib import suppress
from dataclasses import replace

import msgspec

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import AlreadyExistsError, NotFoundError
from tidemill.registry.catalog.models import ModelVersion, NewRegisteredModel, NewVersion, RegistryTag
from tidemill.registry.catalog.origins import resolve
from tidemill.registry.catalog.service.model_versions import ModelVersions
from tidemill.registry.catalog.service.registered_models import RegisteredModels
from tidemill.registry.catalog.store import registered_models
from tidemill.tracking import require_logged_model, require_run

_MOST_OUTPUTS = 100


class Registration(msgspec.Struct, frozen=True):
    """What is to become a version.

    `source` is `m-...` or `models:/m-...`, a logged model; `runs:/<run>/<path or name of a logged model>`;
    `models:/<name>/<version>` or `models:/<name>@<alias>`, which is copied; or an address of files.
    """

    name: str
    source: str
    run_id: str = ""
    description: str = ""
    tags: tuple[RegistryTag, ...] = ()


class Registering:
    """Makes versions, and the model for the first of them."""

    def __init__(self, database: Database, models: RegisteredModels, versions: ModelVersions) -> None:
        self._database = database
        self._models = models
        self._versions = versions

    async def register(self, scope: Scope, wanted: Registration) -> ModelVersion:
        """Add the next version of this model. Raises InvalidError for a source that it cannot be made of."""

        def unit(tx: Tx) -> tuple[NewVersion, bool]:
            new = _version_of(tx, scope, wanted)
            resolve(tx, scope, new)  # so that no model is made for a source that is not there
            return new, registered_models.head(tx, scope, wanted.name) is not None

        new, is_known = await self._database.read(unit)
        if not is_known:
            with suppress(AlreadyExistsError):  # somebody else made it meanwhile
                unkeyed = replace(scope, idempotency_key=None)
                await self._models.create(unkeyed, NewRegisteredModel(name=wanted.name, owner=scope.subject.name))
        return await self._versions.create(scope, new)


def _version_of(tx: Tx, scope: Scope, wanted: Registration) -> NewVersion:
    source, run_id, logged_model = wanted.source.strip(), wanted.run_id, ""
    if source.startswith("m-"):
        source = f"models:/{source}"
    if source.startswith("models:/m-") and "/" not in source.removeprefix("models:/"):
        logged_model = source.removeprefix("models:/")
    elif source.startswith("runs:/"):
        run_id, _, path = source.removeprefix("runs:/").strip("/").partition("/")
        logged_model = _logged_under(tx, scope, run_id, path)
        if logged_model:
            source = f"models:/{logged_model}"
    return NewVersion(
        name=wanted.name,
        source=source,
        run_id=run_id,
        logged_model_uuid=logged_model,
        description=wanted.description,
        tags=wanted.tags,
    )


def _logged_under(tx: Tx, scope: Scope, run_id: str, name: str) -> str:
    """The last logged model of this name that a run gave; empty for none. MLflow 3 keeps models beside their runs."""
    given = [use.model_uuid for use in require_run(tx, scope, run_id).model_outputs][-_MOST_OUTPUTS:]
    named: list[tuple[int, str]] = []
    for uuid in given:
        try:
            model = require_logged_model(tx, scope, uuid)
        except NotFoundError:
            continue
        if model.name == name:
            named.append((model.id, uuid))
    return max(named)[1] if named else ""
