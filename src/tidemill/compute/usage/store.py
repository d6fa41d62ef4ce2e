"""What is kept of the use of processes, and which processes run now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tidemill.compute.models import ProcessKey
from tidemill.compute.usage.folding import Fold, pack, unpack
from tidemill.compute.usage.models import Measure
from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.series import decode_tails, encode_tail

_RUNNING = """SELECT w.uuid, p.attempt, p.rank, p.workload_id, p.node, p.started_ms
FROM workload_processes p JOIN workloads w ON w.id = p.workload_id
WHERE p.outcome IS NULL AND p.started_ms IS NOT NULL"""
_ENDED_WITH_TAILS = """SELECT DISTINCT u.workload_id, u.attempt, u.rank FROM workload_usage u JOIN workload_processes p
ON p.workload_id = u.workload_id AND p.attempt = u.attempt AND p.rank = u.rank
WHERE u.part > 0 AND p.outcome IS NOT NULL LIMIT ?"""
_ADD = """INSERT INTO workload_usage (workload_id, attempt, rank, measure, part, width_ms, points, low, high)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (workload_id, attempt, rank, measure, part)
DO UPDATE SET width_ms = excluded.width_ms, points = excluded.points, low = excluded.low, high = excluded.high"""
_OF_PROCESS = "workload_id = ? AND attempt = ? AND rank = ?"


@dataclass(frozen=True, slots=True)
class Place:
    """A process by its row."""

    workload_id: int
    attempt: int
    rank: int

    @property
    def row(self) -> tuple[int, int, int]:
        return self.workload_id, self.attempt, self.rank


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A process that runs now."""

    key: ProcessKey
    place: Place
    node: str
    started_ms: int


Tails = Mapping[Measure, tuple[Sequence[int], Sequence[float]]]
"""By curve the times and values of samples."""


def running(tx: Tx) -> list[RunningProcess]:
    """Every process that runs, of all workspaces."""
    return [
        RunningProcess(ProcessKey(uuid, attempt, rank), Place(id_, attempt, rank), node, started_ms)
        for uuid, attempt, rank, id_, node, started_ms in tx.sql(_RUNNING)
    ]


def ended_with_tails(tx: Tx, limit: int) -> list[Place]:
    """Processes that have ended and whose curves are not folded yet."""
    return [Place(*row) for row in tx.sql(_ENDED_WITH_TAILS, (limit,))]


def add_tails(tx: Tx, tails: Iterable[tuple[Place, Tails]]) -> None:
    """Keep samples."""
    rows = [
        (*place.row, measure.value, times[0], 0, encode_tail([0] * len(times), times, values), None, None)
        for place, curves in tails
        for measure, (times, values) in curves.items()
        if times
    ]
    _write(tx, rows)


def fold(tx: Tx, place: Place) -> None:
    """Make one piece of each curve of a process."""
    folds = curves(tx, place)
    tx.sql(f"DELETE FROM workload_usage WHERE {_OF_PROCESS} AND part > 0", place.row)  # noqa: S608
    packed = [(measure, bounded, pack(bounded)) for measure, whole in folds.items() if (bounded := whole.bounded())]
    _write(tx, [(*place.row, measure.value, 0, bounded.width_ms, *blobs) for measure, bounded, blobs in packed])


def curves(tx: Tx, place: Place) -> dict[Measure, Fold]:
    """All that is kept of a process."""
    query = f"""SELECT measure, part, width_ms, points, low, high FROM workload_usage
    WHERE {_OF_PROCESS} ORDER BY measure, part"""  # noqa: S608
    folds: dict[Measure, list[Fold]] = {}
    tails: dict[Measure, list[bytes]] = {}
    for name, part, width_ms, points, low, high in tx.sql(query, place.row):
        measure = Measure(name)
        if part:
            tails.setdefault(measure, []).append(bytes(points))
        else:
            folds[measure] = [unpack(width_ms, bytes(points), bytes(low), bytes(high))]
    for measure, blobs in tails.items():
        folds.setdefault(measure, []).append(Fold.of(decode_tails(blobs)))
    return {measure: Fold.joined(parts) for measure, parts in folds.items()}


def place_of(tx: Tx, scope: Scope, uuid: str, attempt: int | None, rank: int) -> Place | None:
    """The process of this rank, of the last attempt unless another is named."""
    query = """SELECT w.id, p.attempt, p.rank FROM workloads w JOIN workload_processes p ON p.workload_id = w.id
    WHERE w.uuid = ? AND w.workspace_id = ? AND p.rank = ? AND p.attempt = COALESCE(?, w.attempt)"""
    rows = tx.sql(query, (uuid, scope.workspace_id, rank, attempt))
    return Place(*rows[0]) if rows else None


def _write(tx: Tx, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows, but those of workloads that are removed meanwhile."""
    if not rows:
        return
    condition, ids = tx.any_of(sorted({row[0] for row in rows}))
    known = {row[0] for row in tx.sql(f"SELECT id FROM workloads WHERE id {condition}", (ids,))}  # noqa: S608
    if kept := [row for row in rows if row[0] in known]:
        tx.sql_many(_ADD, kept)
