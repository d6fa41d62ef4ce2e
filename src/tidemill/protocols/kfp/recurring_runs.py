"""Kubeflow's endpoints of recurring runs, which are our schedules."""

from collections.abc import Iterator, Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import NewSchedule, Schedules
from tidemill.protocols.kfp.endpoints import Endpoint, routes_of
from tidemill.protocols.kfp.experiments import experiment_number
from tidemill.protocols.kfp.filters import Int64
from tidemill.protocols.kfp.messages import ListQuery, check_namespace, listing_of
from tidemill.protocols.kfp.recurring_messages import (
    DISABLE,
    ENABLE,
    UNSPECIFIED,
    RecurringRunPage,
    TriggerIn,
    WireRecurringRun,
)
from tidemill.protocols.kfp.source_messages import SourcedIn

_MODES = {UNSPECIFIED: UNSPECIFIED, ENABLE: ENABLE, DISABLE: DISABLE, "0": UNSPECIFIED, "1": ENABLE, "2": DISABLE}


class RecurringRunIn(SourcedIn, kw_only=True):
    """A recurring run as clients send it."""

    namespace: str = ""
    max_concurrency: Int64 = 1
    trigger: TriggerIn = TriggerIn()
    mode: str | int = ENABLE
    no_catchup: bool = False


class RecurringRunId(msgspec.Struct):
    recurring_run_id: str
    propagation_policy: str = ""
    """Of a deletion, for Kubernetes: here its runs stay, whatever it says."""


class ListRecurringRuns(ListQuery):
    experiment_id: str = ""


class RecurringRunEndpoints:
    """`recurringruns/...`"""

    def __init__(self, schedules: Schedules) -> None:
        self._schedules = schedules

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        one = "recurringruns/{recurring_run_id}"
        return [
            Endpoint("POST", "recurringruns", edit, RecurringRunIn, self.create),
            Endpoint("GET", "recurringruns", view, ListRecurringRuns, self.list_all),
            Endpoint("GET", one, view, RecurringRunId, self.get),
            Endpoint("DELETE", one, edit, RecurringRunId, self.delete),
            Endpoint("POST", f"{one}:enable", edit, RecurringRunId, self.enable),
            Endpoint("POST", f"{one}:disable", edit, RecurringRunId, self.disable),
        ]

    async def create(self, scope: Scope, message: RecurringRunIn) -> WireRecurringRun:
        check_namespace(scope, message.namespace)
        return WireRecurringRun.of(scope, await self._schedules.create(scope, _new(message)))

    async def get(self, scope: Scope, message: RecurringRunId) -> WireRecurringRun:
        return WireRecurringRun.of(scope, await self._schedules.get(scope, message.recurring_run_id))

    async def list_all(self, scope: Scope, message: ListRecurringRuns) -> RecurringRunPage:
        check_namespace(scope, message.namespace)
        experiment = experiment_number(message.experiment_id) if message.experiment_id else None
        found, token, total = await self._schedules.list_all(scope, listing_of(message), experiment)
        return RecurringRunPage([WireRecurringRun.of(scope, each) for each in found], total, token)

    async def delete(self, scope: Scope, message: RecurringRunId) -> Nothing:
        await self._schedules.delete(scope, message.recurring_run_id)
        return Nothing()

    async def enable(self, scope: Scope, message: RecurringRunId) -> Nothing:
        await self._schedules.switch(scope, message.recurring_run_id, on=True)
        return Nothing()

    async def disable(self, scope: Scope, message: RecurringRunId) -> Nothing:
        await self._schedules.switch(scope, message.recurring_run_id, on=False)
        return Nothing()


def recurring_run_routes(schedules: Schedules) -> Iterator[Route]:
    """The routes of recurring runs, for a server that runs pipelines."""
    yield from routes_of(RecurringRunEndpoints(schedules).endpoints())


def _new(message: RecurringRunIn) -> NewSchedule:
    if (mode := _MODES.get(str(message.mode))) is None:
        raise InvalidError(f"mode: {str(message.mode)[:50]!r} is none", hint=f"{ENABLE} or {DISABLE}")
    return NewSchedule(
        display_name=message.display_name,
        trigger=message.trigger.read(),
        description=message.description,
        experiment_id=message.experiment(),
        source=message.source(),
        document=message.pipeline_spec,
        parameters=message.runtime_config.parameters,
        pipeline_root=message.runtime_config.pipeline_root,
        service_account=message.service_account,
        max_concurrency=message.max_concurrency,
        catches_up=not message.no_catchup,
        enabled=mode != DISABLE,
    )
