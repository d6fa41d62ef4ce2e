"""Tables of runs, their params and tags.

`experiment_id` is repeated in params and tags so that one index answers "this key, this value, in this experiment".
`value_head` is the first HEAD_LENGTH characters of the value: what an index can hold on either database.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tidemill.core.database import BIG_KEY, WORKSPACE_ID, metadata, timestamp_ms

HEAD_LENGTH = 120
HEAD = String(HEAD_LENGTH).with_variant(String(HEAD_LENGTH, collation="C"), "postgresql")
"""In code point order, as searches compare and sort: with another collation PostgreSQL could not walk the index so."""

runs = Table(
    "runs",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("experiment_id", Integer, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("uuid", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("status", String(16), nullable=False),
    timestamp_ms("start_ms", nullable=True),
    timestamp_ms("end_ms", nullable=True),
    timestamp_ms("deleted_ms", nullable=True),
    Column("lifecycle_stage", String(16), nullable=False),
    Column("artifact_uri", Text, nullable=False),
)

# The order in which searches list runs when nothing else is asked: newest first, then by id.
Index("ix_runs_listing", runs.c.experiment_id, runs.c.lifecycle_stage, runs.c.start_ms.desc(), runs.c.uuid)
Index("ix_runs_status", runs.c.workspace_id, runs.c.status, runs.c.start_ms)

run_params = Table(
    "run_params",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("run_id", BIG_KEY, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("experiment_id", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("value_head", HEAD, nullable=False),
    UniqueConstraint("run_id", "key"),
)
Index(
    "ix_run_params_search", run_params.c.experiment_id, run_params.c.key, run_params.c.value_head, run_params.c.run_id
)

run_tags = Table(
    "run_tags",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("run_id", BIG_KEY, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("experiment_id", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("value_head", HEAD, nullable=False),
    UniqueConstraint("run_id", "key"),
)
Index("ix_run_tags_search", run_tags.c.experiment_id, run_tags.c.key, run_tags.c.value_head, run_tags.c.run_id)
