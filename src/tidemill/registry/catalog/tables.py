"""Tables of registered models and what belongs to them.

A tag's `kind` is empty where its value is plain text, as MLflow's are; Kubeflow's custom properties have other kinds.
`value_head` is the first HEAD_LENGTH characters of the value: what an index can hold on either database.
"""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

HEAD_LENGTH = 120
HEAD = String(HEAD_LENGTH).with_variant(String(HEAD_LENGTH, collation="C"), "postgresql")

registered_models = Table(
    "registered_models",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("name", BINARY_TEXT, nullable=False),
    Column("is_prompt", Boolean, nullable=False),
    Column("description", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("last_version", Integer, nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
    UniqueConstraint("workspace_id", "name"),
)
Index(None, registered_models.c.workspace_id, registered_models.c.is_prompt, registered_models.c.name)
Index(None, registered_models.c.workspace_id, registered_models.c.is_prompt, registered_models.c.updated_ms)

model_versions = Table(
    "model_versions",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("model_id", BIG_KEY, ForeignKey("registered_models.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_prompt", Boolean, nullable=False),
    Column("description", Text, nullable=False),
    Column("card", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("stage", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("status", String(32), nullable=False),
    Column("status_message", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("storage_location", Text, nullable=False),
    Column("run_id", String(64), nullable=False),
    Column("run_link", Text, nullable=False),
    Column("logged_model_uuid", String(64), nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
    UniqueConstraint("model_id", "version"),
)
Index(None, model_versions.c.model_id, model_versions.c.stage, model_versions.c.version)
Index(None, model_versions.c.workspace_id, model_versions.c.is_prompt, model_versions.c.updated_ms)
Index(None, model_versions.c.run_id)
Index(None, model_versions.c.logged_model_uuid)

registered_model_tags = Table(
    "registered_model_tags",
    metadata,
    Column("model_id", BIG_KEY, ForeignKey("registered_models.id", ondelete="CASCADE"), primary_key=True),
    Column("key", BINARY_TEXT, primary_key=True),
    Column("value", Text, nullable=False),
    Column("value_head", HEAD, nullable=False),
    Column("kind", String(16), nullable=False),
)
Index("ix_registered_model_tags_search", registered_model_tags.c.key, registered_model_tags.c.value_head)

model_version_tags = Table(
    "model_version_tags",
    metadata,
    Column("version_id", BIG_KEY, ForeignKey("model_versions.id", ondelete="CASCADE"), primary_key=True),
    Column("key", BINARY_TEXT, primary_key=True),
    Column("value", Text, nullable=False),
    Column("value_head", HEAD, nullable=False),
    Column("kind", String(16), nullable=False),
)
Index("ix_model_version_tags_search", model_version_tags.c.key, model_version_tags.c.value_head)

model_aliases = Table(
    "model_aliases",
    metadata,
    Column("model_id", BIG_KEY, primary_key=True),
    Column("alias", BINARY_TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(
        ["model_id", "version"],
        ["model_versions.model_id", "model_versions.version"],
        name="fk_model_aliases_version",
        ondelete="CASCADE",
    ),
)
Index(None, model_aliases.c.model_id, model_aliases.c.version)

model_history = Table(
    "model_history",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("model_id", BIG_KEY, ForeignKey("registered_models.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("alias", BINARY_TEXT, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("subject", Text, nullable=False),
    timestamp_ms("at_ms"),
)
Index("ix_model_history_model", model_history.c.model_id, model_history.c.id)
