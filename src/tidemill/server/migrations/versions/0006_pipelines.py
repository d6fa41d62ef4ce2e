"""Pipelines and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BINARY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "pipelines",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("name", _BINARY_TEXT, nullable=False),
        sa.Column("display_name", _BINARY_TEXT, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_pipelines_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipelines")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pipelines_uuid")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_pipelines_workspace_id_name")),
    )
    op.create_index("ix_pipelines_workspace_id_created_ms", "pipelines", ["workspace_id", "created_ms"])
    op.create_table(
        "pipeline_versions",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("pipeline_id", _BIG_KEY, nullable=False),
        sa.Column("uuid", sa.String(length=32), nullable=False),
        sa.Column("name", _BINARY_TEXT, nullable=False),
        sa.Column("display_name", _BINARY_TEXT, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("platforms", sa.Text(), nullable=False),
        sa.Column("code_source_url", sa.Text(), nullable=False),
        sa.Column("package_url", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipelines.id"], name=op.f("fk_pipeline_versions_pipeline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_versions")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pipeline_versions_uuid")),
        sa.UniqueConstraint("pipeline_id", "name", name=op.f("uq_pipeline_versions_pipeline_id_name")),
    )
    op.create_index("ix_pipeline_versions_pipeline_id_created_ms", "pipeline_versions", ["pipeline_id", "created_ms"])


def downgrade() -> None:
    op.drop_table("pipeline_versions")
    op.drop_table("pipelines")
