"""Queries over webhooks, within one workspace."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.webhooks.models import Webhook, WebhookStatus
from tidemill.registry.webhooks.tables import webhook_events, webhooks

_LISTENERS = """
SELECT w.id FROM webhooks w JOIN webhook_events e ON e.webhook_id = w.id
WHERE w.workspace_id = ? AND w.status = ? AND e.event = ? ORDER BY w.id
"""


def add(tx: Tx, values: Mapping[str, Any], events: Iterable[str]) -> None:
    """Insert a webhook with its events."""
    made = tx.execute(tx.insert(webhooks).values(**values).returning(webhooks.c.id)).scalar_one()
    _add_events(tx, made, events)


def by_uuid(tx: Tx, scope: Scope, uuid: str) -> Webhook | None:
    """A webhook of the workspace."""
    row = tx.execute(select(webhooks).where(_of(scope), webhooks.c.uuid == uuid)).one_or_none()
    return None if row is None else _with_events(tx, [row])[0]


def by_id(tx: Tx, webhook_id: int) -> Webhook | None:
    """A webhook of any workspace."""
    row = tx.execute(select(webhooks).where(webhooks.c.id == webhook_id)).one_or_none()
    return None if row is None else _with_events(tx, [row])[0]


def page(tx: Tx, scope: Scope, limit: int, before_id: int | None, with_one_of: Collection[str] = ()) -> list[Webhook]:
    """Webhooks, the latest first, from before an id; where events are given, those that have one of them."""
    conditions = [_of(scope)]
    if before_id is not None:
        conditions.append(webhooks.c.id < before_id)
    if with_one_of:
        mine = webhook_events.c.webhook_id == webhooks.c.id
        conditions.append(exists().where(mine, webhook_events.c.event.in_(with_one_of)))
    rows = tx.execute(select(webhooks).where(*conditions).order_by(webhooks.c.id.desc()).limit(limit)).all()
    return _with_events(tx, rows)


def count(tx: Tx, scope: Scope) -> int:
    """How many webhooks the workspace has."""
    return int(tx.execute(select(func.count()).select_from(webhooks).where(_of(scope))).scalar_one())


def change(tx: Tx, webhook_id: int, values: Mapping[str, Any], events: Iterable[str] | None) -> None:
    """Set columns of a webhook, and its events where they are given."""
    tx.execute(update(webhooks).where(webhooks.c.id == webhook_id).values(**values))
    if events is not None:
        tx.execute(delete(webhook_events).where(webhook_events.c.webhook_id == webhook_id))
        _add_events(tx, webhook_id, events)


def remove(tx: Tx, webhook_id: int) -> None:
    """Remove a webhook, with its deliveries."""
    tx.execute(delete(webhooks).where(webhooks.c.id == webhook_id))


def secret_names(tx: Tx, scope: Scope) -> set[str]:
    """The names of the secrets of all webhooks of the workspace."""
    return set(tx.execute(select(webhooks.c.secret_name).where(_of(scope), webhooks.c.secret_name != "")).scalars())


def listeners(tx: Tx, scope: Scope, event: str) -> list[int]:
    """The ids of the active webhooks that are to be told of an event. Driver-level SQL: every change asks."""
    return [row[0] for row in tx.sql(_LISTENERS, (scope.workspace_id, WebhookStatus.ACTIVE.value, event))]


def _add_events(tx: Tx, webhook_id: int, events: Iterable[str]) -> None:
    rows = [{"webhook_id": webhook_id, "event": event} for event in events]
    tx.execute(tx.insert(webhook_events).values(rows))


def _with_events(tx: Tx, rows: Sequence[Any]) -> list[Webhook]:
    ids = [row.id for row in rows]
    query = select(webhook_events).where(webhook_events.c.webhook_id.in_(ids)).order_by(webhook_events.c.event)
    events: dict[int, list[str]] = {}
    for row in tx.execute(query) if ids else ():
        events.setdefault(row.webhook_id, []).append(row.event)
    return [_webhook(row, events.get(row.id, [])) for row in rows]


def _webhook(row: Any, events: Sequence[str]) -> Webhook:
    return Webhook(
        id=row.id,
        workspace_id=row.workspace_id,
        uuid=row.uuid,
        name=row.name,
        description=row.description,
        url=row.url,
        status=WebhookStatus(row.status),
        secret_name=row.secret_name,
        owner=row.owner,
        created_ms=row.created_ms,
        updated_ms=row.updated_ms,
        events=tuple(events),
    )


def _of(scope: Scope) -> ColumnElement[bool]:
    return webhooks.c.workspace_id == scope.workspace_id
