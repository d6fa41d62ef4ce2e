"""Whether a database's own structure is whole, by its own means."""

from sqlalchemy.exc import SQLAlchemyError

from tidemill.core.database.database import Database
from tidemill.core.database.transaction import Dialect, Tx
from tidemill.kit.errors import TidemillError

_MOST_PROBLEMS = 100


def integrity_problems(database: Database, *, quick: bool = False) -> list[str]:
    """What is wrong with pages, indexes and references, a sentence each; nothing where all is well.

    Reads the whole database on one snapshot and disturbs no writer. `quick` leaves out whether indexes hold what
    their tables hold. PostgreSQL checks its pages itself whenever it reads them, so that nothing is asked of it.
    """
    if database.dialect is not Dialect.SQLITE:
        return []
    try:
        return database.read_now(lambda tx: _sqlite_problems(tx, quick=quick))
    except TidemillError as error:
        cause = error.__cause__
        return [str(getattr(cause, "orig", cause)) if isinstance(cause, SQLAlchemyError) else error.message]


def _sqlite_problems(tx: Tx, *, quick: bool) -> list[str]:
    pragma = "quick_check" if quick else "integrity_check"
    problems = [str(row[0]) for row in tx.sql(f"PRAGMA {pragma}({_MOST_PROBLEMS})") if row[0] != "ok"]
    broken = tx.sql("PRAGMA foreign_key_check")[:_MOST_PROBLEMS]
    problems += [f"row {row[1]} of {row[0]} points to a row of {row[2]} that is not there" for row in broken]
    return problems
