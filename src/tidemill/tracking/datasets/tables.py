"""Tables of datasets: the standing ones of MLflow 3, with their records and experiments."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tidemill.core.database import BIG_KEY, WORKSPACE_ID, metadata, timestamp_ms

datasets = Table(
    "datasets",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("uuid", String(40), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("schema", Text),
    Column("record_count", BigInteger, nullable=False),
    Column("fingerprint", BigInteger, nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
    Column("created_by", Text),
    Column("updated_by", Text),
)
Index(None, datasets.c.workspace_id, datasets.c.created_ms)

dataset_tags = Table(
    "dataset_tags",
    metadata,
    Column("dataset_id", BIG_KEY, ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

dataset_experiments = Table(
    "dataset_experiments",
    metadata,
    Column("dataset_id", BIG_KEY, ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True),
    Column("experiment_id", Integer, ForeignKey("experiments.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# The long texts come last: what lies before them is read without them.
dataset_records = Table(
    "dataset_records",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("dataset_id", BIG_KEY, ForeignKey("datasets.id", ondelete="CASCADE"), nullable=False),
    Column("uuid", String(40), nullable=False, unique=True),
    Column("inputs_digest", String(64), nullable=False),
    Column("fingerprint", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
    Column("created_by", Text),
    Column("updated_by", Text),
    Column("source_type", String(16)),
    Column("source_id", Text),
    Column("source_data", Text),
    Column("tags", Text, nullable=False),
    Column("expectations", Text),
    Column("outputs", Text),
    Column("inputs", Text, nullable=False),
    UniqueConstraint("dataset_id", "inputs_digest"),
)
Index(None, dataset_records.c.dataset_id, dataset_records.c.id)
