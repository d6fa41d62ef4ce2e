"""The outbox: a delivery for each webhook that wants to hear of a change, written in the change's own transaction."""

from collections.abc import Callable, Sequence

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.ids import new_uuid
from tidemill.registry.announcing import Announcement
from tidemill.registry.webhooks.events import body_of
from tidemill.registry.webhooks.models import DeliveryState
from tidemill.registry.webhooks.store import deliveries, hooks

MOST_WAITING = 10_000
"""Deliveries of one webhook that are not over: nobody is there, and the next ones fail at once."""


class WebhookOutbox:
    """An announcer of the registry; `kick` is told after the commit that there is something to send."""

    def __init__(self, kick: Callable[[], None], clock: Clock = now_ms) -> None:
        self._kick = kick
        self._clock = clock

    def __call__(self, tx: Tx, scope: Scope, announcement: Announcement) -> None:
        """Write the deliveries of a change. It refuses none: a webhook is no reason not to change a model."""
        listeners = hooks.listeners(tx, scope, announcement.change.value)
        if listeners:
            self._write(tx, announcement, listeners)
            tx.after_commit.append(self._kick)

    def _write(self, tx: Tx, announcement: Announcement, listeners: Sequence[int]) -> None:
        now = self._clock()
        body = body_of(announcement, now)
        waiting = deliveries.waiting(tx, listeners)
        rows: list[dict[str, object]] = []
        for webhook_id in listeners:
            is_full = waiting.get(webhook_id, 0) >= MOST_WAITING
            rows.append(
                {
                    "webhook_id": webhook_id,
                    "uuid": new_uuid(),
                    "event": announcement.change.value,
                    "body": body,
                    "state": DeliveryState.FAILED if is_full else DeliveryState.WAITING,
                    "attempts": 0,
                    "status": None,
                    "error": f"{MOST_WAITING} others waited before it, the most there may be" if is_full else "",
                    "created_ms": now,
                    "next_ms": None if is_full else now,
                    "sending_ms": None,
                    "ended_ms": now if is_full else None,
                }
            )
        deliveries.add(tx, rows)
