"""Searching runs: from a query to the ids of a page of runs, and how many there are in all."""

from tidemill.core.database import Tx
from tidemill.core.search import Page
from tidemill.tracking.search.run_costs import Costs
from tidemill.tracking.search.run_count import count
from tidemill.tracking.search.run_query import Frame, RunQuery, frame_of
from tidemill.tracking.search.run_sources import Condition, Root
from tidemill.tracking.search.run_statement import place_of
from tidemill.tracking.search.run_strategy import Part, first_runs

_COSTS = Costs()


def search_runs(tx: Tx, query: RunQuery, costs: Costs = _COSTS) -> Page:
    """The runs of one page."""
    frame = frame_of(tx, query)
    if frame is None:
        return Page([], None)
    part = Part(_conditions(query, frame), query.keys, query.offset + query.limit + 1, query.after)
    found = first_runs(tx, frame, part, costs)[query.offset :]
    ids = found[: query.limit]
    more = len(found) > query.limit and ids
    return Page(ids, place_of(tx, query.keys, ids[-1]) if more else None)


def count_runs(tx: Tx, query: RunQuery, costs: Costs = _COSTS) -> int:
    """How many runs the query finds in all, whatever its page."""
    frame = frame_of(tx, query)
    return 0 if frame is None else count(tx, frame, _conditions(query, frame), costs)


def _conditions(query: RunQuery, frame: Frame) -> tuple[Condition, ...]:
    return (*query.filter, Root(frame)) if query.roots else query.filter
