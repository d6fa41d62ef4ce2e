"""One unit of work as a store sees it: a connection inside a transaction."""

import functools
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import Connection, CursorResult, Executable, Table

from tidemill.core.database.errors import driver_error, unstorable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_log = structlog.get_logger(__name__)


class Dialect(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Tx:
    """A connection inside one transaction, which only the database itself commits or rolls back.

    Stores take a `Tx` as their first argument and never keep it.
    """

    __slots__ = ("after_commit", "connection", "dialect")

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self.connection = connection
        self.dialect = dialect
        self.after_commit: list[Callable[[], None]] = []

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run a SQLAlchemy statement."""
        try:
            return self.connection.execute(statement, parameters)
        except (OverflowError, UnicodeEncodeError) as error:
            raise unstorable(error) from error

    def sql(self, text: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run driver-level SQL with `?` placeholders and fetch all rows: for the few named hot paths."""
        cursor: Any = self.connection.connection.cursor()
        try:
            cursor.execute(self._placeholders(text), parameters)
            return cursor.fetchall() if cursor.description is not None else []
        except self._driver_error as error:
            raise driver_error(text, error) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise unstorable(error) from error
        finally:
            cursor.close()

    def sql_many(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run driver-level SQL with `?` placeholders once per row."""
        cursor: Any = self.connection.connection.cursor()
        try:
            cursor.executemany(self._placeholders(text), rows)
        except self._driver_error as error:
            raise driver_error(text, error) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise unstorable(error) from error
        finally:
            cursor.close()

    def any_of(self, values: Sequence[int] | Sequence[str]) -> tuple[str, Any]:
        """The tail of a `column ...` condition that matches any of many values, and its one parameter."""
        if self.dialect is Dialect.SQLITE:
            return "IN (SELECT value FROM json_each(?))", json.dumps(values)
        return "= ANY(?)", list(values)

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that may say `on_conflict_do_nothing` or `on_conflict_do_update` on either database."""
        return _insert_of(self.dialect)(table)

    def tell_committed(self) -> None:
        """Call what waits for the commit: the database does it, once. A failure there takes nothing back."""
        for callback in self.after_commit:
            try:
                callback()
            except Exception:  # noqa: BLE001 - the write is stored, and its answer must say so
                _log.exception("what was to follow a commit failed")

    @property
    def _driver_error(self) -> type[Exception]:
        return self.connection.dialect.loaded_dbapi.Error

    def _placeholders(self, text: str) -> str:
        return text if self.dialect is Dialect.SQLITE else text.replace("%", "%%").replace("?", "%s")


@functools.cache
def _insert_of(dialect: Dialect) -> Callable[[Table], Any]:
    """By name: the dialect that is not used would bring the modules of all its drivers, a tenth of a server's start."""
    return resolve_name(f"sqlalchemy.dialects.{dialect}:insert")
