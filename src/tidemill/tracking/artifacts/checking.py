"""Reading every artifact's bytes back, and naming what is damaged by the paths that users know."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from tidemill.core.blobs import BlobStore, Progress, StoredBlob, fsck
from tidemill.core.database import Database
from tidemill.kit.errors import TidemillError
from tidemill.tracking.artifacts import store
from tidemill.tracking.artifacts.models import FileRow

_ROWS_AT_ONCE = 500
_LOOKS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class ArtifactFinding:
    """A file whose bytes are not as they were acknowledged, and in a sentence why.

    `workspace_id` is None and `path` empty for bytes that no file points to (any more): nobody misses them.
    """

    workspace_id: int | None
    path: str
    digest: str
    problem: str
    detail: str


class ArtifactCheck:
    """Verifies all bytes of all workspaces; reads only, and is safe beside a running server."""

    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs

    async def expected(self) -> Progress:
        """How many blobs and bytes the files of all workspaces need."""
        return Progress(*await self._database.read(store.all_bytes))

    async def findings(self, progress: Callable[[Progress], None]) -> AsyncIterator[ArtifactFinding]:
        """Verify every blob, then look for the blob of every file; yields each file that is not whole."""
        named: set[str] = set()
        async for found in fsck(self._blobs, progress=progress):
            named.add(found.digest)
            digest = found.digest
            files = await self._database.read(lambda tx, digest=digest: store.files_of(tx, digest))
            if not files:
                yield ArtifactFinding(None, "", digest, found.problem, found.detail)
            for file in files:
                yield ArtifactFinding(file.workspace_id, file.path, digest, found.problem, found.detail)
        last = 0
        while rows := await self._database.read(lambda tx, last=last: store.files_after(tx, last, _ROWS_AT_ONCE)):
            last = rows[-1].id
            for finding in await self._look_for([row for row in rows if row.file.digest not in named]):
                yield finding

    async def _look_for(self, rows: Sequence[FileRow]) -> list[ArtifactFinding]:
        found: list[ArtifactFinding] = []
        for start in range(0, len(rows), _LOOKS_AT_ONCE):
            looks = (self._look(row) for row in rows[start : start + _LOOKS_AT_ONCE])
            found += [finding for finding in await asyncio.gather(*looks) if finding is not None]
        return found

    async def _look(self, row: FileRow) -> ArtifactFinding | None:
        try:
            blob = await self._blobs.stat(row.file.digest)
        except TidemillError as error:
            return _finding(row, "unreadable", error.message)
        wrong = _wrong(row, blob)
        if wrong is None:
            return None
        # It may have been replaced or deleted, and its bytes freed, since its row was read.
        now = await self._database.read(lambda tx: store.files_after(tx, row.id - 1, 1))
        return wrong if now and now[0] == row else None


def _wrong(row: FileRow, blob: StoredBlob | None) -> ArtifactFinding | None:
    if blob is None:
        return _finding(row, "missing", "The store does not hold its bytes.")
    if blob.size != row.file.size:
        return _finding(row, "damaged", f"The store holds {blob.size} bytes of {row.file.size}.")
    return None


def _finding(row: FileRow, problem: str, detail: str) -> ArtifactFinding:
    return ArtifactFinding(row.workspace_id, row.path, row.file.digest, problem, detail)
