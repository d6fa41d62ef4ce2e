"""Datasets themselves, with their tags and experiments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.datasets.models import Dataset
from tidemill.tracking.datasets.tables import dataset_experiments, dataset_tags, datasets
from tidemill.tracking.experiments.models import Tag

_IDS_AT_ONCE = 5000  # SQLite takes 32,766 parameters


def by_uuid(tx: Tx, scope: Scope, uuid: str, *, to_write: bool = False) -> Dataset | None:
    """The dataset of this id. `to_write` keeps other writers of this one dataset waiting until the unit has ended."""
    found = select(datasets).where(datasets.c.uuid == uuid, datasets.c.workspace_id == scope.workspace_id)
    row = tx.execute(found.with_for_update() if to_write else found).one_or_none()
    return None if row is None else _dataset(row, _tags_of(tx, [row.id]).get(row.id, []))


def load(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[Dataset]:
    """The datasets of these row ids, in this order; ids of other workspaces are left out."""
    found: dict[int, Dataset] = {}
    for some in _in_parts(ids):
        query = select(datasets).where(datasets.c.id.in_(some), datasets.c.workspace_id == scope.workspace_id)
        rows = tx.execute(query).all()
        tags = _tags_of(tx, some)
        found |= {row.id: _dataset(row, tags.get(row.id, [])) for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def add(tx: Tx, scope: Scope, values: Mapping[str, Any]) -> int:
    """Insert a dataset without records; returns its row id."""
    row = {"workspace_id": scope.workspace_id, "record_count": 0, "fingerprint": 0, **values}
    return int(tx.execute(insert(datasets).values(**row).returning(datasets.c.id)).scalar_one())


def change(tx: Tx, scope: Scope, dataset_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a dataset."""
    of_scope = (datasets.c.id == dataset_id, datasets.c.workspace_id == scope.workspace_id)
    tx.execute(update(datasets).where(*of_scope).values(**values))


def remove(tx: Tx, scope: Scope, uuid: str) -> None:
    """Remove a dataset and all that hangs on it, if it is there."""
    tx.execute(delete(datasets).where(datasets.c.uuid == uuid, datasets.c.workspace_id == scope.workspace_id))


def set_tags(tx: Tx, dataset_id: int, tags: Iterable[Tag]) -> None:
    """Insert or overwrite tags."""
    rows = [{"dataset_id": dataset_id, "key": tag.key, "value": tag.value} for tag in tags]
    if rows:
        statement = tx.insert(dataset_tags)
        set_ = {"value": statement.excluded.value}
        tx.execute(statement.on_conflict_do_update(index_elements=["dataset_id", "key"], set_=set_), rows)


def count_tags(tx: Tx, dataset_id: int) -> int:
    """How many tags a dataset has."""
    return tx.execute(
        select(func.count()).select_from(dataset_tags).where(dataset_tags.c.dataset_id == dataset_id)
    ).scalar_one()


def delete_tag(tx: Tx, scope: Scope, uuid: str, key: str) -> None:
    """Delete a tag, if dataset and tag are there."""
    mine = select(datasets.c.id).where(datasets.c.uuid == uuid, datasets.c.workspace_id == scope.workspace_id)
    tx.execute(delete(dataset_tags).where(dataset_tags.c.dataset_id.in_(mine), dataset_tags.c.key == key))


def experiments_of(tx: Tx, scope: Scope, uuid: str) -> list[int]:
    """The experiments of a dataset, in order; none where there is no such dataset."""
    joined = select(dataset_experiments.c.experiment_id).join(datasets)
    mine = joined.where(datasets.c.uuid == uuid, datasets.c.workspace_id == scope.workspace_id)
    return list(tx.execute(mine.order_by(dataset_experiments.c.experiment_id)).scalars())


def add_experiments(tx: Tx, dataset_id: int, experiment_ids: Iterable[int]) -> bool:
    """Add a dataset to experiments; False when it was in all of them."""
    rows = [{"dataset_id": dataset_id, "experiment_id": id_} for id_ in sorted(set(experiment_ids))]
    if not rows:
        return False
    statement = tx.insert(dataset_experiments).values(rows).on_conflict_do_nothing()
    return bool(tx.execute(statement.returning(dataset_experiments.c.experiment_id)).all())


def remove_experiments(tx: Tx, dataset_id: int, experiment_ids: Sequence[int]) -> bool:
    """Take a dataset out of experiments; False when it was in none of them."""
    columns = dataset_experiments.c
    of_dataset = (columns.dataset_id == dataset_id, columns.experiment_id.in_(experiment_ids))
    return tx.execute(delete(dataset_experiments).where(*of_dataset)).rowcount > 0


def _tags_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[Tag]]:
    tags: dict[int, list[Tag]] = {}
    query = select(dataset_tags).where(dataset_tags.c.dataset_id.in_(ids)).order_by(dataset_tags.c.key)
    for row in tx.execute(query):
        tags.setdefault(row.dataset_id, []).append(Tag(row.key, row.value))
    return tags


def _in_parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))


def _dataset(row: Row[Any], tags: list[Tag]) -> Dataset:
    return Dataset(
        id=row.id,
        uuid=row.uuid,
        name=row.name,
        schema=row.schema,
        record_count=row.record_count,
        fingerprint=row.fingerprint,
        created_ms=row.created_ms,
        updated_ms=row.updated_ms,
        created_by=row.created_by,
        updated_by=row.updated_by,
        tags=tags,
    )
