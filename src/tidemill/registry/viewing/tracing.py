"""Lineage as pages show it: the edges around a thing, and each thing on them named by its slice."""

from collections.abc import Iterable, Mapping, Sequence

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Described, Describer, Direction, Edge, Kind, Thing, Walk, walk
from tidemill.registry.viewing.models import LineageEdge, LineageGraph, LineageNode
from tidemill.registry.viewing.store import versions_named
from tidemill.tracking import datasets_named, logged_models_named, runs_named

_SHOWN_HASH = 12


class Tracer:
    """Walks and names. `above` are the describers of slices that stand above the registry."""

    def __init__(self, above: Mapping[Kind, Describer]) -> None:
        self._describers: Mapping[Kind, Describer] = {
            Kind.DATASET: datasets_named,
            Kind.COMMIT: _commits_named,
            Kind.RUN: runs_named,
            Kind.LOGGED_MODEL: logged_models_named,
            Kind.MODEL_VERSION: versions_named,
            **above,
        }

    def graph(self, tx: Tx, scope: Scope, start: Thing, directions: Iterable[Direction]) -> LineageGraph:
        """What is known of where a thing came from and what came of it."""
        walks = [walk(tx, scope, start, direction) for direction in directions]
        if start.kind is Kind.MODEL_VERSION:
            walks += _evaluations(tx, scope, start)
        edges = list(dict.fromkeys(edge for walked in walks for edge in walked.edges))
        depths = _depths(start, edges)
        described = self._described(tx, scope, depths)
        return LineageGraph(
            start=_key(start),
            nodes=[_node(thing, described.get(thing), depth) for thing, depth in depths.items()],
            edges=[LineageEdge(_key(edge.source), _key(edge.target)) for edge in edges],
            is_whole=all(walked.is_whole for walked in walks),
        )

    def _described(self, tx: Tx, scope: Scope, things: Iterable[Thing]) -> Mapping[Thing, Described]:
        by_kind: dict[Kind, list[str]] = {}
        for thing in things:
            by_kind.setdefault(thing.kind, []).append(thing.id)
        found: dict[Thing, Described] = {}
        for kind, ids in by_kind.items():
            describe = self._describers.get(kind)
            if describe is not None:
                found |= {Thing(kind, id_): each for id_, each in describe(tx, scope, ids).items()}
        return found


def _evaluations(tx: Tx, scope: Scope, version: Thing) -> list[Walk]:
    """The runs that took or measured the logged models that a version was made of."""
    made_of = [edge.source for edge in walk(tx, scope, version, Direction.UP, depth=1).edges]
    models = [thing for thing in made_of if thing.kind is Kind.LOGGED_MODEL]
    return [_only_runs(walk(tx, scope, model, Direction.DOWN, depth=1)) for model in models]


def _only_runs(walked: Walk) -> Walk:
    return Walk([edge for edge in walked.edges if edge.target.kind is Kind.RUN], walked.is_whole)


def _depths(start: Thing, edges: Sequence[Edge]) -> Mapping[Thing, int]:
    """How far from the start each thing is: what a thing came of is one before it, what came of it one after it.

    Edges of a walk come nearest first, so that one of the two ends is always known.
    """
    depths = {start: 0}
    for edge in edges:
        if edge.target in depths:
            depths.setdefault(edge.source, depths[edge.target] - 1)
        elif edge.source in depths:
            depths.setdefault(edge.target, depths[edge.source] + 1)
    return depths


def _node(thing: Thing, described: Described | None, depth: int) -> LineageNode:
    known = described or Described(thing.id)
    return LineageNode(
        key=_key(thing),
        kind=thing.kind.value,
        id=thing.id,
        title=known.title,
        detail=known.detail,
        page=known.page,
        state=known.state,
        exists=described is not None,
        depth=depth,
    )


def _key(thing: Thing) -> str:
    return f"{thing.kind.value}:{thing.id}"


def _commits_named(tx: Tx, scope: Scope, ids: Sequence[str]) -> Mapping[str, Described]:
    """Commits are kept elsewhere: whether one is there still, nobody here can tell."""
    return {id_: Described(id_[:_SHOWN_HASH], id_) for id_ in ids}
