"""Writes and single-row queries over versions. Driver-level SQL is used where registering and loading pass."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.models import Stage
from tidemill.registry.catalog.tables import model_versions

_COLUMNS = tuple(name for name in model_versions.c.keys() if name not in ("id", "workspace_id"))  # noqa: SIM118
_ADD = f"""
INSERT INTO model_versions (workspace_id, {", ".join(_COLUMNS)})
VALUES (?{", ?" * len(_COLUMNS)}) RETURNING id
"""  # noqa: S608


class VersionHead(NamedTuple):
    """What a change needs to know of a version, and of its model."""

    id: int
    model_id: int
    name: str
    version: int
    stage: Stage
    is_prompt: bool


def head(tx: Tx, scope: Scope, name: str, version: int) -> VersionHead | None:
    """The version of this number of the model of this name."""
    rows = tx.sql(
        "SELECT v.id, v.model_id, m.name, v.version, v.stage, v.is_prompt FROM registered_models m "
        "JOIN model_versions v ON v.model_id = m.id AND v.version = ? WHERE m.workspace_id = ? AND m.name = ?",
        (version, scope.workspace_id, name),
    )
    if not rows:
        return None
    id_, model_id, name, number, stage, is_prompt = rows[0]
    return VersionHead(id_, model_id, name, number, Stage(stage), bool(is_prompt))


def add(tx: Tx, scope: Scope, values: Mapping[str, Any]) -> int:
    """Insert a version, given every column but its row id and workspace; returns its row id."""
    return int(tx.sql(_ADD, (scope.workspace_id, *(values[name] for name in _COLUMNS)))[0][0])


def change(tx: Tx, scope: Scope, version_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a version."""
    of_scope = (model_versions.c.id == version_id, model_versions.c.workspace_id == scope.workspace_id)
    tx.execute(update(model_versions).where(*of_scope).values(**values))


def touch_all(tx: Tx, scope: Scope, model_id: int, now_ms: int) -> None:
    """Say of all versions of a model that they have just changed."""
    of_model = (model_versions.c.model_id == model_id, model_versions.c.workspace_id == scope.workspace_id)
    tx.execute(update(model_versions).where(*of_model).values(updated_ms=now_ms))


def remove(tx: Tx, scope: Scope, version_id: int) -> None:
    """Remove a version for good, with its tags and aliases."""
    of_scope = (model_versions.c.id == version_id, model_versions.c.workspace_id == scope.workspace_id)
    tx.execute(delete(model_versions).where(*of_scope))


def in_stage(tx: Tx, model_id: int, stage: Stage) -> list[tuple[int, int]]:
    """Row id and number of a model's versions in a stage, by number."""
    query = select(model_versions.c.id, model_versions.c.version).where(
        model_versions.c.model_id == model_id, model_versions.c.stage == stage
    )
    return [(row.id, row.version) for row in tx.execute(query.order_by(model_versions.c.version))]


def newest(tx: Tx, model_id: int, stages: Sequence[Stage] = tuple(Stage)) -> list[int]:
    """Row ids of the newest version in each of these stages, by number."""
    found: list[tuple[int, int]] = []
    for stage in dict.fromkeys(stages):
        query = select(model_versions.c.version, model_versions.c.id)
        query = query.where(model_versions.c.model_id == model_id, model_versions.c.stage == stage)
        row = tx.execute(query.order_by(model_versions.c.version.desc()).limit(1)).one_or_none()
        if row is not None:
            found.append((row.version, row.id))
    return [id_ for _, id_ in sorted(found)]


def greatest(tx: Tx, model_id: int) -> int | None:
    """The greatest number of a model's versions."""
    rows = tx.sql("SELECT MAX(version) FROM model_versions WHERE model_id = ?", (model_id,))
    return rows[0][0]


def storage(tx: Tx, scope: Scope, name: str, version: int) -> str | None:
    """Where a version's files are."""
    rows = tx.sql(
        "SELECT v.storage_location FROM registered_models m "
        "JOIN model_versions v ON v.model_id = m.id AND v.version = ? WHERE m.workspace_id = ? AND m.name = ?",
        (version, scope.workspace_id, name),
    )
    return str(rows[0][0]) if rows else None
