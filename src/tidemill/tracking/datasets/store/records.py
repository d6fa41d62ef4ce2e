"""Records of a dataset that was found in its workspace. Driver-level SQL, for calls that bring thousands of them."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.search import is_in
from tidemill.tracking.datasets.models import (
    ChangedRecord,
    Content,
    KnownRecord,
    NewRecord,
    Record,
    RecordSource,
    WrittenContent,
)

# The last columns of each are those of `_content` and `_columns`, in their order.
_KNOWN = """
SELECT inputs_digest, id, fingerprint, expectations, tags, outputs, source_type, source_id, source_data
FROM dataset_records WHERE dataset_id = ? AND
"""
_ADD = """
INSERT INTO dataset_records (dataset_id, uuid, inputs_digest, inputs, created_ms, updated_ms, created_by, updated_by,
    fingerprint, size, expectations, tags, outputs, source_type, source_id, source_data)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_CHANGE = """
UPDATE dataset_records SET updated_ms = ?, updated_by = COALESCE(?, updated_by), fingerprint = ?, size = ?,
    expectations = ?, tags = ?, outputs = ?, source_type = ?, source_id = ?, source_data = ? WHERE id = ?
"""
_SIZES = "SELECT id, size FROM dataset_records WHERE dataset_id = ? AND id > ? ORDER BY id LIMIT ?"
_PAGE = """
SELECT uuid, inputs, created_ms, updated_ms, created_by, updated_by,
    expectations, tags, outputs, source_type, source_id, source_data
FROM dataset_records WHERE dataset_id = ? AND id > ? AND id <= ? ORDER BY id
"""


def known(tx: Tx, dataset_id: int, inputs_digests: Sequence[str]) -> dict[str, KnownRecord]:
    """Those records that have one of these inputs, by the digest of their inputs."""
    condition = is_in(tx.dialect, "inputs_digest", inputs_digests)
    rows = tx.sql(_KNOWN + condition.text, (dataset_id, *condition.parameters))
    return {digest: KnownRecord(id_, mark, _content(texts)) for digest, id_, mark, *texts in rows}


def add(tx: Tx, dataset_id: int, records: Iterable[NewRecord], now_ms: int) -> None:
    """Insert records; they come after all that are there, in this order."""
    tx.sql_many(_ADD, [(dataset_id, *_new_columns(new, now_ms)) for new in records])


def change(tx: Tx, records: Iterable[ChangedRecord], now_ms: int) -> None:
    """Overwrite what records say."""
    tx.sql_many(_CHANGE, [(now_ms, record.user, *_columns(record.written), record.id) for record in records])


def page(tx: Tx, dataset_id: int, after: int, limit: int, limit_bytes: int) -> tuple[list[Record], int | None]:
    """The records after the one of a row id, and the row id of the last where there are more.

    They are at most `limit`, and no more than `limit_bytes` in all but for a single one.
    """
    sizes = tx.sql(_SIZES, (dataset_id, after, limit + 1))
    if not sizes:
        return [], None
    totals = accumulate(size for _, size in sizes[:limit])
    taken = max(1, sum(total <= limit_bytes for total in totals))
    last = sizes[taken - 1][0]
    rows = tx.sql(_PAGE, (dataset_id, after, last))
    return [_record(row) for row in rows], last if taken < len(sizes) else None


def remove(tx: Tx, dataset_id: int, uuids: Sequence[str]) -> list[int]:
    """Delete records; returns the fingerprints of those that were there."""
    condition = is_in(tx.dialect, "uuid", uuids)
    statement = f"DELETE FROM dataset_records WHERE dataset_id = ? AND {condition.text} RETURNING fingerprint"  # noqa: S608
    return [row[0] for row in tx.sql(statement, (dataset_id, *condition.parameters))]


def _record(row: Sequence[Any]) -> Record:
    uuid, inputs, created_ms, updated_ms, created_by, updated_by, *rest = row
    return Record(
        uuid=uuid,
        inputs=inputs,
        content=_content(rest),
        created_ms=created_ms,
        updated_ms=updated_ms,
        created_by=created_by,
        updated_by=updated_by,
    )


def _content(texts: Sequence[str | None]) -> Content:
    expectations, tags, outputs, kind, source_id, data = texts
    source = None if kind is None or data is None else RecordSource(kind, source_id, data)
    return Content(expectations=expectations, tags=tags or "{}", outputs=outputs, source=source)


def _new_columns(new: NewRecord, now_ms: int) -> tuple[int | str | None, ...]:
    by = (new.user, new.user)
    return (new.uuid, new.inputs_digest, new.inputs, now_ms, now_ms, *by, *_columns(new.written))


def _columns(written: WrittenContent) -> tuple[int | str | None, ...]:
    content, source = written.content, written.content.source
    said = (None, None, None) if source is None else (source.type, source.id, source.data)
    return (written.fingerprint, written.size, content.expectations, content.tags, content.outputs, *said)
