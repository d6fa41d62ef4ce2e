"""Tables of schedules. What came of each time is a row of its own, so that no time comes twice."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, Text, text

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

pipeline_schedules = Table(
    "pipeline_schedules",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("uuid", String(36), nullable=False, unique=True),
    Column("display_name", BINARY_TEXT, nullable=False),
    Column("description", Text, nullable=False),
    Column("experiment_id", Integer, nullable=False),
    Column("pipeline_uuid", String(36), nullable=False),
    Column("version_uuid", String(36), nullable=False),
    Column("document", Text),
    Column("cron", Text, nullable=False),
    Column("interval_s", Integer, nullable=False),
    timestamp_ms("start_ms", nullable=True),
    timestamp_ms("end_ms", nullable=True),
    Column("parameters", Text, nullable=False),
    Column("pipeline_root", Text, nullable=False),
    Column("service_account", String(200), nullable=False),
    Column("max_concurrency", Integer, nullable=False),
    Column("catches_up", Boolean, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("owner", String(200), nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
    timestamp_ms("next_ms", nullable=True),
    timestamp_ms("last_ms", nullable=True),
    Column("times", Integer, nullable=False),
    Column("error", Text, nullable=False),
)
Index(None, pipeline_schedules.c.workspace_id, pipeline_schedules.c.created_ms)
_IS_ON = text("enabled AND next_ms IS NOT NULL")
Index("ix_pipeline_schedules_due", pipeline_schedules.c.next_ms, sqlite_where=_IS_ON)

pipeline_schedule_times = Table(
    "pipeline_schedule_times",
    metadata,
    Column("schedule_id", BIG_KEY, ForeignKey("pipeline_schedules.id", ondelete="CASCADE"), nullable=False),
    timestamp_ms("due_ms"),
    timestamp_ms("at_ms"),
    Column("run_uuid", String(36), nullable=False),
    Column("error", Text, nullable=False),
    PrimaryKeyConstraint("schedule_id", "due_ms"),
)
"""The latest times of each schedule, those without a run too."""
