"""MLflow's logged-model endpoints (MLflow 3)."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing
from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.artifacts import FileInfo, Listing
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.messages import (
    Int64,
    KeyValue,
    Message,
    check_limit,
    experiment_number,
    missing,
    params_of,
    tags_of,
    wire_number,
)
from tidemill.tracking import (
    Artifacts,
    LoggedModel,
    LoggedModels,
    ModelForm,
    ModelMetric,
    ModelOrder,
    ModelSearch,
    ModelStatus,
    NewModel,
    Param,
    Tag,
    own_folder,
    parse_path,
)

DEFAULT_PAGE = 50
MAX_PAGE = 50_000


class CreateModel(Message):
    required: ClassVar = ("experiment_id",)
    experiment_id: str = ""
    name: str = ""
    model_type: str = ""
    source_run_id: str = ""
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


class ModelId(Message):
    required: ClassVar = ("model_id",)
    model_id: str = ""
    allow_deleted: bool = False


class FinalizeModel(Message):
    required: ClassVar = ("model_id", "status")
    in_body: ClassVar = ("model_id",)
    model_id: str = ""
    status: str | int | None = None


class LogModelParams(Message):
    required: ClassVar = ("model_id",)
    in_body: ClassVar = ("model_id",)  # although the one of the path counts
    path_id: str = ""
    model_id: str = ""
    params: list[KeyValue] = []


class SetModelTags(Message):
    required: ClassVar = ("model_id",)
    model_id: str = ""
    tags: list[KeyValue] = []


class DeleteModelTag(Message):
    required: ClassVar = ("model_id", "tag_key")
    model_id: str = ""
    tag_key: str = ""


class ListModelFolder(Message):
    required: ClassVar = ("model_id",)
    model_id: str = ""
    artifact_directory_path: str = ""


class SearchedDataset(msgspec.Struct):
    dataset_name: str = ""
    dataset_digest: str = ""


class SearchOrder(msgspec.Struct):
    field_name: str = ""
    ascending: bool = True
    dataset_name: str = ""
    dataset_digest: str = ""


class SearchModels(Message):
    experiment_ids: list[str] | None = None
    filter: str = ""
    datasets: list[SearchedDataset] = []
    order_by: list[SearchOrder] = []
    max_results: Int64 = DEFAULT_PAGE
    page_token: str = ""


class WireModelInfo(msgspec.Struct, omit_defaults=True):
    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: str
    model_type: str
    source_run_id: str
    tags: list[Tag] = []


class WireModelMetric(msgspec.Struct, omit_defaults=True):
    key: str
    value: float | str
    timestamp: int
    step: int
    model_id: str
    run_id: str
    dataset_name: str = ""
    dataset_digest: str = ""

    @staticmethod
    def of(metric: ModelMetric, model_id: str) -> "WireModelMetric":
        return WireModelMetric(
            metric.key,
            wire_number(metric.value),
            metric.timestamp_ms,
            metric.step,
            model_id,
            metric.run_uuid,
            metric.dataset_name,
            metric.dataset_digest,
        )


class WireModelData(msgspec.Struct, omit_defaults=True):
    params: list[Param] = []
    metrics: list[WireModelMetric] = []


class WireModel(msgspec.Struct):
    info: WireModelInfo
    data: WireModelData

    @staticmethod
    def of(model: LoggedModel) -> "WireModel":
        info = WireModelInfo(
            model.uuid,
            str(model.experiment_id),
            model.name,
            model.created_ms,
            model.updated_ms,
            model.artifact_uri,
            model.status,
            model.model_type,
            model.source_run_id,
            model.tags,
        )
        return WireModel(info, WireModelData(model.params, [WireModelMetric.of(m, model.uuid) for m in model.metrics]))


class ModelPage(msgspec.Struct, omit_defaults=True):
    models: list[WireModel] = []
    next_page_token: str = ""


class OneModel(msgspec.Struct):
    model: WireModel


class LoggedModelEndpoints:
    """`logged-models/...`"""

    def __init__(self, models: LoggedModels, search: ModelSearch, artifacts: Artifacts) -> None:
        self._models = models
        self._search = search
        self._artifacts = artifacts

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        one = "logged-models/{model_id}"
        return [
            Endpoint("POST", "logged-models", edit, CreateModel, self.create),
            Endpoint("POST", "logged-models/search", view, SearchModels, self.search),
            Endpoint("GET", one, view, ModelId, self.get),
            Endpoint("PATCH", one, edit, FinalizeModel, self.finalize),
            Endpoint("DELETE", one, edit, ModelId, self.delete),
            Endpoint("POST", "logged-models/{path_id}/params", edit, LogModelParams, self.log_params),
            Endpoint("PATCH", f"{one}/tags", edit, SetModelTags, self.set_tags),
            Endpoint("DELETE", f"{one}/tags/{{tag_key:path}}", edit, DeleteModelTag, self.delete_tag),
            Endpoint("GET", f"{one}/artifacts/directories", view, ListModelFolder, self.list_folder),
        ]

    async def create(self, scope: Scope, message: CreateModel) -> OneModel:
        new = NewModel(
            experiment_number(message.experiment_id),
            message.name,
            message.model_type,
            message.source_run_id,
            params_of(message.params),
            tags_of(message.tags),
        )
        return OneModel(WireModel.of(await self._models.create(scope, new)))

    async def search(self, scope: Scope, message: SearchModels) -> ModelPage:
        if message.experiment_ids is None:
            raise missing("experiment_ids")
        limit = message.max_results or DEFAULT_PAGE
        check_limit(limit, MAX_PAGE)
        asked = ModelForm(
            experiment_ids=[experiment_number(text) for text in message.experiment_ids],
            filter=message.filter,
            datasets=[(dataset.dataset_name, dataset.dataset_digest) for dataset in message.datasets],
            order_by=[
                ModelOrder(order.field_name, order.ascending, order.dataset_name, order.dataset_digest)
                for order in message.order_by
            ],
            limit=limit,
            token=message.page_token,
        )
        found = await self._search.page(scope, asked)
        return ModelPage([WireModel.of(model) for model in found.models], found.next_token)

    async def get(self, scope: Scope, message: ModelId) -> OneModel:
        found = await self._models.get(scope, message.model_id, deleted_too=message.allow_deleted)
        return OneModel(WireModel.of(found))

    async def finalize(self, scope: Scope, message: FinalizeModel) -> OneModel:
        model = await self._models.finalize(scope, message.model_id, _status(message.status))
        return OneModel(WireModel.of(model))

    async def delete(self, scope: Scope, message: ModelId) -> Nothing:
        await self._models.delete(scope, message.model_id)
        return Nothing()

    async def log_params(self, scope: Scope, message: LogModelParams) -> Nothing:
        await self._models.log_params(scope, message.path_id, params_of(message.params))
        return Nothing()

    async def set_tags(self, scope: Scope, message: SetModelTags) -> Nothing:
        await self._models.set_tags(scope, message.model_id, tags_of(message.tags))
        return Nothing()

    async def delete_tag(self, scope: Scope, message: DeleteModelTag) -> Nothing:
        await self._models.delete_tag(scope, message.model_id, message.tag_key)
        return Nothing()

    async def list_folder(self, scope: Scope, message: ListModelFolder) -> Listing:
        model = await self._models.get(scope, message.model_id)
        folder = own_folder(model.artifact_uri)
        relative = parse_path(message.artifact_directory_path)
        entries = await self._artifacts.entries(scope, folder.path.below(relative))
        files = [FileInfo("/".join((*relative.names, e.name)), e.is_folder, e.size) for e in entries]
        return Listing(folder.uri, files)


_STATUSES = {status.value: status for status in ModelStatus if status is not ModelStatus.UNSPECIFIED}
_NUMBERS = {str(number): status for number, status in enumerate(ModelStatus) if status in _STATUSES.values()}


def _status(sent: str | int | None) -> ModelStatus:
    if (status := (_STATUSES | _NUMBERS).get(str(sent))) is None:
        raise InvalidError(
            f"Invalid value {msgspec.json.encode(sent).decode()[:100]} for parameter 'status' supplied",
            hint=f"one of {', '.join(_STATUSES)}",
        )
    return status
