"""A workspace as the tests of datasets use it: its calls wait for their answer."""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tidemill.core.database import Database
from tidemill.core.identity import Scope, Subject
from tidemill.tracking import Dataset, Datasets, NewDataset, Record, Tag

Answer = TypeVar("Answer")


@dataclass
class Clock:
    """Milliseconds that a test moves on itself."""

    now: int = 1_000

    def __call__(self) -> int:
        return self.now


@dataclass
class Library:
    """One workspace of a database with two, each with experiments of its own."""

    database: Database
    workspace_id: int
    experiment_ids: tuple[int, ...]
    clock: Clock = field(default_factory=Clock)
    _names: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def scope(self) -> Scope:
        return Scope(self.workspace_id, f"w{self.workspace_id}", Subject("tester"))

    @property
    def datasets(self) -> Datasets:
        return Datasets(self.database, self.clock)

    def call(self, call: Callable[[Datasets], Awaitable[Answer]]) -> Answer:
        """The answer of one call."""

        async def run() -> Answer:
            return await call(self.datasets)

        return asyncio.run(run())

    def call_all(self, calls: Sequence[Callable[[Datasets], Awaitable[Answer]]]) -> list[Answer]:
        """The answers of calls that are all under way at once."""

        async def run() -> list[Answer]:
            return list(await asyncio.gather(*(call(self.datasets) for call in calls)))

        return asyncio.run(run())

    def create(
        self, name: str = "", *, experiment_ids: Sequence[int] = (), tags: Sequence[Tag] = (), key: str | None = None
    ) -> str:
        """Make a dataset; returns its id."""
        new = NewDataset(name or f"dataset {next(self._names)}", list(experiment_ids), list(tags))
        scope = replace(self.scope, idempotency_key=key)
        dataset, _ = self.call(lambda datasets: datasets.create(scope, new))
        return dataset.uuid

    def get(self, uuid: str) -> Dataset:
        return self.call(lambda datasets: datasets.get(self.scope, uuid))

    def tags_of(self, uuid: str) -> dict[str, str]:
        return {tag.key: tag.value for tag in self.get(uuid).tags}

    def say(self, uuid: str, *records: Any) -> tuple[int, int]:
        """Upsert records as Python's JSON writes them; returns how many were inserted and updated."""
        text = json.dumps(records)
        done = self.call(lambda datasets: datasets.upsert_records(self.scope, uuid, text))
        return done.inserted, done.updated

    def records(self, uuid: str) -> list[Record]:
        return self.call(lambda datasets: datasets.records(self.scope, uuid, 50_000)).records

    def inputs(self, uuid: str) -> list[Any]:
        return [json.loads(record.inputs) for record in self.records(uuid)]

    def found(self, filter_text: str = "", *, order_by: Sequence[str] = (), limit: int = 1000) -> list[str]:
        """Names of the datasets that a search of the whole workspace finds, walked page by page."""
        names: list[str] = []
        token = ""
        while True:
            page = self.call(
                lambda datasets, token=token: datasets.search(
                    self.scope, None, filter_text=filter_text, order_by=order_by, limit=limit, page_token=token
                )
            )
            assert len(page.datasets) <= limit
            names += [dataset.name for dataset in page.datasets]
            if not (token := page.next):
                return names
