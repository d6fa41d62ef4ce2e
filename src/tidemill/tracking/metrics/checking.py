"""Decoding every stored point, and naming the series whose bytes are damaged."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from tidemill.core.database import Database, Tx
from tidemill.core.series import decode_chunk, decode_tail
from tidemill.kit.errors import DamagedError
from tidemill.tracking.metrics import store

_ROWS_AT_ONCE = 500

_Rows = list[tuple[int, int, bytes]]


@dataclass(frozen=True, slots=True)
class MetricFinding:
    """A series with points that cannot be read back, and in a sentence why."""

    workspace_id: int | None
    run_uuid: str
    key: str
    detail: str


class MetricCheck:
    """Decodes all chunks and tails of all workspaces; reads only, a few hundred rows a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def findings(self, progress: Callable[[int], None]) -> AsyncIterator[MetricFinding]:
        """Yield each damaged piece of a series; `progress` is told how many pieces were read."""
        read = 0
        for rows_after, decode in ((store.chunks_after, decode_chunk), (store.tails_after, decode_tail)):
            last = 0
            while rows := await self._database.read(
                lambda tx, last=last, rows_after=rows_after: rows_after(tx, last, _ROWS_AT_ONCE)
            ):
                last, read = rows[-1][0], read + len(rows)
                for series_id, error in _damaged(rows, decode):
                    finding = await self._database.read(
                        lambda tx, series_id=series_id, error=error: _named(tx, series_id, error)
                    )
                    yield finding
                progress(read)


def _damaged(rows: _Rows, decode: Callable[[bytes], object]) -> list[tuple[int, DamagedError]]:
    found: list[tuple[int, DamagedError]] = []
    for _, series_id, blob in rows:
        try:
            decode(blob)
        except DamagedError as error:
            found.append((series_id, error))
    return found


def _named(tx: Tx, series_id: int, error: DamagedError) -> MetricFinding:
    owner = store.owner_of(tx, series_id)
    if owner is None:
        return MetricFinding(None, "", f"series {series_id}", error.message)
    return MetricFinding(*owner, error.message)
