"""Kubeflow's run endpoints."""

from collections.abc import Iterator, Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.pipelines import Listing, Operation, PipelineRuns, Predicate, RunRequest
from tidemill.protocols.kfp.endpoints import Endpoint, routes_of
from tidemill.protocols.kfp.experiments import experiment_number
from tidemill.protocols.kfp.messages import ARCHIVED, AVAILABLE, ListQuery, check_namespace, listing_of
from tidemill.protocols.kfp.run_messages import RunPage, WireRun
from tidemill.protocols.kfp.source_messages import SourcedIn
from tidemill.protocols.kfp.task_messages import Boards

_STORAGE_STATES = frozenset({ARCHIVED, AVAILABLE})
_BY_NUMBER = {0: "STORAGE_STATE_UNSPECIFIED", 1: AVAILABLE, 2: ARCHIVED}


class RunIn(SourcedIn, kw_only=True):
    """A run as clients send it."""

    recurring_run_id: str = ""


class RunId(msgspec.Struct):
    run_id: str
    experiment_id: str = ""
    """Which Kubeflow asks for no more: a run's id is enough, but another experiment's run is not found."""


class ListRuns(ListQuery):
    experiment_id: str = ""


class RunEndpoints:
    """`runs/...`"""

    def __init__(self, runs: PipelineRuns) -> None:
        self._runs = runs
        self._boards = Boards()

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        one = "runs/{run_id}"
        return [
            Endpoint("POST", "runs", edit, RunIn, self.create),
            Endpoint("GET", "runs", view, ListRuns, self.list_all),
            Endpoint("GET", one, view, RunId, self.get),
            Endpoint("DELETE", one, edit, RunId, self.delete),
            Endpoint("POST", f"{one}:archive", edit, RunId, self.archive),
            Endpoint("POST", f"{one}:unarchive", edit, RunId, self.unarchive),
            Endpoint("POST", f"{one}:terminate", edit, RunId, self.terminate),
            Endpoint("POST", f"{one}:retry", edit, RunId, self.retry),
        ]

    async def create(self, scope: Scope, message: RunIn) -> WireRun:
        return WireRun.of(scope, await self._runs.create(scope, _request(message)))

    async def get(self, scope: Scope, message: RunId) -> WireRun:
        board = self._boards.of(message.run_id)
        run, changed = await self._runs.with_tasks(scope, message.run_id, since=board.revision, whole=True)
        if message.experiment_id and message.experiment_id != str(run.experiment_id):
            raise NotFoundError(
                f"the run {run.uuid} is not of experiment {message.experiment_id[:50]!r}",
                hint="leave experiment_id out",
            )
        board.take(run, changed)
        self._boards.keep(run.uuid, board)
        return WireRun.of(scope, run, board.details())

    async def list_all(self, scope: Scope, message: ListRuns) -> RunPage:
        check_namespace(scope, message.namespace)
        experiment = experiment_number(message.experiment_id) if message.experiment_id else None
        listing, archived = _without_storage_state(listing_of(message))
        found, token, total = await self._runs.list_all(scope, listing, experiment, archived)
        return RunPage([WireRun.of(scope, each) for each in found], total, token)

    async def delete(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.delete(scope, message.run_id)
        return Nothing()

    async def archive(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.archive(scope, message.run_id)
        return Nothing()

    async def unarchive(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.unarchive(scope, message.run_id)
        return Nothing()

    async def terminate(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.terminate(scope, message.run_id)
        return Nothing()

    async def retry(self, scope: Scope, message: RunId) -> Nothing:
        await self._runs.retry(scope, message.run_id)
        return Nothing()


def run_routes(runs: PipelineRuns) -> Iterator[Route]:
    """The routes of runs, for a server that runs pipelines."""
    yield from routes_of(RunEndpoints(runs).endpoints())


def _request(message: RunIn) -> RunRequest:
    return RunRequest(
        display_name=message.display_name,
        description=message.description,
        experiment_id=message.experiment(),
        source=message.source(message.recurring_run_id),
        document=message.pipeline_spec,
        parameters=message.runtime_config.parameters,
        pipeline_root=message.runtime_config.pipeline_root,
        service_account=message.service_account,
    )


def _without_storage_state(listing: Listing) -> tuple[Listing, bool | None]:
    """The predicates on `storage_state` apart from the others: whether archived runs are wanted, None for all.

    Kubeflow's page asks so for each of its lists.
    """
    wanted = _STORAGE_STATES
    others: list[Predicate] = []
    for predicate in listing.predicates:
        if predicate.key == "storage_state":
            wanted &= _states_of(predicate)
        else:
            others.append(predicate)
    if not wanted:
        raise InvalidError("filter: no run has such a storage_state", hint=f"it is {AVAILABLE} or {ARCHIVED}")
    archived = None if wanted == _STORAGE_STATES else ARCHIVED in wanted
    return msgspec.structs.replace(listing, predicates=tuple(others)), archived


def _states_of(predicate: Predicate) -> frozenset[str]:
    named = {str(_BY_NUMBER.get(value, value) if isinstance(value, int) else value) for value in predicate.values}
    match predicate.operation:
        case Operation.EQUALS | Operation.IN:
            return _STORAGE_STATES & named
        case Operation.NOT_EQUALS:
            return _STORAGE_STATES - named
        case _:
            raise InvalidError(
                f"filter: storage_state cannot be compared by {predicate.operation}", hint="EQUALS, NOT_EQUALS or IN"
            )
