"""The hot path of metrics: driver-level SQL over series, tails and chunks.

Callers have found the run in its workspace already; a series is reached only through its run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from typing import Any, NamedTuple

from tidemill.core.database import Dialect, Tx
from tidemill.core.series import ChunkSummary, NewChunk, Points, decode_chunk, decode_tails
from tidemill.tracking.metrics.batch import SeriesBatch

_SERIES_COLUMNS = "run_id, experiment_id, key, value, is_nan, step, timestamp_ms, min_value, max_value, points"
_SUMMARY_COLUMNS = ", ".join(field.name for field in fields(ChunkSummary))
_SUMMARY_MARKS = ", ".join("?" for _ in fields(ChunkSummary))
_ASCENDING = [field.name for field in fields(ChunkSummary)].index("ascending")
_UPSERTS_AT_ONCE = 100

# A NaN is held as no value, and counts as zero where the latest of equal step and time is sought, as in MLflow.
_UPSERT = """
INSERT INTO latest_metrics AS old ({columns}) VALUES {rows}
ON CONFLICT (run_id, key) DO UPDATE SET
  value = CASE WHEN {newer} THEN excluded.value ELSE old.value END,
  is_nan = CASE WHEN {newer} THEN excluded.is_nan ELSE old.is_nan END,
  step = CASE WHEN {newer} THEN excluded.step ELSE old.step END,
  timestamp_ms = CASE WHEN {newer} THEN excluded.timestamp_ms ELSE old.timestamp_ms END,
  min_value = {least}(COALESCE(old.min_value, excluded.min_value), COALESCE(excluded.min_value, old.min_value)),
  max_value = {greatest}(COALESCE(old.max_value, excluded.max_value), COALESCE(excluded.max_value, old.max_value)),
  points = old.points + excluded.points
RETURNING key, id, points
"""
_NEWER = (
    "(excluded.step, excluded.timestamp_ms, COALESCE(excluded.value, 0)) > "
    "(old.step, old.timestamp_ms, COALESCE(old.value, 0))"
)


class Series(NamedTuple):
    """A stored series: its id, and how many points were ever appended to it."""

    id: int
    points: int


class StoredChunk(NamedTuple):
    """A chunk's row without its blob."""

    id: int
    summary: ChunkSummary


def append(tx: Tx, run_id: int, experiment_id: int, batch: Sequence[SeriesBatch]) -> list[Series]:
    """Append each series' points as one tail row and move its latest value; returns the series that were touched."""
    touched: list[Series] = []
    for start in range(0, len(batch), _UPSERTS_AT_ONCE):
        part = batch[start : start + _UPSERTS_AT_ONCE]
        parameters = [value for series in part for value in (run_id, experiment_id, *series[:-1])]
        rows = tx.sql(_upsert(tx.dialect, len(part)), parameters)
        by_key = {key: Series(series_id, points) for key, series_id, points in rows}
        tx.sql_many(
            "INSERT INTO metric_tail (series_id, points, data) VALUES (?, ?, ?)",
            [(by_key[series.key].id, series.points, series.tail) for series in part],
        )
        touched += by_key.values()
    return touched


def find_series(tx: Tx, run_ids: Sequence[int], key: str) -> dict[int, int]:
    """Of each of these runs that has this metric: row id of the run to id of the series."""
    condition, parameter = tx.any_of(run_ids)
    query = f"SELECT run_id, id FROM latest_metrics WHERE run_id {condition} AND key = ?"  # noqa: S608
    return dict(tx.sql(query, (parameter, key)))


def chunks_of(tx: Tx, series_id: int) -> list[StoredChunk]:
    """The chunks of a series, oldest row first, without their blobs."""
    query = f"SELECT id, {_SUMMARY_COLUMNS} FROM metric_chunks WHERE series_id = ? ORDER BY id"  # noqa: S608
    return [StoredChunk(id_, _summary(columns)) for id_, *columns in tx.sql(query, (series_id,))]


def chunk_blobs(tx: Tx, chunk_ids: Sequence[int]) -> list[bytes]:
    """The blobs of these chunks, in this order."""
    if not chunk_ids:
        return []
    condition, parameter = tx.any_of(chunk_ids)
    found = dict(tx.sql(f"SELECT id, data FROM metric_chunks WHERE id {condition}", (parameter,)))  # noqa: S608
    return [bytes(found[id_]) for id_ in chunk_ids]


def tail_points(tx: Tx, series_id: int) -> Points:
    """The points of a series' tail, as they came; not canonical."""
    rows = tx.sql("SELECT data FROM metric_tail WHERE series_id = ? ORDER BY id", (series_id,))
    return decode_tails(bytes(row[0]) for row in rows)


