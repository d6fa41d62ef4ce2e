"""What a driver's complaint means to the user."""

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tidemill.kit.errors import StorageFullError, TidemillError, UnavailableError

_FULL = ("database or disk is full", "disk i/o error", "could not extend file", "no space left")


def explain(error: SQLAlchemyError | Exception) -> TidemillError:
    """The error of our tree that says what a driver's error means."""
    text = str(error.orig if isinstance(error, DBAPIError) else error).lower()
    if any(sign in text for sign in _FULL):
        return StorageFullError(
            "the database cannot grow: no space is left where it lies",
            hint="free space on the data directory's disk, then send the request again: nothing of it was stored",
        )
    return UnavailableError(
        f"the database did not take the request: {text.splitlines()[0] if text else type(error).__name__}",
        hint="send the request again; `tidemill doctor` looks at the database",
    )
