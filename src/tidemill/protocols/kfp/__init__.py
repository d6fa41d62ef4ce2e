"""Kubeflow Pipelines' REST API, v2beta1, as its unmodified clients speak it."""

from tidemill.protocols.kfp.form import KFP
from tidemill.protocols.kfp.recurring_runs import recurring_run_routes
from tidemill.protocols.kfp.routes import Services, kfp_routes
from tidemill.protocols.kfp.runs import run_routes

__all__ = ["KFP", "Services", "kfp_routes", "recurring_run_routes", "run_routes"]
