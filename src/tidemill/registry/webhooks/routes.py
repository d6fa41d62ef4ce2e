"""`/api/v1/webhooks`: what MLflow's API does not tell of webhooks: their deliveries, and sending one again."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.errors import InvalidError
from tidemill.registry.webhooks.models import (
    Delivery,
    DeliveryState,
    NewWebhook,
    TestResult,
    Webhook,
    WebhookChanges,
    WebhookStatus,
)
from tidemill.registry.webhooks.service import GREATEST_PAGE, Webhooks

_ROOT = "/api/v1/webhooks"
_ONE = f"{_ROOT}/{{webhook_id}}"


class WebhookRow(msgspec.Struct):
    """A webhook. Its secret is never shown."""

    id: str
    name: str
    description: str
    url: str
    events: list[str]
    status: WebhookStatus
    has_secret: bool
    owner: str
    created_ms: int
    updated_ms: int


class WebhookPage(msgspec.Struct):
    """Webhooks, the latest first; `next_page_token` is empty on the last page."""

    webhooks: list[WebhookRow]
    next_page_token: str


class CreateWebhook(msgspec.Struct):
    """`events` are such as `model_version.created`."""

    name: str
    url: str
    events: list[str]
    description: str = ""
    secret: str = ""
    status: WebhookStatus = WebhookStatus.ACTIVE


class ChangeWebhook(msgspec.Struct):
    """What is left out stays as it is; an empty secret is none from now on."""

    webhook_id: str = ""
    name: str | None = None
    url: str | None = None
    events: list[str] | None = None
    description: str | None = None
    secret: str | None = None
    status: WebhookStatus | None = None


class WebhookQuery(msgspec.Struct):
    limit: int = 100
    page_token: str = ""


class WebhookId(msgspec.Struct):
    webhook_id: str


class TryWebhook(msgspec.Struct):
    """Without an event the webhook's first one is taken."""

    webhook_id: str = ""
    event: str = ""


class WebhookTrial(msgspec.Struct):
    """What came of it: `status` and `body` where somebody answered, else `error`."""

    success: bool
    status: int | None
    body: str | None
    error: str | None


class DeliveryRow(msgspec.Struct):
    """A change of which the webhook is told."""

    id: str
    event: str
    body: str
    state: DeliveryState
    attempts: int
    status: int | None
    """Of the last answer; null where nobody answered."""
    error: str
    created_ms: int
    next_ms: int | None
    """When it is sent, or sent again; null where it is over."""
    is_being_sent: bool
    ended_ms: int | None


class DeliveryPage(msgspec.Struct):
    """Deliveries, the latest first; `next_page_token` is empty on the last page."""

    deliveries: list[DeliveryRow]
    next_page_token: str


class DeliveryQuery(msgspec.Struct):
    webhook_id: str
    state: DeliveryState | None = None
    limit: int = 100
    page_token: str = ""


class DeliveryId(msgspec.Struct):
    webhook_id: str = ""
    delivery_id: str = ""


