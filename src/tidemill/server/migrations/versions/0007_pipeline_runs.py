"""Runs of pipelines and their tasks."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BINARY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_IS_UNFINISHED = sa.text("state IN ('PENDING', 'RUNNING', 'CANCELING')")
_IS_FOUND_AGAIN = sa.text("cache_key IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "pipeline_runs",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("display_name", _BINARY_TEXT, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("pipeline_uuid", sa.String(length=36), nullable=False),
        sa.Column("version_uuid", sa.String(length=36), nullable=False),
        sa.Column("recurring_uuid", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("uses_cache", sa.Boolean(), nullable=True),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("pipeline_root", sa.Text(), nullable=False),
        sa.Column("service_account", sa.String(length=200), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("scheduled_ms", sa.BigInteger(), nullable=False),
        sa.Column("finished_ms", sa.BigInteger(), nullable=True),
        sa.Column("history", sa.Text(), nullable=False),
        sa.Column("tracking_run", sa.String(length=32), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_pipeline_runs_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_runs")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pipeline_runs_uuid")),
    )
    op.create_index(
        "ix_pipeline_runs_listing", "pipeline_runs", ["workspace_id", sa.literal_column("created_ms DESC"), "id"]
    )
    op.create_index(
        "ix_pipeline_runs_experiment",
        "pipeline_runs",
        ["workspace_id", "experiment_id", sa.literal_column("created_ms DESC")],
    )
    op.create_index(
        "ix_pipeline_runs_unfinished",
        "pipeline_runs",
        ["id"],
        sqlite_where=_IS_UNFINISHED,
        postgresql_where=_IS_UNFINISHED,
    )
    op.create_table(
        "pipeline_tasks",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("run_id", _BIG_KEY, nullable=False),
        sa.Column("path", _BINARY_TEXT, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("workload", sa.String(length=32), nullable=False),
        sa.Column("cache_key", sa.String(length=64), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("started_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["pipeline_runs.id"], name=op.f("fk_pipeline_tasks_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_tasks")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pipeline_tasks_uuid")),
        sa.UniqueConstraint("run_id", "path", name=op.f("uq_pipeline_tasks_run_id_path")),
    )
    op.create_index(
        "ix_pipeline_tasks_cache",
        "pipeline_tasks",
        ["cache_key", "id"],
        sqlite_where=_IS_FOUND_AGAIN,
        postgresql_where=_IS_FOUND_AGAIN,
    )
    op.create_table(
        "pipeline_blobs",
        sa.Column("run_id", _BIG_KEY, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["pipeline_runs.id"], name=op.f("fk_pipeline_blobs_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "digest", name=op.f("pk_pipeline_blobs")),
    )
    op.create_index("ix_pipeline_blobs_digest", "pipeline_blobs", ["digest"])


def downgrade() -> None:
    op.drop_table("pipeline_blobs")
    op.drop_table("pipeline_tasks")
    op.drop_table("pipeline_runs")
