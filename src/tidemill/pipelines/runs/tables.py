"""Tables of pipeline runs. A run's plan is its rows in `pipeline_tasks`: what it must know is `instance`."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

pipeline_runs = Table(
    "pipeline_runs",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("display_name", BINARY_TEXT, nullable=False),
    Column("description", Text, nullable=False),
    Column("experiment_id", Integer, nullable=False),
    Column("pipeline_uuid", String(36), nullable=False),
    Column("version_uuid", String(36), nullable=False),
    Column("recurring_uuid", String(36), nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Text, nullable=False),
    Column("archived", Boolean, nullable=False),
    Column("uses_cache", Boolean),
    Column("parameters", Text, nullable=False),
    Column("pipeline_root", Text, nullable=False),
    Column("service_account", String(200), nullable=False),
    Column("owner", String(200), nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("scheduled_ms"),
    timestamp_ms("finished_ms", nullable=True),
    Column("history", Text, nullable=False),
    Column("tracking_run", String(32), nullable=False),
    Column("pipeline_name", String(200), nullable=False, server_default=""),
    Column("counts", Text, nullable=False, server_default="{}"),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("notes", Text, nullable=False, server_default="[]"),
)
Index("ix_pipeline_runs_listing", pipeline_runs.c.workspace_id, pipeline_runs.c.created_ms.desc(), pipeline_runs.c.id)
Index(
    "ix_pipeline_runs_experiment",
    pipeline_runs.c.workspace_id,
    pipeline_runs.c.experiment_id,
    pipeline_runs.c.created_ms.desc(),
)
Index(
    "ix_pipeline_runs_name",
    pipeline_runs.c.workspace_id,
    pipeline_runs.c.pipeline_name,
    pipeline_runs.c.created_ms.desc(),
)
Index("ix_pipeline_runs_recurring", pipeline_runs.c.recurring_uuid, pipeline_runs.c.state)
_IS_UNFINISHED = text("state IN ('PENDING', 'RUNNING', 'CANCELING')")
Index("ix_pipeline_runs_unfinished", pipeline_runs.c.id, sqlite_where=_IS_UNFINISHED)

pipeline_run_documents = Table(
    "pipeline_run_documents",
    metadata,
    Column("run_id", BIG_KEY, ForeignKey("pipeline_runs.id", ondelete="CASCADE"), primary_key=True),
    Column("document", Text, nullable=False),
)
"""What runs are to do. Not in their rows: these change with every task, and a large one would be written each time."""

pipeline_tasks = Table(
    "pipeline_tasks",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("run_id", BIG_KEY, ForeignKey("pipeline_runs.id", ondelete="CASCADE"), nullable=False),
    Column("path", BINARY_TEXT, nullable=False),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("workload", String(32), nullable=False),
    Column("cache_key", String(64)),
    timestamp_ms("created_ms"),
    timestamp_ms("started_ms", nullable=True),
    timestamp_ms("ended_ms", nullable=True),
    Column("instance", Text, nullable=False),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("how", String(16), nullable=False, server_default=""),
    Column("notes", Text, nullable=False, server_default="[]"),
    UniqueConstraint("run_id", "path"),
)
Index("ix_pipeline_tasks_revision", pipeline_tasks.c.run_id, pipeline_tasks.c.revision)
_IS_FOUND_AGAIN = text("cache_key IS NOT NULL")
Index("ix_pipeline_tasks_cache", pipeline_tasks.c.cache_key, pipeline_tasks.c.id, sqlite_where=_IS_FOUND_AGAIN)

pipeline_blobs = Table(
    "pipeline_blobs",
    metadata,
    Column("run_id", BIG_KEY, ForeignKey("pipeline_runs.id", ondelete="CASCADE"), nullable=False),
    Column("digest", String(64), nullable=False),
    PrimaryKeyConstraint("run_id", "digest"),
)
"""Files of artifacts that runs made."""
Index("ix_pipeline_blobs_digest", pipeline_blobs.c.digest)
