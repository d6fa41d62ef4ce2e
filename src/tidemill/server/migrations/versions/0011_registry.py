"""The registry's catalog, and lineage."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BINARY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_HEAD = sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "lineage_edges",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("source_kind", sa.String(length=24), nullable=False),
        sa.Column("source_id", _BINARY_TEXT, nullable=False),
        sa.Column("target_kind", sa.String(length=24), nullable=False),
        sa.Column("target_id", _BINARY_TEXT, nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_lineage_edges_workspace_id")),
        sa.PrimaryKeyConstraint(
            "workspace_id", "source_kind", "source_id", "target_kind", "target_id", name=op.f("pk_lineage_edges")
        ),
    )
    op.create_index(
        "ix_lineage_edges_target",
        "lineage_edges",
        ["workspace_id", "target_kind", "target_id", "source_kind", "source_id"],
    )
    op.create_table(
        "registered_models",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("name", _BINARY_TEXT, nullable=False),
        sa.Column("is_prompt", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_registered_models_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_models")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_registered_models_workspace_id_name")),
    )
    op.create_index(
        op.f("ix_registered_models_workspace_id_is_prompt_name"),
        "registered_models",
        ["workspace_id", "is_prompt", "name"],
    )
    op.create_index(
        op.f("ix_registered_models_workspace_id_is_prompt_updated_ms"),
        "registered_models",
        ["workspace_id", "is_prompt", "updated_ms"],
    )
    op.create_table(
        "model_versions",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("model_id", _BIG_KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_prompt", sa.Boolean(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("status_message", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("storage_location", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("run_link", sa.Text(), nullable=False),
        sa.Column("logged_model_uuid", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["registered_models.id"], name=op.f("fk_model_versions_model_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_model_versions_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_versions")),
        sa.UniqueConstraint("model_id", "version", name=op.f("uq_model_versions_model_id_version")),
    )
    op.create_index(
        op.f("ix_model_versions_model_id_stage_version"), "model_versions", ["model_id", "stage", "version"]
    )
    op.create_index(op.f("ix_model_versions_logged_model_uuid"), "model_versions", ["logged_model_uuid"])
    op.create_index(op.f("ix_model_versions_run_id"), "model_versions", ["run_id"])
    op.create_index(
        op.f("ix_model_versions_workspace_id_is_prompt_updated_ms"),
        "model_versions",
        ["workspace_id", "is_prompt", "updated_ms"],
    )
    op.create_table(
        "registered_model_tags",
        sa.Column("model_id", _BIG_KEY, nullable=False),
        sa.Column("key", _BINARY_TEXT, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("value_head", _HEAD, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["registered_models.id"], name=op.f("fk_registered_model_tags_model_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_id", "key", name=op.f("pk_registered_model_tags")),
    )
    op.create_index("ix_registered_model_tags_search", "registered_model_tags", ["key", "value_head"])
    op.create_table(
        "model_aliases",
        sa.Column("model_id", _BIG_KEY, nullable=False),
        sa.Column("alias", _BINARY_TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id", "version"],
            ["model_versions.model_id", "model_versions.version"],
            name="fk_model_aliases_version",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("model_id", "alias", name=op.f("pk_model_aliases")),
    )
    op.create_index(op.f("ix_model_aliases_model_id_version"), "model_aliases", ["model_id", "version"])
    op.create_table(
        "model_version_tags",
        sa.Column("version_id", _BIG_KEY, nullable=False),
        sa.Column("key", _BINARY_TEXT, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("value_head", _HEAD, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["model_versions.id"], name=op.f("fk_model_version_tags_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "key", name=op.f("pk_model_version_tags")),
    )
    op.create_index("ix_model_version_tags_search", "model_version_tags", ["key", "value_head"])
    op.create_table(
        "model_history",
        sa.Column("id", _BIG_KEY, nullable=False),
        sa.Column("model_id", _BIG_KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("alias", _BINARY_TEXT, nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["registered_models.id"], name=op.f("fk_model_history_model_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_history")),
    )
    op.create_index("ix_model_history_model", "model_history", ["model_id", "id"])


def downgrade() -> None:
    op.drop_table("model_history")
    op.drop_table("model_aliases")
    op.drop_table("model_version_tags")
    op.drop_table("registered_model_tags")
    op.drop_table("model_versions")
    op.drop_table("registered_models")
    op.drop_table("lineage_edges")
