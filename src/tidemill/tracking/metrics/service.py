"""Reading metrics: histories by page, samples for charts, bins for the page, and the compaction behind them."""

from collections.abc import Mapping, Sequence

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.series import (
    NO_POINTS,
    OrderKey,
    Page,
    Points,
    StepRange,
    complete_compaction,
    complete_page,
    complete_sample,
    plan_compaction,
    plan_page,
    plan_sample,
)
from tidemill.tracking.metrics import store
from tidemill.tracking.runs import store as runs


class Histories:
    """Reads what runs have logged. Runs that the workspace does not have are read as having logged nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, scope: Scope, uuid: str, key: str, *, after: OrderKey | None, limit: int) -> Page:
        """The next points of one metric after a cursor, in order of (timestamp, step, value)."""
        return await self._database.read(lambda tx: _page(tx, _series_of(tx, scope, uuid, key), after, limit))

    async def first_points(self, scope: Scope, uuids: Sequence[str], key: str, limit: int) -> Mapping[str, Points]:
        """The first `limit` points of one metric over several runs together, run by run in the order of their ids."""

        def unit(tx: Tx) -> dict[str, Points]:
            found: dict[str, Points] = {}
            left = limit
            for uuid in sorted(set(uuids)):
                if left <= 0:
                    break
                found[uuid] = _page(tx, _series_of(tx, scope, uuid, key), None, left).points
                left -= len(found[uuid])
            return found

        return await self._database.read(unit)

    async def samples(
        self, scope: Scope, uuids: Sequence[str], key: str, steps: StepRange, limit: int
    ) -> Mapping[str, Points]:
        """At most `limit` points of one metric for each run, in order of (step, timestamp, value)."""

        def unit(tx: Tx) -> dict[str, Points]:
            heads = {uuid: head for uuid in uuids if (head := runs.head(tx, scope, uuid)) is not None}
            series = store.find_series(tx, [head.id for head in heads.values()], key)
            return {
                uuid: _sample(tx, series[head.id], steps, limit) for uuid, head in heads.items() if head.id in series
            }

        return await self._database.read(unit)


def compact(tx: Tx, series_id: int) -> None:
    """Turn a series' tail into chunks, in the caller's transaction."""
    if not store.lock_series(tx, series_id):
        return
    row_ids, tail = store.tail_rows(tx, series_id)
    if not row_ids:
        return
    chunks = store.chunks_of(tx, series_id)
    summaries = [chunk.summary for chunk in chunks]
    tail = tail.canonical()
    plan = plan_compaction(summaries, tail)
    replaced = [chunks[position].id for position in plan.rewrite]
    new = complete_compaction(plan, summaries, store.load_chunks(tx, replaced), tail)
    store.delete_chunks(tx, replaced)
    store.add_chunks(tx, series_id, new)
    store.delete_tail(tx, row_ids)


def _page(tx: Tx, series_id: int | None, after: OrderKey | None, limit: int) -> Page:
    if series_id is None:
        return Page(NO_POINTS, None)
    chunks = store.chunks_of(tx, series_id)
    plan = plan_page([chunk.summary for chunk in chunks], after, limit)
    loaded = store.load_chunks(tx, [chunks[position].id for position in plan.load])
    return complete_page(plan, loaded, store.tail_points(tx, series_id))


def _sample(tx: Tx, series_id: int, steps: StepRange, limit: int) -> Points:
    chunks = store.chunks_of(tx, series_id)
    tail = store.tail_points(tx, series_id).canonical()
    plan = plan_sample([chunk.summary for chunk in chunks], tail, steps, limit)
    return complete_sample(plan, store.chunk_blobs(tx, [chunks[position].id for position in plan.load]))


def _series_of(tx: Tx, scope: Scope, uuid: str, key: str) -> int | None:
    head = runs.head(tx, scope, uuid)
    return None if head is None else store.find_series(tx, [head.id], key).get(head.id)
