"""Opening a database by its URL, with the settings that its promises need."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from tidemill.core.database.database import Database
from tidemill.kit.errors import InvalidError

_SQLITE_OLDEST = (3, 35, 0)  # RETURNING
_READER_THREADS = 4
_POSTGRES_THREADS = 16
_BUSY_TIMEOUT_S = 30


def open_database(url: str) -> Database:
    """Open `sqlite:///path` or `postgresql://...`; the schema is the migrations' work.

    Raises InvalidError for a URL that is neither.
    """
    parsed = _parsed(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(parsed)
        case "postgresql":
            return _open_postgres(parsed)
        case other:
            raise InvalidError(f"{other} is not a supported database", hint="use sqlite:///PATH or postgresql://...")


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for any other database. Raises InvalidError for what is no URL."""
    parsed = _parsed(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def shown_url(url: str) -> str:
    """The URL without its password. Raises InvalidError for what is no URL."""
    parsed = _parsed(url)
    if "password" in parsed.query:  # where libpq takes one too
        parsed = parsed.update_query_dict({"password": "hidden"})
    return parsed.render_as_string(hide_password=True)


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise InvalidError(f"{url!r} is not a database URL", hint="use sqlite:///PATH or postgresql://...") from error


def _open_sqlite(url: URL) -> Database:
    if sqlite3.sqlite_version_info < _SQLITE_OLDEST:
        raise InvalidError(
            f"this Python's SQLite is {sqlite3.sqlite_version}, and 3.35 is the oldest that works",
            hint="use a newer Python, or --database postgresql://...",
        )
    if url.database in (None, "", ":memory:"):
        raise InvalidError("an in-memory database would lose what it acknowledges", hint="give sqlite:///PATH")
    _create_private(Path(str(url.database)))
    writer = _sqlite_engine(url, query_only=False, size=1)
    reader = _sqlite_engine(url, query_only=True, size=_READER_THREADS)
    return Database(writer, reader=reader, threads=_READER_THREADS)


def _create_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _sqlite_engine(url: URL, *, query_only: bool, size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=2,
        isolation_level="AUTOCOMMIT",  # BEGIN and COMMIT are ours to say
        connect_args={"check_same_thread": False, "timeout": _BUSY_TIMEOUT_S, "cached_statements": 512},
    )

    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-32000")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.execute("PRAGMA journal_size_limit=67108864")
        cursor.execute("PRAGMA wal_autocheckpoint=4000")  # 16 MiB: hot pages are copied back a quarter as often
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    event.listen(engine, "connect", prepare)
    return engine


def _open_postgres(url: URL) -> Database:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        engine = create_engine(url, pool_size=_POSTGRES_THREADS, max_overflow=4, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise InvalidError(
            "PostgreSQL needs the psycopg package, which is not installed",
            hint="pip install 'tidemill[postgres]'",
        ) from error
    # One snapshot for all statements of a read: else a compaction between two of them would show points twice or never.
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(engine, reader=reader, threads=_POSTGRES_THREADS)
