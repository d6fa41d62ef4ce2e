"""Bringing a database to this version's schema: in one transaction, so that a kill leaves the old one whole.

On PostgreSQL servers that start together take turns under an advisory lock; on SQLite the write lock does it.
"""

from importlib.resources import files
from pkgutil import resolve_name
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tidemill.core.database import Database, Dialect, explain
from tidemill.kit.errors import ConflictError, StorageFullError, TidemillError, UnavailableError

_POSTGRES_LOCK = 0x71DE_0001
_VERSIONS = files("tidemill.server.migrations.versions")


def head_revision() -> str:
    """The newest revision that this version of Tidemill knows: the files are numbered."""
    return sorted(known_revisions())[-1]


def known_revisions() -> list[str]:
    """Every revision that this version knows."""
    return [name[:4] for name in (file.name for file in _VERSIONS.iterdir()) if name[:4].isdigit()]


def current_revision(database: Database) -> str | None:
    """The revision a database is at; None for an empty one. Raises UnavailableError where it cannot be opened."""
    try:
        with database.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError as error:
        raise _unusable(error) from error


def migrate(database: Database) -> bool:
    """Upgrade to the newest revision; False when the database was there already.

    Raises ConflictError for a database of a newer Tidemill, which this one would damage, UnavailableError for one
    that cannot be opened or upgraded.
    """
    current = current_revision(database)
    if current == head_revision():
        return False
    if current is not None and current not in known_revisions():
        raise ConflictError(
            f"the database is at revision {current}, and this Tidemill knows none after {head_revision()}",
            hint="upgrade Tidemill, or use another --data-dir",
        )
    try:
        _upgrade_alone(database)
    except SQLAlchemyError as error:
        raise _unusable(error) from error
    return True


def _upgrade_alone(database: Database) -> None:
    with database.engine.connect() as connection:
        if database.dialect is Dialect.SQLITE:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})")
        try:
            _upgrade(connection)
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")
        if database.dialect is Dialect.SQLITE:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


def _upgrade(connection: Connection) -> None:
    # By name: Alembic is slow to import, and a database that is up to date never needs it.
    config_class: Any = resolve_name("alembic.config:Config")
    upgrade: Any = resolve_name("alembic.command:upgrade")
    config = config_class()
    config.set_main_option("script_location", "tidemill.server:migrations")
    config.attributes["connection"] = connection
    upgrade(config, "head")


def _unusable(error: SQLAlchemyError) -> TidemillError:
    meant = explain(error)
    if isinstance(meant, StorageFullError):
        return meant
    reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()[0]
    return UnavailableError(
        f"the database cannot be used: {reason}", hint="check --database, and that what it names can be reached"
    )
