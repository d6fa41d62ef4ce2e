"""MLflow's dataset endpoints: the standing datasets of version 3, and the list of those that runs took as input."""

from collections.abc import Iterator, Sequence

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Nothing, Route
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.protocols.mlflow.dataset_messages import (
    CreateDataset,
    DatasetExperiments,
    DatasetId,
    DatasetPage,
    DeleteDatasetTag,
    DeletedRecords,
    DeleteRecords,
    ExperimentIds,
    ListInputDatasets,
    ListRecords,
    OneDataset,
    RecordsPage,
    SearchDatasets,
    SetDatasetTags,
    Summaries,
    UpsertedRecords,
    UpsertRecords,
    WireDataset,
    WireSummary,
    new_dataset,
    read_tags,
    write_records,
)
from tidemill.protocols.mlflow.endpoints import Endpoint
from tidemill.protocols.mlflow.form import MLFLOW
from tidemill.protocols.mlflow.messages import experiment_number
from tidemill.protocols.mlflow.run_search import MAX_PAGE, check_limit
from tidemill.tracking import Datasets, InputDatasets

MAX_EXPERIMENTS_OF_SUMMARIES = 20
_VERSION = "3.0"
_INPUTS = "experiments/search-datasets"


class DatasetEndpoints:
    """`datasets/...` and `experiments/search-datasets`."""

    def __init__(self, datasets: Datasets, inputs: InputDatasets) -> None:
        self._datasets = datasets
        self._inputs = inputs

    def endpoints(self) -> Sequence[Endpoint]:
        view, edit = Permission.VIEW, Permission.EDIT
        one = "datasets/{dataset_id}"
        return [
            Endpoint("POST", "datasets/create", edit, CreateDataset, self.create, _VERSION),
            Endpoint("POST", "datasets/search", view, SearchDatasets, self.search, _VERSION),
            Endpoint("GET", "datasets/search", view, SearchDatasets, self.search, _VERSION),
            Endpoint("GET", one, view, DatasetId, self.get, _VERSION),
            Endpoint("DELETE", one, edit, DatasetId, self.delete, _VERSION),
            Endpoint("PATCH", f"{one}/tags", edit, SetDatasetTags, self.set_tags, _VERSION),
            Endpoint("DELETE", f"{one}/tags/{{key:path}}", edit, DeleteDatasetTag, self.delete_tag, _VERSION),
            Endpoint("GET", f"{one}/experiment-ids", view, DatasetId, self.experiment_ids, _VERSION),
            Endpoint("POST", f"{one}/add-experiments", edit, DatasetExperiments, self.add_experiments, _VERSION),
            Endpoint("POST", f"{one}/remove-experiments", edit, DatasetExperiments, self.remove_experiments, _VERSION),
            Endpoint("GET", f"{one}/records", view, ListRecords, self.list_records, _VERSION),
            Endpoint("POST", f"{one}/records", edit, UpsertRecords, self.upsert_records, _VERSION),
            Endpoint("DELETE", f"{one}/records", edit, DeleteRecords, self.delete_records, _VERSION),
            Endpoint("POST", _INPUTS, view, ListInputDatasets, self.input_datasets),
        ]

    def routes(self) -> Iterator[Route]:
        """The routes whose bodies or addresses are not those of plain endpoints."""
        for prefix in ("/api", "/ajax-api"):
            yield Route(  # so MLflow's definitions spell it, and so some of its clients ask
                method="POST",
                path=f"{prefix}/2.0mlflow/{_INPUTS}",
                permission=Permission.VIEW,
                message=ListInputDatasets,
                handler=self.input_datasets,
                form=MLFLOW,
            )

    async def create(self, scope: Scope, message: CreateDataset) -> OneDataset:
        new = new_dataset(message, _known_numbers(message.experiment_ids))
        dataset, experiment_ids = await self._datasets.create(scope, new)
        return OneDataset(WireDataset.of(dataset, experiment_ids))

    async def get(self, scope: Scope, message: DatasetId) -> OneDataset:
        return OneDataset(WireDataset.of(await self._datasets.get(scope, message.dataset_id)))

    async def delete(self, scope: Scope, message: DatasetId) -> Nothing:
        await self._datasets.delete(scope, message.dataset_id)
        return Nothing()

    async def search(self, scope: Scope, message: SearchDatasets) -> DatasetPage:
        check_limit(message.max_results, MAX_PAGE)
        found = await self._datasets.search(
            scope,
            _numbers(message.experiment_ids) if message.experiment_ids else None,
            filter_text=message.filter_string,
            order_by=message.order_by,
            limit=message.max_results,
            page_token=message.page_token,
        )
        return DatasetPage([WireDataset.of(dataset) for dataset in found.datasets], found.next)

    async def set_tags(self, scope: Scope, message: SetDatasetTags) -> Nothing:
        await self._datasets.set_tags(scope, message.dataset_id, read_tags(message.tags))
        return Nothing()

    async def delete_tag(self, scope: Scope, message: DeleteDatasetTag) -> Nothing:
        await self._datasets.delete_tag(scope, message.dataset_id, message.key)
        return Nothing()

    async def experiment_ids(self, scope: Scope, message: DatasetId) -> ExperimentIds:
        found = await self._datasets.experiments_of(scope, message.dataset_id)
        return ExperimentIds([str(id_) for id_ in found])

    async def add_experiments(self, scope: Scope, message: DatasetExperiments) -> OneDataset:
        wanted = _known_numbers(message.experiment_ids)
        return OneDataset(WireDataset.of(await self._datasets.add_experiments(scope, message.dataset_id, wanted)))

    async def remove_experiments(self, scope: Scope, message: DatasetExperiments) -> OneDataset:
        unwanted = _numbers(message.experiment_ids)
        return OneDataset(WireDataset.of(await self._datasets.remove_experiments(scope, message.dataset_id, unwanted)))

    async def upsert_records(self, scope: Scope, message: UpsertRecords) -> UpsertedRecords:
        done = await self._datasets.upsert_records(scope, message.dataset_id, message.records)
        return UpsertedRecords(done.inserted, done.updated)

    async def delete_records(self, scope: Scope, message: DeleteRecords) -> DeletedRecords:
        ids = message.dataset_record_ids
        return DeletedRecords(await self._datasets.delete_records(scope, message.dataset_id, ids))

    async def list_records(self, scope: Scope, message: ListRecords) -> RecordsPage:
        if message.max_results <= 0:
            check_limit(message.max_results, MAX_PAGE)
        found = await self._datasets.records(scope, message.dataset_id, message.max_results, message.page_token)
        return RecordsPage(write_records(found.records, message.dataset_id), found.next)

    async def input_datasets(self, scope: Scope, message: ListInputDatasets) -> Summaries:
        ids = message.experiment_ids
        if not ids:
            raise InvalidError("SearchDatasets request must specify at least one experiment_id.")
        if len(ids) > MAX_EXPERIMENTS_OF_SUMMARIES:
            raise InvalidError(
                f"SearchDatasets request cannot specify more than {MAX_EXPERIMENTS_OF_SUMMARIES} experiment_ids. "
                f"Received {len(ids)} experiment_ids."
            )
        found = await self._inputs.summaries(scope, [experiment_number(text) for text in ids])
        return Summaries([WireSummary.of(summary) for summary in found])


def _numbers(texts: Sequence[str]) -> list[int]:
    """The experiments of these ids; what is no number is no experiment's id, and left out."""
    return [experiment_number(text) for text in texts if _is_number(text)]


def _known_numbers(texts: Sequence[str]) -> list[int]:
    for text in texts:
        if not _is_number(text):
            raise NotFoundError(f"No Experiment with id={text[:100]} exists", hint="experiments/search lists the ids")
    return _numbers(texts)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
