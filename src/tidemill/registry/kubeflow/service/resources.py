"""Artifacts, serving environments, inference services, and what they served: kept as Kubeflow's clients say them."""

from dataclasses import dataclass

from tidemill.core.database import Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.errors import AlreadyExistsError, InvalidError, NotFoundError
from tidemill.registry.catalog.service.desk import Desk
from tidemill.registry.kubeflow.checking import asked_for, check_name, check_room, check_said, the_one
from tidemill.registry.kubeflow.models import (
    MODEL_ARTIFACT,
    Hold,
    Listing,
    Page,
    Resource,
    ResourceKind,
    Said,
)
from tidemill.registry.kubeflow.service.models import load_models
from tidemill.registry.kubeflow.service.versions import require_version
from tidemill.registry.kubeflow.sources import complete
from tidemill.registry.kubeflow.store import finding, resources

_WORDS = {
    ResourceKind.ARTIFACT: "artifact",
    ResourceKind.ENVIRONMENT: "serving environment",
    ResourceKind.SERVICE: "inference service",
    ResourceKind.SERVE: "serve",
}
_NOWHERE = Hold()
_ONCE_NAMED = {ResourceKind.ENVIRONMENT, ResourceKind.SERVICE}


@dataclass(frozen=True, slots=True)
class NewResource:
    """What is asked for. An artifact's `subkind` is its type."""

    kind: ResourceKind
    name: str
    said: Said
    hold: Hold = _NOWHERE
    subkind: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which resources: of a kind, an artifact's type where it is given, and what they hang on."""

    kind: ResourceKind
    subkind: str = ""
    parent_id: int | None = None
    version_id: int | None = None

    @property
    def hold(self) -> tuple[str, int] | None:
        """The column of what they hang on, and its id."""
        if self.version_id is not None:
            return "version_id", self.version_id
        return None if self.parent_id is None else ("parent_id", self.parent_id)


class KubeflowResources:
    """Resources of a workspace, by their row's id."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create(self, scope: Scope, new: NewResource) -> Resource:
        """Make one. Raises NotFoundError for what it is to hang on, AlreadyExistsError for a name in use."""
        check_name(new.name, _WORDS[new.kind])
        check_said(new.said)

        def add(tx: Tx) -> int:
            self._check_hold(tx, scope, new)
            made = resources.add(
                tx,
                scope,
                new.kind,
                new.said,
                new.hold,
                now_ms=self._desk.clock(),
                name=new.name,
                subkind=new.subkind,
            )
            self._complete(tx, scope, resources.by_ids(tx, scope, [made])[0])
            return made

        action = f"kubeflow-{new.kind}s/create"
        return await self._desk.write(
            lambda tx: _require(tx, scope, new.kind, int(once(tx, scope, action, lambda: add(tx))))
        )

    async def get(self, scope: Scope, kind: ResourceKind, id_: int, subkind: str = "") -> Resource:
        """A resource of a kind. Raises NotFoundError."""
        return await self._desk.read(lambda tx: _require(tx, scope, kind, id_, subkind))

    async def find(self, scope: Scope, wanted: Wanted, *, name: str, external_id: str) -> Resource:
        """The resource of this name or id from elsewhere. Raises NotFoundError, and ConflictError for several."""
        asked = asked_for(name=name, external_id=external_id)

        def unit(tx: Tx) -> Resource:
            ids = finding.resource_ids(
                tx,
                scope,
                wanted.kind,
                hold=wanted.hold,
                name=name,
                external_id=external_id,
                subkind=wanted.subkind,
            )
            return _require(tx, scope, wanted.kind, the_one(ids, _WORDS[wanted.kind], asked))

        return await self._desk.read(unit)

    async def list_all(self, scope: Scope, wanted: Wanted, listing: Listing) -> Page[Resource]:
        """A page of them. Raises NotFoundError for what they are to hang on."""

        def unit(tx: Tx) -> Page[Resource]:
            if wanted.version_id is not None:
                require_version(tx, scope, wanted.version_id)
            if wanted.parent_id is not None:
                _require(tx, scope, _parent_of(wanted.kind), wanted.parent_id)
            found, token = finding.page_of_resources(
                tx, scope, wanted.kind, listing, hold=wanted.hold, subkind=wanted.subkind
            )
            return Page(found, token)

        return await self._desk.read(unit)

    async def update(
        self,
        scope: Scope,
        kind: ResourceKind,
        id_: int,
        said: Said,
        *,
        version_id: int | None = None,
        subkind: str = "",
    ) -> Resource:
        """Change what is said, and of an inference service its version. Raises NotFoundError."""
        check_said(said)

        def unit(tx: Tx) -> Resource:
            found = _require(tx, scope, kind, id_, subkind)
            if version_id is not None:
                self._check_version(tx, scope, found.model_id, version_id)
            hold = None if version_id is None else Hold(version_id=version_id)
            resources.change(tx, found, said, self._desk.clock(), hold)
            changed = _require(tx, scope, kind, id_)
            self._complete(tx, scope, changed)
            return changed

        return await self._desk.write(unit)

    def _complete(self, tx: Tx, scope: Scope, resource: Resource) -> None:
        if resource.subkind == MODEL_ARTIFACT and resource.version_id is not None:
            version = require_version(tx, scope, resource.version_id).version
            complete(self._desk, tx, scope, version, resource.uri)

    def _check_hold(self, tx: Tx, scope: Scope, new: NewResource) -> None:
        """Everything that it hangs on is there, and has room for it."""
        hold, word = new.hold, _WORDS[new.kind]
        if hold.parent_id is not None:
            _require(tx, scope, _parent_of(new.kind), hold.parent_id)
            check_room(resources.count(tx, new.kind, "parent_id", hold.parent_id), f"{word}s")
        if hold.model_id is not None and not load_models(tx, scope, [hold.model_id]):
            raise NotFoundError(f"no registered model has the id {hold.model_id}")
        if hold.version_id is not None:
            self._check_version(tx, scope, hold.model_id, hold.version_id)
            check_room(resources.count(tx, new.kind, "version_id", hold.version_id), f"{word}s")
        if hold == _NOWHERE:
            check_room(resources.count(tx, new.kind, "workspace_id", scope.workspace_id), f"{word}s")
        if new.kind in _ONCE_NAMED:
            beside = None if hold.parent_id is None else ("parent_id", hold.parent_id)
            if finding.resource_ids(tx, scope, new.kind, hold=beside, name=new.name, external_id="", subkind=""):
                raise AlreadyExistsError(f"there is a {word} named {new.name[:200]!r} already")

    def _check_version(self, tx: Tx, scope: Scope, model_id: int | None, version_id: int) -> None:
        version = require_version(tx, scope, version_id).version
        if model_id is not None and version.model_id != model_id:
            raise InvalidError(
                f"the version {version_id} is one of the model {version.model_id}, and not of {model_id}",
                hint="leave modelVersionId out for the model's latest",
            )


def _parent_of(kind: ResourceKind) -> ResourceKind:
    return ResourceKind.SERVICE if kind is ResourceKind.SERVE else ResourceKind.ENVIRONMENT


def _require(tx: Tx, scope: Scope, kind: ResourceKind, id_: int, subkind: str = "") -> Resource:
    found = [each for each in resources.by_ids(tx, scope, [id_]) if each.kind is kind and subkind in ("", each.subkind)]
    if not found:
        raise NotFoundError(f"no {subkind or _WORDS[kind]} has the id {id_}", hint="the list shows those there are")
    return found[0]
