"""Use cases over pipeline runs: begin one, look at it, end it, try again what failed."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import msgspec

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import ConflictError, InvalidError, NotFoundError
from tidemill.kit.ids import friendly_name, new_uuid
from tidemill.pipelines.catalog import Catalog, Spec, document_of
from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.packages import Package, read_document
from tidemill.pipelines.ir.spec import PipelineSpec
from tidemill.pipelines.ir.values import checked
from tidemill.pipelines.listing import Listing
from tidemill.pipelines.runs import store
from tidemill.pipelines.runs.models import Moment, PipelineRun, RunRequest, RunState, TaskRecord
from tidemill.pipelines.runs.showing import record_of
from tidemill.pipelines.runs.volumes import Volumes
from tidemill.tracking import Experiments, Stage

_DEFAULT = "Default"
"""The experiment of runs that name none, as in Kubeflow and in MLflow."""
_FOUND_BY = "GET /apis/v2beta1/runs lists them"
_LONGEST_NAME = 500
_LONGEST_PIPELINE = 200


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """A run that is checked, and about to be stored."""

    uuid: str
    request: RunRequest
    experiment_id: int
    parameters: Mapping[str, Any]
    pipeline_name: str
    notes: Sequence[str] = ()
    """What its pipeline asks for and is not applied here."""


class PipelineRuns:
    """Begins, finds and ends runs of a workspace; `kick` tells the engine of a run that it is to look at."""

    def __init__(
        self,
        database: Database,
        events: EventBus,
        catalog: Catalog,
        experiments: Experiments,
        kick: Callable[[str], None],
        *,
        volumes_of: Callable[[int], Volumes] | None = None,
        clock: Clock = now_ms,
    ) -> None:
        self._database = database
        self._events = events
        self._catalog = catalog
        self._experiments = experiments
        self._kick = kick
        self._volumes_of = volumes_of
        self._clock = clock

    async def create(self, scope: Scope, request: RunRequest) -> PipelineRun:
        """Begin a run. Raises InvalidError for a spec that cannot be run or parameters that do not fit it."""
        new = await self.prepare(scope, request)

        def unit(tx: Tx) -> PipelineRun:
            uuid = once(tx, scope, "pipeline-runs/create", lambda: self.add(tx, scope, new))
            return require(tx, scope, uuid, whole=True)

        run = await self._database.write(unit)
        self.begun(run.uuid)
        return run

    async def prepare(self, scope: Scope, request: RunRequest, uuid: str = "") -> PreparedRun:
        """Check what is asked for, of a run that gets this id where one is given. Raises as `create` does."""
        package = await self._package(scope, request)
        document = document_of(Spec(package.document, package.platforms))
        parameters = _checked_parameters(package.pipeline, request.parameters)
        name = request.display_name or friendly_name()
        if len(name) > _LONGEST_NAME:
            raise InvalidError(f"a run's name has up to {_LONGEST_NAME} characters, and this has {len(name)}")
        experiment = await self._experiment(scope, request.experiment_id)
        request = replace(request, display_name=name, document=document)
        pipeline_name = package.pipeline.pipeline_info.name[:_LONGEST_PIPELINE]
        notes = package.platform.not_applied
        return PreparedRun(uuid or new_uuid(), request, experiment, parameters, pipeline_name, notes)

    def begun(self, uuid: str) -> None:
        """Tell the engine of a run that was added, once that is committed."""
        self._kick(uuid)

    async def get(self, scope: Scope, uuid: str) -> PipelineRun:
        """A run with its spec."""
        return await self._database.read(partial(require, scope=scope, uuid=uuid, whole=True))

    async def with_tasks(
        self, scope: Scope, uuid: str, *, since: int = 0, whole: bool = False
    ) -> tuple[PipelineRun, Sequence[TaskRecord]]:
        """A run, with its spec where the `whole` of it is wanted, and its tasks as they stood at the same instant, in
        the order in which they came to be: only those that changed after the revision `since` of the run."""

        def unit(tx: Tx) -> tuple[PipelineRun, list[store.TaskRow]]:
            run = require(tx, scope, uuid, whole=whole)
            return run, store.tasks(tx, run.id, since)

        run, rows = await self._database.read(unit)
        return run, [record_of(row) for row in rows]

    async def list_all(
        self, scope: Scope, listing: Listing, experiment_id: int | None = None, archived: bool | None = None
    ) -> tuple[list[PipelineRun], str, int]:
        """A page of runs without their specs, the token of the next page, and how many there are in all."""
        return await self._database.read(lambda tx: store.page(tx, scope, listing, experiment_id, archived=archived))

    async def terminate(self, scope: Scope, uuid: str) -> None:
        """Ask a run to end. Raises ConflictError for one that has ended."""

        def move(tx: Tx, run: PipelineRun) -> None:
            if run.state.is_final:
                raise ConflictError(
                    f"the run {uuid} has ended already: {run.state}", hint="only a run that goes on ends"
                )
            if run.state is not RunState.CANCELING:
                store.moved(tx, run, Moment(RunState.CANCELING, self._clock()))

        await self._change(scope, uuid, move, kicks=True)

    async def retry(self, scope: Scope, uuid: str) -> None:
        """Begin again what failed, was cancelled or was never begun. Raises ConflictError where nothing is."""

        def move(tx: Tx, run: PipelineRun) -> None:
            if run.state not in (RunState.FAILED, RunState.CANCELED):
                raise ConflictError(
                    f"the run {uuid} is {run.state}, and only one that failed or was cancelled is tried again",
                    hint="create another run of the same pipeline",
                )
            store.moved(tx, run, Moment(RunState.RUNNING, self._clock()))

        await self._change(scope, uuid, move, kicks=True)

    async def archive(self, scope: Scope, uuid: str) -> None:
        """Leave a run out of lists of what is at hand."""
        await self._change(scope, uuid, lambda tx, run: store.change(tx, run.id, {"archived": True}))

    async def unarchive(self, scope: Scope, uuid: str) -> None:
        await self._change(scope, uuid, lambda tx, run: store.change(tx, run.id, {"archived": False}))

    async def delete(self, scope: Scope, uuid: str) -> None:
        """Remove a run and its tasks, and what these shared; what of it runs is stopped."""
        await self._change(scope, uuid, lambda tx, run: store.remove(tx, run.id), kicks=True)
        if self._volumes_of is not None:
            await asyncio.to_thread(self._volumes_of(scope.workspace_id).forget, uuid)

    async def _experiment(self, scope: Scope, asked: int | None) -> int:
        """The experiment that a run goes into: the default one where none is named."""
        try:
            if asked is None:
                found = await self._experiments.get_by_name(scope, _DEFAULT)
            else:
                found = await self._experiments.get(scope, asked)
        except NotFoundError:
            if asked is not None:
                raise
            # Not under the request's key, which is the run's.
            return await self._experiments.create(replace(scope, idempotency_key=None), _DEFAULT, None, ())
        if found.stage is not Stage.ACTIVE:
            raise InvalidError(f"the experiment {found.name!r} is deleted", hint="restore it, or name another one")
        return found.id

    async def _package(self, scope: Scope, request: RunRequest) -> Package:
        """What it is to run, read and checked: on a thread, since a large one takes a while."""
        source = request.source
        if request.document is not None:
            return await asyncio.to_thread(_read_and_checked, request.document)
        if not source.pipeline_uuid and not source.version_uuid:
            raise InvalidError("a run has a pipeline spec, or names a version of a pipeline", hint="give one of them")
        if source.version_uuid:
            version = await self._catalog.version(scope, source.pipeline_uuid, source.version_uuid)
        else:
            version = await self._catalog.latest_version(scope, source.pipeline_uuid)
        return await asyncio.to_thread(read_document, document_of(version.spec))

    def add(self, tx: Tx, scope: Scope, new: PreparedRun, scheduled_ms: int | None = None) -> str:
        """Store a run in the transaction of its caller, who says so with `begun` after it. Returns its id."""
        now = self._clock()
        request = new.request
        values: dict[str, Any] = {
            "workspace_id": scope.workspace_id,
            "uuid": new.uuid,
            "display_name": request.display_name,
            "description": request.description,
            "experiment_id": new.experiment_id,
            "pipeline_uuid": request.source.pipeline_uuid,
            "version_uuid": request.source.version_uuid,
            "recurring_uuid": request.source.recurring_uuid,
            "state": RunState.PENDING,
            "error": "",
            "archived": False,
            "uses_cache": request.uses_cache,
            "parameters": msgspec.json.encode(new.parameters).decode(),
            "pipeline_root": request.pipeline_root,
            "service_account": request.service_account,
            "owner": scope.subject.name,
            "created_ms": now,
            "scheduled_ms": now if scheduled_ms is None else scheduled_ms,
            "history": msgspec.json.encode([Moment(RunState.PENDING, now)]).decode(),
            "tracking_run": "",
            "document": msgspec.json.encode(request.document).decode(),
            "pipeline_name": new.pipeline_name,
            "notes": msgspec.json.encode(new.notes).decode(),
        }
        store.add(tx, values)
        self._tell(tx, scope, new.uuid)
        return new.uuid

    async def _change(
        self, scope: Scope, uuid: str, move: Callable[[Tx, PipelineRun], object], *, kicks: bool = False
    ) -> None:
        def unit(tx: Tx) -> None:
            move(tx, require(tx, scope, uuid))
            self._tell(tx, scope, uuid)

        await self._database.write(unit)
        if kicks:
            self._kick(uuid)

    def _tell(self, tx: Tx, scope: Scope, uuid: str) -> None:
        event = Event("pipeline", scope.workspace_id, pipeline_run=uuid)
        tx.after_commit.append(partial(self._events.publish, event))


def _read_and_checked(document: Mapping[str, Any]) -> Package:
    package = read_document(document)
    check(package.pipeline)
    return package


def _checked_parameters(pipeline: PipelineSpec, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters of the root, held to their types: what is not given stays out, and takes its default."""
    declared = pipeline.root.input_definitions.parameters
    for name in given:
        if name not in declared:
            known = ", ".join(sorted(declared)) or "none"
            raise InvalidError(f"the pipeline has no parameter {name[:100]!r}", hint=f"it has: {known}"[:1000])
    for name, spec in declared.items():
        if name not in given and spec.default_value is msgspec.UNSET and not spec.is_optional:
            raise InvalidError(f"the pipeline's parameter {name!r} was not given", hint="it has no default value")
    return {name: checked(value, declared[name], f"parameters.{name}") for name, value in given.items()}


def require(tx: Tx, scope: Scope, uuid: str, *, whole: bool = False) -> PipelineRun:
    run = store.by_uuid(tx, scope, uuid, whole=whole)
    if run is None:
        raise NotFoundError(f"no pipeline run has the id {uuid[:50]!r}", hint=_FOUND_BY)
    return run
