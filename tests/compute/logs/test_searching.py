"""Searching goes through large logs block by block, and shows what is around each line wherever blocks end."""

import tracemalloc

import pytest

from tests.compute.world import World, spec
from tidemill.compute.backends.fakes import Part, always
from tidemill.compute.logs import LogSearch, LogShelf, Query
from tidemill.core.database import Database
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError

pytestmark = pytest.mark.anyio
LINES = 250_000


def said(number: int) -> str:
    return f"step {number} of many, loss {number * 7 % 1000}.{number % 10}" + ("" if number % 50_000 else " ÉCHEC")


@pytest.fixture
async def search(sqlite: Database, scope: Scope) -> tuple[LogSearch, str]:
    log = "".join(f"17000000{number:05} e {said(number)}\n" for number in range(LINES)).encode()
    world = World(sqlite, always(Part(runs_ms=0, log=log)))
    async with world.server():
        uuid = (await world.workloads.submit(scope, spec())).uuid
        await world.ends(scope, uuid)
        await world.forgets_all()
    return LogSearch(LogShelf(sqlite, world.blobs, lambda node: None)), uuid


async def test_every_line_is_found_once_with_those_around_it(search: tuple[LogSearch, str], scope: Scope) -> None:
    finder, uuid = search
    for query in (
        Query(text="échec"),
        Query(text="ÉCHEC", any_case=False),
        Query(expression="É.*C$", any_case=False),
        Query(expression=r"\d [a-zÀ-ÿ]{5}$"),
    ):
        page = await finder.search(scope, uuid, query, 100)
        assert [each.line.text for each in page.found] == [said(number) for number in range(0, LINES, 50_000)]
        assert [len(each.before) for each in page.found] == [0, 2, 2, 2, 2]
        for each in page.found[1:]:
            around = [int(line.text.split()[1]) for line in (*each.before, each.line, *each.after)]
            assert around == list(range(around[0], around[0] + 5))
    assert page.searched_bytes > 10_000_000


async def test_a_search_for_all_lines_finds_them_page_by_page(search: tuple[LogSearch, str], scope: Scope) -> None:
    finder, uuid = search
    numbers, cursor, pages = list[int](), "", 0
    while pages == 0 or cursor:
        page = await finder.search(scope, uuid, Query(text="99 of", context=1), 1000, cursor)
        numbers += [int(each.line.text.split()[1]) for each in page.found]
        cursor, pages = page.cursor, pages + 1
        assert all(len(each.after) == 1 for each in page.found[:-1])
    assert numbers == list(range(99, LINES, 100))


async def test_a_large_log_is_not_held_in_memory(search: tuple[LogSearch, str], scope: Scope) -> None:
    finder, uuid = search
    tracemalloc.start()
    try:
        assert (await finder.search(scope, uuid, Query(text="nowhere to be found"), 10)).found == []
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()


async def test_of_another_workspace_nothing_is_found(search: tuple[LogSearch, str], other_scope: Scope) -> None:
    finder, uuid = search
    with pytest.raises(NotFoundError):
        await finder.search(other_scope, uuid, Query(text="step"), 10)
