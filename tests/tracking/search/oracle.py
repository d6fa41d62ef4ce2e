"""A run search over a plain list of runs: slow, simple, and what the real one must agree with."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from typing import Any

from tidemill.core.search import Aggregate, Clause, Comparator, Entity, OrderKey
from tidemill.tracking.search import RunQuery


@dataclass(frozen=True)
class KnownMetric:
    """The last value, and the extremes of the finite ones."""

    last: float
    smallest: float | None = None
    largest: float | None = None


@dataclass(frozen=True)
class KnownRun:
    id: int
    workspace_id: int
    experiment_id: int
    uuid: str
    stage: str = "active"
    name: str = ""
    status: str = "RUNNING"
    user_id: str = ""
    start: int | None = 0
    end: int | None = None
    metrics: dict[str, KnownMetric] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    datasets: tuple[tuple[str, str, str], ...] = ()
    """Name, digest and context of each."""

    @property
    def artifact_uri(self) -> str:
        return f"file:///{self.name}"


def found(runs: Sequence[KnownRun], query: RunQuery) -> list[int]:
    """The row ids of all runs that the query finds, in order, whatever its page."""
    stages = {str(stage) for stage in query.view.stages}
    passing = [
        run
        for run in runs
        if run.workspace_id == query.workspace_id
        and (query.experiment_ids is None or run.experiment_id in query.experiment_ids)
        and run.stage in stages
        and all(_passes(run, clause) for clause in query.filter)
    ]
    keys = [
        *query.order_by,
        OrderKey(Entity.ATTRIBUTE, "start_time", descending=True),
        OrderKey(Entity.ATTRIBUTE, "run_id"),
    ]
    return [run.id for run in sorted(passing, key=cmp_to_key(lambda a, b: _compare(a, b, keys)))]


def _passes(run: KnownRun, clause: Clause) -> bool:
    match clause.entity:
        case Entity.METRIC:
            metric = run.metrics.get(clause.key)
            return metric is not None and _number_passes(metric.last, clause)
        case Entity.PARAM:
            return _text_passes(run.params.get(clause.key), clause)
        case Entity.TAG:
            return _text_passes(run.tags.get(clause.key), clause)
        case Entity.DATASET:
            place = ("name", "digest", "context").index(clause.key)
            return any(_text_passes(dataset[place], clause) for dataset in run.datasets)
        case Entity.ATTRIBUTE:
            value = _attribute(run, clause.key)
            if isinstance(value, str):
                return _text_passes(value, clause)
            return value is not None and _number_passes(value, clause)


def _attribute(run: KnownRun, key: str) -> Any:
    names = {"run_id": "uuid", "run_name": "name", "start_time": "start", "end_time": "end"}
    return getattr(run, names.get(key, key))


def _number_passes(value: float, clause: Clause) -> bool:
    wanted: Any = clause.value
    if math.isnan(value):
        return clause.comparator is Comparator.NE
    return {
        Comparator.EQ: value == wanted,
        Comparator.NE: value != wanted,
        Comparator.LT: value < wanted,
        Comparator.LE: value <= wanted,
        Comparator.GT: value > wanted,
        Comparator.GE: value >= wanted,
    }[clause.comparator]


def _text_passes(value: str | None, clause: Clause) -> bool:
    wanted: Any = clause.value
    if value is None or clause.comparator in (Comparator.IS_NULL, Comparator.IS_NOT_NULL):
        return clause.comparator is (Comparator.IS_NULL if value is None else Comparator.IS_NOT_NULL)
    match clause.comparator:
        case Comparator.EQ:
            return value == wanted
        case Comparator.NE:
            return value != wanted
        case Comparator.LIKE:
            return _is_like(value, wanted)
        case Comparator.ILIKE:
            return _is_like(_fold(value), _fold(wanted))
        case Comparator.IN:
            return value in wanted
        case _:
            return value not in wanted


def _is_like(value: str, pattern: str) -> bool:
    wild = {"%": ".*", "_": "."}
    return re.fullmatch("".join(wild.get(each) or re.escape(each) for each in pattern), value, re.DOTALL) is not None


def _fold(text: str) -> str:
    return "".join(each.lower() if each.isascii() else each for each in text)


def _compare(left: KnownRun, right: KnownRun, keys: Sequence[OrderKey]) -> int:
    for key in keys:
        (left_rank, left_value), (right_rank, right_value) = _place(left, key), _place(right, key)
        if left_rank != right_rank:
            return left_rank - right_rank
        if left_rank == 0 and left_value != right_value:
            sign = -1 if left_value < right_value else 1
            return -sign if key.descending else sign
    return 0


def _place(run: KnownRun, key: OrderKey) -> tuple[int, Any]:
    """Values, then NaN, then nothing."""
    match key.entity:
        case Entity.METRIC:
            metric = run.metrics.get(key.key)
            if metric is None:
                return 2, None
            value = {
                Aggregate.LAST: metric.last,
                Aggregate.MIN: metric.smallest,
                Aggregate.MAX: metric.largest,
            }[key.aggregate]
            return (1, None) if value is None or math.isnan(value) else (0, value)
        case Entity.PARAM:
            value = run.params.get(key.key)
        case Entity.TAG:
            value = run.tags.get(key.key)
        case _:
            value = _attribute(run, key.key)
    return (2, None) if value is None else (0, value)
