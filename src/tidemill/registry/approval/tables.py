"""Tables of approval: a rule of a model, and what was reported of a version."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from tidemill.core.database import BIG_KEY, BINARY_TEXT, metadata, timestamp_ms

model_rules = Table(
    "model_rules",
    metadata,
    Column("model_id", BIG_KEY, ForeignKey("registered_models.id", ondelete="CASCADE"), primary_key=True),
    Column("rule", Text, nullable=False),
    Column("updated_by", Text, nullable=False),
    timestamp_ms("updated_ms"),
)

model_version_reports = Table(
    "model_version_reports",
    metadata,
    Column("version_id", BIG_KEY, ForeignKey("model_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("name", BINARY_TEXT, primary_key=True),
    Column("outcome", String(8), nullable=False),
    Column("message", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("reported_by", Text, nullable=False),
    timestamp_ms("reported_ms"),
)
