"""The history of a model: which version was in which stage and had which alias, since when, by whom."""

from typing import Any

from sqlalchemy import and_, insert, or_, select

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.models import Happening, HistoryEntry, Turn
from tidemill.registry.catalog.tables import model_history, registered_models


def add(tx: Tx, scope: Scope, model_id: int, happening: Happening, at_ms: int) -> None:
    """Write what happened, signed by the scope's subject."""
    values = {
        "model_id": model_id,
        "version": happening.version,
        "kind": happening.turn,
        "alias": happening.alias,
        "before": happening.before,
        "after": happening.after,
        "subject": scope.subject.name,
        "at_ms": at_ms,
    }
    tx.execute(insert(model_history).values(**values))


def entries(
    tx: Tx, scope: Scope, model_id: int, *, version: int | None, before_id: int | None, limit: int
) -> list[HistoryEntry]:
    """Up to `limit` entries of a model, newest first, from before an entry; those that touch one version, or all."""
    columns = model_history.c
    query = select(model_history).join(registered_models, registered_models.c.id == columns.model_id)
    query = query.where(columns.model_id == model_id, registered_models.c.workspace_id == scope.workspace_id)
    if version is not None:
        lost_it = and_(columns.kind == Turn.ALIAS, columns.before == str(version))
        query = query.where(or_(columns.version == version, lost_it))
    if before_id is not None:
        query = query.where(columns.id < before_id)
    return [_entry(row) for row in tx.execute(query.order_by(columns.id.desc()).limit(limit))]


def _entry(row: Any) -> HistoryEntry:
    happening = Happening(turn=Turn(row.kind), version=row.version, before=row.before, after=row.after, alias=row.alias)
    return HistoryEntry(row.id, happening, row.subject, row.at_ms)
