"""Tables of pipelines and their versions."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

pipelines = Table(
    "pipelines",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("uuid", String(32), nullable=False, unique=True),
    Column("name", BINARY_TEXT, nullable=False),
    Column("display_name", BINARY_TEXT, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", Text, nullable=False),
    timestamp_ms("created_ms"),
    UniqueConstraint("workspace_id", "name"),
)

pipeline_versions = Table(
    "pipeline_versions",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("pipeline_id", BIG_KEY, ForeignKey("pipelines.id"), nullable=False),
    Column("uuid", String(32), nullable=False, unique=True),
    Column("name", BINARY_TEXT, nullable=False),
    Column("display_name", BINARY_TEXT, nullable=False),
    Column("description", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("platforms", Text, nullable=False),
    Column("code_source_url", Text, nullable=False),
    Column("package_url", Text, nullable=False),
    timestamp_ms("created_ms"),
    UniqueConstraint("pipeline_id", "name"),
)

Index(None, pipelines.c.workspace_id, pipelines.c.created_ms)
Index(None, pipeline_versions.c.pipeline_id, pipeline_versions.c.created_ms)
