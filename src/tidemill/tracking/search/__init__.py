"""Search: MLflow's filter and order languages, from text to SQL that is fast whatever they select."""

from tidemill.tracking.search.clauses import Aggregate, Clause, Comparator, Entity, OrderKey
from tidemill.tracking.search.columns import Page, Position
from tidemill.tracking.search.run_fields import parse_run_filter, parse_run_order, parse_run_order_key
from tidemill.tracking.search.run_query import RunQuery
from tidemill.tracking.search.run_search import count_runs, search_runs

__all__ = [
    "Aggregate",
    "Clause",
    "Comparator",
    "Entity",
    "OrderKey",
    "Page",
    "Position",
    "RunQuery",
    "count_runs",
    "parse_run_filter",
    "parse_run_order",
    "parse_run_order_key",
    "search_runs",
]
