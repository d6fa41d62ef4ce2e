"""Use cases over registered models and prompts: the names under which versions gather."""

from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.errors import AlreadyExistsError
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.catalog.models import (
    PROMPT_TAG,
    HistoryEntry,
    ModelVersion,
    NewRegisteredModel,
    RegisteredModel,
    RegistryTag,
    Stage,
    State,
)
from tidemill.registry.catalog.origins import by_alias, require_model
from tidemill.registry.catalog.rules import (
    MAX_TAGS,
    check_alias,
    check_count,
    check_name,
    check_tag,
    check_text,
    is_prompt,
    tags_once,
)
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.catalog.store import history, reading, registered_models, tags, versions

MAX_HISTORY = 1000


class RegisteredModels:
    """Creates, changes and finds registered models of a workspace."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, scope: Scope, new: NewRegisteredModel) -> RegisteredModel:
        """Create a model without versions. Raises AlreadyExistsError for a name that is taken."""
        check_name(new.name)
        _check_texts(new.description, new.card)
        kept = tags_once(new.tags)

        def add(tx: Tx) -> int:
            self._check_free(tx, scope, new.name, wants_prompt=is_prompt(kept))
            now = self._desk.clock()
            values: dict[str, Any] = {
                "name": new.name,
                "is_prompt": is_prompt(kept),
                "description": new.description,
                "card": new.card,
                "owner": new.owner,
                "state": new.state,
                "created_ms": now,
                "updated_ms": now,
            }
            model_id = registered_models.add(tx, scope, values)
            tags.set_of_model(tx, model_id, kept)
            change = Change.PROMPT_CREATED if is_prompt(kept) else Change.MODEL_CREATED
            details: dict[str, object] = {"tags": {tag.key: tag.value for tag in kept}, "description": new.description}
            self._desk.tell(tx, scope, Announcement(change, new.name, details=details))
            return model_id

        def unit(tx: Tx) -> RegisteredModel:
            model_id = int(once(tx, scope, "registered-models/create", lambda: add(tx)))
            return reading.models(tx, scope, [model_id])[0]

        return await self._desk.write(unit)

    async def get(self, scope: Scope, name: str) -> RegisteredModel:
        """The model of this name. Raises NotFoundError."""

        def unit(tx: Tx) -> RegisteredModel:
            return reading.models(tx, scope, [require_model(tx, scope, name).id])[0]

        return await self._desk.read(unit)

    async def rename(self, scope: Scope, name: str, new_name: str) -> RegisteredModel:
        """Give a model another name; its versions, aliases, history and lineage stay."""
        check_name(new_name)

        def unit(tx: Tx) -> RegisteredModel:
            model = require_model(tx, scope, name)
            now = self._desk.clock()
            if new_name != name:
                self._check_free(tx, scope, new_name, wants_prompt=model.is_prompt)
            registered_models.change(tx, scope, model.id, {"name": new_name, "updated_ms": now})
            versions.touch_all(tx, scope, model.id, now)
            self._desk.tell(tx, scope, Announcement(Change.MODEL_RENAMED, new_name, details={"old_name": name}))
            return reading.models(tx, scope, [model.id])[0]

        return await self._desk.write(unit)

    async def update(
        self,
        scope: Scope,
        name: str,
        *,
        description: str | None = None,
        card: str | None = None,
        owner: str | None = None,
        state: State | None = None,
    ) -> RegisteredModel:
        """Change what is said of a model; None leaves it as it is."""
        _check_texts(description or "", card or "")
        said = {"description": description, "card": card, "owner": owner, "state": state}
        told = {key: value for key, value in said.items() if value is not None}

        def unit(tx: Tx) -> RegisteredModel:
            model = require_model(tx, scope, name)
            registered_models.change(tx, scope, model.id, {**told, "updated_ms": self._desk.clock()})
            self._desk.tell(tx, scope, Announcement(Change.MODEL_UPDATED, name, details={**told}))
            return reading.models(tx, scope, [model.id])[0]

        return await self._desk.write(unit)

    async def delete(self, scope: Scope, name: str) -> None:
        """Delete a model with its versions, for good; lineage keeps its edges."""

        def unit(tx: Tx) -> None:
            model = require_model(tx, scope, name)
            found = reading.models(tx, scope, [model.id])[0]
            details: dict[str, object] = {"aliases": found.aliases, "model_id": model.id}
            self._desk.tell(tx, scope, Announcement(Change.MODEL_DELETED, name, details=details))
            registered_models.remove(tx, scope, model.id)

        await self._desk.write(unit)

    async def set_tag(self, scope: Scope, name: str, tag: RegistryTag) -> None:
        """Set a tag."""
        check_tag(tag)

        def unit(tx: Tx) -> None:
            model = require_model(tx, scope, name)
            tags.set_of_model(tx, model.id, [tag])
            check_count("tags", tags.count_of_model(tx, model.id), MAX_TAGS)
            if tag.key == PROMPT_TAG:
                registered_models.change(tx, scope, model.id, {"is_prompt": is_prompt([tag])})
            change = Change.PROMPT_TAG_SET if model.is_prompt else Change.MODEL_TAG_SET
            details: dict[str, object] = {"key": tag.key, "value": tag.value}
            self._desk.tell(tx, scope, Announcement(change, name, details=details))

        await self._desk.write(unit)

    async def delete_tag(self, scope: Scope, name: str, key: str) -> None:
        """Delete a tag; one that is not there is gone already."""

        def unit(tx: Tx) -> None:
            model = require_model(tx, scope, name)
            if not tags.delete_of_model(tx, model.id, key):
                return
            if key == PROMPT_TAG:
                registered_models.change(tx, scope, model.id, {"is_prompt": False})
            change = Change.PROMPT_TAG_DELETED if model.is_prompt else Change.MODEL_TAG_DELETED
            self._desk.tell(tx, scope, Announcement(change, name, details={"key": key}))

        await self._desk.write(unit)

    async def latest_versions(self, scope: Scope, name: str, stages: Sequence[Stage] = ()) -> list[ModelVersion]:
        """The newest version in each of these stages, or in each of all, by number."""

        def unit(tx: Tx) -> list[ModelVersion]:
            model = require_model(tx, scope, name)
            return reading.versions(tx, scope, versions.newest(tx, model.id, stages or tuple(Stage)))

        return await self._desk.read(unit)

    async def by_alias(self, scope: Scope, name: str, alias: str) -> ModelVersion:
        """The version that has an alias, `latest` being the newest. Raises InvalidError where none has it."""
        check_alias(alias)
        return await self._desk.read(lambda tx: by_alias(tx, scope, name, alias))

    async def history(
        self, scope: Scope, name: str, *, version: int | None = None, before_id: int | None = None, limit: int = 100
    ) -> list[HistoryEntry]:
        """What happened to stages and aliases, newest first, at most MAX_HISTORY; `before_id` is where to go on."""

        def unit(tx: Tx) -> list[HistoryEntry]:
            model = require_model(tx, scope, name)
            most = max(1, min(limit, MAX_HISTORY))
            return history.entries(tx, scope, model.id, version=version, before_id=before_id, limit=most)

        return await self._desk.read(unit)

    def _check_free(self, tx: Tx, scope: Scope, name: str, *, wants_prompt: bool) -> None:
        if (taken := registered_models.head(tx, scope, name)) is None:
            return
        wanted, holder = ("a prompt", "a registered model") if wants_prompt else ("a registered model", "a prompt")
        if taken.is_prompt != wants_prompt:
            raise AlreadyExistsError(
                f"Tried to create {wanted} with name '{name}', but the name is already taken by {holder}. MLflow does "
                "not allow creating a model and a prompt with the same name."
            )
        raise AlreadyExistsError(f"{'Prompt' if wants_prompt else 'Registered Model'} (name={name}) already exists.")


def _check_texts(description: str, card: str) -> None:
    check_text("description", description)
    check_text("card", card)
