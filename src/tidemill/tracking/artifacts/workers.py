"""The sweeper: removes what killed uploads left behind, once in a while, on one server at a time."""

import asyncio

import structlog

from tidemill.core.blobs import BlobStore
from tidemill.core.leases import Leases
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import TidemillError

_PERIOD_S = 3600
_AGE_MS = 24 * 3600 * 1000
_LEASE = "artifacts/sweep"
_log = structlog.get_logger(__name__)


class Sweeper:
    """Collects uploads that nobody has touched for a day."""

    def __init__(self, blobs: BlobStore, leases: Leases, clock: Clock = now_ms) -> None:
        self._blobs = blobs
        self._leases = leases
        self._clock = clock

    async def run(self) -> None:
        """Sweep every hour until cancelled."""
        while True:
            await asyncio.sleep(_PERIOD_S)
            try:
                await self.sweep()
            except TidemillError as error:
                _log.warning("a sweep of stale uploads failed and will be tried again", error=error.message)

    async def sweep(self) -> int:
        """Sweep once, unless another server does; returns how many leftovers were removed."""
        lease = await self._leases.take(_LEASE)
        if lease is None:
            return 0
        try:
            return await self._blobs.collect_stale(modified_before_ms=self._clock() - _AGE_MS)
        finally:
            await self._leases.give_back(lease)
