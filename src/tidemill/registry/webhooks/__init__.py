"""Webhooks: whoever asked for it is told of changes of the registry, by requests that are signed and repeated."""

from tidemill.registry.webhooks.events import MLFLOW_EVENTS
from tidemill.registry.webhooks.models import (
    Delivery,
    DeliveryState,
    NewWebhook,
    TestResult,
    Webhook,
    WebhookChanges,
    WebhookStatus,
)
from tidemill.registry.webhooks.outbox import WebhookOutbox
from tidemill.registry.webhooks.routes import WebhookApi
from tidemill.registry.webhooks.service import Webhooks
from tidemill.registry.webhooks.workers import WebhookSender

__all__ = [
    "MLFLOW_EVENTS",
    "Delivery",
    "DeliveryState",
    "NewWebhook",
    "TestResult",
    "Webhook",
    "WebhookApi",
    "WebhookChanges",
    "WebhookOutbox",
    "WebhookSender",
    "WebhookStatus",
    "Webhooks",
]
