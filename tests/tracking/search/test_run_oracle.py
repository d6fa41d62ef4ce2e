"""Random searches over random runs find exactly what a plain walk through a list finds, whichever way they go."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from tests.tracking.search import oracle, worlds
from tests.tracking.search.filling import empty, fill
from tests.tracking.search.oracle import KnownRun
from tidemill.core.database import Database, Tx
from tidemill.tracking.search import RunQuery, count_runs, search_runs
from tidemill.tracking.search.run_costs import Costs

COSTS = {
    "as in earnest": Costs(),
    "walking in steps of one": Costs(first_stretch=1, growth=1, run=1e6),
    "walking in short steps": Costs(first_stretch=2, growth=2),
    "collecting": Costs(first_stretch=1, growth=1, collect=1e-6, look_up=1e-6),
    "gathering and probing": Costs(first_stretch=1, collect=1e6, run=1e-6, probe=1e-3),
}


SPARSE, DENSE = worlds.world(1, 12), worlds.world(2, 60)


@pytest.fixture(params=[SPARSE, DENSE], ids=["sparse", "dense"], scope="module")
def world(database: Database, request: pytest.FixtureRequest) -> Iterator[Sequence[KnownRun]]:
    runs: Sequence[KnownRun] = request.param
    database.write_now(lambda tx: fill(tx, runs))
    yield runs
    database.write_now(empty)


def pages(tx: Tx, query: RunQuery, costs: Costs) -> list[int]:
    """All runs, page after page."""
    found: list[int] = []
    after = None
    while True:
        page = search_runs(tx, replace(query, after=after), costs)
        assert len(page.ids) <= query.limit
        found += page.ids
        after = page.next
        if after is None:
            return found
        assert len(page.ids) == query.limit


@pytest.mark.parametrize("costs", COSTS.values(), ids=COSTS)
@given(query=worlds.queries())
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_finds_what_a_list_would(
    database: Database, world: Sequence[KnownRun], costs: Costs, query: RunQuery
) -> None:
    expected = oracle.found(world, query)

    def compare(tx: Tx) -> None:
        assert pages(tx, query, costs) == expected
        assert count_runs(tx, query, costs) == len(expected)
        middle = replace(query, offset=2, limit=3)
        assert search_runs(tx, middle, costs).ids == expected[2:5]

    database.read_now(compare)
