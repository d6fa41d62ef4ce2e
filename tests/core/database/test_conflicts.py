"""PostgreSQL runs units side by side: those that collide run again, and end as if one had come after the other."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from tests.core.database.conftest import add, stored
from tidemill.core.database import Database, Tx

pytestmark = [pytest.mark.anyio, pytest.mark.needs_postgres]


async def test_units_that_block_each_other_are_run_again(postgresql: Database) -> None:
    for number in (1, 2):
        postgresql.write_now(add(number))
    both_hold_one = threading.Barrier(2)

    def unit(first: int, second: int) -> Callable[[Tx], None]:
        runs: list[int] = []

        def run(tx: Tx) -> None:
            runs.append(1)
            append(tx, first)
            if len(runs) == 1:
                both_hold_one.wait(10)
            append(tx, second)

        return run

    await asyncio.gather(postgresql.write(unit(1, 2)), postgresql.write(unit(2, 1)))
    assert postgresql.read_now(lambda tx: tx.sql("SELECT text FROM items ORDER BY id")) == [("xx",), ("xx",)]


async def test_a_unit_that_lost_a_race_for_a_key_runs_again_and_finds_it(postgresql: Database) -> None:
    both_looked = threading.Barrier(2)

    def unit(name: str) -> Callable[[Tx], str]:
        runs: list[int] = []

        def run(tx: Tx) -> str:
            runs.append(1)
            found = tx.sql("SELECT text FROM items WHERE id = 1")
            if len(runs) == 1:
                both_looked.wait(10)
            if found:
                return found[0][0]
            add(1, name)(tx)
            return name

        return run

    answers = await asyncio.gather(postgresql.write(unit("a")), postgresql.write(unit("b")))
    assert answers[0] == answers[1]
    assert stored(postgresql) == [1]


def append(tx: Tx, number: int) -> None:
    tx.sql("UPDATE items SET text = text || 'x' WHERE id = ?", (number,))
