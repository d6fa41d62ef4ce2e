"""Tables of experiments."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tidemill.core.database import WORKSPACE_ID, metadata, timestamp_ms

experiments = Table(
    "experiments",
    metadata,
    Column("id", Integer, primary_key=True),
    WORKSPACE_ID(),
    Column("name", Text, nullable=False),
    Column("artifact_location", Text, nullable=False),
    Column("lifecycle_stage", String(16), nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
    UniqueConstraint("workspace_id", "name"),
    sqlite_autoincrement=True,  # an id is never used twice, whatever gc removes
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    Column("experiment_id", Integer, ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

Index(None, experiments.c.workspace_id, experiments.c.updated_ms)
