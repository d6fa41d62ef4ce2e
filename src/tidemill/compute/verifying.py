"""Looking for what workloads need of the artifact store, and naming what is damaged or missing by workload."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tidemill.compute.models import Spec
from tidemill.compute.store import references
from tidemill.compute.store.references import Pointer
from tidemill.core.blobs import BlobStore, Fault, Progress, faults_among
from tidemill.core.database import Database

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class WorkloadFinding:
    """A function, file, log or result whose bytes are not as they were acknowledged.

    `uuid` is empty for content that was handed in and that no workload names.
    """

    workspace_id: int
    uuid: str
    what: str
    digest: str
    fault: Fault


class WorkloadCheck:
    """Looks for the blobs of all workloads; reads only, and is safe beside a running server."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    async def expected(self) -> Progress:
        """How many blobs and bytes the workloads of all workspaces need."""
        return Progress(*await self._database.read(references.all_bytes))

    async def findings(self, known: Mapping[str, Fault]) -> AsyncIterator[WorkloadFinding]:
        """Each use of a blob that is among those known to be faulty, or that the store does not hold."""
        faults = await self._faults(known)
        digests = sorted(faults)
        for start in range(0, len(digests), _AT_ONCE):
            part = digests[start : start + _AT_ONCE]
            for pointer in await self._database.read(partial(references.of_processes, digests=part)):
                yield _finding(pointer, faults)
        async for pointer in self._content(digests):
            yield _finding(pointer, faults)

    async def _faults(self, known: Mapping[str, Fault]) -> dict[str, Fault]:
        faults: dict[str, Fault] = {}
        last = ""
        while digests := await self._database.read(partial(references.digests_after, last=last, limit=_AT_ONCE)):
            last = digests[-1]
            faults |= await faults_among(self._blobs, digests, known)
        return faults

    async def _content(self, digests: Sequence[str]) -> AsyncIterator[Pointer]:
        """The workloads that name faulty content, by function and file; then what is faulty and none of them names."""
        handed: dict[tuple[int, str], Pointer] = {}
        for start in range(0, len(digests), _AT_ONCE):
            part = digests[start : start + _AT_ONCE]
            found = await self._database.read(partial(references.handed_in, digests=part))
            handed |= {(pointer.workspace_id, pointer.digest): pointer for pointer in found}
        if not handed:
            return
        unnamed = dict(handed)
        async for pointer in self._named():
            if (key := (pointer.workspace_id, pointer.digest)) in handed:
                unnamed.pop(key, None)
                yield pointer
        for pointer in unnamed.values():
            yield pointer

    async def _named(self) -> AsyncIterator[Pointer]:
        """All content that workloads name."""
        last = 0
        while page := await self._database.read(partial(references.asked_after, last_id=last, limit=_AT_ONCE)):
            last = page[-1].id
            for asked in page:
                for what, digest in _content_of(asked.spec):
                    yield Pointer(asked.workspace_id, asked.uuid, what, digest)


def _content_of(spec: Spec) -> Iterator[tuple[str, str]]:
    if spec.call is not None and spec.call.function:
        yield "function", spec.call.function
    for file in spec.files:
        yield f"file {file.path}", file.digest


def _finding(pointer: Pointer, faults: Mapping[str, Fault]) -> WorkloadFinding:
    return WorkloadFinding(pointer.workspace_id, pointer.uuid, pointer.what, pointer.digest, faults[pointer.digest])
