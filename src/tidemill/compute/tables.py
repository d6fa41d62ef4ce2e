"""Tables of compute. Rows of the queue and of what runs are found through partial indexes, so that what has ended,
however much it is, costs them nothing.

`shape` is what admission must know of a workload's size, as one text (`shapes.py`): the queue is read by lanes of
equal shape, so that those who cannot start yet hide nobody behind them. Partial indexes are partial on PostgreSQL
too: the migration says so, while naming that dialect here would load it into every server.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

workloads = Table(
    "workloads",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("uuid", String(32), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("group_name", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("losses", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("shape", BINARY_TEXT, nullable=False),
    Column("grace_s", Float, nullable=False),
    Column("stop_cause", String(16)),
    timestamp_ms("queued_ms"),
    timestamp_ms("not_before_ms"),
    timestamp_ms("created_ms"),
    timestamp_ms("admitted_ms", nullable=True),
    timestamp_ms("started_ms", nullable=True),
    timestamp_ms("ended_ms", nullable=True),
    Column("spec", Text, nullable=False),
)
_IS_QUEUED = text("state = 'queued'")
Index(
    "ix_workloads_queue",
    workloads.c.not_before_ms,
    workloads.c.workspace_id,
    workloads.c.shape,
    workloads.c.priority.desc(),
    workloads.c.queued_ms,
    workloads.c.id,
    sqlite_where=_IS_QUEUED,
)
Index("ix_workloads_listing", workloads.c.workspace_id, workloads.c.created_ms.desc(), workloads.c.id.desc())
Index(
    "ix_workloads_state",
    workloads.c.workspace_id,
    workloads.c.state,
    workloads.c.created_ms.desc(),
    workloads.c.id.desc(),
)
Index("ix_workloads_kind", workloads.c.workspace_id, workloads.c.kind, workloads.c.created_ms.desc())
Index("ix_workloads_owner", workloads.c.workspace_id, workloads.c.owner, workloads.c.created_ms.desc())
Index("ix_workloads_name", workloads.c.workspace_id, workloads.c.name)
_IN_A_GROUP = text("group_name <> ''")
Index(
    "ix_workloads_group",
    workloads.c.workspace_id,
    workloads.c.group_name,
    workloads.c.state,
    sqlite_where=_IN_A_GROUP,
)

workload_labels = Table(
    "workload_labels",
    metadata,
    Column("workload_id", BIG_KEY, ForeignKey("workloads.id", ondelete="CASCADE"), nullable=False),
    Column("workspace_id", Integer, nullable=False),
    Column("key", String(200), nullable=False),
    Column("value", String(200), nullable=False),
    PrimaryKeyConstraint("workload_id", "key"),
)
Index(
    "ix_workload_labels_search",
    workload_labels.c.workspace_id,
    workload_labels.c.key,
    workload_labels.c.value,
    workload_labels.c.workload_id,
)

workload_processes = Table(
    "workload_processes",
    metadata,
    Column("workload_id", BIG_KEY, ForeignKey("workloads.id", ondelete="CASCADE"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("node", String(200), nullable=False),
    Column("devices", Text, nullable=False),
    Column("pid", BigInteger),
    timestamp_ms("started_ms", nullable=True),
    timestamp_ms("ended_ms", nullable=True),
    Column("outcome", String(16)),
    Column("exit_code", BigInteger),
    Column("signal", Integer),
    Column("message", Text, nullable=False),
    Column("cpu_ms", BigInteger),
    Column("peak_memory_bytes", BigInteger),
    Column("result_raised", Boolean, nullable=False),
    Column("result_size", BigInteger),
    Column("result_digest", String(64)),
    Column("result", LargeBinary),
    Column("log_size", BigInteger),
    Column("log_stored_size", BigInteger),
    Column("log_digest", String(64)),
    Column("log", LargeBinary),
    Column("progress", Text),
    PrimaryKeyConstraint("workload_id", "attempt", "rank"),
)
_IS_LIVE = text("outcome IS NULL")
Index(
    "ix_workload_processes_live",
    workload_processes.c.workload_id,
    sqlite_where=_IS_LIVE,
)
# Ended, and its log is still with the backend.
_IS_UNSETTLED = text("outcome IS NOT NULL AND log_size IS NULL")
Index(
    "ix_workload_processes_unsettled",
    workload_processes.c.node,
    sqlite_where=_IS_UNSETTLED,
)
_HAS_RESULT_BLOB, _HAS_LOG_BLOB = text("result_digest IS NOT NULL"), text("log_digest IS NOT NULL")
Index(
    "ix_workload_processes_result_digest",
    workload_processes.c.result_digest,
    sqlite_where=_HAS_RESULT_BLOB,
)
Index(
    "ix_workload_processes_log_digest",
    workload_processes.c.log_digest,
    sqlite_where=_HAS_LOG_BLOB,
)

workload_history = Table(
    "workload_history",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("workload_id", BIG_KEY, ForeignKey("workloads.id", ondelete="CASCADE"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    timestamp_ms("at_ms"),
)
Index("ix_workload_history_workload", workload_history.c.workload_id, workload_history.c.id)

workload_blobs = Table(
    "workload_blobs",
    metadata,
    WORKSPACE_ID(primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    timestamp_ms("used_ms"),
)
Index("ix_workload_blobs_digest", workload_blobs.c.digest)

compute_nodes = Table(
    "compute_nodes",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("backend", String(63), nullable=False),
    Column("cpu_milli", BigInteger, nullable=False),
    Column("memory_bytes", BigInteger, nullable=False),
    Column("gpus", Integer, nullable=False),
    Column("disk_bytes", BigInteger, nullable=False),
    Column("devices", Text, nullable=False),
    Column("gpu_model", String(200), nullable=False),
    Column("is_offered", Boolean, nullable=False),
    Column("is_open", Boolean, nullable=False),
    timestamp_ms("heard_ms"),
)

compute_quotas = Table(
    "compute_quotas",
    metadata,
    WORKSPACE_ID(primary_key=True),
    Column("cpu_milli", BigInteger),
    Column("memory_bytes", BigInteger),
    Column("gpus", BigInteger),
    Column("workloads", BigInteger),
    Column("cohort", String(63), nullable=False),
    Column("may_borrow", Boolean, nullable=False),
    Column("may_preempt", Boolean, nullable=False),
    Column("weight", Integer, nullable=False),
)
