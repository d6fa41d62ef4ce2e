"""A unit of work on either database: all or nothing, read your writes, and errors of the tree."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from tests.core.database.conftest import add, stored
from tidemill.core.database import Database, Tx
from tidemill.kit.errors import ConflictError, InvalidError, TidemillError, UnavailableError

pytestmark = pytest.mark.anyio


async def test_what_was_written_can_be_read_at_once(database: Database) -> None:
    for number in range(20):
        assert await database.write(add(number)) == number
        assert stored(database) == list(range(number + 1))


async def test_a_unit_that_fails_stores_nothing_and_its_error_comes_out_as_it_is(database: Database) -> None:
    def unit(tx: Tx) -> None:
        add(1)(tx)
        raise LookupError("of its own")

    with pytest.raises(LookupError, match="of its own"):
        await database.write(unit)
    with pytest.raises(LookupError, match="of its own"):
        database.write_now(unit)
    assert stored(database) == []


async def test_units_that_fail_spoil_nobody_elses(database: Database) -> None:
    def unit(number: int) -> Callable[[Tx], int]:
        def failing(tx: Tx) -> int:
            add(number)(tx)
            raise InvalidError(f"no {number}")

        return failing if number % 5 == 0 else add(number)

    results = await asyncio.gather(*(database.write(unit(number)) for number in range(100)), return_exceptions=True)
    assert [str(result) for result in results if isinstance(result, InvalidError)] == [
        f"no {number}" for number in range(0, 100, 5)
    ]
    assert stored(database) == [result for result in results if not isinstance(result, BaseException)]
    assert len(stored(database)) == 80


async def test_what_waits_for_the_commit_is_called_after_it_and_only_then(database: Database) -> None:
    seen: list[tuple[str, list[int]]] = []

    def unit(name: str, number: int, *, fails: bool) -> Callable[[Tx], None]:
        def run(tx: Tx) -> None:
            tx.after_commit.append(lambda: seen.append((name, stored(database))))
            add(number)(tx)
            if fails:
                raise InvalidError("no")

        return run

    await database.write(unit("good", 1, fails=False))
    with pytest.raises(InvalidError):
        await database.write(unit("bad", 2, fails=True))
    assert seen == [("good", [1])]


async def test_a_failure_after_the_commit_does_not_deny_what_is_stored(database: Database) -> None:
    called: list[str] = []

    def fail() -> None:
        raise LookupError("afterwards")

    def unit(tx: Tx) -> str:
        tx.after_commit.append(fail)
        tx.after_commit.append(lambda: called.append("the next one"))
        add(1)(tx)
        return "answer"

    assert await database.write(unit) == "answer"
    assert called == ["the next one"]
    assert await database.write(add(2)) == 2
    assert stored(database) == [1, 2]


async def test_all_queries_of_a_read_see_one_moment(database: Database) -> None:
    database.write_now(add(1))
    count = "SELECT count(*) FROM items"

    def unit(tx: Tx) -> tuple[int, int]:
        before = tx.sql(count)[0][0]
        writer = threading.Thread(target=database.write_now, args=(add(2),))
        writer.start()
        writer.join()
        return before, tx.sql(count)[0][0]

    assert await database.read(unit) == (1, 1)
    assert stored(database) == [1, 2]


async def test_a_read_cannot_write(database: Database) -> None:
    with pytest.raises(TidemillError):
        await database.read(add(1))
    assert stored(database) == []


@pytest.mark.parametrize(
    ("number", "text"), [(2**63, ""), (-(2**63) - 1, ""), (2**80, ""), (1, "\ud800"), (1, "a\udfffb")], ids=ascii
)
async def test_a_value_that_no_column_holds_is_the_callers_fault(database: Database, number: int, text: str) -> None:
    with pytest.raises(InvalidError):
        await database.write(add(number, text))
    assert await database.write(add(3)) == 3
    assert stored(database) == [3]


async def test_nul_in_a_text_is_kept_or_the_callers_fault(database: Database) -> None:
    try:
        await database.write(add(1, "a\0b"))
    except InvalidError:
        assert stored(database) == []
    else:
        assert database.read_now(lambda tx: tx.sql("SELECT text FROM items")) == [("a\0b",)]


async def test_a_broken_rule_of_the_tables_is_a_conflict(database: Database) -> None:
    await database.write(add(1))
    with pytest.raises(ConflictError):
        await database.write(add(1))
    with pytest.raises(ConflictError):
        await database.write(add(2, parent=99))
    assert stored(database) == [1]


async def test_a_closed_database_takes_no_more_and_has_done_all_that_it_took(database: Database) -> None:
    writes = [asyncio.create_task(database.write(add(number))) for number in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    assert await asyncio.gather(*writes) == list(range(50))
    with pytest.raises((UnavailableError, RuntimeError)):
        await database.write(add(99))
