"""Tables of logged models (MLflow 3), and what they were measured at."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from tidemill.core.database import BIG_KEY, WORKSPACE_ID, metadata, timestamp_ms

logged_models = Table(
    "logged_models",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("experiment_id", Integer, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("uuid", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("model_type", Text, nullable=False),
    Column("source_run_id", String(64), nullable=False),
    Column("status", String(40), nullable=False),
    Column("artifact_uri", Text, nullable=False),
    Column("lifecycle_stage", String(16), nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
)
Index(None, logged_models.c.experiment_id, logged_models.c.lifecycle_stage, logged_models.c.created_ms)
Index(None, logged_models.c.source_run_id)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("model_id", BIG_KEY, ForeignKey("logged_models.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    UniqueConstraint("model_id", "key"),
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("model_id", BIG_KEY, ForeignKey("logged_models.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    UniqueConstraint("model_id", "key"),
)

logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("model_id", BIG_KEY, ForeignKey("logged_models.id", ondelete="CASCADE"), nullable=False),
    Column("run_id", BIG_KEY, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Double),
    Column("is_nan", Boolean, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("timestamp_ms", BigInteger, nullable=False),
    Column("dataset_name", Text, nullable=False, server_default=""),
    Column("dataset_digest", Text, nullable=False, server_default=""),
)
Index(None, logged_model_metrics.c.model_id, logged_model_metrics.c.key)
Index(None, logged_model_metrics.c.run_id)
