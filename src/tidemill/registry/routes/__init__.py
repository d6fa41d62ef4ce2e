"""The native API of the registry: what the page and the command line ask that MLflow's API does not tell."""

from tidemill.registry.routes.approval import ApprovalApi
from tidemill.registry.routes.lineage import LineageApi
from tidemill.registry.routes.models import ModelApi
from tidemill.registry.routes.versions import VersionApi

__all__ = ["ApprovalApi", "LineageApi", "ModelApi", "VersionApi"]
