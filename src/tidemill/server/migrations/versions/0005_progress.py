"""How far processes say that they are."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workload_processes", sa.Column("progress", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("workload_processes", "progress")
