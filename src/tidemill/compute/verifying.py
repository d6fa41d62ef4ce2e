"""Looking for what workloads need of the artifact store, and naming what is damaged or missing by workload."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tidemill.compute.models import Spec
from tidemill.compute.store import references
from tidemill.compute.store.references import Pointer
from tidemill.core.blobs import BlobStore, Progress
from tidemill.core.database import Database
from tidemill.kit.errors import TidemillError

_AT_ONCE = 500
_LOOKS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a blob (damaged, missing, unreadable), and in a sentence how."""

    problem: str
    detail: str


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
            faults |= {digest: known[digest] for digest in digests if digest in known}
            unknown = [digest for digest in digests if digest not in known]
            for start in range(0, len(unknown), _LOOKS_AT_ONCE):
                part = unknown[start : start + _LOOKS_AT_ONCE]
                found = await asyncio.gather(*map(self._look, part))
                faults |= {digest: fault for digest, fault in zip(part, found, strict=True) if fault is not None}
        return faults

    async def _look(self, digest: str) -> Fault | None:
        try:
            found = await self._blobs.stat(digest)
        except TidemillError as error:
            return Fault("unreadable", error.message)
        return Fault("missing", "The store does not hold its bytes.") if found is None else None

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
