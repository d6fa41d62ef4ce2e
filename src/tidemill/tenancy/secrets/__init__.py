"""Secrets of a workspace: kept by name, given to workloads as environment variables, shown to nobody."""

from tidemill.tenancy.secrets.routes import SecretApi
from tidemill.tenancy.secrets.service import WorkspaceSecrets

__all__ = ["SecretApi", "WorkspaceSecrets"]
