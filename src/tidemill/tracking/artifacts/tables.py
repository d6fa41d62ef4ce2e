"""Tables of artifacts: which bytes lie at which logical path of which workspace.

A path is only ever a key in this table: `folder` and `name` are its two halves ("1/<run>/artifacts/model" and
"MLmodel"). The bytes lie in the blob store under their SHA-256.
"""

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from tidemill.core.database import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms

artifact_files = Table(
    "artifact_files",
    metadata,
    Column("id", BIG_KEY, primary_key=True),
    WORKSPACE_ID(),
    Column("folder", BINARY_TEXT, nullable=False),
    Column("name", BINARY_TEXT, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    timestamp_ms("written_ms"),
    UniqueConstraint("workspace_id", "folder", "name"),
)
Index(None, artifact_files.c.digest)
