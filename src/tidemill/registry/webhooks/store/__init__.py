"""Queries over webhooks within one workspace, and over deliveries; those of the sender are of all workspaces."""

from tidemill.registry.webhooks.store import deliveries, hooks

__all__ = ["deliveries", "hooks"]
