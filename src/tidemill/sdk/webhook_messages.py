"""What the SDK sends and reads of webhooks."""

import msgspec


class NewWebhook(msgspec.Struct, frozen=True, omit_defaults=True):
    """A webhook that is to be made; `events` are such as `model_version.created`."""

    name: str
    url: str
    events: list[str]
    description: str = ""
    secret: str = ""
    status: str = "ACTIVE"


class Webhook(msgspec.Struct):
    """A webhook as it is kept."""

    id: str
    name: str
    description: str
    url: str
    events: list[str]
    status: str
    has_secret: bool
    created_ms: int
    updated_ms: int


class WebhookPage(msgspec.Struct):
    webhooks: list[Webhook]
    next_page_token: str


class Trial(msgspec.Struct):
    """What came of an example: `status` and `body` where somebody answered, else `error`."""

    success: bool
    status: int | None
    body: str | None
    error: str | None


class Delivery(msgspec.Struct):
    """A change of which a webhook is told; `next_ms` is None where it is over."""

    id: str
    event: str
    body: str
    state: str
    attempts: int
    status: int | None
    error: str
    created_ms: int
    next_ms: int | None
    ended_ms: int | None


class DeliveryPage(msgspec.Struct):
    deliveries: list[Delivery]
    next_page_token: str
