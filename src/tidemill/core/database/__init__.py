"""The database: one schema on SQLite and PostgreSQL, one unit of work per request."""

from tidemill.core.database.database import Database, Read, Write
from tidemill.core.database.errors import explain
from tidemill.core.database.integrity import integrity_problems
from tidemill.core.database.opening import open_database, shown_url, sqlite_path
from tidemill.core.database.schema import BIG_KEY, BINARY_TEXT, WORKSPACE_ID, metadata, timestamp_ms
from tidemill.core.database.transaction import Dialect, Tx

__all__ = [
    "BIG_KEY",
    "BINARY_TEXT",
    "WORKSPACE_ID",
    "Database",
    "Dialect",
    "Read",
    "Tx",
    "Write",
    "explain",
    "integrity_problems",
    "metadata",
    "open_database",
    "shown_url",
    "sqlite_path",
    "timestamp_ms",
]
