"""Finding the logs of a workload, wherever they lie, and reading each of them as one thing."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial

from tidemill.compute.backends.port import Backend
from tidemill.compute.logs import store
from tidemill.compute.logs.models import LogHolder
from tidemill.compute.logs.sources import KeptSource, LiveSource, LogSource
from tidemill.compute.logs.store import Standing
from tidemill.core.blobs import BlobStore
from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError, NotFoundError, UnavailableError

MOST_MERGED = 64
"""So many processes of a gang are read together."""

BackendOf = Callable[[str], Backend | None]
"""The backend of this server that a node is of."""


@dataclass(frozen=True, slots=True)
class Which:
    """Whose log is wanted. Without an attempt that of the last one, without a rank those of the whole gang."""

    attempt: int | None = None
    rank: int | None = None


class ProcessLog:
    """The log of one process: a `LogSource` which goes on where the log is kept when it is put away meanwhile."""

    def __init__(self, shelf: "LogShelf", workload: Standing, holder: LogHolder) -> None:
        self.holder = holder
        self._shelf = shelf
        self._workload = workload
        self._known: LogSource | None = None
        self._seen = 0

    @property
    def rank(self) -> int:
        return self.holder.key.rank

    async def size(self) -> int:
        size = await self._source.size()
        if size < self._seen:  # its backend has forgotten it
            await self.look_again()
            size = await self._source.size()
        self._seen = max(self._seen, size)
        return size

    async def read(self, start: int) -> AsyncGenerator[bytes]:
        at, wanted = start, await self.size()
        while True:
            async with aclosing(self._source.read(at)) as chunks:
                async for chunk in chunks:
                    at += len(chunk)
                    yield chunk
            if at >= wanted or self.holder.kept is not None:
                return
            await self.look_again()
            if self.holder.kept is None:
                return

    async def landmark(self, line: int) -> tuple[int, int]:
        return await self._source.landmark(line)

    async def landmark_before(self, offset: int) -> tuple[int, int]:
        return await self._source.landmark_before(offset)

    async def look_again(self) -> None:
        """See whether it has ended, and where its log lies now."""
        if self.holder.kept is None:
            self.holder, self._known = await self._shelf.holder(self._workload, self.holder), None

    @property
    def _source(self) -> LogSource:
        """Where it lies now, as far as is known. Raises UnavailableError where another server has it."""
        if self._known is None:
            self._known = self._shelf.source(self.holder)
        return self._known


@dataclass(frozen=True, slots=True)
class OpenLogs:
    """The logs that were asked for, in the order of ranks; none where nothing has been started yet."""

    workload: Standing
    attempt: int
    logs: Sequence[ProcessLog]


class LogShelf:
    """Knows where logs lie: those of running processes with the backends of this server, all others in the store."""

    def __init__(self, database: Database, blobs: BlobStore, backend_of: BackendOf) -> None:
        self._database = database
        self._blobs = blobs
        self._backend_of = backend_of

    async def open(self, scope: Scope, uuid: str, which: Which) -> OpenLogs:
        """The logs of an attempt. Raises NotFoundError, InvalidError for a gang too large to be read together."""
        workload, attempt, found = await self._database.read(partial(_found, scope=scope, uuid=uuid, which=which))
        return OpenLogs(workload, attempt, [ProcessLog(self, workload, holder) for holder in found])

    async def workload(self, scope: Scope, uuid: str) -> Standing:
        """Where a workload stands. Raises NotFoundError."""
        return await self._database.read(lambda tx: _require(tx, scope, uuid))

    async def next_logs(self, workload: Standing, attempt: int, rank: int, limit: int) -> list[ProcessLog]:
        """The next few of all attempts, from this attempt and rank on."""
        found = await self._database.read(lambda tx: store.next_holders(tx, workload, attempt, rank, limit))
        return [ProcessLog(self, workload, holder) for holder in found]

    async def holder(self, workload: Standing, before: LogHolder) -> LogHolder:
        """The same process, as it is now."""
        key = before.key
        found = await self._database.read(lambda tx: store.holders(tx, workload, key.attempt, key.rank, 1))
        if not found:
            raise NotFoundError(
                f"the workload {key.workload} is removed meanwhile", hint="GET /api/v1/workloads lists those there are"
            )
        return found[0]

    def source(self, holder: LogHolder) -> LogSource:
        """Where the log of a process lies. Raises UnavailableError for one that another server has."""
        if holder.kept is not None:
            return KeptSource(self._blobs, holder.kept)
        backend = self._backend_of(holder.node)
        if backend is None:
            raise UnavailableError(
                f"the log is still on the node {holder.node}, which this server does not reach",
                hint="ask the server of that node, or again when the process has ended",
            )
        return LiveSource(backend, holder.key)


def _found(tx: Tx, scope: Scope, uuid: str, which: Which) -> tuple[Standing, int, list[LogHolder]]:
    workload = _require(tx, scope, uuid)
    attempt = workload.attempt if which.attempt is None else which.attempt
    found = store.holders(tx, workload, attempt, which.rank, MOST_MERGED + 1)
    if len(found) > MOST_MERGED:
        raise InvalidError(
            f"logs of more than {MOST_MERGED} processes are not read together", hint="name one of them: rank=0"
        )
    if not found and (which.attempt is not None or which.rank is not None) and workload.attempt:
        raise NotFoundError(
            f"the workload {uuid} has no process of rank {which.rank or 0} in attempt {attempt}",
            hint=f"GET /api/v1/workloads/{uuid} names its processes",
        )
    return workload, attempt, found


def _require(tx: Tx, scope: Scope, uuid: str) -> Standing:
    workload = store.standing(tx, scope, uuid)
    if workload is None:
        raise NotFoundError(f"no workload has the id {uuid[:50]!r}", hint="GET /api/v1/workloads lists them")
    return workload
