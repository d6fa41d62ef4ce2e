"""Datasets themselves, with their tags and experiments."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.datasets.models import Dataset
from tidemill.tracking.datasets.tables import dataset_experiments, dataset_tags, datasets
from tidemill.tracking.experiments.models import Tag


def by_uuid(tx: Tx, scope: Scope, uuid: str, *, to_write: bool = False) -> Dataset | None:
    """The dataset of this id. `to_write` keeps other writers of this one dataset waiting until the unit has ended."""
    found = select(datasets).where(datasets.c.uuid == uuid, datasets.c.workspace_id == scope.workspace_id)
    row = tx.execute(found.with_for_update() if to_write else found).one_or_none()
    return None if row is None else _dataset(row, _tags_of(tx, [row.id]).get(row.id, []))


def load(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[Dataset]:
    """The datasets of these row ids, in this order; ids of other workspaces are left out."""
    condition, parameter = tx.any_of(ids)
    names = ", ".join(column.name for column in datasets.columns)
    query = f"SELECT {names} FROM datasets WHERE id {condition} AND workspace_id = ?"  # noqa: S608
    rows = [Row_(*row) for row in tx.sql(query, (parameter, scope.workspace_id))]
    return rows
