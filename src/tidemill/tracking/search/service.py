"""Searching as services do it: text in, whole things out, one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.search import OrderKey, read_token, write_token
from tidemill.tracking.experiments import store as experiments
from tidemill.tracking.experiments.models import Experiment, View
from tidemill.tracking.logged_models import store as logged_models
from tidemill.tracking.logged_models.models import LoggedModel
from tidemill.tracking.runs import reading
from tidemill.tracking.runs.models import Run, Selection
from tidemill.tracking.search.experiment_fields import parse_experiment_filter, parse_experiment_order
from tidemill.tracking.search.experiment_search import ExperimentQuery, search_experiments
from tidemill.tracking.search.logged_model_fields import (
    ModelOrder,
    parse_model_datasets,
    parse_model_filter,
    parse_model_order,
)
from tidemill.tracking.search.logged_model_search import ModelQuery, search_models
from tidemill.tracking.search.model_tokens import read_model_token, write_model_token
from tidemill.tracking.search.run_fields import TABLE_NUMBERS, parse_run_filter, parse_run_order
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
    """One stretch of a long table: the true total, the runs, their experiments' names, how many children each has."""

    total: int
    runs: list[Run]
    experiment_names: dict[int, str]
    children: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A stretch of a table of runs; `experiment_ids` None means all of the workspace.

    `columns` None means everything that was logged; `roots` leaves out children of runs that the table has.
    """

    experiment_ids: tuple[int, ...] | None
    filter: str
    order_by: tuple[OrderKey, ...]
    view: View
    offset: int
    limit: int
    columns: Selection | None = None
    roots: bool = False


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
            return FoundRuns(reading.load(tx, scope, found.ids, extremes=False), found.next)

        return await self._database.read(unit)

    async def table(self, scope: Scope, table: Table) -> CountedRuns:
        """A stretch of a table, with the true total."""
        query = RunQuery(
            scope.workspace_id,
            table.experiment_ids,
            parse_run_filter(table.filter, TABLE_NUMBERS),
            table.order_by,
            table.view,
            table.limit,
            table.offset,
            roots=table.roots,
        )

        def unit(tx: Tx) -> CountedRuns:
            runs = reading.load(tx, scope, search_runs(tx, query).ids, table.columns) if table.limit else []
            names = experiments.names(tx, scope, {run.experiment_id for run in runs})
            children = reading.count_children(tx, scope, runs, table.view.stages)
            return CountedRuns(count_runs(tx, query), runs, names, children)

        return await self._database.read(unit)


@dataclass(frozen=True, slots=True)
class FoundExperiments:
    """One page of experiments, and the token of the next; empty on the last."""

    experiments: list[Experiment]
    next_token: str


class ExperimentSearch:
    """Searches the experiments of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, scope: Scope, *, filter_text: str, order_by: Sequence[str], view: View, limit: int, token: str
    ) -> FoundExperiments:
        """A page as MLflow's clients walk it. Raises InvalidError for a filter, order or token that is none."""
        clauses, keys = parse_experiment_filter(filter_text), parse_experiment_order(order_by)
        query = ExperimentQuery(scope.workspace_id, clauses, keys, view, limit)
        if token:
            query = replace(query, after=read_token(token, query.asked, query.are_numbers))

        def unit(tx: Tx) -> FoundExperiments:
            found = search_experiments(tx, query)
            next_token = write_token(found.next, query.asked) if found.next else ""
            return FoundExperiments(experiments.load(tx, scope, found.ids), next_token)

        return await self._database.read(unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelForm:
    """A search of logged models as clients send it; `datasets` are pairs of name and digest."""

    experiment_ids: Sequence[int]
    filter: str = ""
    datasets: Sequence[tuple[str, str]] = ()
    order_by: Sequence[ModelOrder] = ()
    limit: int = 50
    token: str = ""


@dataclass(frozen=True, slots=True)
class FoundModels:
    """One page of logged models, and the token of the next; empty on the last."""

    models: list[LoggedModel]
    next_token: str


class ModelSearch:
    """Searches the logged models of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, scope: Scope, form: ModelForm) -> FoundModels:
        """A page as MLflow's clients walk it. Raises InvalidError for what of the form means nothing."""
        query = ModelQuery(
            scope.workspace_id,
            tuple(form.experiment_ids),
            parse_model_filter(form.filter),
            parse_model_datasets(form.datasets),
            parse_model_order(form.order_by),
            form.limit,
        )
        if form.token:
            query = replace(query, after=read_model_token(form.token, query))

        def unit(tx: Tx) -> FoundModels:
            found = search_models(tx, query)
            next_token = write_model_token(found.next, query) if found.next else ""
            return FoundModels(logged_models.load(tx, scope, found.ids), next_token)

        return await self._database.read(unit)
