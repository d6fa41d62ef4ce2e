"""What Kubeflow's registry keeps beside MLflow's: words of models and versions, artifacts, and what serves where.

One row is one resource. That of a model or version hangs on its row in the catalog, and is there where Kubeflow's API
said something that the catalog has no column for; its custom properties are the catalog's tags.
"""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

kubeflow_resources = Table(
    "kubeflow_resources",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("kind", String(16), nullable=False),
    Column("subkind", String(24), nullable=False),
    Column("name", BINARY_TEXT, nullable=False),
    Column("external_id", BINARY_TEXT, nullable=False),
    Column("description", Text, nullable=False),
    Column("state", String(24), nullable=False),
    Column("uri", Text, nullable=False),
    Column("parent_id", BIG_KEY, ForeignKey("kubeflow_resources.id", ondelete="CASCADE")),
    Column("model_id", BIG_KEY, ForeignKey("registered_models.id", ondelete="CASCADE")),
    Column("version_id", BIG_KEY, ForeignKey("model_versions.id", ondelete="CASCADE")),
    Column("fields", Text, nullable=False),
    Column("properties", Text, nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("updated_ms"),
)
Index(None, kubeflow_resources.c.workspace_id, kubeflow_resources.c.kind, kubeflow_resources.c.name)
Index(None, kubeflow_resources.c.workspace_id, kubeflow_resources.c.kind, kubeflow_resources.c.external_id)
Index(None, kubeflow_resources.c.model_id, kubeflow_resources.c.kind)
Index(None, kubeflow_resources.c.version_id, kubeflow_resources.c.kind)
Index(None, kubeflow_resources.c.parent_id)
