"""Versions as Kubeflow sees them: under a name, and without files until an artifact says where they are."""

from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.errors import AlreadyExistsError, NotFoundError
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.catalog.models import ModelVersion, RegisteredModel, RegistryTag, Stage, State, VersionStatus
from tidemill.registry.catalog.rules import MAX_TAGS, check_count, tags_once
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.catalog.store import reading, registered_models, tags, versions
from tidemill.registry.kubeflow.checking import asked_for, check_name, check_said, the_one
from tidemill.registry.kubeflow.models import Hold, KubeflowVersion, Listing, Page, ResourceKind, Said
from tidemill.registry.kubeflow.service.models import load_models
from tidemill.registry.kubeflow.store import finding, resources


class KubeflowVersions:
    """Versions of a workspace's models, by their row's id."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, scope: Scope, model_id: int, name: str, said: Said) -> KubeflowVersion:
        """Add a version, which is pending until it has an artifact. Raises AlreadyExistsError for a name in use."""
        check_name(name, "version")
        check_said(said)

        def add(tx: Tx) -> int:
            model = _require_model(tx, scope, model_id)
            if finding.version_ids(tx, scope, model_id=model_id, name=name, external_id=""):
                raise AlreadyExistsError(f"the model {model.name[:200]!r} has a version named {name[:200]!r} already")
            return self._add(tx, scope, model, name, said)

        return await self._desk.write(
            lambda tx: require_version(tx, scope, int(once(tx, scope, "kubeflow-versions/create", lambda: add(tx))))
        )

    async def get(self, scope: Scope, version_id: int) -> KubeflowVersion:
        """A version. Raises NotFoundError."""
        return await self._desk.read(lambda tx: require_version(tx, scope, version_id))

    async def find(self, scope: Scope, *, model_id: int | None, name: str, external_id: str) -> KubeflowVersion:
        """The version of this name or id from elsewhere. Raises NotFoundError, and ConflictError for several."""
        asked = asked_for(name=name, external_id=external_id)

        def unit(tx: Tx) -> KubeflowVersion:
            ids = finding.version_ids(tx, scope, model_id=model_id, name=name, external_id=external_id)
            return require_version(tx, scope, the_one(ids, "model version", asked))

        return await self._desk.read(unit)

    async def list_all(self, scope: Scope, listing: Listing, model_id: int | None = None) -> Page[KubeflowVersion]:
        """A page of versions, of all models or of one. Raises NotFoundError for a model that is not there."""

        def unit(tx: Tx) -> Page[KubeflowVersion]:
            if model_id is not None:
                _require_model(tx, scope, model_id)
            ids, token = finding.page_of_versions(tx, scope, listing, model_id)
            return Page(load_versions(tx, scope, ids), token)

        return await self._desk.read(unit)

    async def update(self, scope: Scope, version_id: int, said: Said) -> KubeflowVersion:
        """Change what is said; properties that are given take the place of all that there were."""
        check_said(said)

        def unit(tx: Tx) -> KubeflowVersion:
            found = require_version(tx, scope, version_id).version
            now = self._desk.clock()
            told = {
                "description": said.description,
                "user_id": said.owner,
                "state": None if said.state is None else State(said.state),
            }
            values = {key: value for key, value in told.items() if value is not None}
            versions.change(tx, scope, version_id, {**values, "updated_ms": now})
            self._change_own(tx, scope, version_id, said, now)
            self._desk.tell(tx, scope, Announcement(Change.VERSION_UPDATED, found.name, found.version, {**values}))
            if said.properties is not None:
                self._put_tags(tx, scope, found, said.properties)
            return require_version(tx, scope, version_id)

        return await self._desk.write(unit)

    def _add(self, tx: Tx, scope: Scope, model: RegisteredModel, name: str, said: Said) -> int:
        kept = tags_once(said.properties or ())
        now = self._desk.clock()
        number = registered_models.take_number(tx, model.id, now)
        values: dict[str, Any] = {
            "model_id": model.id,
            "version": number,
            "is_prompt": False,
            "description": said.description or "",
            "card": "",
            "user_id": said.owner or scope.subject.name,
            "stage": Stage.NONE,
            "state": State(said.state or State.LIVE),
            "status": VersionStatus.PENDING,
            "status_message": "",
            "source": "",
            "storage_location": "",
            "run_id": "",
            "run_link": "",
            "logged_model_uuid": "",
            "created_ms": now,
            "updated_ms": now,
        }
        version_id = versions.add(tx, scope, values)
        tags.set_of_version(tx, version_id, kept)
        own, hold = Said(external_id=said.external_id), Hold(version_id=version_id)
        resources.add(tx, scope, ResourceKind.VERSION, own, hold, now_ms=now, name=name)
        known = {tag.key: tag.value for tag in kept}
        details: dict[str, object] = {"tags": known, "description": said.description or ""}
        self._desk.tell(tx, scope, Announcement(Change.VERSION_CREATED, model.name, number, details))
        return version_id

    def _change_own(self, tx: Tx, scope: Scope, version_id: int, said: Said, now: int) -> None:
        if said.external_id is None:
            return
        own = resources.of_versions(tx, [version_id]).get(version_id)
        words = Said(external_id=said.external_id)
        if own is None:
            resources.add(tx, scope, ResourceKind.VERSION, words, Hold(version_id=version_id), now_ms=now)
        else:
            resources.change(tx, own, words, now)

    def _put_tags(self, tx: Tx, scope: Scope, version: ModelVersion, wanted: Sequence[RegistryTag]) -> None:
        kept = tags_once(wanted)
        for gone in {tag.key for tag in version.tags} - {tag.key for tag in kept}:
            tags.delete_of_version(tx, version.id, gone)
            said = Announcement(Change.VERSION_TAG_DELETED, version.name, version.version, {"key": gone})
            self._desk.tell(tx, scope, said)
        new = [tag for tag in kept if tag not in version.tags]
        tags.set_of_version(tx, version.id, new)
        check_count("properties", len(kept), MAX_TAGS)
        for tag in new:
            details: dict[str, object] = {"key": tag.key, "value": tag.value}
            self._desk.tell(tx, scope, Announcement(Change.VERSION_TAG_SET, version.name, version.version, details))


def load_versions(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[KubeflowVersion]:
    """The versions of these row ids, in this order."""
    own = resources.of_versions(tx, ids)
    found: list[KubeflowVersion] = []
    for version in reading.versions(tx, scope, ids):
        said = own.get(version.id)
        name = said.name if said is not None and said.name else str(version.version)
        found.append(KubeflowVersion(version, name, said.external_id if said is not None else ""))
    return found


def require_version(tx: Tx, scope: Scope, version_id: int) -> KubeflowVersion:
    """A version of a model that is no prompt. Raises NotFoundError."""
    found = load_versions(tx, scope, [version_id])
    if not found or not load_models(tx, scope, [found[0].version.model_id]):
        raise NotFoundError(f"no model version has the id {version_id}", hint="GET .../model_versions lists them")
    return found[0]


def _require_model(tx: Tx, scope: Scope, model_id: int) -> RegisteredModel:
    found = [each.model for each in load_models(tx, scope, [model_id]) if not each.model.is_prompt]
    if not found:
        raise NotFoundError(f"no registered model has the id {model_id}", hint="GET .../registered_models lists them")
    return found[0]
