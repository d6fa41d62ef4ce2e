"""Experiments with how their runs fare: what lists and the home page show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, literal, or_, select

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments import store
from tidemill.tracking.experiments.models import Experiment, Stage, View
from tidemill.tracking.experiments.service import require
from tidemill.tracking.experiments.tables import experiments
from tidemill.tracking.metrics.tables import latest_metrics
from tidemill.tracking.runs.models import RunStatus
from tidemill.tracking.runs.tables import run_params, run_tags, runs


class Sort(StrEnum):
    """What a list of experiments is sorted by."""

    UPDATED = "updated"
    CREATED = "created"
    NAME = "name"
    RUNS = "runs"


class RunCounts(NamedTuple):
    """How many active runs an experiment has, and when the last of them started."""

    total: int
    running: int
    failed: int
    last_run_ms: int | None


@dataclass(frozen=True, slots=True)
class ExperimentSummary:
    experiment: Experiment
    counts: RunCounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which experiments a list shows, and how."""

    view: View = View.ACTIVE_ONLY
    search: str = ""
    sort: Sort = Sort.UPDATED
    descending: bool = True
    offset: int = 0
    limit: int = 100


class KeyCount(NamedTuple):
    """A key that runs of an experiment have, and how many of them have it."""

    key: str
    runs: int


@dataclass(frozen=True, slots=True)
class Fields:
    """What the runs of an experiment can be shown, sorted and filtered by."""

    metrics: Sequence[KeyCount]
    params: Sequence[KeyCount]
    tags: Sequence[KeyCount]


class Overviews:
    """Reads experiments together with figures about their runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def one(self, scope: Scope, experiment_id: int) -> ExperimentSummary:
        """One experiment with its counts."""

        def unit(tx: Tx) -> ExperimentSummary:
            experiment = require(tx, scope, experiment_id)
            return ExperimentSummary(experiment, _counts(tx, [experiment_id]).get(experiment_id, _NONE))

        return await self._database.read(unit)

    async def listed(self, scope: Scope, listing: Listing) -> tuple[int, list[ExperimentSummary]]:
        """How many experiments there are in all, and one page of them."""
        return await self._database.read(lambda tx: _listed(tx, scope, listing))

    async def fields(self, scope: Scope, experiment_id: int, view: View) -> Fields:
        """The keys of metrics, params and tags among the runs of an experiment, each by key."""

        def unit(tx: Tx) -> Fields:
            require(tx, scope, experiment_id)
            return Fields(*(_keys(tx, table, experiment_id, view) for table in (latest_metrics, run_params, run_tags)))

        return await self._database.read(unit)

    async def run_counts(self, scope: Scope) -> Mapping[str, int]:
        """How many active runs of the workspace are in each status."""
        wanted = (runs.c.workspace_id == scope.workspace_id, runs.c.lifecycle_stage == Stage.ACTIVE)
        query = select(runs.c.status, func.count()).where(*wanted).group_by(runs.c.status)
        return await self._database.read(lambda tx: {row[0]: row[1] for row in tx.execute(query)})


_NONE = RunCounts(0, 0, 0, None)


def _listed(tx: Tx, scope: Scope, listing: Listing) -> tuple[int, list[ExperimentSummary]]:
    wanted = and_(
        experiments.c.workspace_id == scope.workspace_id,
        experiments.c.lifecycle_stage.in_(listing.view.stages),
        _matches(listing.search),
    )
    total = tx.execute(select(func.count()).select_from(experiments).where(wanted)).scalar_one()
    key = _sort_key(listing.sort)
    order = key.desc() if listing.descending else key.asc()
    page = select(experiments.c.id).where(wanted).order_by(order, experiments.c.id.desc())
    ids = [row.id for row in tx.execute(page.offset(listing.offset).limit(listing.limit))]
    counts = _counts(tx, ids)
    return total, [ExperimentSummary(found, counts.get(found.id, _NONE)) for found in store.load(tx, scope, ids)]


def _matches(search: str) -> Any:
    if not search:
        return literal(value=True)
    columns = (experiments.c.name, experiments.c.artifact_location)
    matches = [func.lower(column).contains(search.lower(), autoescape=True) for column in columns]
    if search.isdecimal() and len(search) < 10:  # noqa: PLR2004 - what fits an id
        matches.append(experiments.c.id == int(search))
    return or_(*matches)


def _sort_key(sort: Sort) -> Any:
    of_experiment = and_(runs.c.experiment_id == experiments.c.id, runs.c.lifecycle_stage == Stage.ACTIVE)
    match sort:
        case Sort.NAME:
            return func.lower(experiments.c.name)
        case Sort.CREATED:
            return experiments.c.created_ms
        case Sort.RUNS:
            return select(func.count()).select_from(runs).where(of_experiment).scalar_subquery()
        case Sort.UPDATED:
            last = select(func.max(runs.c.start_ms)).where(of_experiment).scalar_subquery()
            later = func.coalesce(last, 0) > experiments.c.updated_ms
            return case((later, last), else_=experiments.c.updated_ms)


def _counts(tx: Tx, ids: Sequence[int]) -> Mapping[int, RunCounts]:
    def how_many(status: RunStatus) -> Any:
        return func.coalesce(func.sum(case((runs.c.status == status, 1), else_=0)), 0)

    columns = (runs.c.experiment_id, func.count(), how_many(RunStatus.RUNNING), how_many(RunStatus.FAILED))
    query = select(*columns, func.max(runs.c.start_ms))
    query = query.where(runs.c.experiment_id.in_(ids), runs.c.lifecycle_stage == Stage.ACTIVE)
    return {row[0]: RunCounts(*row[1:]) for row in tx.execute(query.group_by(runs.c.experiment_id))}


def _keys(tx: Tx, table: Any, experiment_id: int, view: View) -> list[KeyCount]:
    query = select(table.c.key, func.count()).where(table.c.experiment_id == experiment_id)
    if view is not View.ALL:
        query = query.join(runs, runs.c.id == table.c.run_id).where(runs.c.lifecycle_stage.in_(view.stages))
    return [KeyCount(*row) for row in tx.execute(query.group_by(table.c.key).order_by(table.c.key))]
