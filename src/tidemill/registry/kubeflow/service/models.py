"""Registered models as Kubeflow sees them: MLflow's, with what only Kubeflow says of them."""

from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.errors import AlreadyExistsError, NotFoundError
from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.catalog.models import RegisteredModel, RegistryTag, State
from tidemill.registry.catalog.rules import MAX_TAGS, check_count, tags_once
from tidemill.registry.catalog.rules import check_name as check_model_name
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.catalog.store import reading, registered_models, tags
from tidemill.registry.kubeflow.checking import asked_for, check_name, check_said, the_one
from tidemill.registry.kubeflow.models import Hold, KubeflowModel, Listing, Page, ResourceKind, Said
from tidemill.registry.kubeflow.store import finding, resources


class KubeflowModels:
    """Registered models of a workspace, by their row's id."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, scope: Scope, name: str, said: Said) -> KubeflowModel:
        """Create a model without versions. Raises AlreadyExistsError for a name that is taken."""
        check_name(name, "model")
        check_model_name(name)
        check_said(said)
        kept = tags_once(said.properties or ())

        def add(tx: Tx) -> int:
            if registered_models.head(tx, scope, name) is not None:
                raise AlreadyExistsError(f"a model or a prompt is called {name[:200]!r} already")
            now = self._desk.clock()
            values: dict[str, Any] = {
                "name": name,
                "is_prompt": False,
                "description": said.description or "",
                "card": said.card or "",
                "owner": said.owner or scope.subject.name,
                "state": State(said.state or State.LIVE),
                "created_ms": now,
                "updated_ms": now,
            }
            model_id = registered_models.add(tx, scope, values)
            tags.set_of_model(tx, model_id, kept)
            resources.add(tx, scope, ResourceKind.MODEL, _own(said), Hold(model_id=model_id), now_ms=now)
            known = {tag.key: tag.value for tag in kept}
            details: dict[str, object] = {"tags": known, "description": said.description or ""}
            self._desk.tell(tx, scope, Announcement(Change.MODEL_CREATED, name, details=details))
            return model_id

        return await self._desk.write(
            lambda tx: _require(tx, scope, int(once(tx, scope, "kubeflow-models/create", lambda: add(tx))))
        )

    async def get(self, scope: Scope, model_id: int) -> KubeflowModel:
        """A model. Raises NotFoundError."""
        return await self._desk.read(lambda tx: _require(tx, scope, model_id))

    async def find(self, scope: Scope, *, name: str, external_id: str) -> KubeflowModel:
        """The model of this name or id from elsewhere. Raises NotFoundError."""
        asked = asked_for(name=name, external_id=external_id)

        def unit(tx: Tx) -> KubeflowModel:
            ids = finding.model_ids(tx, scope, name=name, external_id=external_id)
            return _require(tx, scope, the_one(ids, "registered model", asked))

        return await self._desk.read(unit)

    async def list_all(self, scope: Scope, listing: Listing) -> Page[KubeflowModel]:
        """A page of models; prompts are none of them."""

        def unit(tx: Tx) -> Page[KubeflowModel]:
            ids, token = finding.page_of_models(tx, scope, listing)
            return Page(load_models(tx, scope, ids), token)

        return await self._desk.read(unit)

    async def update(self, scope: Scope, model_id: int, said: Said) -> KubeflowModel:
        """Change what is said; properties that are given take the place of all that there were."""
        check_said(said)

        def unit(tx: Tx) -> KubeflowModel:
            found = _require(tx, scope, model_id)
            now = self._desk.clock()
            told = {
                "description": said.description,
                "card": said.card,
                "owner": said.owner,
                "state": None if said.state is None else State(said.state),
            }
            values = {key: value for key, value in told.items() if value is not None}
            registered_models.change(tx, scope, model_id, {**values, "updated_ms": now})
            self._change_own(tx, scope, model_id, said, now)
            self._desk.tell(tx, scope, Announcement(Change.MODEL_UPDATED, found.model.name, details={**values}))
            if said.properties is not None:
                self._put_tags(tx, scope, found.model, said.properties)
            return _require(tx, scope, model_id)

        return await self._desk.write(unit)

    def _change_own(self, tx: Tx, scope: Scope, model_id: int, said: Said, now: int) -> None:
        own = resources.of_models(tx, [model_id]).get(model_id)
        if own is None:
            resources.add(tx, scope, ResourceKind.MODEL, _own(said), Hold(model_id=model_id), now_ms=now)
        else:
            resources.change(tx, own, _own(said), now)

    def _put_tags(self, tx: Tx, scope: Scope, model: RegisteredModel, wanted: Sequence[RegistryTag]) -> None:
        kept = tags_once(wanted)
        for gone in {tag.key for tag in model.tags} - {tag.key for tag in kept}:
            tags.delete_of_model(tx, model.id, gone)
            self._desk.tell(tx, scope, Announcement(Change.MODEL_TAG_DELETED, model.name, details={"key": gone}))
        new = [tag for tag in kept if tag not in model.tags]
        tags.set_of_model(tx, model.id, new)
        check_count("properties", len(kept), MAX_TAGS)
        for tag in new:
            details: dict[str, object] = {"key": tag.key, "value": tag.value}
            self._desk.tell(tx, scope, Announcement(Change.MODEL_TAG_SET, model.name, details=details))


def load_models(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[KubeflowModel]:
    """The models of these row ids, in this order."""
    own = resources.of_models(tx, ids)
    return [
        KubeflowModel(model, own[model.id].external_id, own[model.id].fields)
        if model.id in own
        else KubeflowModel(model, "", {})
        for model in reading.models(tx, scope, ids)
    ]


def _require(tx: Tx, scope: Scope, model_id: int) -> KubeflowModel:
    found = [each for each in load_models(tx, scope, [model_id]) if not each.model.is_prompt]
    if not found:
        raise NotFoundError(f"no registered model has the id {model_id}", hint="GET .../registered_models lists them")
    return found[0]


def _own(said: Said) -> Said:
    """What the catalog has no column for."""
    return Said(external_id=said.external_id, fields=said.fields)
