"""Tables of tenancy. Users, tokens, roles and grants come beside `workspaces`."""

from sqlalchemy import Column, Integer, String, Table, Text

from tidemill.core.database import metadata, timestamp_ms

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("description", Text, nullable=False, server_default=""),
    timestamp_ms("created_ms"),
)
