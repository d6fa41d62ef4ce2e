"""MLflow's experiment endpoints."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import (
    Int64,
    KeyValue,
    Message,
    check_limit,
    experiment_number,
    tags_of,
    view_of,
)
from tidemill.tracking import Experiment, Experiments, ExperimentSearch, Tag

MAX_PAGE = 50_000


class CreateExperiment(Message):
    required: ClassVar = ("name",)
    name: str = ""
    artifact_location: str = ""
    tags: list[KeyValue] = []


class ExperimentId(Message):
    required: ClassVar = ("experiment_id",)
    experiment_id: str = ""


class ExperimentName(Message):
    required: ClassVar = ("experiment_name",)
    experiment_name: str = ""


class UpdateExperiment(Message):
    required: ClassVar = ("experiment_id", "new_name")
    experiment_id: str = ""
    new_name: str = ""


class SetExperimentTag(Message):
    required: ClassVar = ("experiment_id", "key")
    experiment_id: str = ""
    key: str = ""
    value: str = ""


class DeleteExperimentTag(Message):
    required: ClassVar = ("experiment_id", "key")
    experiment_id: str = ""
    key: str = ""


class SearchExperiments(Message):
    max_results: Int64 = 0
    page_token: str = ""
    filter: str = ""
    order_by: list[str] = []
    view_type: str | int = ""


class WireExperiment(msgspec.Struct, omit_defaults=True):
    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    last_update_time: int
    creation_time: int
    workspace: str
    tags: list[Tag] = []

    @staticmethod
    def of(scope: Scope, experiment: Experiment) -> "WireExperiment":
        return WireExperiment(
            str(experiment.id),
            experiment.name,
            experiment.artifact_location,
            experiment.stage,
            experiment.updated_ms,
            experiment.created_ms,
            scope.workspace,
            experiment.tags,
        )


class CreatedExperiment(msgspec.Struct):
    experiment_id: str


class OneExperiment(msgspec.Struct):
    experiment: WireExperiment


class ExperimentPage(msgspec.Struct, omit_defaults=True):
    experiments: list[WireExperiment] = []
    next_page_token: str = ""


class ExperimentEndpoints:
    """`experiments/...`"""

    def __init__(self, experiments: Experiments, search: ExperimentSearch) -> None:
        self._experiments = experiments
        self._search = search

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        return [
            Endpoint("POST", "experiments/create", edit, CreateExperiment, self.create),
            Endpoint("GET", "experiments/get", view, ExperimentId, self.get),
            Endpoint("GET", "experiments/get-by-name", view, ExperimentName, self.get_by_name),
            Endpoint("POST", "experiments/update", edit, UpdateExperiment, self.update),
            Endpoint("POST", "experiments/delete", edit, ExperimentId, self.delete),
            Endpoint("POST", "experiments/restore", edit, ExperimentId, self.restore),
            Endpoint("POST", "experiments/set-experiment-tag", edit, SetExperimentTag, self.set_tag),
            Endpoint("POST", "experiments/delete-experiment-tag", edit, DeleteExperimentTag, self.delete_tag),
            Endpoint("GET", "experiments/search", view, SearchExperiments, self.search),
            Endpoint("POST", "experiments/search", view, SearchExperiments, self.search),
        ]

    async def create(self, scope: Scope, message: CreateExperiment) -> CreatedExperiment:
        tags = tags_of(message.tags)
        created = await self._experiments.create(scope, message.name, message.artifact_location or None, tags)
        return CreatedExperiment(str(created))

    async def get(self, scope: Scope, message: ExperimentId) -> OneExperiment:
        found = await self._experiments.get(scope, experiment_number(message.experiment_id))
        return OneExperiment(WireExperiment.of(scope, found))

    async def get_by_name(self, scope: Scope, message: ExperimentName) -> OneExperiment:
        found = await self._experiments.get_by_name(scope, message.experiment_name)
        return OneExperiment(WireExperiment.of(scope, found))

    async def update(self, scope: Scope, message: UpdateExperiment) -> Nothing:
        await self._experiments.rename(scope, experiment_number(message.experiment_id), message.new_name)
        return Nothing()

    async def delete(self, scope: Scope, message: ExperimentId) -> Nothing:
        await self._experiments.delete(scope, experiment_number(message.experiment_id))
        return Nothing()

    async def restore(self, scope: Scope, message: ExperimentId) -> Nothing:
        await self._experiments.restore(scope, experiment_number(message.experiment_id))
        return Nothing()

    async def set_tag(self, scope: Scope, message: SetExperimentTag) -> Nothing:
        tag = Tag(message.key, message.value)
        await self._experiments.set_tag(scope, experiment_number(message.experiment_id), tag)
        return Nothing()

    async def delete_tag(self, scope: Scope, message: DeleteExperimentTag) -> Nothing:
        await self._experiments.delete_tag(scope, experiment_number(message.experiment_id), message.key)
        return Nothing()

    async def search(self, scope: Scope, message: SearchExperiments) -> ExperimentPage:
        check_limit(message.max_results, MAX_PAGE)
        page = await self._search.page(
            scope,
            filter_text=message.filter,
            order_by=message.order_by,
            view=view_of(message.view_type, "view_type"),
            limit=message.max_results,
            token=message.page_token,
        )
        return ExperimentPage([WireExperiment.of(scope, found) for found in page.experiments], page.next_token)
