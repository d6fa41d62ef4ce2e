"""How far pipeline runs are, which of their tasks changed last, and what their pipelines are called."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pipeline_runs", sa.Column("pipeline_name", sa.String(200), nullable=False, server_default=""))
    op.add_column("pipeline_runs", sa.Column("counts", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("pipeline_runs", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("pipeline_tasks", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(
        "ix_pipeline_runs_name",
        "pipeline_runs",
        ["workspace_id", "pipeline_name", sa.literal_column("created_ms DESC")],
    )
    op.create_index("ix_pipeline_tasks_revision", "pipeline_tasks", ["run_id", "revision"])


def downgrade() -> None:
    op.drop_index("ix_pipeline_tasks_revision", "pipeline_tasks")
    op.drop_index("ix_pipeline_runs_name", "pipeline_runs")
    op.drop_column("pipeline_tasks", "revision")
    op.drop_column("pipeline_runs", "revision")
    op.drop_column("pipeline_runs", "counts")
    op.drop_column("pipeline_runs", "pipeline_name")
