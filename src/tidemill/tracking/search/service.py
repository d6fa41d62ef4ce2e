"""Searching as services do it: text in, whole things out, one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments import store as experiments
from tidemill.tracking.experiments.models import View
from tidemill.tracking.runs import reading
from tidemill.tracking.runs.models import Run
from tidemill.tracking.search.clauses import OrderKey
from tidemill.tracking.search.run_fields import parse_run_filter, parse_run_order
from tidemill.tracking.search.run_position import check_position
from tidemill.tracking.search.run_query import Position, RunQuery
from tidemill.tracking.search.run_search import count_runs, search_runs


@dataclass(frozen=True, slots=True)
class FoundRuns:
    """One page of runs, and where the next one begins."""

    runs: list[Run]
    next: Position | None


@dataclass(frozen=True, slots=True)
class CountedRuns:
    """One stretch of a long table of runs: the true total, the runs, and their experiments' names."""

    total: int
    runs: list[Run]
    experiment_names: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A stretch of a table of runs; `experiment_ids` None means all of the workspace."""

    experiment_ids: tuple[int, ...] | None
    filter: str
    order_by: tuple[OrderKey, ...]
    view: View
    offset: int
    limit: int


class RunSearch:
    """Searches the runs of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        scope: Scope,
        experiment_ids: Sequence[int],
        *,
        filter_text: str,
        order_by: Sequence[str],
        view: View,
        limit: int,
        after: Position | None,
    ) -> FoundRuns:
        """A page as MLflow's clients walk it. Raises InvalidError for a filter or order that is none."""
        query = RunQuery(
            scope.workspace_id,
            tuple(experiment_ids),
            parse_run_filter(filter_text),
            parse_run_order(order_by),
            view,
            limit,
            after=after,
        )
        if after is not None:
            check_position(query.keys, after)

        def unit(tx: Tx) -> FoundRuns:
            found = search_runs(tx, query)
            return FoundRuns(reading.load(tx, scope, found.ids), found.next)

        return await self._database.read(unit)

    async def table(self, scope: Scope, table: Table) -> CountedRuns:
        """A stretch of a table, with the true total."""
        query = RunQuery(
            scope.workspace_id,
            table.experiment_ids,
            parse_run_filter(table.filter),
            table.order_by,
            table.view,
            table.limit,
            table.offset,
        )

        def unit(tx: Tx) -> CountedRuns:
            runs = reading.load(tx, scope, search_runs(tx, query).ids) if table.limit else []
            names = experiments.names(tx, scope, {run.experiment_id for run in runs})
            return CountedRuns(count_runs(tx, query), runs, names)

        return await self._database.read(unit)
