"""Queries over Kubeflow's resources, and pages of what its lists show, always within one workspace."""

from tidemill.registry.kubeflow.store import finding, resources

__all__ = ["finding", "resources"]
