"""The sender: takes what waits in the outbox to where it belongs, at least once.

An attempt is counted and marked before it is made; what a server was sending when it was killed is sent again by the
next. One request at a time goes to each webhook, the oldest delivery that is due first; one that waits to be repeated
does not hold up those behind it. It holds nothing that a restart would lose.
"""

import asyncio
from functools import partial

import structlog

from tidemill.core.database import Database, Dialect, Tx
from tidemill.core.leases import Leases
from tidemill.kit.clock import Clock, now_ms
from tidemill.registry.webhooks.models import Delivery, DeliveryState, Webhook
from tidemill.registry.webhooks.rules import Attempt, Verdict, verdict_on
from tidemill.registry.webhooks.sending import Postman
from tidemill.registry.webhooks.store import deliveries, hooks

LEASE = "webhooks"
KEPT = 1000
"""Deliveries of a webhook that are over and can still be looked at."""
_AT_ONCE = 16
"""Webhooks that are called side by side."""
_LOOK_EVERY_S = 5.0
_TRIM_EVERY = 50
_log = structlog.get_logger(__name__)


class WebhookSender:
    """Background work of a server; `kick` may be called from any thread at any time."""

    def __init__(self, database: Database, leases: Leases, postman: Postman, clock: Clock = now_ms) -> None:
        self._database = database
        self._leases = leases
        self._postman = postman
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._awake = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._was_ours = False

    def kick(self) -> None:
        """There may be something to send."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._awake.set)

    async def run(self) -> None:
        """Send until cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    self._awake.clear()
                    wait_s = await self._look(group)
                    try:
                        async with asyncio.timeout(wait_s):
                            await self._awake.wait()
                    except TimeoutError:
                        pass
        finally:
            self._loop = None
            self._was_ours = False
            self._busy.clear()

    async def _look(self, group: asyncio.TaskGroup) -> float:
        """Begin to send what is due; returns in how many seconds to look again."""
        if not await self._is_ours():
            return _LOOK_EVERY_S
        now = self._clock()
        room = _AT_ONCE - len(self._busy)
        if room <= 0:
            return _LOOK_EVERY_S
        busy = list(self._busy)
        for webhook_id, delivery_id in await self._database.read(lambda tx: deliveries.due(tx, now, busy, room)):
            task = group.create_task(self._see_to(delivery_id))
            self._busy[webhook_id] = task
            task.add_done_callback(partial(self._free, webhook_id))
        following = await self._database.read(lambda tx: deliveries.next_time(tx, now))
        wait_ms = _LOOK_EVERY_S * 1000 if following is None else following - self._clock()
        return min(max(wait_ms / 1000, 0.0), _LOOK_EVERY_S)

    async def _is_ours(self) -> bool:
        is_ours = self._database.dialect is Dialect.SQLITE or await self._leases.take(LEASE) is not None
        if is_ours and not self._was_ours:
            now = self._clock()
            left = await self._database.write(lambda tx: deliveries.take_back(tx, now))
            if left:
                _log.info("deliveries that were being sent are sent again", count=left)
        self._was_ours = is_ours
        return is_ours

    def _free(self, webhook_id: int, _: asyncio.Task[None]) -> None:
        self._busy.pop(webhook_id, None)
        self._awake.set()

    async def _see_to(self, delivery_id: int) -> None:
        """Make one attempt; what is wrong with one is not the others' trouble."""
        try:
            begun = await self._database.write(partial(self._begin, delivery_id=delivery_id))
            if begun is None:
                return
            webhook, delivery = begun
            attempt = await self._attempted(webhook, delivery)
            verdict = verdict_on(attempt, delivery.attempts)
            await self._database.write(partial(self._conclude, delivery=delivery, attempt=attempt, verdict=verdict))
        except Exception:  # noqa: BLE001 - whatever it is, the others are to be sent
            _log.exception("a delivery could not be seen to", delivery=delivery_id)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _attempted(self, webhook: Webhook, delivery: Delivery) -> Attempt:
        try:
            return await self._postman.attempt(webhook, delivery.uuid, delivery.body)
        except Exception as error:  # noqa: BLE001 - it was begun, and must be concluded
            _log.exception("a delivery could not be sent", delivery=delivery.uuid)
            return Attempt(error=f"the server failed at it: {type(error).__name__}")

    def _begin(self, tx: Tx, delivery_id: int) -> tuple[Webhook, Delivery] | None:
        delivery = deliveries.begin(tx, delivery_id, self._clock())
        webhook = None if delivery is None else hooks.by_id(tx, delivery.webhook_id)
        return None if delivery is None or webhook is None else (webhook, delivery)

    def _conclude(self, tx: Tx, delivery: Delivery, attempt: Attempt, verdict: Verdict) -> None:
        now = self._clock()
        is_over = verdict.state is not DeliveryState.WAITING
        next_ms = None if verdict.pause_s is None else now + round(verdict.pause_s * 1000)
        values = {
            "state": verdict.state,
            "status": attempt.status,
            "error": verdict.error,
            "next_ms": next_ms,
            "ended_ms": now if is_over else None,
        }
        deliveries.conclude(tx, delivery, values)
        if is_over and delivery.id % _TRIM_EVERY == 0:
            deliveries.forget_oldest(tx, delivery.webhook_id, KEPT)
