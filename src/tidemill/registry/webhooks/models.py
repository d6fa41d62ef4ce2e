"""Words of webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class WebhookStatus(StrEnum):
    """Whether a webhook is told of changes, in MLflow's words."""

    ACTIVE = "ACTIVE"
    DISABLED = "DISABLED"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    WAITING = "waiting"
    """To be sent, or to be sent again."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up: it can be sent again by hand."""


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """What is asked for. `events` are `entity.action`, such as `model_version.created`."""

    name: str
    url: str
    events: Sequence[str]
    description: str = ""
    secret: str = field(default="", repr=False)
    status: WebhookStatus = WebhookStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class WebhookChanges:
    """What is to be changed; None leaves a thing as it is, an empty secret is none from now on."""

    name: str | None = None
    url: str | None = None
    events: Sequence[str] | None = None
    description: str | None = None
    secret: str | None = field(default=None, repr=False)
    status: WebhookStatus | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is stored. Its secret is a file of that name; empty where it has none."""

    id: int
    workspace_id: int
    uuid: str
    name: str
    description: str
    url: str
    status: WebhookStatus
    secret_name: str
    owner: str
    created_ms: int
    updated_ms: int
    events: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One change that one webhook is told of. Its id and its body are the same at each attempt."""

    id: int
    webhook_id: int
    uuid: str
    event: str
    body: str
    state: DeliveryState
    attempts: int
    status: int | None
    """Of the last answer; None where there was none."""
    error: str
    """Why the last attempt failed; empty where it did not."""
    created_ms: int
    next_ms: int | None
    """When it is sent, or sent again; None where it is over."""
    sending_ms: int | None
    """Since when it is being sent."""
    ended_ms: int | None


@dataclass(frozen=True, slots=True)
class TestResult:
    """What came of a trial. `status` and `body` are None where nobody answered, `error` where somebody did."""

    is_success: bool
    status: int | None = None
    body: str | None = None
    error: str | None = None
