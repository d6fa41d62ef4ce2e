"""Naming: runs, logged models and datasets in a line each, for whoever shows where something came from."""

from tidemill.tracking.naming.store import datasets_named, logged_models_named, runs_named

__all__ = ["datasets_named", "logged_models_named", "runs_named"]
