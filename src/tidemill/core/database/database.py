"""The database as services see it: `read` and `write`, each one unit of work."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tidemill.core.database.errors import explain
from tidemill.core.database.transaction import Dialect, Tx
from tidemill.core.database.writer import GroupCommitWriter

Result = TypeVar("Result")
Read = Callable[[Tx], Result]
Write = Callable[[Tx], Result]

_ATTEMPTS = 5
# PostgreSQL: serialization failure, deadlock, and a unique key that another transaction has just taken, which the unit
# finds when it runs again.
_RETRIABLE_STATES = {"40001", "40P01", "23505"}


class Database:
    """One database of either dialect.

    A unit of work is a function of a `Tx`. It runs on a thread, inside one transaction that is committed when it
    returns and rolled back when it raises; it must not wait for a network, and may be run again after a conflict
    with another, so it changes nothing but the database. A write's answer comes after the commit is synced.
    Driver errors come out as errors of the kit's tree.
    """

    def __init__(self, engine: Engine, *, reader: Engine | None = None, threads: int) -> None:
        self.engine = engine
        self.dialect = Dialect(engine.dialect.name)
        self._reader = reader or engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="tidemill-db")
        self._writer = GroupCommitWriter(engine) if self.dialect is Dialect.SQLITE else None

    async def read(self, unit: Read[Result]) -> Result:
        """Run a unit that only reads, on one consistent snapshot."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.read_now, unit)

    @property
    def keeps_order(self) -> bool:
        """Whether units that write run in the order in which they were begun."""
        return self._writer is not None

    async def write(self, unit: Write[Result]) -> Result:
        """Run a unit that writes; returns once it is committed and synced."""
        return await self.begin_write(unit)

    def begin_write(self, unit: Write[Result]) -> Awaitable[Result]:
        """`write`, queued before this returns: for who has something else to begin that is to come after it."""
        if self._writer is not None:
            return _explained(self._writer.submit(unit))
        loop = asyncio.get_running_loop()
        return _explained(loop.run_in_executor(self._threads, self._write_and_retry, unit))

    def read_now(self, unit: Read[Result]) -> Result:
        """`read` on the calling thread."""
        try:
            with self._reader.connect() as connection:
                if self.dialect is Dialect.SQLITE:
                    connection.exec_driver_sql("BEGIN")
                try:
                    return unit(Tx(connection, self.dialect))
                finally:
                    if self.dialect is Dialect.SQLITE:
                        connection.exec_driver_sql("ROLLBACK")
        except SQLAlchemyError as error:
            raise explain(error) from error

    def write_now(self, unit: Write[Result]) -> Result:
        """`write` on the calling thread."""
        try:
            if self._writer is not None:
                return self._writer.submit_and_wait(unit)
            return self._write_and_retry(unit)
        except SQLAlchemyError as error:
            raise explain(error) from error

    def close(self) -> None:
        """Finish what is queued and let go of every connection."""
        if self._writer is not None:
            self._writer.close()
        self._threads.shutdown()
        self.engine.dispose()
        self._reader.dispose()

    def _write_and_retry(self, unit: Write[Result]) -> Result:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.engine.begin() as connection:
                    tx = Tx(connection, self.dialect)
                    result = unit(tx)
            except DBAPIError as error:
                if attempt == _ATTEMPTS or getattr(error.orig, "sqlstate", None) not in _RETRIABLE_STATES:
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
                continue
            tx.tell_committed()
            return result
        raise AssertionError("unreachable: the last attempt returns or raises")


async def _explained(writing: "asyncio.Future[Result]") -> Result:
    try:
        return await writing
    except SQLAlchemyError as error:
        raise explain(error) from error
