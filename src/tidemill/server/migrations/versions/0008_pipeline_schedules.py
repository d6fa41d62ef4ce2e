"""Schedules of pipelines, and what came of their times."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BINARY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_IS_ON = sa.text("enabled AND next_ms IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "pipeline_schedules",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("display_name", _BINARY_TEXT, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("experiment_id", sa.Integer(), nullable=False),
        sa.Column("pipeline_uuid", sa.String(length=36), nullable=False),
        sa.Column("version_uuid", sa.String(length=36), nullable=False),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("cron", sa.Text(), nullable=False),
        sa.Column("interval_s", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.BigInteger(), nullable=True),
        sa.Column("end_ms", sa.BigInteger(), nullable=True),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("pipeline_root", sa.Text(), nullable=False),
        sa.Column("service_account", sa.String(length=200), nullable=False),
        sa.Column("max_concurrency", sa.Integer(), nullable=False),
        sa.Column("catches_up", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("next_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_ms", sa.BigInteger(), nullable=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_pipeline_schedules_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_schedules")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pipeline_schedules_uuid")),
    )
    op.create_index(
        "ix_pipeline_schedules_workspace_id_created_ms", "pipeline_schedules", ["workspace_id", "created_ms"]
    )
    op.create_index(
        "ix_pipeline_schedules_due",
        "pipeline_schedules",
        ["next_ms"],
        sqlite_where=_IS_ON,
        postgresql_where=_IS_ON,
    )
    op.create_table(
        "pipeline_schedule_times",
        sa.Column("schedule_id", _BIG_KEY, nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("run_uuid", sa.String(length=36), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["pipeline_schedules.id"],
            name=op.f("fk_pipeline_schedule_times_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("schedule_id", "due_ms", name=op.f("pk_pipeline_schedule_times")),
    )
    op.create_index("ix_pipeline_runs_recurring", "pipeline_runs", ["recurring_uuid", "state"])


def downgrade() -> None:
    op.drop_index("ix_pipeline_runs_recurring", "pipeline_runs")
    op.drop_table("pipeline_schedule_times")
    op.drop_table("pipeline_schedules")
