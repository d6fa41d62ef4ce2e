"""MLflow's webhook endpoints. Facts: docs/mechanisms/webhooks.md."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import Message
from tidemill.registry import MLFLOW_EVENTS, NewWebhook, Webhook, WebhookChanges, Webhooks, WebhookStatus

_DEFAULT_PAGE = 100
_MOST_ON_A_PAGE = 1000
# In the order of their numbers in MLflow's definitions, from 1 on: JSON may name an enumeration's value by either.
_ENTITIES = (
    "REGISTERED_MODEL", "MODEL_VERSION", "MODEL_VERSION_TAG", "MODEL_VERSION_ALIAS", "PROMPT", "PROMPT_VERSION",
    "PROMPT_TAG", "PROMPT_VERSION_TAG", "PROMPT_ALIAS", "BUDGET_POLICY",
)  # fmt: skip
_ACTIONS = ("CREATED", "UPDATED", "DELETED", "SET", "EXCEEDED")
_STATUSES = ("ACTIVE", "DISABLED")


class WireEvent(msgspec.Struct):
    entity: str | int = ""
    action: str | int = ""


class CreateWebhook(Message):
    required: ClassVar = ("name", "url", "events")
    name: str = ""
    url: str = ""
    events: list[WireEvent] = []
    description: str = ""
    secret: str = ""
    status: str | int = "ACTIVE"


class UpdateWebhook(Message):
    webhook_id: str = ""
    name: str | None = None
    url: str | None = None
    events: list[WireEvent] = []
    description: str | None = None
    secret: str | None = None
    status: str | int | None = None


class ListWebhooks(Message):
    max_results: int = 0
    page_token: str = ""


class WebhookId(Message):
    webhook_id: str = ""


class TestWebhook(Message):
    webhook_id: str = ""
    event: WireEvent | None = None


class WireWebhook(msgspec.Struct, omit_defaults=True):
    webhook_id: str
    name: str
    url: str
    events: list[WireEvent]
    status: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str = ""

    @staticmethod
    def of(webhook: Webhook) -> "WireWebhook":
        """A webhook with those of its events that MLflow has."""
        return WireWebhook(
            webhook_id=webhook.uuid,
            name=webhook.name,
            url=webhook.url,
            events=[_wire_event(event) for event in webhook.events if event in MLFLOW_EVENTS],
            status=webhook.status,
            creation_timestamp=webhook.created_ms,
            last_updated_timestamp=webhook.updated_ms,
            description=webhook.description,
        )


class OneWebhook(msgspec.Struct):
    webhook: WireWebhook


class WebhookPage(msgspec.Struct, omit_defaults=True):
    webhooks: list[WireWebhook] = []
    next_page_token: str = ""


class WireResult(msgspec.Struct):
    success: bool
    response_status: int | msgspec.UnsetType = msgspec.UNSET
    response_body: str | msgspec.UnsetType = msgspec.UNSET
    error_message: str | msgspec.UnsetType = msgspec.UNSET


class TestedWebhook(msgspec.Struct):
    result: WireResult


class WebhookEndpoints:
    """`webhooks/...`, for administrators."""

    def __init__(self, webhooks: Webhooks) -> None:
        self._webhooks = webhooks

    def endpoints(self) -> Sequence[Endpoint]:
        admin = Permission.ADMIN
        one = "webhooks/{webhook_id}"
        return [
            Endpoint("POST", "webhooks", admin, CreateWebhook, self.create),
            Endpoint("GET", "webhooks", admin, ListWebhooks, self.list_all),
            Endpoint("GET", one, admin, WebhookId, self.get),
            Endpoint("PATCH", one, admin, UpdateWebhook, self.update),
            Endpoint("DELETE", one, admin, WebhookId, self.delete),
            Endpoint("POST", f"{one}/test", admin, TestWebhook, self.test),
        ]

    async def create(self, scope: Scope, message: CreateWebhook) -> OneWebhook:
        new = NewWebhook(
            name=message.name,
            url=message.url,
            events=_events(message.events),
            description=message.description,
            secret=message.secret,
            status=_status(message.status),
        )
        return OneWebhook(WireWebhook.of(await self._webhooks.create(scope, new)))

    async def list_all(self, scope: Scope, message: ListWebhooks) -> WebhookPage:
        limit = message.max_results or _DEFAULT_PAGE
        if limit not in range(1, _MOST_ON_A_PAGE + 1):
            raise InvalidError(f"max_results must be between 1 and {_MOST_ON_A_PAGE}.")
        found, token = await self._webhooks.list_all(scope, limit, message.page_token, MLFLOW_EVENTS)
        return WebhookPage([WireWebhook.of(each) for each in found], token)

    async def get(self, scope: Scope, message: WebhookId) -> OneWebhook:
        return OneWebhook(WireWebhook.of(await self._webhooks.get(scope, message.webhook_id)))

    async def update(self, scope: Scope, message: UpdateWebhook) -> OneWebhook:
        changes = WebhookChanges(
            name=message.name or None,
            url=message.url or None,
            events=_events(message.events) or None,
            description=message.description,
            secret=message.secret,
            status=None if message.status is None else _status(message.status),
        )
        return OneWebhook(WireWebhook.of(await self._webhooks.update(scope, message.webhook_id, changes)))

    async def delete(self, scope: Scope, message: WebhookId) -> Nothing:
        await self._webhooks.delete(scope, message.webhook_id)
        return Nothing()

    async def test(self, scope: Scope, message: TestWebhook) -> TestedWebhook:
        event = "" if message.event is None else _events([message.event])[0]
        result = await self._webhooks.test(scope, message.webhook_id, event)
        return TestedWebhook(
            WireResult(
                result.is_success,
                msgspec.UNSET if result.status is None else result.status,
                msgspec.UNSET if result.body is None else result.body,
                msgspec.UNSET if result.error is None else result.error,
            )
        )


def _events(sent: Sequence[WireEvent]) -> list[str]:
    """Events as MLflow allows them. Raises InvalidError for others, which its clients could not read back."""
    events = [
        f"{_named(each.entity, _ENTITIES, 'entity')}.{_named(each.action, _ACTIONS, 'action')}".lower() for each in sent
    ]
    for event in events:
        if event not in MLFLOW_EVENTS:
            entity, action = event.split(".")
            valid = sorted(each.partition(".")[2] for each in MLFLOW_EVENTS if each.partition(".")[0] == entity)
            raise InvalidError(f"Invalid action '{action}' for entity '{entity}'. Valid actions are: {valid}")
    return events


def _status(sent: str | int) -> WebhookStatus:
    return WebhookStatus(_named(sent, _STATUSES, "status"))


def _named(sent: str | int, names: Sequence[str], parameter: str) -> str:
    """A value of an enumeration by its name, in any case, or by its number."""
    if isinstance(sent, int) and not isinstance(sent, bool):
        name = names[sent - 1] if sent in range(1, len(names) + 1) else ""
    else:
        name = str(sent).upper()
    if name not in names:
        raise InvalidError(
            f"Invalid value {str(sent)[:50]!r} for parameter '{parameter}' supplied.", hint=f"one of {', '.join(names)}"
        )
    return name


def _wire_event(event: str) -> WireEvent:
    entity, action = event.upper().split(".")
    return WireEvent(entity, action)
