"""Tables of webhooks, and of what they are told: a delivery is written in the transaction of its change."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("name", BINARY_TEXT, nullable=False),
    Column("description", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("secret_name", String(64), nullable=False),
    Column("owner", Text, nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
)
Index(None, webhooks.c.workspace_id, webhooks.c.status)

webhook_events = Table(
    "webhook_events",
    metadata,
    Column("webhook_id", BIG_KEY, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    Column("event", String(40), primary_key=True),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("webhook_id", BIG_KEY, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("event", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("status", Integer),
    Column("error", Text, nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("next_ms", nullable=True),
    timestamp_ms("sending_ms", nullable=True),
    timestamp_ms("ended_ms", nullable=True),
)
Index(None, webhook_deliveries.c.webhook_id, webhook_deliveries.c.id)
Index(
    "ix_webhook_deliveries_due",
    webhook_deliveries.c.next_ms,
    webhook_deliveries.c.webhook_id,
    sqlite_where=text("next_ms IS NOT NULL"),
)
