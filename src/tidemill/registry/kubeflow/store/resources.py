"""Rows of Kubeflow's resources."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import func, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.models import RegistryTag
from tidemill.registry.kubeflow.models import Hold, Resource, ResourceKind, Said
from tidemill.registry.kubeflow.tables import kubeflow_resources

_columns = kubeflow_resources.c
_tags = msgspec.json.Decoder(list[RegistryTag])
# Driver-level SQL: every version that MLflow's clients register passes here.
_GIVEN = tuple(name for name in kubeflow_resources.c.keys() if name != "id")  # noqa: SIM118
_ADD = f"INSERT INTO kubeflow_resources ({', '.join(_GIVEN)}) VALUES (?{', ?' * (len(_GIVEN) - 1)}) RETURNING id"  # noqa: S608


def add(
    tx: Tx, scope: Scope, kind: ResourceKind, said: Said, hold: Hold, *, now_ms: int, name: str = "", subkind: str = ""
) -> int:
    """Insert a resource; returns its row id."""
    values = {
        "workspace_id": scope.workspace_id,
        "kind": kind,
        "subkind": subkind,
        "name": name,
        "external_id": said.external_id or "",
        "description": said.description or "",
        "state": said.state or "",
        "uri": said.uri or "",
        "parent_id": hold.parent_id,
        "model_id": hold.model_id,
        "version_id": hold.version_id,
        "fields": _json(dict(said.fields)),
        "properties": _json(list(said.properties or ())),
        "created_ms": now_ms,
        "updated_ms": now_ms,
    }
    return int(tx.sql(_ADD, [values[name] for name in _GIVEN])[0][0])


def change(tx: Tx, resource: Resource, said: Said, now_ms: int, hold: Hold | None = None) -> None:
    """Change what is said; fields are put over those that are there."""
    told = {
        "external_id": said.external_id,
        "description": said.description,
        "state": said.state,
        "uri": said.uri,
        "properties": None if said.properties is None else _json(list(said.properties)),
        "fields": _json({**resource.fields, **said.fields}) if said.fields else None,
        "version_id": None if hold is None else hold.version_id,
    }
    values = {key: value for key, value in told.items() if value is not None}
    tx.execute(update(kubeflow_resources).where(_columns.id == resource.id).values(**values, updated_ms=now_ms))


def by_ids(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[Resource]:
    """The resources of these row ids, in this order; those of other workspaces are left out."""
    query = select(kubeflow_resources).where(_columns.workspace_id == scope.workspace_id, _columns.id.in_(ids))
    found = {row.id: _resource(row) for row in tx.execute(query)} if ids else {}
    return [found[id_] for id_ in ids if id_ in found]


def of_models(tx: Tx, model_ids: Sequence[int]) -> Mapping[int, Resource]:
    """What is said of models beside the catalog, by the model's id."""
    query = select(kubeflow_resources).where(_columns.model_id.in_(model_ids), _columns.kind == ResourceKind.MODEL)
    return {row.model_id: _resource(row) for row in tx.execute(query)} if model_ids else {}


def of_versions(tx: Tx, version_ids: Sequence[int]) -> Mapping[int, Resource]:
    """What is said of versions beside the catalog, by the version's id."""
    query = select(kubeflow_resources).where(
        _columns.version_id.in_(version_ids), _columns.kind == ResourceKind.VERSION
    )
    return {row.version_id: _resource(row) for row in tx.execute(query)} if version_ids else {}


def count(tx: Tx, kind: ResourceKind, column: str, id_: int) -> int:
    """How many resources of a kind hang on something."""
    query = select(func.count()).select_from(kubeflow_resources)
    return int(tx.execute(query.where(_columns.kind == kind, _columns[column] == id_)).scalar_one())


def _json(content: Any) -> str:
    return msgspec.json.encode(content).decode()


def _resource(row: Any) -> Resource:
    return Resource(
        id=row.id,
        kind=ResourceKind(row.kind),
        subkind=row.subkind,
        name=row.name,
        external_id=row.external_id,
        description=row.description,
        state=row.state,
        uri=row.uri,
        parent_id=row.parent_id,
        model_id=row.model_id,
        version_id=row.version_id,
        fields=msgspec.json.decode(row.fields),
        properties=_tags.decode(row.properties),
        created_ms=row.created_ms,
        updated_ms=row.updated_ms,
    )
