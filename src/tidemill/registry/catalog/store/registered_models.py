"""Writes and single-row queries over registered models and their aliases."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.tables import model_aliases, registered_models


class ModelHead(NamedTuple):
    """What a change needs to know of a registered model."""

    id: int
    name: str
    is_prompt: bool


def head(tx: Tx, scope: Scope, name: str) -> ModelHead | None:
    """The model of this name."""
    rows = tx.sql(
        "SELECT id, name, is_prompt FROM registered_models WHERE workspace_id = ? AND name = ?",
        (scope.workspace_id, name),
    )
    return ModelHead(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None


def add(tx: Tx, scope: Scope, values: Mapping[str, Any]) -> int:
    """Insert a model without versions; returns its row id."""
    statement = insert(registered_models).values(workspace_id=scope.workspace_id, last_version=0, **values)
    return int(tx.execute(statement.returning(registered_models.c.id)).scalar_one())


def change(tx: Tx, scope: Scope, model_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a model."""
    tx.execute(update(registered_models).where(*_is(scope, model_id)).values(**values))


def take_number(tx: Tx, model_id: int, now_ms: int) -> int:
    """The number of the model's next version, given to nobody else."""
    rows = tx.sql(
        "UPDATE registered_models SET last_version = last_version + 1, updated_ms = ? WHERE id = ? "
        "RETURNING last_version",
        (now_ms, model_id),
    )
    return int(rows[0][0])


def remove(tx: Tx, scope: Scope, model_id: int) -> None:
    """Remove a model for good, with its versions and all that hangs on them."""
    tx.execute(delete(registered_models).where(*_is(scope, model_id)))


def alias_version(tx: Tx, model_id: int, alias: str) -> int | None:
    """The version that has an alias."""
    rows = tx.sql("SELECT version FROM model_aliases WHERE model_id = ? AND alias = ?", (model_id, alias))
    return int(rows[0][0]) if rows else None


def by_alias(tx: Tx, scope: Scope, name: str, alias: str) -> tuple[int, int | None] | None:
    """The row ids of the model of this name and of its version that has an alias, if one has; None without a model."""
    rows = tx.sql(
        "SELECT m.id, v.id FROM registered_models m "
        "LEFT JOIN model_aliases a ON a.model_id = m.id AND a.alias = ? "
        "LEFT JOIN model_versions v ON v.model_id = m.id AND v.version = a.version "
        "WHERE m.workspace_id = ? AND m.name = ?",
        (alias, scope.workspace_id, name),
    )
    return (rows[0][0], rows[0][1]) if rows else None


def aliases_of(tx: Tx, model_id: int, version: int) -> list[str]:
    """The aliases of a version, in order."""
    found = select(model_aliases.c.alias).where(
        model_aliases.c.model_id == model_id, model_aliases.c.version == version
    )
    return [row.alias for row in tx.execute(found.order_by(model_aliases.c.alias))]


def count_aliases(tx: Tx, model_id: int) -> int:
    """How many aliases a model has."""
    query = select(func.count()).select_from(model_aliases).where(model_aliases.c.model_id == model_id)
    return int(tx.execute(query).scalar_one())


def set_alias(tx: Tx, model_id: int, alias: str, version: int) -> None:
    """Give an alias to a version, away from the one that had it."""
    statement = tx.insert(model_aliases).values(model_id=model_id, alias=alias, version=version)
    set_ = {"version": statement.excluded.version}
    tx.execute(statement.on_conflict_do_update(index_elements=["model_id", "alias"], set_=set_))


def delete_alias(tx: Tx, model_id: int, alias: str) -> None:
    """Take an alias away."""
    of_alias = (model_aliases.c.model_id == model_id, model_aliases.c.alias == alias)
    tx.execute(delete(model_aliases).where(*of_alias))


def _is(scope: Scope, model_id: int) -> tuple[Any, ...]:
    return (registered_models.c.id == model_id, registered_models.c.workspace_id == scope.workspace_id)
