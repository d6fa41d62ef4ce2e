"""Queries over workspaces: the only ones without a scope, since they are what a scope is made of."""

from typing import Any

from sqlalchemy import select

from tidemill.core.database import Tx
from tidemill.tenancy.models import Workspace
from tidemill.tenancy.tables import workspaces


def by_name(tx: Tx, name: str) -> Workspace | None:
    """The workspace of this name."""
    row = tx.execute(select(workspaces).where(workspaces.c.name == name)).one_or_none()
    return None if row is None else _workspace(row)


def all_workspaces(tx: Tx) -> list[Workspace]:
    """Every workspace, by name."""
    return [_workspace(row) for row in tx.execute(select(workspaces).order_by(workspaces.c.name))]


def add_if_missing(tx: Tx, workspace: Workspace) -> None:
    """Insert the workspace unless its id or name is there."""
    values = {
        "id": workspace.id,
        "name": workspace.name,
        "description": workspace.description,
        "created_ms": workspace.created_ms,
    }
    tx.execute(tx.insert(workspaces).values(**values).on_conflict_do_nothing())


def _workspace(row: Any) -> Workspace:
    return Workspace(row.id, row.name, row.description, row.created_ms)
