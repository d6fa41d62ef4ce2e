"""Tables of what runs took in and gave out. A dataset is its name and digest within one experiment."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from tidemill.core.database import BIG_KEY, metadata

input_datasets = Table(
    "input_datasets",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("experiment_id", Integer, ForeignKey("experiments.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("source_type", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("schema", Text),
    Column("profile", Text),
    UniqueConstraint("experiment_id", "name", "digest"),
)

run_dataset_inputs = Table(
    "run_dataset_inputs",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("run_id", BIG_KEY, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("dataset_id", BIG_KEY, ForeignKey("input_datasets.id", ondelete="CASCADE"), nullable=False),
    Column("context", Text, nullable=False, server_default=""),
    UniqueConstraint("run_id", "dataset_id"),
)
Index(None, run_dataset_inputs.c.dataset_id, run_dataset_inputs.c.context)

run_dataset_input_tags = Table(
    "run_dataset_input_tags",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("input_id", BIG_KEY, ForeignKey("run_dataset_inputs.id", ondelete="CASCADE"), nullable=False),
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    UniqueConstraint("input_id", "key"),
)

run_models = Table(
    "run_models",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    Column("run_id", BIG_KEY, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("model_uuid", String(64), nullable=False, index=True),
    Column("direction", String(8), nullable=False),  # input or output
    Column("step", BigInteger, nullable=False, server_default="0"),
    UniqueConstraint("run_id", "model_uuid", "direction"),
)
