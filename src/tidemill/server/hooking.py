"""Binding webhooks: the outbox that the registry writes into, the sender, and what answers for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Database
from tidemill.core.leases import Leases
from tidemill.core.outbound import Allowances, Outbound
from tidemill.core.settings import Settings
from tidemill.core.web import Route
from tidemill.registry import WebhookApi, WebhookOutbox, Webhooks, WebhookSender
from tidemill.registry.webhooks.sending import Postman
from tidemill.tenancy import WorkspaceSecrets


@dataclass(frozen=True, slots=True)
class Hooking:
    """Webhooks, built and not started. `outbox` is to hear of every change of the registry."""

    outbox: WebhookOutbox
    sender: WebhookSender
    webhooks: Webhooks
    routes: Sequence[Route]


def build_hooking(settings: Settings, database: Database, leases: Leases) -> Hooking:
    """Build webhooks, which call what the settings allow. Their secrets lie apart from those of workloads."""
    outbound = Outbound(Allowances(settings.outbound.outbound_allow))
    secrets = WorkspaceSecrets(settings.data_dir / "webhook-secrets")
    postman = Postman(outbound, secrets)
    sender = WebhookSender(database, leases, postman)
    webhooks = Webhooks(database, outbound, secrets, postman, sender.kick)
    return Hooking(WebhookOutbox(sender.kick), sender, webhooks, WebhookApi(webhooks).routes())
