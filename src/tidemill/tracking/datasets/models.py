"""Words of datasets."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from tidemill.tracking.experiments.models import Tag

USER_TAG = "mlflow.user"
"""The tag by which clients say who they are."""


class SourceType(StrEnum):
    """What a record was made from."""

    UNSPECIFIED = "UNSPECIFIED"
    TRACE = "TRACE"
    HUMAN = "HUMAN"
    DOCUMENT = "DOCUMENT"
    CODE = "CODE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A named collection of records. `fingerprint` is the sum of its records' fingerprints, whatever their order."""

    id: int
    uuid: str
    name: str
    schema: str | None
    record_count: int
    fingerprint: int
    created_ms: int
    updated_ms: int
    created_by: str | None
    updated_by: str | None
    tags: list[Tag]

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that change with the records, and are the same for the same records."""
        return hashlib.sha256(f"{self.record_count}:{self.fingerprint}".encode()).hexdigest()[:8]


class NewDataset(msgspec.Struct, frozen=True):
    """What a new dataset is said to be."""

    name: str
    experiment_ids: list[int]
    tags: list[Tag]


@dataclass(frozen=True, slots=True)
class RecordSource:
    """What a record was made from: its kind, the id of the trace if it is one, and all that was said, as JSON."""

    type: str
    id: str | None
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a record says, as JSON texts; what is None was not said."""

    expectations: str | None
    tags: str
    outputs: str | None
    source: RecordSource | None


@dataclass(frozen=True, slots=True)
class WrittenContent:
    """A record's content as it is stored: `fingerprint` is 63 bits of a hash, `size` counts bytes with the inputs."""

    content: Content
    fingerprint: int
    size: int


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A stored record as a change of it needs to know it."""

    id: int
    fingerprint: int
    content: Content


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record to be stored; its inputs, whatever the order of their keys, are what it is known by."""

    uuid: str
    inputs_digest: str
    inputs: str
    written: WrittenContent
    user: str | None


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """What a stored record shall say from now on, and who says so."""

    id: int
    written: WrittenContent
    user: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a dataset."""

    uuid: str
    inputs: str
    content: Content
    created_ms: int
    updated_ms: int
    created_by: str | None
    updated_by: str | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """Some records in the order in which they were first said, and the token of the next page; "" on the last."""

    records: list[Record]
    next: str


@dataclass(frozen=True, slots=True)
class Upserted:
    """How many records a call added, and how many it said again."""

    inserted: int
    updated: int
