"""Queries over deliveries. They hang on webhooks, which have the workspace."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from tidemill.core.database import Tx
from tidemill.registry.webhooks.models import Delivery, DeliveryState, Webhook, WebhookStatus
from tidemill.registry.webhooks.tables import webhook_deliveries, webhooks

_columns = webhook_deliveries.c
_LONGEST_ATTEMPT_MS = 120_000
"""Four times as long as an attempt can take: what is being sent for longer was begun, and its end could not be kept."""
_IS_AWAITED = and_(
    webhooks.c.id == _columns.webhook_id,
    webhooks.c.status == WebhookStatus.ACTIVE,
    _columns.next_ms.is_not(None),
)


def add(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert deliveries."""
    tx.execute(tx.insert(webhook_deliveries).values(list(rows)))


def waiting(tx: Tx, webhook_ids: Collection[int]) -> dict[int, int]:
    """How many deliveries of each of these webhooks are not over."""
    query = select(_columns.webhook_id, func.count().label("waiting"))
    waits = _columns.webhook_id.in_(webhook_ids), _columns.next_ms.is_not(None)
    return {row.webhook_id: int(row.waiting) for row in tx.execute(query.where(*waits).group_by(_columns.webhook_id))}


def page(tx: Tx, webhook: Webhook, state: DeliveryState | None, limit: int, before_id: int | None) -> list[Delivery]:
    """Deliveries of a webhook, the latest first, from before an id."""
    conditions = [_columns.webhook_id == webhook.id]
    if state is not None:
        conditions.append(_columns.state == state)
    if before_id is not None:
        conditions.append(_columns.id < before_id)
    rows = tx.execute(select(webhook_deliveries).where(*conditions).order_by(_columns.id.desc()).limit(limit))
    return [_delivery(row) for row in rows]


def by_uuid(tx: Tx, webhook: Webhook, uuid: str) -> Delivery | None:
    """A delivery of a webhook."""
    query = select(webhook_deliveries).where(_columns.webhook_id == webhook.id, _columns.uuid == uuid)
    row = tx.execute(query).one_or_none()
    return None if row is None else _delivery(row)


def due(tx: Tx, now_ms: int, busy: Collection[int], limit: int) -> list[tuple[int, int]]:
    """What is to be sent now: of each webhook that is not busy the oldest delivery, as (webhook, delivery)."""
    query = select(_columns.webhook_id, func.min(_columns.id).label("first")).join(webhooks, _IS_AWAITED)
    free = _columns.next_ms <= now_ms, _is_free(now_ms), _columns.webhook_id.not_in(busy)
    ordered = query.where(*free).group_by(_columns.webhook_id).order_by(func.min(_columns.next_ms)).limit(limit)
    return [(row.webhook_id, row.first) for row in tx.execute(ordered)]


def next_time(tx: Tx, after_ms: int) -> int | None:
    """The earliest time after an instant at which something is to be sent."""
    query = select(func.min(_columns.next_ms)).join(webhooks, _IS_AWAITED).where(_columns.next_ms > after_ms)
    return tx.execute(query).scalar_one()


def begin(tx: Tx, delivery_id: int, now_ms: int) -> Delivery | None:
    """Count an attempt and mark the delivery as being sent; None where it is not to be sent any more."""
    sent = select(webhooks.c.id).where(webhooks.c.status == WebhookStatus.ACTIVE)
    free = _columns.next_ms <= now_ms, _is_free(now_ms), _columns.webhook_id.in_(sent)
    begun = update(webhook_deliveries).where(_columns.id == delivery_id, *free)
    values = {"attempts": _columns.attempts + 1, "sending_ms": now_ms}
    row = tx.execute(begun.values(values).returning(*_columns)).one_or_none()
    return None if row is None else _delivery(row)


def conclude(tx: Tx, delivery: Delivery, values: Mapping[str, Any]) -> None:
    """Say what came of an attempt; of one that another server took over, nothing."""
    mine = _columns.id == delivery.id, _columns.attempts == delivery.attempts, _columns.sending_ms.is_not(None)
    tx.execute(update(webhook_deliveries).where(*mine).values(sending_ms=None, **values))


def renew(tx: Tx, delivery: Delivery, now_ms: int) -> None:
    """Let a delivery that is over be sent once more."""
    values = {
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "status": None,
        "error": "",
        "next_ms": now_ms,
        "sending_ms": None,
        "ended_ms": None,
    }
    over = _columns.id == delivery.id, _columns.next_ms.is_(None)
    tx.execute(update(webhook_deliveries).where(*over).values(**values))


def take_back(tx: Tx, now_ms: int) -> int:
    """Let what was being sent, by a server that is gone, be sent again; returns how many those are."""
    taken = _columns.sending_ms.is_not(None), _columns.next_ms.is_not(None)
    return tx.execute(update(webhook_deliveries).where(*taken).values(sending_ms=None, next_ms=now_ms)).rowcount


def forget_oldest(tx: Tx, webhook_id: int, kept: int) -> None:
    """Of the deliveries of a webhook that are over, remove all but the latest."""
    over = _columns.webhook_id == webhook_id, _columns.next_ms.is_(None)
    oldest_kept = select(_columns.id).where(*over).order_by(_columns.id.desc()).limit(1).offset(kept).scalar_subquery()
    tx.execute(delete(webhook_deliveries).where(*over, _columns.id <= oldest_kept))


def _is_free(now_ms: int) -> ColumnElement[bool]:
    return or_(_columns.sending_ms.is_(None), _columns.sending_ms < now_ms - _LONGEST_ATTEMPT_MS)


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        webhook_id=row.webhook_id,
        uuid=row.uuid,
        event=row.event,
        body=row.body,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        status=row.status,
        error=row.error,
        created_ms=row.created_ms,
        next_ms=row.next_ms,
        sending_ms=row.sending_ms,
        ended_ms=row.ended_ms,
    )
