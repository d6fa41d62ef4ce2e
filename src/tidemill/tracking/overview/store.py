"""Queries that look over several nouns of a workspace at once: counts, listings, keys and relatives."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments.models import Stage, View
from tidemill.tracking.experiments.tables import experiments
from tidemill.tracking.logged_models.tables import logged_models
from tidemill.tracking.overview.best import lower_is_better, telling_metric
from tidemill.tracking.overview.keys import METRICS, keys_of
from tidemill.tracking.overview.models import BestRun, Family, Listing, ModelLine, Relative, RunCounts, Sort
from tidemill.tracking.runs.models import PARENT_TAG, Run, RunStatus
from tidemill.tracking.runs.tables import HEAD_LENGTH, runs

_CHILDREN = """
FROM run_tags t JOIN runs r ON r.id = t.run_id
WHERE t.experiment_id = ? AND t.key = ? AND t.value_head = ? AND r.workspace_id = ? AND r.lifecycle_stage = 'active'
"""


def page_of_experiments(tx: Tx, scope: Scope, listing: Listing) -> tuple[int, list[int]]:
    """How many experiments a listing has in all, and the ids of one page."""
    wanted = and_(
        experiments.c.workspace_id == scope.workspace_id,
        experiments.c.lifecycle_stage.in_(listing.view.stages),
        _matches(listing.search),
    )
    total = tx.execute(select(func.count()).select_from(experiments).where(wanted)).scalar_one()
    key = _sort_key(listing.sort)
    order = key.desc() if listing.descending else key.asc()
    page = select(experiments.c.id).where(wanted).order_by(order, experiments.c.id.desc())
    return total, [row.id for row in tx.execute(page.offset(listing.offset).limit(listing.limit))]


def counts_of_experiments(tx: Tx, ids: Sequence[int]) -> Mapping[int, RunCounts]:
    """How the active runs of each of these experiments fare; experiments without runs are left out."""

    def how_many(status: RunStatus) -> Any:
        return func.coalesce(func.sum(case((runs.c.status == status, 1), else_=0)), 0)

    columns = (runs.c.experiment_id, func.count(), how_many(RunStatus.RUNNING), how_many(RunStatus.FAILED))
    query = select(*columns, func.max(runs.c.start_ms))
    query = query.where(runs.c.experiment_id.in_(ids), runs.c.lifecycle_stage == Stage.ACTIVE)
    rows: list[Any] = list(tx.execute(query.group_by(runs.c.experiment_id)))
    return {row[0]: RunCounts(row[1], row[2], row[3], row[4]) for row in rows}


def best_run(tx: Tx, experiment_id: int) -> BestRun | None:
    """The run of an experiment whose telling metric stands best now, with the best value that it ever had.

    It is found by latest values, which is one seek in the covering index however many runs there are.
    """
    metric = telling_metric((each.key, each.runs) for each in keys_of(tx, METRICS, experiment_id, View.ALL))
    if metric is None:
        return None
    lowest = bool(lower_is_better(metric))
    order, best = ("ASC", "min_value") if lowest else ("DESC", "max_value")
    rows = tx.sql(
        f"""SELECT m.{best}, r.uuid, r.name FROM latest_metrics m JOIN runs r ON r.id = m.run_id
        WHERE m.experiment_id = ? AND m.key = ? AND m.value IS NOT NULL
        AND r.lifecycle_stage = 'active' AND r.status IN ('FINISHED', 'RUNNING')
        ORDER BY m.value {order} LIMIT 1""",  # noqa: S608
        (experiment_id, metric),
    )
    return BestRun(metric, lowest, *rows[0]) if rows else None


def counts_by_status(tx: Tx, scope: Scope) -> Mapping[str, int]:
    """How many active runs of the workspace are in each status."""
    wanted = (runs.c.workspace_id == scope.workspace_id, runs.c.lifecycle_stage == Stage.ACTIVE)
    query = select(runs.c.status, func.count().label("count")).where(*wanted).group_by(runs.c.status)
    rows: list[Any] = list(tx.execute(query))
    return {row[0]: row[1] for row in rows}


def family_of(tx: Tx, scope: Scope, run: Run, limit: int) -> Family:
    """The parent of a run, the first of its children in order of start, and how many children there are."""
    query = (run.experiment_id, PARENT_TAG, run.uuid[:HEAD_LENGTH], scope.workspace_id)
    total = tx.sql(f"SELECT COUNT(*) {_CHILDREN}", query)[0][0]
    columns = "SELECT r.uuid, r.name, r.status, r.start_ms"
    children = tx.sql(f"{columns} {_CHILDREN} ORDER BY r.start_ms, r.id LIMIT ?", (*query, limit)) if total else []
    return Family(_parent(tx, scope, run), [Relative(*row) for row in children], total)


def models_of(tx: Tx, scope: Scope, run: Run) -> list[ModelLine]:
    """The logged models that a run gave."""
    uuids = [use.model_uuid for use in run.model_outputs]
    columns = logged_models.c
    query = select(columns.uuid, columns.name, columns.status).where(
        columns.workspace_id == scope.workspace_id, columns.uuid.in_(uuids)
    )
    return [ModelLine(row.uuid, row.name, row.status) for row in tx.execute(query.order_by(columns.created_ms))]


def _parent(tx: Tx, scope: Scope, run: Run) -> Relative | None:
    if (uuid := run.tag(PARENT_TAG)) is None:
        return None
    query = "SELECT uuid, name, status, start_ms FROM runs WHERE uuid = ? AND workspace_id = ?"
    rows: list[Any] = tx.sql(query, (uuid, scope.workspace_id))
    return Relative(*rows[0]) if rows else None


def _matches(search: str) -> Any:
    if not search:
        return literal(value=True)
    columns = (experiments.c.name, experiments.c.artifact_location)
    matches = [func.lower(column).contains(search.lower(), autoescape=True) for column in columns]
    if search.isdecimal() and len(search) < 10:
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
