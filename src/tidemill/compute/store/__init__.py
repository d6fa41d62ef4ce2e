"""The tables of compute: `moving` for the controller, over all workspaces; `asking` for a user, within a scope."""

from tidemill.compute.store.moving import SqlComputeStore
from tidemill.compute.store.port import ComputeStore

__all__ = ["ComputeStore", "SqlComputeStore"]
