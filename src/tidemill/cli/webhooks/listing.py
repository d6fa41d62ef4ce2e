"""`tidemill webhook list` and `tidemill webhook deliveries`."""

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from tidemill.cli.output import output_option, show_rows
from tidemill.cli.reaching import client_options
from tidemill.cli.webhooks.finding import find_webhook, webhook_argument
from tidemill.sdk.client import Client
from tidemill.sdk.webhook_messages import Delivery, Webhook
from tidemill.sdk.webhooks import Webhooks

_COLUMNS = ("name", "url", "events", "status", "signed")
_HOOK_FIELDS = ("id", "name", "url", "events", "status", "has_secret")
_DELIVERY_COLUMNS = ("id", "event", "created", "state", "attempts", "status", "note")
_DELIVERY_FIELDS = ("id", "event", "created_ms", "state", "attempts", "status", "error", "body")
_MOST_NOTE = 60
_STATES = ("waiting", "delivered", "failed")


@click.command("list")
@output_option
@client_options
def list_webhooks(*, client: Client, output: str) -> None:
    """List webhooks of the workspace, the newest first. Secrets are never shown."""
    found = Webhooks(client).list_all()
    if output == "table":
        show_rows([_row(each) for each in found], output, _COLUMNS)
    else:
        show_rows([msgspec.to_builtins(each) for each in found], output, _HOOK_FIELDS)


@click.command()
@webhook_argument()
@click.option("--state", default="", type=click.Choice(["", *_STATES]), help="only those of one state")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="so many at most")
@output_option
@client_options
def deliveries(*, client: Client, webhook: str, state: str, limit: int, output: str) -> None:
    """Show what a webhook was told, and is to be told, the latest first."""
    webhooks = Webhooks(client)
    found = webhooks.deliveries(find_webhook(webhooks, webhook), limit, state)
    if output == "table":
        show_rows([_delivery_row(each) for each in found], output, _DELIVERY_COLUMNS)
    else:
        show_rows([msgspec.to_builtins(each) for each in found], output, _DELIVERY_FIELDS)


def _row(webhook: Webhook) -> dict[str, Any]:
    return {
        "name": webhook.name,
        "url": webhook.url,
        "events": ", ".join(webhook.events),
        "status": webhook.status.lower(),
        "signed": "yes" if webhook.has_secret else "no",
    }


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    note = " ".join(delivery.error.split())
    return {
        "id": delivery.id,
        "event": delivery.event,
        "created": datetime.fromtimestamp(delivery.created_ms / 1000, UTC).astimezone().isoformat(" ", "seconds"),
        "state": delivery.state,
        "attempts": delivery.attempts,
        "status": delivery.status,
        "note": note if len(note) <= _MOST_NOTE else f"{note[:_MOST_NOTE]}...",
    }