def lock_series(tx: Tx, series_id: int) -> bool:
    """Keep other compactions of this series out until the transaction ends; False when the series is gone.

    SQLite has one writer, so there is nothing to lock.
    """
    suffix = "" if tx.dialect is Dialect.SQLITE else " FOR UPDATE"
    return bool(tx.sql(f"SELECT id FROM latest_metrics WHERE id = ?{suffix}", (series_id,)))  # noqa: S608


def tail_rows(tx: Tx, series_id: int) -> tuple[list[int], Points]:
    """The tail's row ids and points: what a compaction takes away."""
    rows = tx.sql("SELECT id, data FROM metric_tail WHERE series_id = ? ORDER BY id", (series_id,))
    return [row[0] for row in rows], decode_tails(bytes(row[1]) for row in rows)


def delete_tail(tx: Tx, row_ids: Sequence[int]) -> None:
    """Delete tail rows."""
    condition, parameter = tx.any_of(row_ids)
    tx.sql(f"DELETE FROM metric_tail WHERE id {condition}", (parameter,))  # noqa: S608


def delete_chunks(tx: Tx, chunk_ids: Sequence[int]) -> None:
    """Delete chunks."""
    if chunk_ids:
        condition, parameter = tx.any_of(chunk_ids)
        tx.sql(f"DELETE FROM metric_chunks WHERE id {condition}", (parameter,))  # noqa: S608


def add_chunks(tx: Tx, series_id: int, chunks: Iterable[NewChunk]) -> None:
    """Insert chunks of a series."""
    rows = [(series_id, *astuple(chunk.summary), chunk.blob) for chunk in chunks]
    query = f"INSERT INTO metric_chunks (series_id, {_SUMMARY_COLUMNS}, data) VALUES (?, {_SUMMARY_MARKS}, ?)"  # noqa: S608
    tx.sql_many(query, rows)


def load_chunks(tx: Tx, chunk_ids: Sequence[int]) -> list[Points]:
    """The points of these chunks, in this order. Raises DamagedError where a blob is not what was written."""
    return [decode_chunk(blob) for blob in chunk_blobs(tx, chunk_ids)]


def long_tails(tx: Tx, points: int) -> list[int]:
    """The series whose tails hold at least so many points: what a server that starts has to compact."""
    query = "SELECT series_id FROM metric_tail GROUP BY series_id HAVING SUM(points) >= ?"
    return [row[0] for row in tx.sql(query, (points,))]


def chunks_after(tx: Tx, chunk_id: int, limit: int) -> list[tuple[int, int, bytes]]:
    """Up to `limit` chunks (id, series, blob) of any series, by id, from after this one."""
    query = "SELECT id, series_id, data FROM metric_chunks WHERE id > ? ORDER BY id LIMIT ?"
    return [(row[0], row[1], bytes(row[2])) for row in tx.sql(query, (chunk_id, limit))]


def tails_after(tx: Tx, tail_id: int, limit: int) -> list[tuple[int, int, bytes]]:
    """Up to `limit` tail rows (id, series, blob) of any series, by id, from after this one."""
    query = "SELECT id, series_id, data FROM metric_tail WHERE id > ? ORDER BY id LIMIT ?"
    return [(row[0], row[1], bytes(row[2])) for row in tx.sql(query, (tail_id, limit))]


def owner_of(tx: Tx, series_id: int) -> tuple[int, str, str] | None:
    """Workspace, run and key of a series, if it is there."""
    query = """
    SELECT runs.workspace_id, runs.uuid, latest_metrics.key
    FROM latest_metrics JOIN runs ON runs.id = latest_metrics.run_id WHERE latest_metrics.id = ?
    """
    rows = tx.sql(query, (series_id,))
    return (rows[0][0], rows[0][1], rows[0][2]) if rows else None


def _upsert(dialect: Dialect, rows: int) -> str:
    least, greatest = ("MIN", "MAX") if dialect is Dialect.SQLITE else ("LEAST", "GREATEST")
    marks = f"({', '.join('?' * 10)})"
    return _UPSERT.format(
        columns=_SERIES_COLUMNS, rows=", ".join([marks] * rows), newer=_NEWER, least=least, greatest=greatest
    )


def _summary(columns: list[Any]) -> ChunkSummary:
    columns[_ASCENDING] = bool(columns[_ASCENDING])  # SQLite keeps it as a number
    return ChunkSummary(*columns)
