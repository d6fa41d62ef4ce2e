"""Random lives of the controller: crashes at any point, and no promise broken. A failing seed says how to replay it."""

import itertools
from collections.abc import Iterable

import pytest

from tidemill.compute.models import Quota
from tidemill.compute.records import Live
from tidemill.compute.simulation import BrokenPromiseError, Within, in_memory, simulate, told
from tidemill.compute.store import ComputeStore, SqlComputeStore, machines
from tidemill.core.database import Database

SEEDS = 150
SQL_SEEDS = 6
MANY_SEEDS = 10_000


def test_no_promise_is_broken_in_memory() -> None:
    assert sum(simulate(seed) for seed in range(SEEDS)) > 10 * SEEDS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_promise_is_broken_ten_thousand_times() -> None:
    for seed in range(MANY_SEEDS):
        simulate(seed)


def test_no_promise_is_broken_over_the_real_tables(sqlite: Database) -> None:
    sqlite.write_now(lambda tx: tx.sql("INSERT INTO workspaces (id, name, created_ms) VALUES (3, 'third', 0)"))
    for seed in range(SQL_SEEDS):
        simulate(seed, tables=lambda quotas: in_tables(sqlite, quotas), actions=40)


def test_a_life_goes_the_same_way_each_time() -> None:
    assert told(7) == told(7)
    assert told(7) != told(8)


class Faulty:
    """Tables that do what no store may, for as long as they are asked to."""

    def __init__(self, store: ComputeStore) -> None:
        self.store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


class Forgetful(Faulty):
    """It loses every third line of history."""

    counter = itertools.count()

    def histories(self, uuids: list[str]) -> object:
        return {
            uuid: [each for each in history if next(self.counter) % 3 != 1] or history
            for uuid, history in self.store.histories(uuids).items()
        }


class Generous(Faulty):
    """It hides from admission that anything runs."""

    calls = itertools.count()

    def live(self) -> list[Live]:
        found = self.store.live()
        return found if next(self.calls) % 2 else []


class Careless(Faulty):
    """It settles logs that nobody kept, and so keeps the rest for ever."""

    def keep_logs(self, logs: object) -> None:
        """Nothing is kept."""


@pytest.mark.parametrize("faulty", [Forgetful, Generous, Careless])
def test_a_store_that_breaks_its_promises_is_found_out(faulty: type[Faulty]) -> None:
    def tables(quotas: Iterable[Quota]) -> Within:
        real = in_memory(quotas)
        return lambda work: real(lambda store: work(faulty(store)))  # pyright: ignore[reportArgumentType]

    def many() -> None:
        for seed in range(40):
            simulate(seed, tables=tables)

    with pytest.raises(BrokenPromiseError, match=r"replay it with: python -m tidemill.compute.simulation --seed \d+"):
        many()


def in_tables(database: Database, quotas: Iterable[Quota]) -> Within:
    """The real tables, emptied."""
    names = (
        "workload_processes",
        "workload_history",
        "workload_labels",
        "workloads",
        "compute_nodes",
        "compute_quotas",
    )
    for name in names:
        database.write_now(lambda tx, name=name: tx.sql(f"DELETE FROM {name}"))
    for quota in quotas:
        database.write_now(lambda tx, quota=quota: machines.set_quota(tx, quota))
    return lambda work: database.write_now(lambda tx: work(SqlComputeStore(tx)))
