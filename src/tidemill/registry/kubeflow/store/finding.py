"""Pages of models, versions and other resources, and the one that has a name or an id from elsewhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Text, and_, cast, exists, func, select

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.tables import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from tidemill.registry.kubeflow.models import Listing, Resource, ResourceKind
from tidemill.registry.kubeflow.store.filtering import Properties, conditions_of
from tidemill.registry.kubeflow.store.paging import page_of_ids
from tidemill.registry.kubeflow.store.resources import by_ids
from tidemill.registry.kubeflow.tables import kubeflow_resources

_resources = kubeflow_resources.c


def _own(kind: ResourceKind, holder: Column[int | None], row: Column[int], column: Column[str]) -> ColumnElement[str]:
    """What is said of a model or a version beside the catalog; null where nothing is."""
    words = select(column).where(holder == row, _resources.kind == kind, column != "")
    return words.limit(1).scalar_subquery()


_MODELS: Mapping[str, ColumnElement[Any]] = {
    "id": registered_models.c.id,
    "name": registered_models.c.name,
    "externalId": _own(ResourceKind.MODEL, _resources.model_id, registered_models.c.id, _resources.external_id),
    "description": registered_models.c.description,
    "owner": registered_models.c.owner,
    "state": registered_models.c.state,
    "createTimeSinceEpoch": registered_models.c.created_ms,
    "lastUpdateTimeSinceEpoch": registered_models.c.updated_ms,
}
_VERSIONS: Mapping[str, ColumnElement[Any]] = {
    "id": model_versions.c.id,
    "name": func.coalesce(
        _own(ResourceKind.VERSION, _resources.version_id, model_versions.c.id, _resources.name),
        cast(model_versions.c.version, Text),
    ),
    "externalId": _own(ResourceKind.VERSION, _resources.version_id, model_versions.c.id, _resources.external_id),
    "description": model_versions.c.description,
    "author": model_versions.c.user_id,
    "state": model_versions.c.state,
    "registeredModelId": model_versions.c.model_id,
    "createTimeSinceEpoch": model_versions.c.created_ms,
    "lastUpdateTimeSinceEpoch": model_versions.c.updated_ms,
}
_RESOURCES: Mapping[str, ColumnElement[Any]] = {
    "id": _resources.id,
    "name": _resources.name,
    "description": _resources.description,
    "externalId": _resources.external_id,
    "state": _resources.state,
    "uri": _resources.uri,
    "artifactType": _resources.subkind,
    "createTimeSinceEpoch": _resources.created_ms,
    "lastUpdateTimeSinceEpoch": _resources.updated_ms,
}


def page_of_models(tx: Tx, scope: Scope, listing: Listing) -> tuple[list[int], str]:
    """The ids of registered models, prompts aside."""
    tags = Properties(registered_model_tags, registered_model_tags.c.model_id, registered_models.c.id)
    mine = registered_models.c.workspace_id == scope.workspace_id, registered_models.c.is_prompt.is_(False)
    where = [*mine, *conditions_of(listing.filter, _MODELS, tags)]
    return page_of_ids(tx, registered_models, where, listing, ("models", scope.workspace_id))


def page_of_versions(tx: Tx, scope: Scope, listing: Listing, model_id: int | None) -> tuple[list[int], str]:
    """The ids of versions, of all models or of one; those of prompts aside."""
    tags = Properties(model_version_tags, model_version_tags.c.version_id, model_versions.c.id)
    mine = [model_versions.c.workspace_id == scope.workspace_id, model_versions.c.is_prompt.is_(False)]
    if model_id is not None:
        mine.append(model_versions.c.model_id == model_id)
    where = [*mine, *conditions_of(listing.filter, _VERSIONS, tags)]
    return page_of_ids(tx, model_versions, where, listing, ("versions", scope.workspace_id, model_id))


def page_of_resources(
    tx: Tx, scope: Scope, kind: ResourceKind, listing: Listing, *, hold: tuple[str, int] | None, subkind: str = ""
) -> tuple[list[Resource], str]:
    """Resources of a kind; `hold` is the column of what they hang on, and its id."""
    where = [*_of(scope, kind), *conditions_of(listing.filter, _RESOURCES)]
    if hold is not None:
        where.append(_resources[hold[0]] == hold[1])
    if subkind:
        where.append(_resources.subkind == subkind)
    of = (kind, scope.workspace_id, hold, subkind)
    ids, token = page_of_ids(tx, kubeflow_resources, where, listing, of)
    return by_ids(tx, scope, ids), token


def model_ids(tx: Tx, scope: Scope, *, name: str, external_id: str) -> list[int]:
    """The models, two at most, of this name or this id from elsewhere, or both."""
    query = select(registered_models.c.id).where(
        registered_models.c.workspace_id == scope.workspace_id, registered_models.c.is_prompt.is_(False)
    )
    if name:
        query = query.where(registered_models.c.name == name)
    if external_id:
        query = query.where(
            _has_external_id(ResourceKind.MODEL, external_id, _resources.model_id, registered_models.c.id)
        )
    return list(tx.execute(query.order_by(registered_models.c.id).limit(2)).scalars())


def version_ids(tx: Tx, scope: Scope, *, model_id: int | None, name: str, external_id: str) -> list[int]:
    """The versions, two at most, of this name or this id from elsewhere. Those without a name have their number's."""
    versions = model_versions.c
    query = select(versions.id).where(versions.workspace_id == scope.workspace_id, versions.is_prompt.is_(False))
    if model_id is not None:
        query = query.where(versions.model_id == model_id)
    if external_id:
        query = query.where(_has_external_id(ResourceKind.VERSION, external_id, _resources.version_id, versions.id))
    if name:
        query = query.where(_is_called(name))
    return list(tx.execute(query.order_by(versions.id).limit(2)).scalars())


def resource_ids(
    tx: Tx, scope: Scope, kind: ResourceKind, *, hold: tuple[str, int] | None, name: str, external_id: str, subkind: str
) -> list[int]:
    """The resources of a kind, two at most, of this name or this id from elsewhere."""
    where = list[ColumnElement[bool]](_of(scope, kind))
    if hold is not None:
        where.append(_resources[hold[0]] == hold[1])
    if name:
        where.append(_resources.name == name)
    if external_id:
        where.append(_resources.external_id == external_id)
    if subkind:
        where.append(_resources.subkind == subkind)
    return list(tx.execute(select(_resources.id).where(*where).order_by(_resources.id).limit(2)).scalars())


def _is_called(name: str) -> ColumnElement[bool]:
    versions = model_versions.c
    of_version = and_(_resources.version_id == versions.id, _resources.kind == ResourceKind.VERSION)
    named = exists().where(of_version, _resources.name == name)
    if not (name.isascii() and name.isdecimal() and len(name) < 10 and str(int(name)) == name):
        return named
    has_own = exists().where(of_version, _resources.name != "")
    return named | and_(versions.version == int(name), ~has_own)


def _has_external_id(
    kind: ResourceKind, external_id: str, column: ColumnElement[int | None], row: ColumnElement[int]
) -> ColumnElement[bool]:
    return exists().where(column == row, _resources.kind == kind, _resources.external_id == external_id)


def _of(scope: Scope, kind: ResourceKind) -> Sequence[ColumnElement[bool]]:
    return _resources.workspace_id == scope.workspace_id, _resources.kind == kind
