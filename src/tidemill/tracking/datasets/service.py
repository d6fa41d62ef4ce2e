"""Use cases over datasets. Each is one unit of work."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tidemill.core.database import Database, Tx
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.core.search import VALUE, is_storable, read_token, write_token
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.kit.ids import random_hex
from tidemill.tracking.datasets.filters import parse_dataset_filter, parse_dataset_order
from tidemill.tracking.datasets.models import (
    USER_TAG,
    Dataset,
    NewDataset,
    RecordPage,
    Upserted,
)
from tidemill.tracking.datasets.records import SaidRecords, read_records
from tidemill.tracking.datasets.rules import (
    MAX_EXPERIMENTS,
    MAX_PAGE_BYTES,
    MAX_RECORDS,
    MAX_TAGS,
    check_count,
    check_name,
    check_tags,
)
from tidemill.tracking.datasets.schema import Schema
from tidemill.tracking.datasets.search import DatasetQuery, search_datasets
from tidemill.tracking.datasets.store import datasets, records
from tidemill.tracking.datasets.upserting import changes_of, fingerprint_after, fingerprint_without
from tidemill.tracking.experiments import store as experiments
from tidemill.tracking.experiments.models import Tag


@dataclass(frozen=True, slots=True)
class FoundDatasets:
    """One page of datasets, and the token of the next; "" on the last."""

    datasets: list[Dataset]
    next: str


class Datasets:
    """Creates, fills and finds the datasets of a workspace."""

    def __init__(self, database: Database, clock: Clock = now_ms) -> None:
        self._database = database
        self._clock = clock

    async def create(self, scope: Scope, new: NewDataset) -> tuple[Dataset, list[int]]:
        """Create an empty dataset; returns it with its experiments. Names need not be unique."""
        check_name(new.name)
        check_tags(new.tags)
        check_count("experiments", len(new.experiment_ids), MAX_EXPERIMENTS)

        def add(tx: Tx) -> str:
            _require_experiments(tx, scope, new.experiment_ids)
            uuid, now, user = f"d-{random_hex()}", self._clock(), _user_of(new.tags)
            values = {"uuid": uuid, "name": new.name, "created_ms": now, "updated_ms": now}
            id_ = datasets.add(tx, scope, {**values, "created_by": user, "updated_by": user})
            datasets.set_tags(tx, id_, {tag.key: tag for tag in new.tags}.values())
            datasets.add_experiments(tx, id_, new.experiment_ids)
            return uuid

        def unit(tx: Tx) -> tuple[Dataset, list[int]]:
            uuid = once(tx, scope, "datasets/create", lambda: add(tx))
            return require(tx, scope, uuid), datasets.experiments_of(tx, scope, uuid)

        return await self._database.write(unit)

    async def get(self, scope: Scope, uuid: str) -> Dataset:
        """The dataset of this id."""
        return await self._database.read(lambda tx: require(tx, scope, uuid))

    async def delete(self, scope: Scope, uuid: str) -> None:
        """Delete a dataset with its records for good; repeating it is harmless."""
        if is_storable(uuid):
            await self._database.write(lambda tx: datasets.remove(tx, scope, uuid))

    async def search(
        self,
        scope: Scope,
        experiment_ids: Sequence[int] | None,
        *,
        filter_text: str,
        order_by: Sequence[str],
        limit: int,
        page_token: str,
    ) -> FoundDatasets:
        """A page of the datasets of some experiments, or of the whole workspace, newest first where nothing is asked.

        Raises InvalidError for a filter, order or token that is none.
        """
        query = DatasetQuery(
            scope.workspace_id,
            None if experiment_ids is None else tuple(experiment_ids),
            parse_dataset_filter(filter_text),
            parse_dataset_order(order_by),
            limit,
        )
        if page_token:
            query = replace(query, after=read_token(page_token, query.asked, query.are_numbers))

        def unit(tx: Tx) -> FoundDatasets:
            found = search_datasets(tx, query)
            token = "" if found.next is None else write_token(found.next, query.asked)
            return FoundDatasets(datasets.load(tx, scope, found.ids), token)

        return await self._database.read(unit)

    async def set_tags(self, scope: Scope, uuid: str, tags: Sequence[Tag]) -> None:
        """Set tags; others stay."""
        check_tags(tags)

        def unit(tx: Tx) -> None:
            dataset = require(tx, scope, uuid, to_write=True)
            datasets.set_tags(tx, dataset.id, {tag.key: tag for tag in tags}.values())
            if (count := datasets.count_tags(tx, dataset.id)) > MAX_TAGS:
                raise InvalidError(
                    f"the dataset would have {count} tags, and may have {MAX_TAGS}", hint="delete some first"
                )

        await self._database.write(unit)

    async def delete_tag(self, scope: Scope, uuid: str, key: str) -> None:
        """Delete a tag; repeating it is harmless."""
        if is_storable(uuid) and is_storable(key):
            await self._database.write(lambda tx: datasets.delete_tag(tx, scope, uuid, key))

    async def experiments_of(self, scope: Scope, uuid: str) -> list[int]:
        """The experiments of a dataset, in order; none where there is no such dataset."""
        if not is_storable(uuid):
            return []
        return await self._database.read(lambda tx: datasets.experiments_of(tx, scope, uuid))

    async def add_experiments(self, scope: Scope, uuid: str, experiment_ids: Sequence[int]) -> Dataset:
        """Add a dataset to experiments, which must exist; repeating it is harmless."""
        check_count("experiments", len(experiment_ids), MAX_EXPERIMENTS)

        def unit(tx: Tx) -> Dataset:
            dataset = _require_for_experiments(tx, scope, uuid)
            _require_experiments(tx, scope, experiment_ids)
            if datasets.add_experiments(tx, dataset.id, experiment_ids):
                datasets.change(tx, scope, dataset.id, {"updated_ms": self._clock()})
            return require(tx, scope, uuid)

        return await self._database.write(unit)

    async def remove_experiments(self, scope: Scope, uuid: str, experiment_ids: Sequence[int]) -> Dataset:
        """Take a dataset out of experiments; those that it is not in are passed over."""
        check_count("experiments", len(experiment_ids), MAX_EXPERIMENTS)

        def unit(tx: Tx) -> Dataset:
            dataset = _require_for_experiments(tx, scope, uuid)
            if datasets.remove_experiments(tx, dataset.id, experiment_ids):
                datasets.change(tx, scope, dataset.id, {"updated_ms": self._clock()})
            return require(tx, scope, uuid)

        return await self._database.write(unit)

    async def upsert_records(self, scope: Scope, uuid: str, text: str) -> Upserted:
        """Say records, as the JSON text of a list: those with known inputs are merged, the others added.

        Raises InvalidError and TooLargeError for a text that is no such list; then nothing of it is stored.
        """
        said = await asyncio.to_thread(read_records, text)  # large texts must not stop the server's loop

        def unit(tx: Tx) -> Upserted:
            dataset = require(tx, scope, uuid, to_write=True)
            return self._upsert(tx, scope, dataset, said) if said.records else Upserted(0, 0)

        return await self._database.write(unit)

    async def records(self, scope: Scope, uuid: str, limit: int, page_token: str = "") -> RecordPage:
        """A page of records; it may end early where they are large. Raises InvalidError for a token that is none."""
        asked = ("records", uuid)
        after = _read_place(page_token, asked) if page_token else 0

        def unit(tx: Tx) -> RecordPage:
            dataset = require(tx, scope, uuid)
            found, last = records.page(tx, dataset.id, after, min(limit, MAX_RECORDS), MAX_PAGE_BYTES)
            return RecordPage(found, "" if last is None else write_token(((VALUE, last),), asked))

        return await self._database.read(unit)

    async def delete_records(self, scope: Scope, uuid: str, record_uuids: Sequence[str]) -> int:
        """Delete records by their ids; returns how many were there."""
        check_count("dataset_record_ids", len(record_uuids), MAX_RECORDS)
        wanted = list(filter(is_storable, record_uuids))

        def unit(tx: Tx) -> int:
            dataset = datasets.by_uuid(tx, scope, uuid, to_write=True)
            if dataset is None or not wanted:
                return 0
            removed = records.remove(tx, dataset.id, wanted)
            if removed:
                values = {
                    "record_count": dataset.record_count - len(removed),
                    "fingerprint": fingerprint_without(dataset.fingerprint, removed),
                    "updated_ms": self._clock(),
                }
                datasets.change(tx, scope, dataset.id, values)
            return len(removed)

        return await self._database.write(unit) if is_storable(uuid) else 0

    def _upsert(self, tx: Tx, scope: Scope, dataset: Dataset, said: SaidRecords) -> Upserted:
        now = self._clock()
        known = records.known(tx, dataset.id, [record.inputs_digest for record in said.records])
        changes = changes_of(said.records, known)
        records.add(tx, dataset.id, changes.new.values(), now)
        records.change(tx, changes.changed.values(), now)
        schema = Schema.read(dataset.schema)
        schema.add(said.schema)
        values = {
            "schema": schema.write(),
            "record_count": dataset.record_count + len(changes.new),
            "fingerprint": fingerprint_after(dataset.fingerprint, changes, known),
            "updated_by": changes.user or dataset.updated_by,
        }
        if changes.new or changes.changed:
            datasets.change(tx, scope, dataset.id, {**values, "updated_ms": now})
        return Upserted(len(changes.new), changes.updated)


def require(tx: Tx, scope: Scope, uuid: str, *, to_write: bool = False) -> Dataset:
    """The dataset of this id; NotFoundError where the workspace has none."""
    found = datasets.by_uuid(tx, scope, uuid, to_write=to_write) if is_storable(uuid) else None
    if found is None:
        raise NotFoundError(f"Evaluation dataset with id '{uuid[:100]}' not found")
    return found


def _read_place(page_token: str, asked: tuple[str, str]) -> int:
    match read_token(page_token, asked, [True]):
        case ((_, int() as place),):
            return place
        case _:
            raise InvalidError("Invalid page token: it names no record", hint="begin again without page_token")


def _require_for_experiments(tx: Tx, scope: Scope, uuid: str) -> Dataset:
    try:
        return require(tx, scope, uuid, to_write=True)
    except NotFoundError:
        raise NotFoundError(f"Dataset '{uuid[:100]}' not found") from None


def _require_experiments(tx: Tx, scope: Scope, experiment_ids: Sequence[int]) -> None:
    known = experiments.names(tx, scope, set(experiment_ids))
    for id_ in experiment_ids:
        if id_ not in known:
            raise NotFoundError(f"No Experiment with id={id_} exists")


def _user_of(tags: Sequence[Tag]) -> str | None:
    return next((tag.value for tag in tags if tag.key == USER_TAG), None)
