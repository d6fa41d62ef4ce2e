"""The tables and the store in memory keep one contract."""

import pytest

from tidemill.compute.fakes import MemoryStore
from tidemill.compute.models import Quota
from tidemill.compute.store import SqlComputeStore, machines
from tidemill.compute.store.contract import ComputeStoreContract, Within
from tidemill.core.database import Database


class TestSqlStore(ComputeStoreContract):
    @pytest.fixture
    def within(self, database: Database) -> Within:
        return lambda work: database.write_now(lambda tx: work(SqlComputeStore(tx)))

    @pytest.fixture(autouse=True)
    def _remember(self, database: Database) -> None:
        self.database = database

    def set_quota(self, within: Within, quota: Quota) -> None:
        self.database.write_now(lambda tx: machines.set_quota(tx, quota))


class TestMemoryStore(ComputeStoreContract):
    @pytest.fixture
    def within(self) -> Within:
        store = MemoryStore()
        return lambda work: work(store)

    def set_quota(self, within: Within, quota: Quota) -> None:
        def unit(store: object) -> None:
            assert isinstance(store, MemoryStore)
            store.set_quota(quota)

        within(unit)
