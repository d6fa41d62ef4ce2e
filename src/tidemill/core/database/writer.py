"""The group-commit writer of SQLite: many units of work, one transaction, one sync, then every answer.

SQLite takes one writer at a time. Instead of letting requests queue for its lock, one thread takes all that is waiting,
runs each in a savepoint of one transaction, takes once more what came meanwhile, commits once (WAL, synchronous=FULL:
one fdatasync) and only then answers them all. Units run in the order in which they were begun. A unit that fails is
rolled back to its savepoint and spoils nobody else's.
"""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

import structlog
from sqlalchemy import Connection, Engine

from tidemill.core.database.errors import explain
from tidemill.core.database.transaction import Dialect, Tx
from tidemill.kit.errors import TidemillError, UnavailableError

_MAX_GROUP = 256
_log = structlog.get_logger(__name__)

Unit = Callable[[Tx], Any]


class _Job:
    __slots__ = ("error", "result", "settle", "tx", "unit")

    def __init__(self, unit: Unit, settle: Callable[["_Job"], None]) -> None:
        self.unit = unit
        self.settle = settle
        self.result: Any = None
        self.error: BaseException | None = None
        self.tx: Tx | None = None


class GroupCommitWriter:
    """Owns the one writing connection of a SQLite database, and the thread that uses it.

    Whatever fails, the thread goes on: a connection that cannot even roll back is replaced.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="tidemill-writer", daemon=True)
        self._closed = False
        self._closing = threading.Lock()
        self._thread.start()

    def submit(self, unit: Unit) -> "asyncio.Future[Any]":
        """Run the unit in the next group; its result is there once the group is committed and synced."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()

        def settle(job: _Job) -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                loop.call_soon_threadsafe(_settle_future, future, job)

        self._put(_Job(unit, settle))
        return future

    def submit_and_wait(self, unit: Unit) -> Any:
        """The same for callers without an event loop: commands and workers on threads of their own."""
        future: Future[Any] = Future()
        self._put(_Job(unit, lambda job: _settle_future(future, job)))
        return future.result()

    def close(self) -> None:
        """Finish what is queued, then stop the thread."""
        with self._closing:
            self._closed = True
            self._jobs.put(None)
        self._thread.join()

    def _put(self, job: _Job) -> None:
        with self._closing:
            if self._closed:
                raise UnavailableError("the server is shutting down", hint="send the request again in a moment")
            self._jobs.put(job)

    def _run(self) -> None:
        connection: Connection | None = None
        while (group := self._next_group()) is not None:
            try:
                if connection is None:
                    connection = self._engine.connect()
                self._commit(connection, group)
            except Exception as error:  # noqa: BLE001 - whatever it is, every waiting request must be answered
                _fail(group, error)
                connection = _cleaned(connection)
            for job in group:
                if job.error is None and job.tx is not None:
                    job.tx.tell_committed()
                job.settle(job)
        if connection is not None:
            connection.close()

    def _next_group(self) -> list[_Job] | None:
        first = self._jobs.get()
        if first is None:
            return None
        group = [first]
        self._join(group)
        return group

    def _join(self, group: list[_Job]) -> Sequence[_Job]:
        """Let what waits join the group; returns those that did."""
        known = len(group)
        while len(group) < _MAX_GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return group[known:]

    def _commit(self, connection: Connection, group: list[_Job]) -> None:
        """Run a group, and what came while it ran: what one unit brings about is often another's, and saves a sync."""
        _say(connection, "BEGIN IMMEDIATE")
        is_alone = len(group) == 1
        for job in list(group):
            _run_in_savepoint(connection, job, alone=is_alone)
        for job in self._join(group):
            _run_in_savepoint(connection, job, alone=False)
        _say(connection, "COMMIT")


def _run_in_savepoint(connection: Connection, job: _Job, *, alone: bool) -> None:
    """Run one unit; its own failure is kept for its own answer, unless SQLite gave up the whole transaction."""
    job.tx = Tx(connection, Dialect.SQLITE)
    if not alone:
        _say(connection, "SAVEPOINT unit")
    try:
        job.result = job.unit(job.tx)
    except Exception as error:
        job.error = error
        if not _in_transaction(connection):
            raise
        if alone:
            _say(connection, "ROLLBACK")
            _say(connection, "BEGIN")
        else:
            _say(connection, "ROLLBACK TO unit")
    if not alone:
        _say(connection, "RELEASE unit")


def _say(connection: Connection, statement: str) -> None:
    """Straight to the driver: these few words frame every request, and the long way costs more than the work."""
    raw: Any = connection.connection.dbapi_connection
    raw.execute(statement)


def _in_transaction(connection: Connection) -> bool:
    raw: Any = connection.connection.dbapi_connection
    return bool(raw.in_transaction)


def _cleaned(connection: Connection | None) -> Connection | None:
    """The connection outside any transaction; None where it will not come out of it and was thrown away."""
    if connection is None:
        return None
    try:
        if _in_transaction(connection):
            _say(connection, "ROLLBACK")
    except Exception as error:  # noqa: BLE001 - the next group gets a fresh connection
        _log.warning("a connection could not roll back", error=str(error))
        connection.invalidate()
        connection.close()
        return None
    return connection


def _fail(group: list[_Job], error: Exception) -> None:
    """Fail every unit of a group: those that went well were rolled back with the others."""
    reason = error if isinstance(error, TidemillError) else explain(error)
    _log.warning("group commit failed", error=str(error), units=len(group))
    for job in group:
        job.error = job.error or reason


def _settle_future(future: "asyncio.Future[Any] | Future[Any]", job: _Job) -> None:
    if future.done():
        return
    if job.error is None:
        future.set_result(job.result)
    else:
        future.set_exception(job.error)
