"""Resolving a new version's source: where its files are, of which run and logged model, and what that makes lineage."""

from collections.abc import Iterator
from dataclasses import dataclass

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Edge, Kind, Thing
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.registry.catalog.models import ModelVersion, NewVersion
from tidemill.registry.catalog.rules import PROMPT_SOURCES, is_prompt, stage_of
from tidemill.registry.catalog.sources import (
    ARTIFACTS,
    MODELS,
    RUNS,
    Reference,
    check_source,
    is_local,
    lies_below,
    not_contained,
    not_matching,
    not_of_run,
    read_reference,
    run_of,
    scheme_of,
)
from tidemill.registry.catalog.store import reading, registered_models, versions
from tidemill.tracking import LoggedModel, require_logged_model, run_root

LATEST = "latest"
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """What a version comes of. `model` is the logged model that the request named; `original` what it is a copy of."""

    source: str
    storage_location: str
    run_id: str
    model: LoggedModel | None = None
    original: ModelVersion | None = None
    is_known_run: bool = False

    @property
    def logged_model_uuid(self) -> str:
        if self.model is not None:
            return self.model.uuid
        return self.original.logged_model_uuid if self.original is not None else ""

    def edges(self, model_id: int, version: int) -> Iterator[Edge]:
        """What leads to the version: the original of a copy, else the logged model, and a run that did not log it."""
        target = Thing(Kind.MODEL_VERSION, version_id(model_id, version))
        if self.original is not None:
            source = version_id(self.original.model_id, self.original.version)
            yield Edge(Thing(Kind.MODEL_VERSION, source), target)
            return
        if self.model is not None:
            yield Edge(Thing(Kind.LOGGED_MODEL, self.model.uuid), target)
        if self.is_known_run and (self.model is None or self.model.source_run_id != self.run_id):
            yield Edge(Thing(Kind.RUN, self.run_id), target)


def version_id(model_id: int, version: int) -> str:
    """A version's id in lineage; its model is known by its row, so that a new name changes nothing."""
    return f"{model_id}/{version}"


def resolve(tx: Tx, scope: Scope, new: NewVersion) -> Origin:
    """What a new version comes of. Raises InvalidError or NotFoundError, in MLflow's words, for what it cannot be."""
    if is_prompt(new.tags):
        if new.source not in PROMPT_SOURCES:
            raise InvalidError(
                f"Invalid prompt source: '{new.source[:_SHOWN]}'. Prompt sources must use an MLflow placeholder.",
                hint=f"one of {', '.join(PROMPT_SOURCES)}: a prompt's text is in its tags",
            )
        return Origin(new.source, new.source, new.run_id)
    check_source(new.source)
    scheme = scheme_of(new.source)
    model = require_logged_model(tx, scope, new.logged_model_uuid) if new.logged_model_uuid else None
    if scheme == MODELS:
        return _of_models(tx, scope, new, model)
    root = run_root(tx, scope, new.run_id) if new.run_id else None
    _check_contained(new, scheme, model, root)
    run_id = new.run_id or (model.source_run_id if model is not None else "")
    return Origin(new.source, new.source, run_id, model, is_known_run=root is not None)


def referenced(tx: Tx, scope: Scope, reference: Reference) -> ModelVersion:
    """The version that a `models:/` URI names. Raises NotFoundError or InvalidError."""
    if reference.version is not None:
        found = versions.head(tx, scope, reference.name, reference.version)
        if found is None:
            require_model(tx, scope, reference.name)
            raise no_version(reference.name, reference.version)
        return reading.version(tx, scope, found.id)
    if reference.alias:
        return by_alias(tx, scope, reference.name, reference.alias)
    model_id = require_model(tx, scope, reference.name).id
    if reference.label.lower() == LATEST:
        number = versions.greatest(tx, model_id)
        found = None if number is None else versions.head(tx, scope, reference.name, number)
        ids = [] if found is None else [found.id]
    else:
        ids = versions.newest(tx, model_id, [stage_of(reference.label)])
    if not ids:
        raise InvalidError(
            f"No versions of model with name '{reference.name[:_SHOWN]}' and stage '{reference.label[:_SHOWN]}' found"
        )
    return reading.version(tx, scope, ids[0])


def by_alias(tx: Tx, scope: Scope, name: str, alias: str) -> ModelVersion:
    """The version that has an alias, `latest` being the newest. Raises InvalidError or NotFoundError."""
    found = registered_models.by_alias(tx, scope, name, alias)
    if found is None:
        raise no_model(name)
    model_id, id_ = found
    if alias.lower() == LATEST:
        number = versions.greatest(tx, model_id)
        if number is None:
            raise NotFoundError(f"Latest version not found for model {name[:_SHOWN]}.")
        id_ = require_version(tx, scope, name, number).id
    if id_ is None:
        raise InvalidError(f"Registered model alias {alias[:_SHOWN]} not found.")
    return reading.version(tx, scope, id_)


def require_model(tx: Tx, scope: Scope, name: str) -> registered_models.ModelHead:
    """The model of this name. Raises NotFoundError."""
    if (found := registered_models.head(tx, scope, name)) is None:
        raise no_model(name)
    return found


def require_version(tx: Tx, scope: Scope, name: str, version: int) -> versions.VersionHead:
    """The version of this number. Raises NotFoundError."""
    if (found := versions.head(tx, scope, name, version)) is None:
        raise no_version(name, version)
    return found


def no_model(name: str) -> NotFoundError:
    """The error for a model that is not there."""
    return NotFoundError(f"Registered Model with name={name[:_SHOWN]} not found")


def no_version(name: str, version: int) -> NotFoundError:
    """The error for a version that is not there."""
    return NotFoundError(f"Model Version (name={name[:_SHOWN]}, version={version}) not found")


def _of_models(tx: Tx, scope: Scope, new: NewVersion, model: LoggedModel | None) -> Origin:
    reference = read_reference(new.source)
    if reference is None or (reference.logged_model and reference.logged_model != new.logged_model_uuid):
        raise not_contained(new.source, "model_id")
    if reference.logged_model and model is not None:
        run_id = new.run_id or model.source_run_id
        is_known_run = bool(run_id) and run_root(tx, scope, run_id) is not None
        return Origin(new.source, model.artifact_uri, run_id, model, is_known_run=is_known_run)
    original = referenced(tx, scope, reference)
    same_run = new.run_id in ("", original.run_id)
    if not same_run or new.logged_model_uuid not in ("", original.logged_model_uuid):
        raise not_matching(new.source)
    source = f"models:/{original.name}/{original.version}"
    return Origin(source, original.storage_location, original.run_id, model, original)


def _check_contained(new: NewVersion, scheme: str, model: LoggedModel | None, root: str | None) -> None:
    """A place in this server, or on a machine, must be one of those where the run's or logged model's files are."""
    if model is not None:
        is_bound = scheme in (ARTIFACTS, RUNS) or is_local(new.source)
        if is_bound and not lies_below(new.source, model.artifact_uri):
            raise not_contained(new.source, "model_id")
    elif scheme == RUNS:
        if run_of(new.source) != new.run_id:
            raise not_contained(new.source, "run_id")
    elif scheme == ARTIFACTS:
        if not lies_below(new.source, root or ""):
            raise not_contained(new.source, "run_id")
    elif is_local(new.source) and not lies_below(new.source, root or ""):
        raise not_of_run(new.source)
