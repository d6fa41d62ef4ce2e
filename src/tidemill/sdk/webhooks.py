"""Webhooks at the server of a client, typed."""

import secrets
from typing import Any, TypeVar

import msgspec

from tidemill.sdk.client import Client, given, path_part
from tidemill.sdk.connection import Call
from tidemill.sdk.webhook_messages import Delivery, DeliveryPage, NewWebhook, Trial, Webhook, WebhookPage

Answer = TypeVar("Answer")

_ROOT = "/api/v1/webhooks"
_JSON = {"Content-Type": "application/json"}
_MOST_ON_A_PAGE = 1000


class Webhooks:
    """Webhooks of the workspace of a client, through its connection."""

    def __init__(self, client: Client) -> None:
        self._connection = client.connection

    def create(self, webhook: NewWebhook) -> Webhook:
        """Make a webhook. Raises InvalidError for what it cannot be."""
        headers = {**_JSON, "Idempotency-Key": secrets.token_hex(16)}
        return self._connection.ask(Call("POST", _ROOT, msgspec.json.encode(webhook), headers), Webhook)

    def list_all(self) -> list[Webhook]:
        """Every webhook of the workspace, the latest first."""
        found, token = list[Webhook](), ""
        while True:
            page = self._get(_ROOT, WebhookPage, limit=_MOST_ON_A_PAGE, page_token=token)
            found += page.webhooks
            if not (token := page.next_page_token):
                return found

    def switch(self, webhook_id: str, *, on: bool) -> Webhook:
        """Let it be told of changes, or not. Raises NotFoundError."""
        content = msgspec.json.encode({"status": "ACTIVE" if on else "DISABLED"})
        return self._connection.ask(Call("PATCH", _one(webhook_id), content, _JSON), Webhook)

    def delete(self, webhook_id: str) -> None:
        """Remove a webhook with its deliveries. Raises NotFoundError."""
        self._connection.send(Call("DELETE", _one(webhook_id)))

    def test(self, webhook_id: str, event: str = "") -> Trial:
        """Have an example sent; without an event, of its first one. Raises NotFoundError."""
        content = msgspec.json.encode({"event": event})
        return self._connection.ask(Call("POST", f"{_one(webhook_id)}/test", content, _JSON), Trial)

    def deliveries(self, webhook_id: str, limit: int, state: str = "") -> list[Delivery]:
        """So many of its deliveries at most, the latest first. Raises NotFoundError."""
        found, token = list[Delivery](), ""
        while True:
            size = min(limit - len(found), _MOST_ON_A_PAGE)
            path = f"{_one(webhook_id)}/deliveries"
            page = self._get(path, DeliveryPage, limit=size, page_token=token, state=state)
            found += page.deliveries
            if not (token := page.next_page_token) or len(found) >= limit:
                return found

    def resend(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Send a delivery that is over once more. Raises NotFoundError, ConflictError."""
        path = f"{_one(webhook_id)}/deliveries/{path_part(delivery_id)}/send"
        return self._connection.ask(Call("POST", path, b"{}", _JSON), Delivery)

    def _get(self, path: str, answer: type[Answer], **query: Any) -> Answer:
        return self._connection.ask(Call("GET", path, query=given(query)), answer)


def _one(webhook_id: str) -> str:
    return f"{_ROOT}/{path_part(webhook_id)}"
