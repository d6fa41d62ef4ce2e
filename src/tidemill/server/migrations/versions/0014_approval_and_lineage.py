"""Rules for promotions, and the lineage of what was there before lineage was kept."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_BIG_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BINARY_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# Each selects workspace, source kind and id, target kind and id, and when.
_KNOWN = (
    """SELECT r.workspace_id, 'dataset', d.name || '@' || d.digest, 'run', r.uuid, COALESCE(r.start_ms, 0)
    FROM run_dataset_inputs i JOIN input_datasets d ON d.id = i.dataset_id JOIN runs r ON r.id = i.run_id WHERE true""",
    """SELECT r.workspace_id, 'commit', LOWER(t.value), 'run', r.uuid, COALESCE(r.start_ms, 0)
    FROM run_tags t JOIN runs r ON r.id = t.run_id
    WHERE t.key = 'mlflow.source.git.commit' AND LENGTH(t.value) BETWEEN 4 AND 64
    AND TRIM(LOWER(t.value), '0123456789abcdef') = ''""",
    """SELECT r.workspace_id, 'pipeline_task', p.value || '/' || t.value, 'run', r.uuid, COALESCE(r.start_ms, 0)
    FROM run_tags t JOIN run_tags p ON p.run_id = t.run_id AND p.key = 'tidemill.pipelineRun'
    JOIN runs r ON r.id = t.run_id
    WHERE t.key = 'tidemill.pipelineTask' AND t.value <> '' AND p.value <> ''
    AND LENGTH(p.value) + LENGTH(t.value) < 500""",
    """SELECT m.workspace_id, 'run', m.source_run_id, 'logged_model', m.uuid, m.created_ms
    FROM logged_models m WHERE m.source_run_id <> ''""",
    """SELECT r.workspace_id, 'run', r.uuid, 'logged_model', u.model_uuid, COALESCE(r.start_ms, 0)
    FROM run_models u JOIN runs r ON r.id = u.run_id WHERE u.direction = 'output'""",
    """SELECT r.workspace_id, 'logged_model', u.model_uuid, 'run', r.uuid, COALESCE(r.start_ms, 0)
    FROM run_models u JOIN runs r ON r.id = u.run_id WHERE u.direction = 'input'""",
    """SELECT DISTINCT r.workspace_id, 'logged_model', m.uuid, 'run', r.uuid, COALESCE(r.start_ms, 0)
    FROM logged_model_metrics v JOIN logged_models m ON m.id = v.model_id JOIN runs r ON r.id = v.run_id
    WHERE m.source_run_id <> r.uuid""",
)
_COLUMNS = "workspace_id, source_kind, source_id, target_kind, target_id, created_ms"


def upgrade() -> None:
    op.create_table(
        "model_rules",
        sa.Column("model_id", _BIG_KEY, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["registered_models.id"], name=op.f("fk_model_rules_model_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("model_id", name=op.f("pk_model_rules")),
    )
    op.create_table(
        "model_version_reports",
        sa.Column("version_id", _BIG_KEY, nullable=False),
        sa.Column("name", _BINARY_TEXT, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("reported_by", sa.Text(), nullable=False),
        sa.Column("reported_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["model_versions.id"], name=op.f("fk_model_version_reports_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "name", name=op.f("pk_model_version_reports")),
    )
    for known in _KNOWN:
        op.execute(f"INSERT INTO lineage_edges ({_COLUMNS}) {known} ON CONFLICT DO NOTHING")


def downgrade() -> None:
    op.drop_table("model_version_reports")
    op.drop_table("model_rules")
