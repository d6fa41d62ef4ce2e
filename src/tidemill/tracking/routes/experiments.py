"""`/api/v1/experiments`: lists with counts, and the fields that runs can be shown by."""

from collections.abc import Sequence

import msgspec

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route
from tidemill.kit.errors import InvalidError
from tidemill.tracking.experiments.models import View
from tidemill.tracking.overview.models import Keys, Listing, Sort
from tidemill.tracking.overview.service import Overviews
from tidemill.tracking.routes.messages import ExperimentRow, experiment_row

MAX_PAGE = 1000
MAX_FIELDS = 1000
_VIEWS = {"active": View.ACTIVE_ONLY, "deleted": View.DELETED_ONLY, "all": View.ALL}


class ListExperiments(msgspec.Struct):
    view: str = "active"
    search: str = ""
    sort: Sort = Sort.UPDATED
    descending: bool = True
    offset: int = 0
    limit: int = 100


class ExperimentId(msgspec.Struct):
    experiment_id: str


class ListFields(msgspec.Struct):
    """`search` narrows to keys that hold all its words; of each kind the `limit` keys that most runs have are given."""

    experiment_id: str
    view: str = "active"
    search: str = ""
    limit: int = 1000


class ExperimentList(msgspec.Struct):
    total: int
    experiments: list[ExperimentRow]


class FieldCount(msgspec.Struct):
    """A key, how many runs have it, and whether its texts differ; of metrics that is not asked."""

    key: str
    runs: int
    varies: bool


class FieldTotals(msgspec.Struct):
    metrics: int
    params: int
    tags: int


class FieldList(msgspec.Struct):
    """Keys, those that most runs have first, and how many there are in all; `nested` where some run has a parent."""

    metrics: list[FieldCount]
    params: list[FieldCount]
    tags: list[FieldCount]
    totals: FieldTotals
    nested: bool


class ExperimentApi:
    """Experiments as the page lists them."""

    def __init__(self, overviews: Overviews) -> None:
        self._overviews = overviews

    def routes(self) -> Sequence[Route]:
        root, view = "/api/v1/experiments", Permission.VIEW
        return [
            Route(
                method="GET",
                path=root,
                permission=view,
                message=ListExperiments,
                handler=self.list_all,
                answer=ExperimentList,
                summary="Experiments with how their runs fare.",
            ),
            Route(
                method="GET",
                path=f"{root}/{{experiment_id}}",
                permission=view,
                message=ExperimentId,
                handler=self.get,
                answer=ExperimentRow,
                summary="One experiment with how its runs fare.",
            ),
            Route(
                method="GET",
                path=f"{root}/{{experiment_id}}/fields",
                permission=view,
                message=ListFields,
                handler=self.fields,
                answer=FieldList,
                summary="The keys of metrics, params and tags among its runs.",
            ),
        ]

    async def list_all(self, scope: Scope, message: ListExperiments) -> ExperimentList:
        check_page(message.offset, message.limit, MAX_PAGE)
        listing = Listing(
            view=view_of(message.view),
            search=message.search,
            sort=message.sort,
            descending=message.descending,
            offset=message.offset,
            limit=message.limit,
        )
        total, found = await self._overviews.experiments(scope, listing)
        return ExperimentList(total, [experiment_row(summary) for summary in found])

    async def get(self, scope: Scope, message: ExperimentId) -> ExperimentRow:
        return experiment_row(await self._overviews.experiment(scope, experiment_number(message.experiment_id)))

    async def fields(self, scope: Scope, message: ListFields) -> FieldList:
        check_page(0, message.limit, MAX_FIELDS)
        experiment_id, view = experiment_number(message.experiment_id), view_of(message.view)
        found = await self._overviews.fields(scope, experiment_id, view, message.search, message.limit)
        totals = FieldTotals(found.metrics.total, found.params.total, found.tags.total)
        return FieldList(_counts(found.metrics), _counts(found.params), _counts(found.tags), totals, found.nested)


def view_of(name: str) -> View:
    """The view of this name."""
    if name not in _VIEWS:
        raise InvalidError(f"{name[:50]!r} is no view", hint=f"one of {', '.join(_VIEWS)}")
    return _VIEWS[name]


def check_page(offset: int, limit: int, greatest: int) -> None:
    """Refuse a page that cannot be or would be too large."""
    if not 0 <= offset < 2**31 or not 0 <= limit <= greatest:
        raise InvalidError(f"a page has an offset from 0 and a limit of 0 to {greatest}, not {offset} and {limit}")


def experiment_number(text: str) -> int:
    """An experiment id as its number."""
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise InvalidError(f"{text[:50]!r} is no experiment id", hint="GET /api/v1/experiments lists them")
    return int(text)


def _counts(keys: Keys) -> list[FieldCount]:
    return [FieldCount(*each) for each in keys.first]
