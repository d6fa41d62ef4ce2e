"""Lineage: what came of what, as edges between things of any slice, walked either way by one query.

    dataset -> run            commit -> run            pipeline task -> run
    run -> logged model       logged model -> run (that took or measured it)
    logged model -> version   run -> version           version -> version (a copy)

An edge is written in the transaction that makes what it leads to. Things that are gone keep their edges: where
something came from stays true. Who shows a thing asks its slice whether it is there still.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, literal, select

from tidemill.core.database import BINARY_TEXT, WORKSPACE_ID, Tx, metadata, timestamp_ms
from tidemill.core.identity import Scope
from tidemill.kit.clock import now_ms

MAX_DEPTH = 20
MAX_EDGES = 2000
"""How many steps a walk takes, and how many edges it shows: what is further away is not shown."""
_MAX_ROWS = 2 * MAX_EDGES
"""An edge that is met at several distances is a row for each."""
_LINK = """
INSERT INTO lineage_edges (workspace_id, source_kind, source_id, target_kind, target_id, created_ms)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""


class Kind(StrEnum):
    """What an edge may lead from and to."""

    DATASET = "dataset"
    COMMIT = "commit"
    PIPELINE_TASK = "pipeline_task"
    RUN = "run"
    LOGGED_MODEL = "logged_model"
    MODEL_VERSION = "model_version"
    ENDPOINT = "endpoint"


class Direction(StrEnum):
    """Towards what something came of, or what came of it."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing by its kind, and its id in its slice: what its page's address is made of."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Edge:
    """`target` came of `source`."""

    source: Thing
    target: Thing


@dataclass(frozen=True, slots=True)
class Described:
    """A thing as pages name it. `page` is its address below the workspace's, empty for what has none."""

    title: str
    detail: str = ""
    """What tells it from others of its name: a digest, a number, where it is."""
    page: str = ""
    state: str = ""
    """How it fares, in the words of its slice."""


@dataclass(frozen=True, slots=True)
class Walk:
    """The edges that a walk met, nearest first; not `is_whole` where there are more than are shown."""

    edges: Sequence[Edge]
    is_whole: bool


Describer = Callable[[Tx, Scope, Sequence[str]], Mapping[str, Described]]
"""What a slice says of those of its things, by id, that are there; what is gone is left out."""


lineage_edges = Table(
    "lineage_edges",
    metadata,
    WORKSPACE_ID(),
    Column("source_kind", String(24), nullable=False),
    Column("source_id", BINARY_TEXT, nullable=False),
    Column("target_kind", String(24), nullable=False),
    Column("target_id", BINARY_TEXT, nullable=False),
    timestamp_ms("created_ms"),
    PrimaryKeyConstraint("workspace_id", "source_kind", "source_id", "target_kind", "target_id"),
)
Index(
    "ix_lineage_edges_target",
    lineage_edges.c.workspace_id,
    lineage_edges.c.target_kind,
    lineage_edges.c.target_id,
    lineage_edges.c.source_kind,
    lineage_edges.c.source_id,
)


def link(tx: Tx, scope: Scope, edges: Iterable[Edge]) -> None:
    """Remember edges; one that is known stays as it is. Driver-level SQL: a run's begin passes here."""
    now = now_ms()
    rows = [
        (scope.workspace_id, edge.source.kind.value, edge.source.id, edge.target.kind.value, edge.target.id, now)
        for edge in edges
    ]
    if rows:
        tx.sql_many(_LINK, rows)


def walk(tx: Tx, scope: Scope, start: Thing, direction: Direction, *, depth: int = MAX_DEPTH) -> Walk:
    """The edges that lead to `start` over at most `depth` steps, or from it, nearest first, the older before the newer.

    A cycle is walked as often as the depth allows and told once. The rows are limited as they are found, so that a
    thing from which everything came costs no more than what is shown of it.
    """
    edges = lineage_edges.c
    here, there = ("target", "source") if direction is Direction.UP else ("source", "target")
    columns = (edges.source_kind, edges.source_id, edges.target_kind, edges.target_id, edges.created_ms)
    in_workspace = edges.workspace_id == scope.workspace_id
    reached = (
        select(*columns, literal(1).label("depth"))
        .where(in_workspace, edges[f"{here}_kind"] == start.kind.value, edges[f"{here}_id"] == start.id)
        .cte("reached", recursive=True)
    )
    last = reached.c
    step = (
        select(*columns, last.depth + 1)
        .join(reached, (edges[f"{here}_kind"] == last[f"{there}_kind"]) & (edges[f"{here}_id"] == last[f"{there}_id"]))
        .where(in_workspace, last.depth < min(depth, MAX_DEPTH))
    )
    rows = tx.execute(select(reached.union(step)).limit(_MAX_ROWS + 1)).all()
    nearest_first = sorted(rows, key=lambda row: (row.depth, row.created_ms))
    found = list(dict.fromkeys(map(_edge_of, nearest_first)))
    return Walk(found[:MAX_EDGES], is_whole=len(rows) <= _MAX_ROWS and len(found) <= MAX_EDGES)


def _edge_of(row: Any) -> Edge:
    return Edge(Thing(Kind(row.source_kind), row.source_id), Thing(Kind(row.target_kind), row.target_id))
