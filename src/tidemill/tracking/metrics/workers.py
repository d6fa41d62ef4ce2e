"""The compactor: turns long tails into chunks in the background, a series at a time."""

import asyncio
from collections.abc import Sequence
from functools import partial

import structlog

from tidemill.core.database import Database
from tidemill.core.series import CHUNK_POINTS
from tidemill.kit.errors import TidemillError
from tidemill.tracking.metrics import store
from tidemill.tracking.metrics.service import compact
from tidemill.tracking.metrics.store import Series

_PAUSE_AFTER_FAILURE_S = 5
_log = structlog.get_logger(__name__)


class Compactor:
    """Compacts each series whenever another CHUNK_POINTS points have come.

    The count of points since the last compaction lives in memory only: a server that starts looks once for tails
    that were left long. Nothing but speed and space depends on it, and several servers may do it at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compacted_at: dict[int, int] = {}
        self._due: asyncio.Queue[int] = asyncio.Queue()
        self._queued: set[int] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    def touched(self, series: Sequence[Series]) -> None:
        """Note that these series grew; called on the writer's thread after a commit."""
        for item in series:
            since = self._compacted_at.setdefault(item.id, item.points - item.points % CHUNK_POINTS)
            if item.points - since >= CHUNK_POINTS and item.id not in self._queued and self._loop is not None:
                self._compacted_at[item.id] = item.points
                self._queued.add(item.id)
                self._loop.call_soon_threadsafe(self._due.put_nowait, item.id)

    async def run(self) -> None:
        """Compact what is due until cancelled."""
        self._loop = asyncio.get_running_loop()
        for series_id in await self._database.read(lambda tx: store.long_tails(tx, CHUNK_POINTS)):
            self._due.put_nowait(series_id)
        while True:
            series_id = await self._due.get()
            self._queued.discard(series_id)
            try:
                await self._database.write(partial(compact, series_id=series_id))
            except TidemillError as error:
                _log.warning("a compaction failed and will be tried again", series=series_id, error=error.message)
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)
                self._due.put_nowait(series_id)
