"""SQLite's writer: many units, one transaction; what happens to a group when its commit or its disk fails."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.core.database.conftest import add, stored
from tidemill.core.database import Database, Tx
from tidemill.kit.errors import ConflictError, InvalidError, StorageFullError, UnavailableError

pytestmark = pytest.mark.anyio


class Held:
    """Keeps the writer busy in a unit, so that what comes meanwhile makes one group with that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._released = threading.Event()

    async def group(self, *units: Callable[[Tx], Any]) -> list[Any]:
        """Run these units as one group; their results and errors."""
        writes = await self.begin(*units)
        self.release()
        return await asyncio.gather(*writes, return_exceptions=True)

    async def begin(self, *units: Callable[[Tx], Any]) -> list["asyncio.Task[Any]"]:
        """Queue these units behind one that waits for `release`."""
        begun = threading.Event()

        def hold(tx: Tx) -> None:
            begun.set()
            self._released.wait()

        self._released.clear()
        holding = asyncio.gather(self._database.write(hold), return_exceptions=True)  # what fails its group fails it
        await asyncio.to_thread(begun.wait)
        writes = [asyncio.create_task(self._database.write(unit)) for unit in units]
        await asyncio.sleep(0)
        assert not holding.done()
        return writes

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def held(sqlite: Database) -> Iterator[Held]:
    held = Held(sqlite)
    yield held
    held.release()


def fails(tx: Tx) -> None:
    add(99)(tx)
    raise InvalidError("on purpose")


def count(tx: Tx) -> int:
    return tx.sql("SELECT count(*) FROM items")[0][0]


async def test_units_of_one_group_see_what_went_before_them_and_nothing_of_what_failed(held: Held) -> None:
    results = await held.group(count, add(1), fails, count, add(2), count)
    assert [result for result in results if not isinstance(result, InvalidError)] == [0, 1, 1, 2, 2]


async def test_a_failing_unit_spoils_none_of_its_group(sqlite: Database, held: Held) -> None:
    results = await held.group(add(1), fails, add(2), fails, add(3))
    assert [type(result) for result in results] == [int, InvalidError, int, InvalidError, int]
    assert stored(sqlite) == [1, 2, 3]


async def test_a_commit_that_fails_fails_all_of_its_group_and_stores_nothing(sqlite: Database, held: Held) -> None:
    told: list[str] = []

    def tells(tx: Tx) -> None:
        add(3)(tx)
        tx.after_commit.append(lambda: told.append("too early"))

    results = await held.group(add(1), add(2, parent=404), tells, fails)
    assert [type(result) for result in results] == [ConflictError, ConflictError, ConflictError, InvalidError]
    assert (stored(sqlite), told) == ([], [])
    assert await held.group(add(4), add(5)) == [4, 5]
    assert stored(sqlite) == [4, 5]


async def test_what_comes_while_a_unit_runs_is_committed_with_it(sqlite: Database) -> None:
    runs, came = threading.Event(), threading.Event()

    def first(tx: Tx) -> None:
        add(1)(tx)
        runs.set()
        came.wait()

    writing = sqlite.begin_write(first)
    await asyncio.to_thread(runs.wait)
    joining = [sqlite.begin_write(count), sqlite.begin_write(add(2, parent=404))]
    came.set()
    results = await asyncio.gather(writing, *joining, return_exceptions=True)
    assert [type(result) for result in results] == [ConflictError] * 3
    assert stored(sqlite) == []


async def test_units_run_in_the_order_in_which_they_were_begun(sqlite: Database) -> None:
    writes = [sqlite.begin_write(unit) for unit in (add(1), count, add(2), count)]
    assert sqlite.keeps_order
    assert await asyncio.gather(*writes) == [1, 1, 2, 2]


async def test_a_database_that_cannot_grow_says_so_and_goes_on_when_it_can(sqlite: Database, held: Held) -> None:
    sqlite.write_now(lambda tx: tx.sql(f"PRAGMA max_page_count = {pages(tx) + 3}"))
    results = await held.group(*(add(number, "x" * 3000) for number in range(20)))
    refused = [result for result in results if not isinstance(result, int)]
    assert {type(result) for result in refused} == {StorageFullError}
    assert stored(sqlite) == [result for result in results if isinstance(result, int)]
    assert len(refused) > 0

    sqlite.write_now(lambda tx: tx.sql("PRAGMA max_page_count = 1000000"))
    assert await held.group(add(50, "x" * 3000), add(51)) == [50, 51]


async def test_a_group_that_sqlite_rolled_back_by_itself_fails_whole(sqlite: Database, held: Held) -> None:
    def gives_up(tx: Tx) -> None:
        tx.sql("INSERT OR ROLLBACK INTO items (id) VALUES (1)")

    results = await held.group(add(1), add(2), gives_up, add(3))
    assert all(isinstance(result, ConflictError) for result in results)
    assert stored(sqlite) == []
    assert await held.group(add(4)) == [4]


async def test_many_threads_and_loops_may_write_at_once(sqlite: Database) -> None:
    def of_a_thread(start: int) -> None:
        for number in range(start, start + 25):
            sqlite.write_now(add(number))

    async def of_a_loop(start: int) -> None:
        await asyncio.gather(*(sqlite.write(add(number)) for number in range(start, start + 25)))

    threads = [asyncio.to_thread(of_a_thread, start) for start in (0, 25)]
    loops = [asyncio.to_thread(lambda start=start: asyncio.run(of_a_loop(start))) for start in (50, 75)]
    await asyncio.gather(*threads, *loops)
    assert stored(sqlite) == list(range(100))


async def test_a_waiter_that_went_away_stops_nobody(sqlite: Database, held: Held) -> None:
    writes = await held.begin(add(1), add(2), add(3))
    writes[1].cancel()
    held.release()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert stored(sqlite) == [1, 2, 3]


async def test_closing_drains_the_queue_and_then_refuses(sqlite: Database, held: Held) -> None:
    writes = await held.begin(*(add(number) for number in range(300)))  # more than one group
    closing = asyncio.create_task(asyncio.to_thread(sqlite.close))
    await asyncio.sleep(0.01)
    held.release()
    assert await asyncio.gather(*writes) == list(range(300))
    await closing
    with pytest.raises(UnavailableError, match="shutting down"):
        await sqlite.write(add(999))
    with pytest.raises(UnavailableError, match="shutting down"):
        sqlite.write_now(add(999))


def pages(tx: Tx) -> int:
    return tx.sql("PRAGMA page_count")[0][0]
