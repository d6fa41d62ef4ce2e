"""Messages of datasets on the wire. Tags, records, schema and profile travel as JSON texts inside the JSON."""

import json
from typing import Any, ClassVar, cast

import msgspec

from tidemill.kit.errors import InvalidError
from tidemill.protocols.mlflow.messages import Message
from tidemill.tracking import Dataset, DatasetSummary, NewDataset, Record, Tag

DEFAULT_PAGE = 1000
_encoder = msgspec.json.Encoder()


class CreateDataset(Message):
    required: ClassVar = ("name",)
    name: str = ""
    experiment_ids: list[str] = []
    tags: str = ""


class DatasetId(Message):
    dataset_id: str = ""


class SearchDatasets(Message):
    experiment_ids: list[str] = []
    filter_string: str = ""
    max_results: int = DEFAULT_PAGE
    order_by: list[str] = []
    page_token: str = ""


class SetDatasetTags(Message):
    required: ClassVar = ("tags",)
    dataset_id: str = ""
    tags: str = ""


class DeleteDatasetTag(Message):
    dataset_id: str = ""
    key: str = ""


class DatasetExperiments(Message):
    dataset_id: str = ""
    experiment_ids: list[str] = []


class UpsertRecords(Message):
    required: ClassVar = ("records",)
    dataset_id: str = ""
    records: str = ""


class ListRecords(Message):
    dataset_id: str = ""
    max_results: int = DEFAULT_PAGE
    page_token: str = ""


class DeleteRecords(Message):
    dataset_id: str = ""
    dataset_record_ids: list[str] = []


class ListInputDatasets(Message):
    experiment_ids: list[str] = []


class WireDataset(msgspec.Struct, omit_defaults=True):
    dataset_id: str
    name: str
    tags: str
    digest: str
    created_time: int
    last_update_time: int
    schema: str | None = None
    profile: str | None = None
    created_by: str | None = None
    last_updated_by: str | None = None
    experiment_ids: list[str] = []

    @staticmethod
    def of(dataset: Dataset, experiment_ids: list[int] | None = None) -> "WireDataset":
        return WireDataset(
            dataset.uuid,
            dataset.name,
            json.dumps({tag.key: tag.value for tag in dataset.tags}, ensure_ascii=False),
            dataset.digest,
            dataset.created_ms,
            dataset.updated_ms,
            dataset.schema,
            None if dataset.schema is None else f'{{"num_records": {dataset.record_count}}}',
            dataset.created_by,
            dataset.updated_by,
            [str(id_) for id_ in experiment_ids or ()],
        )


class OneDataset(msgspec.Struct):
    dataset: WireDataset


class DatasetPage(msgspec.Struct, omit_defaults=True):
    datasets: list[WireDataset] = []
    next_page_token: str = ""


class ExperimentIds(msgspec.Struct, omit_defaults=True):
    experiment_ids: list[str] = []


class UpsertedRecords(msgspec.Struct):
    inserted_count: int
    updated_count: int


class DeletedRecords(msgspec.Struct):
    deleted_count: int


class WireSource(msgspec.Struct):
    source_type: str
    source_data: msgspec.Raw


class WireRecord(msgspec.Struct, omit_defaults=True):
    """A record; its texts are JSON already and go out as they are."""

    dataset_record_id: str
    dataset_id: str
    inputs: msgspec.Raw
    tags: msgspec.Raw
    created_time: int
    last_update_time: int
    expectations: msgspec.Raw | None = None
    outputs: msgspec.Raw | None = None
    source: WireSource | None = None
    source_type: str | None = None
    source_id: str | None = None
    created_by: str | None = None
    last_updated_by: str | None = None

    @staticmethod
    def of(record: Record, dataset_id: str) -> "WireRecord":
        content = record.content
        source = content.source
        return WireRecord(
            record.uuid,
            dataset_id,
            _raw(record.inputs),
            _raw(content.tags),
            record.created_ms,
            record.updated_ms,
            None if content.expectations is None else _raw(content.expectations),
            None if content.outputs is None else _raw(content.outputs),
            None if source is None else WireSource(source.type, _raw(source.data)),
            None if source is None else source.type,
            None if source is None else source.id,
            record.created_by,
            record.updated_by,
        )


class RecordsPage(msgspec.Struct, omit_defaults=True):
    records: str
    next_page_token: str = ""


class WireSummary(msgspec.Struct, omit_defaults=True):
    experiment_id: str
    name: str
    digest: str
    context: str = ""

    @staticmethod
    def of(summary: DatasetSummary) -> "WireSummary":
        return WireSummary(str(summary.experiment_id), summary.name, summary.digest, summary.context)


class Summaries(msgspec.Struct, omit_defaults=True):
    dataset_summaries: list[WireSummary] = []


def new_dataset(message: CreateDataset, experiment_ids: list[int]) -> NewDataset:
    """The dataset that a message asks for."""
    return NewDataset(message.name, experiment_ids, read_tags(message.tags) if message.tags else [])


def read_tags(text: str) -> list[Tag]:
    """Tags from the JSON text of an object: null is no value, and any other value becomes text as Python writes it."""
    try:
        sent: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad_tags(f"it is not JSON: {error}") from error
    if not isinstance(sent, dict):
        raise _bad_tags("it is not an object")
    return [Tag(key, str(value)) for key, value in cast("dict[str, Any]", sent).items() if value is not None]


def write_records(records: list[Record], dataset_id: str) -> str:
    """The JSON text of a list of records."""
    return _encoder.encode([WireRecord.of(record, dataset_id) for record in records]).decode()


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode())


def _bad_tags(reason: str) -> InvalidError:
    return InvalidError(
        f"Invalid value for parameter 'tags' supplied: {reason}",
        hint='tags are the JSON text of an object such as {"team": "search"}',
    )
