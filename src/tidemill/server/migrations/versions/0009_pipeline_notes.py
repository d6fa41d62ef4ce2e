"""How each task of a pipeline run was executed, what of its pipeline is not applied, and its spec in a table of its own.

A run's row changes with every task, and a spec of 10,000 tasks in it would be written again each time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "pipeline_run_documents",
        sa.Column("run_id", _BIG_KEY, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["pipeline_runs.id"],
            name=op.f("fk_pipeline_run_documents_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_pipeline_run_documents")),
    )
    op.execute("INSERT INTO pipeline_run_documents (run_id, document) SELECT id, document FROM pipeline_runs")
    op.drop_column("pipeline_runs", "document")
    op.add_column("pipeline_runs", sa.Column("notes", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("pipeline_tasks", sa.Column("how", sa.String(16), nullable=False, server_default=""))
    op.add_column("pipeline_tasks", sa.Column("notes", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.add_column("pipeline_runs", sa.Column("document", sa.Text(), nullable=False, server_default="{}"))
    op.execute(
        "UPDATE pipeline_runs SET document = "
        "(SELECT d.document FROM pipeline_run_documents d WHERE d.run_id = pipeline_runs.id)"
    )
    op.drop_table("pipeline_run_documents")
    op.drop_column("pipeline_tasks", "notes")
    op.drop_column("pipeline_tasks", "how")
    op.drop_column("pipeline_runs", "notes")
