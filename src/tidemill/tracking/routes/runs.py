"""`/api/v1/runs`: tables of runs with true totals, and what the page of one run shows."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.search import Aggregate, Entity, OrderKey, is_storable
from tidemill.core.web import Route
from tidemill.kit.errors import InvalidError
from tidemill.tracking.overview.models import Relative, RunDetails
from tidemill.tracking.overview.service import Overviews
from tidemill.tracking.routes.experiments import check_page, experiment_number, view_of
from tidemill.tracking.routes.messages import ROW_TAGS, RunRow, run_row, run_rows
from tidemill.tracking.runs.models import Selection
from tidemill.tracking.search.run_fields import TABLE_NUMBERS, parse_run_order_key
from tidemill.tracking.search.service import RunSearch, Table

MAX_PAGE = 1000
MAX_EXPERIMENTS = 1000
MAX_ORDER_KEYS = 10
MAX_COLUMNS = 500
_AGGREGATES = {"last": Aggregate.LAST, "min": Aggregate.MIN, "max": Aggregate.MAX}


class Order(msgspec.Struct):
    field: str
    aggregate: Literal["last", "min", "max"] = "last"
    descending: bool = False


class RunColumns(msgspec.Struct):
    """The keys that a table shows of each run, and no others."""

    metrics: list[str] = []
    params: list[str] = []
    tags: list[str] = []


class SearchRuns(msgspec.Struct):
    """`experiment_ids` empty means all of the workspace; `filter` is in MLflow's grammar.

    Filter and order also know `attributes.duration`, in seconds, of runs that ended. `columns` left out means
    everything that was logged. `roots` leaves out the children of runs that are in the table.
    """

    experiment_ids: list[str] = []
    filter: str = ""
    view: str = "active"
    order_by: list[Order] = []
    offset: int = 0
    limit: int = 100
    columns: RunColumns | None = None
    roots: bool = False


class RunTable(msgspec.Struct):
    total: int
    offset: int
    runs: list[RunRow]


class RunId(msgspec.Struct):
    run_id: str


class RunLink(msgspec.Struct):
    run_id: str
    name: str
    status: str
    start_ms: int | None


class DatasetDetail(msgspec.Struct):
    name: str
    digest: str
    context: str
    source_type: str
    source: str
    schema: str | None
    profile: str | None


class ModelLink(msgspec.Struct):
    model_id: str
    name: str
    status: str


class RunDetail(RunRow, kw_only=True):
    """A run as its own page shows it."""

    artifact_uri: str
    parent: RunLink | None
    children: list[RunLink]
    inputs: list[DatasetDetail]
    models: list[ModelLink]


class RunApi:
    """Runs as the page shows them."""

    def __init__(self, search: RunSearch, overviews: Overviews) -> None:
        self._search = search
        self._overviews = overviews

    def routes(self) -> Sequence[Route]:
        return [
            Route(
                method="POST",
                path="/api/v1/runs/search",
                permission=Permission.VIEW,
                message=SearchRuns,
                handler=self.search,
                answer=RunTable,
                summary="A stretch of a table of runs, with the true total.",
            ),
            Route(
                method="GET",
                path="/api/v1/runs/{run_id}",
                permission=Permission.VIEW,
                message=RunId,
                handler=self.get,
                answer=RunDetail,
                summary="Everything about a run but its histories and artifacts.",
            ),
        ]

    async def search(self, scope: Scope, message: SearchRuns) -> RunTable:
        check_page(message.offset, message.limit, MAX_PAGE)
        if len(message.experiment_ids) > MAX_EXPERIMENTS or len(message.order_by) > MAX_ORDER_KEYS:
            raise InvalidError(f"a search names at most {MAX_EXPERIMENTS} experiments and {MAX_ORDER_KEYS} order keys")
        table = Table(
            experiment_ids=tuple(map(experiment_number, message.experiment_ids)) or None,
            filter=message.filter,
            order_by=tuple(map(_order_key, message.order_by)),
            view=view_of(message.view),
            offset=message.offset,
            limit=message.limit,
            columns=_selection(message.columns),
            roots=message.roots,
        )
        found = await self._search.table(scope, table)
        return RunTable(found.total, message.offset, run_rows(found))

    async def get(self, scope: Scope, message: RunId) -> RunDetail:
        return _detail(await self._overviews.run(scope, message.run_id))


def _selection(columns: RunColumns | None) -> Selection | None:
    if columns is None:
        return None
    if len(columns.metrics) + len(columns.params) + len(columns.tags) > MAX_COLUMNS:
        raise InvalidError(f"a table has at most {MAX_COLUMNS} columns", hint="ask for those that are in sight")
    # What cannot be stored is no run's key, and no database would take the question.
    asked = (columns.metrics, columns.params, columns.tags)
    metrics, params, tags = ([key for key in keys if is_storable(key)] for keys in asked)
    return Selection(metrics, params, [*tags, *ROW_TAGS])


def _order_key(order: Order) -> OrderKey:
    key = parse_run_order_key(order.field, TABLE_NUMBERS)
    if order.aggregate != "last" and key.entity is not Entity.METRIC:
        raise InvalidError(f"{order.field[:100]!r} is no metric, and has no {order.aggregate}")
    return OrderKey(key.entity, key.key, order.descending, _AGGREGATES[order.aggregate])


def _detail(details: RunDetails) -> RunDetail:
    family = details.family
    row = run_row(details.run, details.experiment_name, family.children_total)
    return RunDetail(
        **msgspec.structs.asdict(row),
        artifact_uri=details.run.artifact_uri,
        parent=_link(family.parent) if family.parent else None,
        children=[_link(child) for child in family.children],
        inputs=[
            DatasetDetail(u.name, u.digest, cell.context, u.source_type, u.source, u.schema, u.profile)
            for u, cell in zip(details.run.datasets, row.datasets, strict=True)
        ],
        models=[ModelLink(model.uuid, model.name, model.status) for model in details.models],
    )


def _link(relative: Relative) -> RunLink:
    return RunLink(relative.uuid, relative.name, relative.status, relative.start_ms)
