"""Tenancy: workspaces, who asks, what they may do, and the gate in front of every route."""

from tidemill.tenancy.gate import Gate
from tidemill.tenancy.identities import Identities, SingleUser
from tidemill.tenancy.models import Workspace
from tidemill.tenancy.origin import OriginRules, is_loopback
from tidemill.tenancy.routes import WorkspaceApi
from tidemill.tenancy.secrets import SecretApi, WorkspaceSecrets
from tidemill.tenancy.service import Workspaces

__all__ = [
    "Gate",
    "Identities",
    "OriginRules",
    "SecretApi",
    "SingleUser",
    "Workspace",
    "WorkspaceApi",
    "WorkspaceSecrets",
    "Workspaces",
    "is_loopback",
]
