"""Use cases over versions of registered models."""

from typing import Any

from tidemill.core.database import Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.core.lineage import link
from tidemill.kit.errors import InvalidError
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.catalog.models import (
    PROMPT_TAG,
    PROMPT_TEXT_TAG,
    Happening,
    ModelVersion,
    NewVersion,
    RegistryTag,
    Stage,
    State,
    Turn,
    VersionStatus,
)
from tidemill.registry.catalog.origins import no_version, require_model, require_version, resolve
from tidemill.registry.catalog.rules import (
    MAX_TAGS,
    check_archiving,
    check_count,
    check_name,
    check_tag,
    check_text,
    is_prompt,
    stage_of,
    tags_once,
)
from tidemill.registry.catalog.service.aliases import end_of
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.catalog.store import history, reading, registered_models, tags, versions
from tidemill.registry.catalog.store.versions import VersionHead
from tidemill.tracking import note_version

_LONGEST_RUN_ID = 64
_LONGEST_LINK = 10_000


class ModelVersions:
    """Creates, changes and finds versions of a workspace's models."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, scope: Scope, new: NewVersion) -> ModelVersion:
        """Add the next version of a model. Raises InvalidError for a source that it cannot be made of."""
        _check(new)
        kept = tags_once(new.tags)

        def add(tx: Tx) -> int:
            model = require_model(tx, scope, new.name)
            origin = resolve(tx, scope, new)
            now = self._desk.clock()
            number = registered_models.take_number(tx, model.id, now)
            values: dict[str, Any] = {
                "model_id": model.id,
                "version": number,
                "is_prompt": is_prompt(kept),
                "description": new.description,
                "card": new.card,
                "user_id": new.user_id or scope.subject.name,
                "stage": Stage.NONE,
                "state": new.state,
                "status": new.status,
                "status_message": "",
                "source": origin.source,
                "storage_location": origin.storage_location,
                "run_id": origin.run_id,
                "run_link": new.run_link,
                "logged_model_uuid": origin.logged_model_uuid,
                "created_ms": now,
                "updated_ms": now,
            }
            id_ = versions.add(tx, scope, values)
            tags.set_of_version(tx, id_, kept)
            link(tx, scope, origin.edges(model.id, number))
            if origin.model is not None:
                note_version(tx, scope, origin.model, model.name, number)
            self._desk.tell(tx, scope, _created(new, number, kept, values))
            return id_

        def unit(tx: Tx) -> ModelVersion:
            return reading.version(tx, scope, int(once(tx, scope, "model-versions/create", lambda: add(tx))))

        return await self._desk.write(unit)

    async def get(self, scope: Scope, name: str, version: int) -> ModelVersion:
        """The version of this number. Raises NotFoundError."""
        return await self._desk.read(
            lambda tx: reading.version(tx, scope, require_version(tx, scope, name, version).id)
        )

    async def download_uri(self, scope: Scope, name: str, version: int) -> str:
        """Where a version's files are. Raises NotFoundError."""

        def unit(tx: Tx) -> str:
            if (location := versions.storage(tx, scope, name, version)) is None:
                raise no_version(name, version)
            return location

        return await self._desk.read(unit)

    async def update(
        self,
        scope: Scope,
        name: str,
        version: int,
        *,
        description: str | None = None,
        card: str | None = None,
        state: State | None = None,
        status: VersionStatus | None = None,
        status_message: str | None = None,
    ) -> ModelVersion:
        """Change what is said of a version; None leaves it as it is."""
        check_text("description", description or "")
        check_text("card", card or "")
        said = {
            "description": description,
            "card": card,
            "state": state,
            "status": status,
            "status_message": status_message,
        }
        told = {key: value for key, value in said.items() if value is not None}

        def unit(tx: Tx) -> ModelVersion:
            found = require_version(tx, scope, name, version)
            versions.change(tx, scope, found.id, {**told, "updated_ms": self._desk.clock()})
            self._desk.tell(tx, scope, Announcement(Change.VERSION_UPDATED, name, version, {**told}))
            return reading.version(tx, scope, found.id)

        return await self._desk.write(unit)

    async def delete(self, scope: Scope, name: str, version: int) -> None:
        """Delete a version and its aliases, for good; its number is not given again and lineage keeps its edges."""

        def unit(tx: Tx) -> None:
            found = require_version(tx, scope, name, version)
            aliases = registered_models.aliases_of(tx, found.model_id, version)
            details: dict[str, object] = {"aliases": aliases, "stage": found.stage.value}
            self._desk.tell(tx, scope, Announcement(Change.VERSION_DELETED, name, version, details))
            now = self._desk.clock()
            for alias in aliases:
                history.add(tx, scope, found.model_id, end_of(alias, version), now)
            if found.stage is not Stage.NONE:
                self._turn(tx, scope, found, "", now)
            registered_models.change(tx, scope, found.model_id, {"updated_ms": now})
            versions.remove(tx, scope, found.id)

        await self._desk.write(unit)

    async def set_tag(self, scope: Scope, name: str, version: int, tag: RegistryTag) -> None:
        """Set a tag."""
        check_tag(tag)

        def unit(tx: Tx) -> None:
            found = require_version(tx, scope, name, version)
            tags.set_of_version(tx, found.id, [tag])
            if tag.key == PROMPT_TAG:
                versions.change(tx, scope, found.id, {"is_prompt": is_prompt([tag])})
            check_count("tags", tags.count_of_version(tx, found.id), MAX_TAGS)
            change = Change.PROMPT_VERSION_TAG_SET if found.is_prompt else Change.VERSION_TAG_SET
            details: dict[str, object] = {"key": tag.key, "value": tag.value}
            self._desk.tell(tx, scope, Announcement(change, name, version, details))

        await self._desk.write(unit)

    async def delete_tag(self, scope: Scope, name: str, version: int, key: str) -> None:
        """Delete a tag; one that is not there is gone already."""

        def unit(tx: Tx) -> None:
            found = require_version(tx, scope, name, version)
            if tags.delete_of_version(tx, found.id, key):
                if key == PROMPT_TAG:
                    versions.change(tx, scope, found.id, {"is_prompt": False})
                change = Change.PROMPT_VERSION_TAG_DELETED if found.is_prompt else Change.VERSION_TAG_DELETED
                self._desk.tell(tx, scope, Announcement(change, name, version, {"key": key}))

        await self._desk.write(unit)

    async def transition(
        self, scope: Scope, name: str, version: int, stage: str, *, archive_existing: bool = False
    ) -> ModelVersion:
        """Take a version to a stage, in any case; `archive_existing` archives the others that are in it."""
        target = stage_of(stage)
        if archive_existing:
            check_archiving(target, stage)

        def unit(tx: Tx) -> ModelVersion:
            found = require_version(tx, scope, name, version)
            now = self._desk.clock()
            if archive_existing:
                for id_, number in versions.in_stage(tx, found.model_id, target):
                    if id_ != found.id:
                        other = found._replace(id=id_, version=number, stage=target)
                        self._move(tx, scope, other, Stage.ARCHIVED, now)
            self._move(tx, scope, found, target, now)
            registered_models.change(tx, scope, found.model_id, {"updated_ms": now})
            return reading.version(tx, scope, found.id)

        await self._desk.prepare(scope, name, version)
        return await self._desk.write(unit)

    def _move(self, tx: Tx, scope: Scope, found: VersionHead, target: Stage, now: int) -> None:
        versions.change(tx, scope, found.id, {"stage": target, "updated_ms": now})
        if target is found.stage:
            return
        self._turn(tx, scope, found, target, now)
        details: dict[str, object] = {"from_stage": found.stage.value, "to_stage": target.value}
        self._desk.tell(tx, scope, Announcement(Change.STAGE_CHANGED, found.name, found.version, details))

    def _turn(self, tx: Tx, scope: Scope, found: VersionHead, after: str, now: int) -> None:
        happening = Happening(turn=Turn.STAGE, version=found.version, before=found.stage.value, after=after)
        history.add(tx, scope, found.model_id, happening, now)


def _check(new: NewVersion) -> None:
    check_name(new.name)
    check_text("description", new.description)
    check_text("card", new.card)
    for what, text, longest in (("run_id", new.run_id, _LONGEST_RUN_ID), ("run_link", new.run_link, _LONGEST_LINK)):
        if len(text) > longest:
            raise InvalidError(f"'{what}' exceeds the maximum length of {longest} characters")


def _created(new: NewVersion, number: int, kept: tuple[RegistryTag, ...], values: dict[str, Any]) -> Announcement:
    known = {tag.key: tag.value for tag in kept}
    details: dict[str, object] = {"tags": known, "description": new.description}
    if is_prompt(kept):
        details["template"] = known.get(PROMPT_TEXT_TAG, "")
        return Announcement(Change.PROMPT_VERSION_CREATED, new.name, number, details)
    details |= {
        "source": values["source"],
        "run_id": values["run_id"],
        "logged_model_uuid": values["logged_model_uuid"],
    }
    return Announcement(Change.VERSION_CREATED, new.name, number, details)
