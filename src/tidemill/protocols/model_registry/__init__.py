"""Kubeflow's model registry REST API, as its unmodified client speaks it."""

from tidemill.protocols.model_registry.form import MODEL_REGISTRY
from tidemill.protocols.model_registry.routes import model_registry_routes

__all__ = ["MODEL_REGISTRY", "model_registry_routes"]
