"""Lineage: what came of what, as edges between things of any slice, walked either way by one query.

    dataset -> run            commit -> run            pipeline task -> run
    run -> logged model       logged model -> version  run -> version       version -> version (a copy)

An edge is written in the transaction that makes what it leads to. Things that are gone keep their edges: where
something came from stays true. Who shows a thing asks its slice whether it is there still.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, PrimaryKeyConstraint, String, Table, column, func, literal, select

from tidemill.core.database import BINARY_TEXT, WORKSPACE_ID, Tx, metadata, timestamp_ms
from tidemill.core.identity import Scope
from tidemill.kit.clock import now_ms

MAX_DEPTH = 20
MAX_EDGES = 2000
"""How many steps a walk takes, and how many edges it shows: what is further away is not shown."""


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
    """Remember edges; one that is known stays as it is."""
    rows = [
        {
            "workspace_id": scope.workspace_id,
            "source_kind": edge.source.kind,
            "source_id": edge.source.id,
            "target_kind": edge.target.kind,
            "target_id": edge.target.id,
            "created_ms": now_ms(),
        }
        for edge in edges
    ]
    if rows:
        tx.execute(tx.insert(lineage_edges).values(rows).on_conflict_do_nothing())


def walk(tx: Tx, scope: Scope, start: Thing, direction: Direction) -> list[Edge]:
    """The edges that lead to `start` over any number of steps, or from it, nearest first."""
    edges = lineage_edges.c
    here, there = ("target", "source") if direction is Direction.UP else ("source", "target")
    reached = select(
        literal(start.kind.value).label("kind"), literal(start.id).label("id"), literal(0).label("depth")
    ).cte("reached", recursive=True)
    step = (
        select(edges[f"{there}_kind"], edges[f"{there}_id"], reached.c.depth + 1)
        .join(reached, (edges[f"{here}_kind"] == reached.c.kind) & (edges[f"{here}_id"] == reached.c.id))
        .where(edges.workspace_id == scope.workspace_id, reached.c.depth < MAX_DEPTH)
    )
    reached = reached.union(step)
    nearest = (
        select(reached.c.kind, reached.c.id, func.min(reached.c.depth).label("depth"))
        .group_by(reached.c.kind, reached.c.id)
        .subquery()
    )
    found = (
        select(edges.source_kind, edges.source_id, edges.target_kind, edges.target_id)
        .join(nearest, (edges[f"{here}_kind"] == nearest.c.kind) & (edges[f"{here}_id"] == nearest.c.id))
        .where(edges.workspace_id == scope.workspace_id, nearest.c.depth < MAX_DEPTH)
        .order_by(nearest.c.depth, column("created_ms"), edges.source_id, edges.target_id)
        .limit(MAX_EDGES)
    )
    return [_edge_of(row) for row in tx.execute(found)]


def _edge_of(row: Any) -> Edge:
    return Edge(Thing(Kind(row.source_kind), row.source_id), Thing(Kind(row.target_kind), row.target_id))
