"""`/api/v1/pipeline-runs/{run_id}/...`: what the page of a run asks for besides the run itself."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.core.blobs import OpenBlob
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Content, Route, bytes_response
from tidemill.kit.errors import InvalidError
from tidemill.pipelines.routes import PipelineRunRow, PipelineTaskRow, run_row, task_row
from tidemill.pipelines.runs.showing import record_of
from tidemill.pipelines.runs.store import TaskRow
from tidemill.pipelines.viewing.changes import Changes
from tidemill.pipelines.viewing.drawing import Drawing
from tidemill.pipelines.viewing.files import Chosen
from tidemill.pipelines.viewing.service import RunViews
from tidemill.tracking import Entry, parse_path

_ROOT = "/api/v1/pipeline-runs/{run_id}"
_LONGEST_ERROR = 1000
_MOST_ENTRIES = 1000
_LONGEST_ITEM = 200


class RunNewsQuery(msgspec.Struct):
    """`since` is the revision that one has: only what changed after it is told."""

    run_id: str = ""
    since: Annotated[int, msgspec.Meta(ge=0)] = 0


class TaskLine(msgspec.Struct):
    """A task without what it was given and made."""

    id: str
    path: str
    name: str
    kind: str
    state: str
    attempt: int
    created_ms: int
    started_ms: int | None
    ended_ms: int | None
    error: str
    """Its beginning."""
    workload: str
    iterations: int | None
    """Of a loop that is open."""
    item: str
    """What an iteration is for, as text; empty for all others."""


class RunNews(msgspec.Struct):
    """A run without its tasks, its revision, and the tasks that changed, in the order in which they came to be."""

    run: PipelineRunRow
    revision: int
    tasks: list[TaskLine]


class TaskQuery(msgspec.Struct):
    run_id: str = ""
    path: str = ""


class ChangesQuery(msgspec.Struct):
    """`against`: another run; without it the last before this one of the same pipeline that succeeded."""

    run_id: str = ""
    against: str = ""


class RunChanges(msgspec.Struct):
    """What differs; None where there is no run to compare with."""

    changes: Changes | None


class GraphQuery(msgspec.Struct):
    run_id: str = ""


class ArtifactFolder(msgspec.Struct):
    """An artifact by its task, its name and its number where it is a list, and a folder in it."""

    run_id: str = ""
    task: str = ""
    name: str = ""
    number: int = 0
    side: str = "outputs"
    """`inputs`: one that the task took."""
    path: str = ""
    after: str = ""
    """The name of the last entry of the page before."""


class ArtifactLine(msgspec.Struct):
    """A file with its bytes, or a folder."""

    path: str
    is_dir: bool
    file_size: int | None


class ArtifactLines(msgspec.Struct):
    """Entries by name; `next` is given as `after` for those that follow, and empty on the last page."""

    files: list[ArtifactLine]
    next: str


class TaskArtifactContent(msgspec.Struct):
    """`download` 1 is for saving, anything else for showing; `workspace` is for links, which carry no header.

    Without a path it is the only file of the artifact.
    """

    task: str
    name: str
    number: int = 0
    side: str = "outputs"
    path: str = ""
    download: str = ""
    workspace: str = ""


class RunViewApi:
    """What is drawn of a run, what its artifacts hold, and what differs from another."""

    def __init__(self, views: RunViews) -> None:
        self._views = views

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=f"{_ROOT}/tasks",
                permission=Permission.VIEW,
                message=RunNewsQuery,
                handler=self.news,
                answer=RunNews,
                summary="The tasks of a run in short, or those that changed since a revision.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/task",
                permission=Permission.VIEW,
                message=TaskQuery,
                handler=self.task,
                answer=PipelineTaskRow,
                summary="One task of a run by its path, with what it was given and made.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/graph",
                permission=Permission.VIEW,
                message=GraphQuery,
                handler=self.graph,
                answer=Drawing,
                summary="The structure of a run's pipeline, also of what has not begun.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/changes",
                permission=Permission.VIEW,
                message=ChangesQuery,
                handler=self.changes,
                answer=RunChanges,
                summary="What differs from another run: code, packages, parameters, inputs, states and outputs.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/artifacts",
                permission=Permission.VIEW,
                message=ArtifactFolder,
                handler=self.entries,
                answer=ArtifactLines,
                summary="What lies in a folder of an artifact that a task took or made.",
            ),
            Route(
                method="GET",
                path=f"{_ROOT}/artifacts/content",
                permission=Permission.VIEW,
                message=TaskArtifactContent,
                stream=self.content,
                summary="The bytes of a file of an artifact, as a whole or a range of them.",
            ),
        ]

    async def news(self, scope: Scope, message: RunNewsQuery) -> RunNews:
        found = await self._views.news(scope, message.run_id, message.since)
        return RunNews(run_row(found.run), found.run.revision, [_line(row) for row in found.tasks])

    async def task(self, scope: Scope, message: TaskQuery) -> PipelineTaskRow:
        return task_row(record_of(await self._views.task(scope, message.run_id, message.path)))

    async def graph(self, scope: Scope, message: GraphQuery) -> Drawing:
        return await self._views.drawing(scope, message.run_id)

    async def changes(self, scope: Scope, message: ChangesQuery) -> RunChanges:
        return RunChanges(await self._views.changes(scope, message.run_id, message.against))

    async def entries(self, scope: Scope, message: ArtifactFolder) -> ArtifactLines:
        chosen = _chosen(message.task, message.name, message.number, message.side)
        folder = parse_path(message.path)
        found = await self._views.entries(scope, message.run_id, chosen, folder)
        rest = [entry for entry in found if entry.name > message.after]
        shown = rest[:_MOST_ENTRIES]
        above = f"{folder.text}/" if folder.names else ""
        return ArtifactLines(
            [_artifact_line(above, entry) for entry in shown], shown[-1].name if len(rest) > len(shown) else ""
        )

    async def content(self, scope: Scope, request: Request) -> Response:
        query = request.query_params
        try:
            number = int(query.get("number", "0"))
        except ValueError as error:
            raise InvalidError(
                "the number of an artifact is a whole number", hint="leave it out for the first"
            ) from error
        chosen = _chosen(query.get("task", ""), query.get("name", ""), number, query.get("side", "outputs"))
        path = parse_path(query.get("path", ""))
        file = await self._views.file(scope, request.path_params["run_id"], chosen, path)

        def opener(start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]:
            return self._views.open(file, start, end)

        inline = query.get("download") != "1"
        return await bytes_response(
            request, Content(file.name, file.digest, file.size, file.written_ms, inline), opener
        )


def _chosen(task: str, name: str, number: int, side: str) -> Chosen:
    if side not in ("inputs", "outputs"):
        raise InvalidError(f"{side[:20]!r} is neither inputs nor outputs", hint="side=outputs is what a task made")
    return Chosen(task, name, number, of_inputs=side == "inputs")


def _artifact_line(above: str, entry: Entry) -> ArtifactLine:
    return ArtifactLine(f"{above}{entry.name}", entry.is_folder, entry.size)


def _line(row: TaskRow) -> TaskLine:
    instance = row.instance
    return TaskLine(
        id=row.uuid,
        path=instance.path,
        name=instance.task if instance.iteration is None else f"{instance.task}[{instance.iteration}]",
        kind=instance.kind,
        state=instance.state,
        attempt=instance.attempt,
        created_ms=row.created_ms,
        started_ms=row.started_ms,
        ended_ms=row.ended_ms,
        error=instance.error[:_LONGEST_ERROR],
        workload=row.workload,
        iterations=instance.iterations,
        item=_item(instance.inputs.parameters, instance.inputs.artifacts) if instance.iteration is not None else "",
    )


def _item(parameters: Mapping[str, Any], artifacts: Mapping[str, Any]) -> str:
    """The values that an iteration alone was given."""
    values = [value if isinstance(value, str) else msgspec.json.encode(value).decode() for value in parameters.values()]
    names = [artifact.name for each in artifacts.values() for artifact in each]
    return ", ".join([*values, *names])[:_LONGEST_ITEM]
