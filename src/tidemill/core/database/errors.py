"""What a driver's complaint means to the user."""

import sqlite3
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, SQLAlchemyError

from tidemill.kit.errors import ConflictError, InvalidError, StorageFullError, TidemillError, UnavailableError

# SHMSIZE: the file that readers and writer share could not grow, which takes a full disk.
_SQLITE_FULL = {"SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"}
_POSTGRES_FULL = "53100"
_POSTGRES_BAD_DATA = "22"
_POSTGRES_CONSTRAINT = "23"


def explain(error: Exception) -> TidemillError:
    """The error of our tree that says what a driver's error means."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    state = str(getattr(orig, "sqlstate", None) or "")
    if getattr(orig, "sqlite_errorname", "") in _SQLITE_FULL or state == _POSTGRES_FULL:
        return StorageFullError(
            "the database cannot grow: no space is left where it lies",
            hint="free space on the database's disk, then send the request again: nothing of it was stored",
        )
    if state.startswith(_POSTGRES_BAD_DATA) or isinstance(error, DataError) or isinstance(orig, sqlite3.DataError):
        return InvalidError(f"the database cannot hold a value of the request: {_first_line(orig)}")
    if state.startswith(_POSTGRES_CONSTRAINT) or isinstance(orig, sqlite3.IntegrityError):
        return ConflictError(
            "another request changed the same thing at the same time", hint="look at it again, then repeat the request"
        )
    return UnavailableError(
        f"the database did not take the request: {_first_line(orig)}",
        hint="send the request again; `tidemill doctor` looks at the database",
    )


def unstorable(error: OverflowError | UnicodeEncodeError) -> InvalidError:
    """The error for a value that never reached the database, because no column takes such a one."""
    if isinstance(error, OverflowError):
        return InvalidError("a number of the request does not fit 64 bits", hint="send a smaller one")
    return InvalidError("a text of the request is not valid Unicode", hint="send no halves of surrogate pairs")


def driver_error(statement: str, error: Exception) -> SQLAlchemyError:
    """A driver's error as SQLAlchemy words it, for statements that did not pass through SQLAlchemy."""
    kind: Any = DataError if type(error).__name__ == "DataError" else DBAPIError
    return kind(statement, None, error)


def _first_line(error: Any) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
