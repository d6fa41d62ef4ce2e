"""Environments of machines. They belong to no workspace: their content names them, and equal ones are built once."""

from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint, String, Table, Text

from tidemill.core.database import metadata, timestamp_ms

environments = Table(
    "environments",
    metadata,
    # The data directory that it lies in, by an identifier of its own: several servers may share a database.
    Column("place", String(32), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("spec", Text, nullable=False),
    Column("python", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("builder", String(16), nullable=False),
    timestamp_ms("created_ms"),
    timestamp_ms("used_ms"),
    Column("build_ms", BigInteger),
    Column("size_bytes", BigInteger),
    Column("message", Text, nullable=False),
    PrimaryKeyConstraint("place", "hash"),
)
