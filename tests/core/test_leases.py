"""Leases: one holder at a time, renewed by itself, taken over after it expired, with a number that grows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tidemill.core.database import Database, open_database
from tidemill.core.leases import Leases, leases

DURATION_MS = 1000
pytestmark = pytest.mark.anyio


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs_postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'test.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database = open_database(str(url))
    leases.create(database.engine)
    yield database
    leases.drop(database.engine)
    database.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def ours(database: Database, watch: Watch) -> Leases:
    return Leases(database, "us", duration_ms=DURATION_MS, clock=watch)


@pytest.fixture
def theirs(database: Database, watch: Watch) -> Leases:
    return Leases(database, "them", duration_ms=DURATION_MS, clock=watch)


async def test_one_holder_at_a_time(ours: Leases, theirs: Leases) -> None:
    lease = await ours.take("sweep")
    assert lease is not None
    assert await theirs.take("sweep") is None
    assert await theirs.take("another") is not None


async def test_its_holder_renews_it_with_the_same_number(ours: Leases, theirs: Leases, watch: Watch) -> None:
    first = await ours.take("sweep")
    assert first is not None
    watch.now += DURATION_MS - 1
    assert await ours.take("sweep") == replace(first, expires_ms=watch.now + DURATION_MS)
    watch.now += DURATION_MS - 1
    assert await theirs.take("sweep") is None


async def test_one_that_expired_goes_to_the_next_with_a_greater_number(
    ours: Leases, theirs: Leases, watch: Watch
) -> None:
    first = await ours.take("sweep")
    watch.now += DURATION_MS
    second = await theirs.take("sweep")
    assert first is not None
    assert second is not None
    assert second.fence > first.fence
    assert await ours.take("sweep") is None


async def test_one_given_back_is_free_at_once(ours: Leases, theirs: Leases) -> None:
    lease = await ours.take("sweep")
    assert lease is not None
    await ours.give_back(lease)
    taken = await theirs.take("sweep")
    assert taken is not None
    assert taken.fence > lease.fence


async def test_giving_back_what_somebody_else_has_by_now_changes_nothing(
    ours: Leases, theirs: Leases, watch: Watch
) -> None:
    lease = await ours.take("sweep")
    watch.now += DURATION_MS
    await theirs.take("sweep")
    assert lease is not None
    await ours.give_back(lease)
    assert await ours.take("sweep") is None
