"""Use cases of whoever looks at one run: what changed of it, how it is drawn, its files, and another beside it."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from tidemill.core.blobs import OpenBlob
from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import NotFoundError
from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.packages import read_document
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.models import PipelineRun
from tidemill.pipelines.runs.service import require
from tidemill.pipelines.runs.store import TaskRow
from tidemill.pipelines.viewing.changes import Changes, Side
from tidemill.pipelines.viewing.comparing import compared
from tidemill.pipelines.viewing.drawing import Drawing, drawn
from tidemill.pipelines.viewing.files import Chosen, artifact_of, entries_of, file_at, files_of
from tidemill.tracking import ArtifactFile, ArtifactPath, Artifacts, Entry


@dataclass(frozen=True, slots=True)
class News:
    """A run, and those of its tasks that changed after a revision."""

    run: PipelineRun
    tasks: Sequence[TaskRow]


class RunViews:
    """What the page of a run asks for."""

    def __init__(self, database: Database, artifacts: Artifacts) -> None:
        self._database = database
        self._artifacts = artifacts

    async def news(self, scope: Scope, uuid: str, since: int) -> News:
        """A run and what changed of it, as of one instant. All of it where it never had that revision."""

        def unit(tx: Tx) -> News:
            run = require(tx, scope, uuid)
            return News(run, store.tasks(tx, run.id, since if since <= run.revision else 0))

        return await self._database.read(unit)

    async def task(self, scope: Scope, uuid: str, path: str) -> TaskRow:
        """One task of a run, by its path. Raises NotFoundError."""

        def unit(tx: Tx) -> TaskRow:
            found = store.task(tx, require(tx, scope, uuid).id, path)
            if found is None:
                raise NotFoundError(
                    f"the run has no task {path[:200]!r}, or not yet",
                    hint=f"GET /api/v1/pipeline-runs/{uuid}/tasks lists those that it has",
                )
            return found

        return await self._database.read(unit)

    async def drawing(self, scope: Scope, uuid: str) -> Drawing:
        """How its pipeline is drawn, also what has not begun."""
        run = await self._database.read(lambda tx: require(tx, scope, uuid, whole=True))
        return await asyncio.to_thread(_drawing, run.document or {})

    async def entries(self, scope: Scope, uuid: str, chosen: Chosen, folder: ArtifactPath) -> Sequence[Entry]:
        """What lies directly in a folder of an artifact; its top for the empty path."""
        row = await self.task(scope, uuid, chosen.task)
        return entries_of(files_of(artifact_of(row.instance, chosen)), folder)

    async def file(self, scope: Scope, uuid: str, chosen: Chosen, path: ArtifactPath) -> ArtifactFile:
        """A file of an artifact."""
        row = await self.task(scope, uuid, chosen.task)
        written_ms = row.ended_ms if row.ended_ms is not None else row.created_ms
        return file_at(files_of(artifact_of(row.instance, chosen)), path, written_ms)

    def open(self, file: ArtifactFile, start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]:
        """The bytes of a file, end exclusive."""
        return self._artifacts.open(file, start, end)

    async def changes(self, scope: Scope, uuid: str, against: str) -> Changes | None:
        """What differs from another run; without one, from the last before it of the same pipeline that succeeded.

        None where no such run is known.
        """

        def side(tx: Tx, run: PipelineRun) -> tuple[PipelineRun, Sequence[TaskRow]]:
            return run, store.tasks(tx, run.id)

        def unit(tx: Tx) -> tuple[tuple[PipelineRun, Sequence[TaskRow]], ...]:
            run = require(tx, scope, uuid, whole=True)
            other = against or store.last_green(tx, scope, run)
            return () if other is None else (side(tx, require(tx, scope, other, whole=True)), side(tx, run))

        found = await self._database.read(unit)
        return await asyncio.to_thread(_compared, *found) if found else None


def _drawing(document: Mapping[str, Any]) -> Drawing:
    return drawn(check(read_document(document).pipeline))


def _compared(*sides: tuple[PipelineRun, Sequence[TaskRow]]) -> Changes:
    before, after = (Side(run, read_document(run.document or {}).pipeline, tasks) for run, tasks in sides)
    return compared(before, after)
