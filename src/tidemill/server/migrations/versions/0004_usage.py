"""Use of workloads' processes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workload_usage",
        sa.Column("workload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("width_ms", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.LargeBinary(), nullable=False),
        sa.Column("low", sa.LargeBinary(), nullable=True),
        sa.Column("high", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workload_id"], ["workloads.id"], name=op.f("fk_workload_usage_workload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workload_id", "attempt", "rank", "measure", "part", name=op.f("pk_workload_usage")),
    )


def downgrade() -> None:
    op.drop_table("workload_usage")
