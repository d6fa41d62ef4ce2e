"""Queries over experiments, always within one workspace.

Driver-level SQL is used to find one experiment: every run that is created looks for its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import AlreadyExistsError
from tidemill.tracking.experiments.models import Experiment, Stage, Tag
from tidemill.tracking.experiments.tables import experiment_tags, experiments

_COLUMNS = "id, name, artifact_location, lifecycle_stage, created_ms, updated_ms"


def by_id(tx: Tx, scope: Scope, experiment_id: int) -> Experiment | None:
    """The experiment of this id, whatever its stage."""
    return _one(tx, scope, "id", experiment_id)


def by_name(tx: Tx, scope: Scope, name: str) -> Experiment | None:
    """The experiment of this name, whatever its stage."""
    return _one(tx, scope, "name", name)


def load(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[Experiment]:
    """The experiments of these ids, in this order; ids of other workspaces are left out."""
    among, parameter = tx.any_of(ids)
    query = f"SELECT {_COLUMNS} FROM experiments WHERE id {among} AND workspace_id = ?"  # noqa: S608
    tags = _tags_of(tx, ids)
    found = {row[0]: _experiment(row, tags.get(row[0], [])) for row in tx.sql(query, (parameter, scope.workspace_id))}
    return [found[id_] for id_ in ids if id_ in found]


def names(tx: Tx, scope: Scope, ids: Iterable[int]) -> dict[int, str]:
    """The name of each of these experiments."""
    query = select(experiments.c.id, experiments.c.name).where(_scoped(scope), experiments.c.id.in_(list(ids)))
    return {row.id: row.name for row in tx.execute(query)}


def add(tx: Tx, scope: Scope, values: Mapping[str, Any]) -> int:
    """Insert an experiment; returns its id. AlreadyExistsError when another transaction took the name just now."""
    statement = tx.insert(experiments).values(workspace_id=scope.workspace_id, **values).on_conflict_do_nothing()
    id_ = tx.execute(statement.returning(experiments.c.id)).scalar_one_or_none()
    if id_ is None:
        raise AlreadyExistsError(f"Experiment(name={values['name']}) already exists.", hint="use it")
    return int(id_)


def change(tx: Tx, scope: Scope, experiment_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of an experiment."""
    tx.execute(update(experiments).where(_scoped(scope), experiments.c.id == experiment_id).values(**values))


def set_tags(tx: Tx, experiment_id: int, tags: Iterable[Tag]) -> None:
    """Insert or overwrite tags of an experiment of this scope."""
    rows = [{"experiment_id": experiment_id, "key": tag.key, "value": tag.value} for tag in tags]
    if rows:
        statement = tx.insert(experiment_tags)
        keys = ["experiment_id", "key"]
        tx.execute(statement.on_conflict_do_update(index_elements=keys, set_={"value": statement.excluded.value}), rows)


def delete_tag(tx: Tx, experiment_id: int, key: str) -> bool:
    """Delete a tag; False when it was not there."""
    of_key = and_(experiment_tags.c.experiment_id == experiment_id, experiment_tags.c.key == key)
    return tx.execute(delete(experiment_tags).where(of_key)).rowcount > 0


def deleted_before(tx: Tx, scope: Scope, before_ms: int, *, locked: bool = False) -> list[int]:
    """The experiments that were deleted before that instant; `locked` ones stay so until the transaction ends."""
    # A deleted experiment cannot be changed: its last change is its deletion.
    is_doomed = (experiments.c.lifecycle_stage == Stage.DELETED, experiments.c.updated_ms < before_ms)
    query = select(experiments.c.id).where(_scoped(scope), *is_doomed).order_by(experiments.c.id)
    return list(tx.execute(query.with_for_update() if locked else query).scalars())


def tagged(tx: Tx, scope: Scope, key: str) -> list[Experiment]:
    """The experiments that have this tag, by id, whatever their stage."""
    query = select(experiments.c.id).join(experiment_tags, experiment_tags.c.experiment_id == experiments.c.id)
    query = query.where(_scoped(scope), experiment_tags.c.key == key).order_by(experiments.c.id)
    return load(tx, scope, list(tx.execute(query).scalars()))


def remove(tx: Tx, scope: Scope, experiment_id: int) -> None:
    """Remove an experiment for good, with all that hangs on it but artifacts."""
    tx.execute(delete(experiments).where(_scoped(scope), experiments.c.id == experiment_id))


def _scoped(scope: Scope) -> Any:
    return experiments.c.workspace_id == scope.workspace_id


def _one(tx: Tx, scope: Scope, column: str, value: int | str) -> Experiment | None:
    query = f"SELECT {_COLUMNS} FROM experiments WHERE {column} = ? AND workspace_id = ?"  # noqa: S608 - names of ours
    rows = tx.sql(query, (value, scope.workspace_id))
    return _experiment(rows[0], _tags_of(tx, [rows[0][0]]).get(rows[0][0], [])) if rows else None


def _tags_of(tx: Tx, ids: Sequence[int]) -> dict[int, list[Tag]]:
    """The tags of each of these experiments, by key in code point order."""
    tags: dict[int, list[Tag]] = {}
    among, parameter = tx.any_of(ids)
    query = f"SELECT experiment_id, key, value FROM experiment_tags WHERE experiment_id {among}"  # noqa: S608
    for experiment_id, key, value in sorted(tx.sql(query, (parameter,))):
        tags.setdefault(experiment_id, []).append(Tag(key, value))
    return tags


def _experiment(row: Any, tags: list[Tag]) -> Experiment:
    id_, name, artifact_location, stage, created_ms, updated_ms = row
    return Experiment(id_, name, artifact_location, Stage(stage), created_ms, updated_ms, tags)