class WebhookApi:
    """Webhooks of the workspace, for administrators: their addresses are often as good as passwords."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def routes(self) -> Sequence[Route]:
        return [*self._of_webhooks(), *self._of_deliveries()]

    def _of_webhooks(self) -> Sequence[Route]:
        admin = Permission.ADMIN
        return [
            Route(
                method="GET",
                path=_ROOT,
                permission=admin,
                message=WebhookQuery,
                handler=self.list_all,
                answer=WebhookPage,
                summary="The workspace's webhooks, the latest first.",
            ),
            Route(
                method="POST",
                path=_ROOT,
                permission=admin,
                message=CreateWebhook,
                handler=self.create,
                answer=WebhookRow,
                summary="Make a webhook, which is told of changes of the registry.",
            ),
            Route(
                method="GET",
                path=_ONE,
                permission=admin,
                message=WebhookId,
                handler=self.get,
                answer=WebhookRow,
                summary="A webhook.",
            ),
            Route(
                method="PATCH",
                path=_ONE,
                permission=admin,
                message=ChangeWebhook,
                handler=self.update,
                answer=WebhookRow,
                summary="Change a webhook, or switch it on or off.",
            ),
            Route(
                method="DELETE",
                path=_ONE,
                permission=admin,
                message=WebhookId,
                handler=self.delete,
                answer=Nothing,
                summary="Delete a webhook with its deliveries.",
            ),
        ]

    def _of_deliveries(self) -> Sequence[Route]:
        admin = Permission.ADMIN
        return [
            Route(
                method="POST",
                path=f"{_ONE}/test",
                permission=admin,
                message=TryWebhook,
                handler=self.test,
                answer=WebhookTrial,
                summary="Send an example to a webhook, and say what was answered.",
            ),
            Route(
                method="GET",
                path=f"{_ONE}/deliveries",
                permission=admin,
                message=DeliveryQuery,
                handler=self.deliveries,
                answer=DeliveryPage,
                summary="What a webhook was told, and is to be told, the latest first.",
            ),
            Route(
                method="POST",
                path=f"{_ONE}/deliveries/{{delivery_id}}/send",
                permission=admin,
                message=DeliveryId,
                handler=self.resend,
                answer=DeliveryRow,
                summary="Send a delivery that is over once more.",
            ),
        ]

    async def list_all(self, scope: Scope, message: WebhookQuery) -> WebhookPage:
        found, token = await self._webhooks.list_all(scope, _checked(message.limit), message.page_token)
        return WebhookPage([_row(each) for each in found], token)

    async def create(self, scope: Scope, message: CreateWebhook) -> WebhookRow:
        new = NewWebhook(message.name, message.url, message.events, message.description, message.secret, message.status)
        return _row(await self._webhooks.create(scope, new))

    async def get(self, scope: Scope, message: WebhookId) -> WebhookRow:
        return _row(await self._webhooks.get(scope, message.webhook_id))

    async def update(self, scope: Scope, message: ChangeWebhook) -> WebhookRow:
        changes = WebhookChanges(
            message.name, message.url, message.events, message.description, message.secret, message.status
        )
        return _row(await self._webhooks.update(scope, message.webhook_id, changes))

    async def delete(self, scope: Scope, message: WebhookId) -> Nothing:
        await self._webhooks.delete(scope, message.webhook_id)
        return Nothing()

    async def test(self, scope: Scope, message: TryWebhook) -> WebhookTrial:
        return _trial(await self._webhooks.test(scope, message.webhook_id, message.event))

    async def deliveries(self, scope: Scope, message: DeliveryQuery) -> DeliveryPage:
        found, token = await self._webhooks.deliveries(
            scope, message.webhook_id, message.state, _checked(message.limit), message.page_token
        )
        return DeliveryPage([_delivery_row(each) for each in found], token)

    async def resend(self, scope: Scope, message: DeliveryId) -> DeliveryRow:
        return _delivery_row(await self._webhooks.resend(scope, message.webhook_id, message.delivery_id))


def _checked(limit: int) -> int:
    if limit not in range(1, GREATEST_PAGE + 1):
        raise InvalidError(f"limit is 1 to {GREATEST_PAGE}, and not {limit}")
    return limit


def _row(webhook: Webhook) -> WebhookRow:
    return WebhookRow(
        id=webhook.uuid,
        name=webhook.name,
        description=webhook.description,
        url=webhook.url,
        events=list(webhook.events),
        status=webhook.status,
        has_secret=bool(webhook.secret_name),
        owner=webhook.owner,
        created_ms=webhook.created_ms,
        updated_ms=webhook.updated_ms,
    )


def _trial(result: TestResult) -> WebhookTrial:
    return WebhookTrial(result.is_success, result.status, result.body, result.error)


def _delivery_row(delivery: Delivery) -> DeliveryRow:
    return DeliveryRow(
        id=delivery.uuid,
        event=delivery.event,
        body=delivery.body,
        state=delivery.state,
        attempts=delivery.attempts,
        status=delivery.status,
        error=delivery.error,
        created_ms=delivery.created_ms,
        next_ms=delivery.next_ms,
        is_being_sent=delivery.sending_ms is not None,
        ended_ms=delivery.ended_ms,
    )
