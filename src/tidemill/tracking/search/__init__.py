"""Search: MLflow's filter and order languages, from text to SQL that is fast whatever they select."""

from tidemill.tracking.search.experiment_fields import parse_experiment_filter, parse_experiment_order
from tidemill.tracking.search.experiment_search import ExperimentQuery, search_experiments
from tidemill.tracking.search.logged_model_fields import (
    ModelOrder,
    parse_model_datasets,
    parse_model_filter,
    parse_model_order,
)
from tidemill.tracking.search.logged_model_search import ModelQuery, search_models
from tidemill.tracking.search.run_fields import parse_run_filter, parse_run_order, parse_run_order_key
from tidemill.tracking.search.run_query import RunQuery
from tidemill.tracking.search.run_search import count_runs, search_runs

__all__ = [
    "ExperimentQuery",
    "ModelOrder",
    "ModelQuery",
    "RunQuery",
    "count_runs",
    "parse_experiment_filter",
    "parse_experiment_order",
    "parse_model_datasets",
    "parse_model_filter",
    "parse_model_order",
    "parse_run_filter",
    "parse_run_order",
    "parse_run_order_key",
    "search_experiments",
    "search_models",
    "search_runs",
]
