"""`/api/v1/workloads`: submit, look at, stop, wait."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.compute.models import Kind, Spec, State
from tidemill.compute.records import Listing, Standing, WorkloadSort
from tidemill.compute.routes.messages import WorkloadDetails, WorkloadRow, workload_details, workload_row
from tidemill.compute.service import Item, Workloads
from tidemill.compute.usage import UseNow
from tidemill.compute.waiting import Until, Waits
from tidemill.core.blobs import BlobStore, OpenBlob
from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Content, Route, bytes_response
from tidemill.kit.errors import InvalidError

MOST_LISTED = 1000
MOST_SECONDS = 30.0
UseOf = Callable[[Iterable[str]], Mapping[str, UseNow]]
"""What those of some workloads use now that run here."""
_OCTETS = "application/octet-stream"


class SubmitWorkload(msgspec.Struct):
    """A workload to run; without a name it gets a friendly one."""

    spec: Spec
    name: str = ""
    group: str = ""


class BatchItem(msgspec.Struct):
    """How one workload differs from the template; `arguments` are those of its call."""

    name: str = ""
    arguments: bytes | None = None
    variables: Mapping[str, str] = {}
    labels: Mapping[str, str] = {}


class SubmitBatch(msgspec.Struct):
    """Up to 1,000 workloads, all or none."""

    template: Spec
    items: list[BatchItem]
    name: str = ""
    group: str = ""


class ListWorkloads(msgspec.Struct):
    """`label` is written as key=value, and may be given more than once: all must be there."""

    state: list[State] = []
    kind: list[Kind] = []
    owner: str = ""
    group: str = ""
    search: str = ""
    label: list[str] = []
    sort: WorkloadSort = WorkloadSort.CREATED
    descending: bool = True
    ended_since_ms: int | None = None
    offset: int = 0
    limit: int = 100


class WorkloadId(msgspec.Struct):
    id: str = ""


class StopWorkloads(msgspec.Struct):
    """Either ids or a group."""

    ids: list[str] = []
    group: str = ""


class WaitForWorkloads(msgspec.Struct):
    """Either ids or a group, whose members are those that have not ended now. Answered after 30 s at the latest."""

    ids: list[str] = []
    group: str = ""
    until: Until = "all"
    timeout_s: Annotated[float, msgspec.Meta(ge=0, le=MOST_SECONDS)] = MOST_SECONDS


class ResultOf(msgspec.Struct):
    rank: int = 0


class WorkloadIds(msgspec.Struct):
    ids: list[str]


class WorkloadList(msgspec.Struct):
    """One page, how many there are in all, and how many of the workspace, or of the group, are in each state."""

    total: int
    states: Mapping[str, int]
    workloads: list[WorkloadRow]


class EndedWorkload(msgspec.Struct):
    """One that has ended; `result` is what its call gave (pickled, base64) where that is small, else ask for it."""

    id: str
    state: str
    reason: str
    result: bytes | None
    raised: bool


class WaitedFor(msgspec.Struct):
    ended: list[EndedWorkload]
    pending: int


class WorkloadApi:
    """Workloads of a workspace."""

    def __init__(self, workloads: Workloads, waits: Waits, blobs: BlobStore, use: UseOf = lambda uuids: {}) -> None:
        self._workloads = workloads
        self._waits = waits
        self._blobs = blobs
        self._use = use

    def routes(self) -> Sequence[Route]:
        root, view, edit = "/api/v1/workloads", Permission.VIEW, Permission.EDIT
        return [
            Route(
                method="POST",
                path=root,
                permission=edit,
                message=SubmitWorkload,
                handler=self.submit,
                answer=WorkloadRow,
                summary="Submit a workload to the queue.",
            ),
            Route(
                method="POST",
                path=f"{root}/batch",
                permission=edit,
                message=SubmitBatch,
                handler=self.submit_batch,
                answer=WorkloadIds,
                summary="Submit up to 1,000 workloads that share a template, all or none.",
            ),
            Route(
                method="GET",
                path=root,
                permission=view,
                message=ListWorkloads,
                handler=self.list_all,
                answer=WorkloadList,
                summary="Workloads, the newest first unless asked otherwise.",
            ),
            Route(
                method="POST",
                path=f"{root}/stop",
                permission=edit,
                message=StopWorkloads,
                handler=self.stop_many,
                answer=WorkloadIds,
                summary="Stop workloads by id or group; answers those that this made stop.",
            ),
            Route(
                method="POST",
                path=f"{root}/wait",
                permission=view,
                message=WaitForWorkloads,
                handler=self.wait,
                answer=WaitedFor,
                summary="Wait until workloads have ended, for up to 30 s.",
            ),
            *self._routes_of_one(f"{root}/{{id}}"),
        ]

    def _routes_of_one(self, path: str) -> Sequence[Route]:
        return [
            Route(
                method="GET",
                path=path,
                permission=Permission.VIEW,
                message=WorkloadId,
                handler=self.get,
                answer=WorkloadDetails,
                summary="A workload with its history, its processes, and why it waits.",
            ),
            Route(
                method="POST",
                path=f"{path}/stop",
                permission=Permission.EDIT,
                message=WorkloadId,
                handler=self.stop,
                answer=WorkloadIds,
                summary="Stop a workload.",
            ),
            Route(
                method="GET",
                path=f"{path}/result",
                permission=Permission.VIEW,
                message=ResultOf,
                stream=self.result,
                summary="What a process gave, pickled; X-Tidemill-Raised says whether it was raised.",
            ),
        ]

    async def submit(self, scope: Scope, message: SubmitWorkload) -> WorkloadRow:
        submitted = await self._workloads.submit(scope, message.spec, name=message.name, group=message.group)
        return workload_row(submitted)

    async def submit_batch(self, scope: Scope, message: SubmitBatch) -> WorkloadIds:
        items = [Item(each.name, each.arguments, each.variables, each.labels) for each in message.items]
        ids = await self._workloads.submit_many(scope, message.template, items, name=message.name, group=message.group)
        return WorkloadIds(ids)

    async def list_all(self, scope: Scope, message: ListWorkloads) -> WorkloadList:
        if not 0 <= message.offset < 2**31 or not 0 <= message.limit <= MOST_LISTED:
            raise InvalidError(f"a page has an offset from 0 and a limit of 0 to {MOST_LISTED}", hint="limit=100")
        listing = Listing(
            states=tuple(message.state),
            kinds=tuple(message.kind),
            owner=message.owner,
            group=message.group,
            search=message.search,
            labels=_labels(message.label),
            sort=message.sort,
            descending=message.descending,
            ended_since_ms=message.ended_since_ms,
            offset=message.offset,
            limit=message.limit,
        )
        total, found = await self._workloads.list_all(scope, listing)
        counts = await self._workloads.counts(scope, message.group)
        states = {state.value: counts.get(state, 0) for state in State}
        turns = await self._workloads.turns(scope, found)
        use = self._use(record.uuid for record in found)
        progress = await self._workloads.progress(found)
        rows = [
            workload_row(record, turns.get(record.uuid), use.get(record.uuid), progress.get(record.uuid))
            for record in found
        ]
        return WorkloadList(total, states, rows)

    async def get(self, scope: Scope, message: WorkloadId) -> WorkloadDetails:
        details = await self._workloads.get(scope, message.id)
        return workload_details(details, self._use([details.workload.uuid]).get(details.workload.uuid))

    async def stop(self, scope: Scope, message: WorkloadId) -> WorkloadIds:
        return WorkloadIds(await self._workloads.stop(scope, [message.id]))

    async def stop_many(self, scope: Scope, message: StopWorkloads) -> WorkloadIds:
        return WorkloadIds(await self._workloads.stop(scope, message.ids, group=message.group))

    async def wait(self, scope: Scope, message: WaitForWorkloads) -> WaitedFor:
        waited = await self._waits.wait(
            scope, message.ids, group=message.group, until=message.until, timeout_s=message.timeout_s
        )
        return WaitedFor([_ended(each) for each in waited.ended], waited.pending)

    async def result(self, scope: Scope, request: Request) -> Response:
        rank = request.query_params.get("rank", "0")
        if not rank.isascii() or not rank.isdecimal() or len(rank) > 6:
            raise InvalidError(f"{rank[:20]!r} is no rank", hint="rank=0")
        result = await self._workloads.result(scope, request.path_params["id"], int(rank))
        raised = {"X-Tidemill-Raised": "true" if result.raised else "false"}
        if not result.digest:
            headers = {**raised, "Content-Length": str(result.size), "Cache-Control": "no-cache"}
            return Response(b"" if request.method == "HEAD" else result.data, headers=headers, media_type=_OCTETS)

        def opener(start: int, end: int | None) -> AbstractAsyncContextManager[OpenBlob]:
            return self._blobs.open(result.digest, start=start, end=end)

        response = await bytes_response(request, Content("result", result.digest, result.size, 0), opener)
        response.headers.update(raised)
        return response


def _labels(told: Sequence[str]) -> Mapping[str, str]:
    pairs = [label.partition("=") for label in told]
    for key, sign, _ in pairs:
        if not key or not sign:
            raise InvalidError("a label is looked for as key=value", hint="label=team=vision")
    return {key: value for key, _, value in pairs}


def _ended(standing: Standing) -> EndedWorkload:
    result = standing.result
    data, raised = (result.data, result.raised) if result else (None, False)
    return EndedWorkload(standing.uuid, standing.state.value, standing.reason, data, raised)
