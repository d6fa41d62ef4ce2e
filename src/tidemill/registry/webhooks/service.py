"""Use cases over webhooks: make, list, change and delete them, try them out, look at deliveries and repeat them."""

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from typing import Any

from tidemill.core.database import Database, Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.core.outbound import Outbound
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError, TidemillError, TooLargeError
from tidemill.kit.ids import new_uuid, random_hex
from tidemill.registry.webhooks.checking import check_description, check_name, checked_events
from tidemill.registry.webhooks.events import example_of
from tidemill.registry.webhooks.models import (
    Delivery,
    DeliveryState,
    NewWebhook,
    TestResult,
    Webhook,
    WebhookChanges,
)
from tidemill.registry.webhooks.sending import Postman
from tidemill.registry.webhooks.store import deliveries, hooks
from tidemill.tenancy import WorkspaceSecrets

MOST_WEBHOOKS = 200
"""In a workspace: each change of the registry looks through them."""
GREATEST_PAGE = 1000
_SHOWN_BODY = 10_000
_TRIAL_S = 10.0
"""How long somebody waits for the answer to an example."""
_UNUSED_AFTER_MS = 3600 * 1000


class Webhooks:
    """Webhooks of a workspace; `kick` tells the sender that there may be something to send."""

    def __init__(
        self,
        database: Database,
        outbound: Outbound,
        secrets: WorkspaceSecrets,
        postman: Postman,
        kick: Callable[[], None],
        *,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._outbound = outbound
        self._secrets = secrets
        self._postman = postman
        self._kick = kick
        self._clock = clock

    async def create(self, scope: Scope, new: NewWebhook) -> Webhook:
        """Make a webhook. Raises InvalidError for what it cannot be, and for a URL that would not be called."""
        check_name(new.name)
        check_description(new.description)
        events = checked_events(new.events)
        await self._outbound.check(new.url)
        secret_name = await self._keep(scope, new.secret)
        now = self._clock()
        values = {
            "workspace_id": scope.workspace_id,
            "uuid": new_uuid(),
            "name": new.name,
            "description": new.description,
            "url": new.url,
            "status": new.status,
            "secret_name": secret_name,
            "owner": scope.subject.name,
            "created_ms": now,
            "updated_ms": now,
        }

        def add(tx: Tx) -> str:
            if hooks.count(tx, scope) >= MOST_WEBHOOKS:
                raise TooLargeError(f"the workspace has {MOST_WEBHOOKS} webhooks, which is the most")
            hooks.add(tx, values, events)
            return str(values["uuid"])

        return await self._database.write(
            lambda tx: _require(tx, scope, once(tx, scope, "webhooks/create", lambda: add(tx)))
        )

    async def get(self, scope: Scope, uuid: str) -> Webhook:
        """A webhook. Raises NotFoundError."""
        return await self._database.read(partial(_require, scope=scope, uuid=uuid))

    async def list_all(
        self, scope: Scope, limit: int, token: str, with_one_of: Collection[str] = ()
    ) -> tuple[list[Webhook], str]:
        """A page of webhooks, the latest first, and the token of the next; empty on the last."""
        before = _read_token(token)
        found = await self._database.read(lambda tx: hooks.page(tx, scope, limit + 1, before, with_one_of))
        return found[:limit], str(found[limit - 1].id) if len(found) > limit else ""

    async def update(self, scope: Scope, uuid: str, changes: WebhookChanges) -> Webhook:
        """Change what is given. Raises InvalidError as `create` does, and NotFoundError."""
        before = await self.get(scope, uuid)
        values: dict[str, Any] = {"updated_ms": self._clock()}
        if changes.name is not None:
            check_name(changes.name)
            values["name"] = changes.name
        if changes.description is not None:
            check_description(changes.description)
            values["description"] = changes.description
        events = None if changes.events is None else checked_events(changes.events)
        if changes.url is not None:
            await self._outbound.check(changes.url)
            values["url"] = changes.url
        if changes.status is not None:
            values["status"] = changes.status
        if changes.secret is not None:
            values["secret_name"] = await self._keep(scope, changes.secret)

        def unit(tx: Tx) -> Webhook:
            hooks.change(tx, _require(tx, scope, uuid).id, values, events)
            return _require(tx, scope, uuid)

        changed = await self._database.write(unit)
        if changes.secret is not None:
            await self._drop_unused(scope, before.secret_name)
        self._kick()
        return changed

    async def delete(self, scope: Scope, uuid: str) -> None:
        """Remove a webhook, with all that was to be sent to it. Raises NotFoundError."""

        def unit(tx: Tx) -> Webhook:
            found = _require(tx, scope, uuid)
            hooks.remove(tx, found.id)
            return found

        removed = await self._database.write(unit)
        await self._drop_unused(scope, removed.secret_name)

    async def test(self, scope: Scope, uuid: str, event: str = "") -> TestResult:
        """Send an example, once and at once, and say what was answered. It is no delivery, and needs no active one."""
        webhook = await self.get(scope, uuid)
        (event,) = checked_events([event or webhook.events[0]])
        try:
            example = example_of(event, self._clock())
            answer = await self._postman.send(webhook, new_uuid(), example, _TRIAL_S)
        except TidemillError as error:
            return TestResult(is_success=False, error=error.in_one())
        return TestResult(answer.is_success, answer.status, answer.body[:_SHOWN_BODY].decode(errors="replace"))

    async def deliveries(
        self, scope: Scope, uuid: str, state: DeliveryState | None, limit: int, token: str
    ) -> tuple[list[Delivery], str]:
        """A page of what a webhook was told, the latest first, and the token of the next; empty on the last."""
        before = _read_token(token)

        def unit(tx: Tx) -> list[Delivery]:
            return deliveries.page(tx, _require(tx, scope, uuid), state, limit + 1, before)

        found = await self._database.read(unit)
        return found[:limit], str(found[limit - 1].id) if len(found) > limit else ""

    async def resend(self, scope: Scope, uuid: str, delivery_uuid: str) -> Delivery:
        """Send a delivery that is over once more, under its id. Raises ConflictError for one that is not over."""

        def unit(tx: Tx) -> Delivery:
            webhook = _require(tx, scope, uuid)
            found = _require_delivery(tx, webhook, delivery_uuid)
            if found.next_ms is not None:
                raise ConflictError("the delivery still waits to be sent", hint="wait for what comes of it")
            deliveries.renew(tx, found, self._clock())
            return _require_delivery(tx, webhook, delivery_uuid)

        renewed = await self._database.write(unit)
        self._kick()
        return renewed

    async def _keep(self, scope: Scope, secret: str) -> str:
        """Keep a secret; returns the name of its file, which is a fresh one so that the old is there meanwhile."""
        if not secret:
            return ""
        name = f"webhook-{random_hex()}"
        await self._secrets.set(scope, name, secret)
        return name

    async def _drop_unused(self, scope: Scope, name: str) -> None:
        """Delete a secret that was in use, and those that a kill has left; what is young may just be made known."""
        used = await self._database.read(lambda tx: hooks.secret_names(tx, scope))
        old = self._clock() - _UNUSED_AFTER_MS
        kept = [each for each in await self._secrets.list_all(scope) if each.name not in used]
        for each in kept:
            if each.name == name or each.changed_ms < old:
                with suppress(NotFoundError):  # somebody else was quicker
                    await self._secrets.delete(scope, each.name)


def _require(tx: Tx, scope: Scope, uuid: str) -> Webhook:
    if (found := hooks.by_uuid(tx, scope, uuid)) is None:
        raise NotFoundError(
            f"Webhook with ID {uuid[:100]} not found.", hint="`tidemill webhook list` shows those there are"
        )
    return found


def _require_delivery(tx: Tx, webhook: Webhook, uuid: str) -> Delivery:
    if (found := deliveries.by_uuid(tx, webhook, uuid)) is None:
        raise NotFoundError(
            f"the webhook {webhook.name!r} has no delivery {uuid[:100]!r}",
            hint=f"`tidemill webhook deliveries {webhook.name}` shows those that are kept",
        )
    return found


def _read_token(token: str) -> int | None:
    if not token:
        return None
    if not (token.isascii() and token.isdecimal() and len(token) < 19):
        raise InvalidError("this is no page token", hint="begin again without page_token")
    return int(token)
