"""What Kubeflow's model registry keeps beside MLflow's."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BINARY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_TABLE = "kubeflow_resources"


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subkind", sa.String(length=24), nullable=False),
        sa.Column("name", _BINARY_TEXT, nullable=False),
        sa.Column("external_id", _BINARY_TEXT, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("parent_id", _BIG_KEY, nullable=True),
        sa.Column("model_id", _BIG_KEY, nullable=True),
        sa.Column("version_id", _BIG_KEY, nullable=True),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["registered_models.id"], name=op.f("fk_kubeflow_resources_model_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], [f"{_TABLE}.id"], name=op.f("fk_kubeflow_resources_parent_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["model_versions.id"], name=op.f("fk_kubeflow_resources_version_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_kubeflow_resources_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kubeflow_resources")),
    )
    for columns in (
        ["workspace_id", "kind", "name"],
        ["workspace_id", "kind", "external_id"],
        ["model_id", "kind"],
        ["version_id", "kind"],
        ["parent_id"],
    ):
        op.create_index(op.f(f"ix_{_TABLE}_{'_'.join(columns)}"), _TABLE, columns)


def downgrade() -> None:
    op.drop_table(_TABLE)
