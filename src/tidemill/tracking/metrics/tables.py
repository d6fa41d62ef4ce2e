"""Tables of metrics: one row per series with its latest value, and the packed points behind it.

A series is (run, key). Its row in `latest_metrics` is what search, order and listings read: the covering index
answers "runs of this experiment by this metric" alone. NaN is `value` NULL with `is_nan` true, so that no
database's opinion about NaN matters. `metric_tail` holds one small blob per series and request,
`metric_chunks` up to a few thousand points each, packed by column; `metrics/codec.py` has the formats.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from tidemill.core.database import BIG_KEY, metadata

latest_metrics = Table(
    "latest_metrics",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("run_id", BIG_KEY, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("experiment_id", Integer, nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Double),
    Column("is_nan", Boolean, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("timestamp_ms", BigInteger, nullable=False),
    Column("min_value", Double),
    Column("max_value", Double),
    Column("points", BigInteger, nullable=False),
    UniqueConstraint("run_id", "key"),
)
Index(
    "ix_latest_metrics_search",
    latest_metrics.c.experiment_id,
    latest_metrics.c.key,
    latest_metrics.c.value,
    latest_metrics.c.run_id,
)

metric_tail = Table(
    "metric_tail",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("series_id", BIG_KEY, ForeignKey("latest_metrics.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("points", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

metric_chunks = Table(
    "metric_chunks",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("series_id", BIG_KEY, ForeignKey("latest_metrics.id", ondelete="CASCADE"), nullable=False, index=True),
    # One column per field of summary.ChunkSummary, of the same name.
    Column("count", Integer, nullable=False),
    Column("first_timestamp", BigInteger, nullable=False),
    Column("first_step", BigInteger, nullable=False),
    Column("first_rank", BigInteger, nullable=False),
    Column("last_timestamp", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("last_rank", BigInteger, nullable=False),
    Column("min_step", BigInteger, nullable=False),
    Column("max_step", BigInteger, nullable=False),
    Column("stride", BigInteger),
    Column("ascending", Boolean, nullable=False),
    Column("min_value", Double),
    Column("max_value", Double),
    Column("mean_value", Double),
    Column("last_value", Double),
    Column("nan_count", Integer, nullable=False),
    Column("positive_infinity_count", Integer, nullable=False),
    Column("negative_infinity_count", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
)
