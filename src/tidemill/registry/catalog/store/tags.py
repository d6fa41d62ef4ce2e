"""Tags of registered models and of versions."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, delete, func, select

from tidemill.core.database import Tx
from tidemill.registry.catalog.models import RegistryTag
from tidemill.registry.catalog.tables import HEAD_LENGTH, model_version_tags, registered_model_tags


def set_of_model(tx: Tx, model_id: int, tags: Iterable[RegistryTag]) -> None:
    """Insert or overwrite tags of a registered model."""
    _set(tx, registered_model_tags, "model_id", model_id, tags)


def set_of_version(tx: Tx, version_id: int, tags: Iterable[RegistryTag]) -> None:
    """Insert or overwrite tags of a version."""
    _set(tx, model_version_tags, "version_id", version_id, tags)


def delete_of_model(tx: Tx, model_id: int, key: str) -> bool:
    """Delete a tag of a registered model; False where it was not there."""
    return _delete(tx, registered_model_tags, "model_id", model_id, key)


def delete_of_version(tx: Tx, version_id: int, key: str) -> bool:
    """Delete a tag of a version; False where it was not there."""
    return _delete(tx, model_version_tags, "version_id", version_id, key)


def count_of_model(tx: Tx, model_id: int) -> int:
    """How many tags a registered model has."""
    return _count(tx, registered_model_tags, "model_id", model_id)


def count_of_version(tx: Tx, version_id: int) -> int:
    """How many tags a version has."""
    return _count(tx, model_version_tags, "version_id", version_id)


def _set(tx: Tx, table: Table, owner: str, owner_id: int, tags: Iterable[RegistryTag]) -> None:
    rows: list[dict[str, Any]] = [
        {owner: owner_id, "key": tag.key, "value": tag.value, "value_head": tag.value[:HEAD_LENGTH], "kind": tag.kind}
        for tag in tags
    ]
    if rows:
        statement = tx.insert(table)
        set_ = {name: statement.excluded[name] for name in ("value", "value_head", "kind")}
        tx.execute(statement.on_conflict_do_update(index_elements=[owner, "key"], set_=set_), rows)


def _delete(tx: Tx, table: Table, owner: str, owner_id: int, key: str) -> bool:
    return tx.execute(delete(table).where(table.c[owner] == owner_id, table.c.key == key)).rowcount > 0


def _count(tx: Tx, table: Table, owner: str, owner_id: int) -> int:
    return int(tx.execute(select(func.count()).select_from(table).where(table.c[owner] == owner_id)).scalar_one())
