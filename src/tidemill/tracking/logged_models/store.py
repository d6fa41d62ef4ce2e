"""Queries over logged models, always within one workspace."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments.models import Stage, Tag
from tidemill.tracking.locations import Holder
from tidemill.tracking.logged_models.models import LoggedModel, ModelMetric
from tidemill.tracking.logged_models.tables import (
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from tidemill.tracking.runs.models import Param
from tidemill.tracking.runs.tables import runs

_NAN = float("nan")


def by_uuid(tx: Tx, scope: Scope, uuid: str) -> LoggedModel | None:
    """The model of this id, whatever its stage."""
    of_scope = (logged_models.c.uuid == uuid, logged_models.c.workspace_id == scope.workspace_id)
    row = tx.execute(select(logged_models).where(*of_scope)).one_or_none()
    return None if row is None else _fill(tx, [_model(row)])[0]


def load(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[LoggedModel]:
    """The models of these row ids, in this order; ids of other workspaces are left out."""
    of_scope = (logged_models.c.id.in_(ids), logged_models.c.workspace_id == scope.workspace_id)
    found = {row.id: _model(row) for row in tx.execute(select(logged_models).where(*of_scope))}
    return _fill(tx, [found[id_] for id_ in ids if id_ in found])


def add(tx: Tx, scope: Scope, values: Mapping[str, Any]) -> int:
    """Insert a model; returns its row id."""
    statement = insert(logged_models).values(workspace_id=scope.workspace_id, **values).returning(logged_models.c.id)
    return int(tx.execute(statement).scalar_one())


def change(tx: Tx, scope: Scope, model_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a model."""
    of_scope = (logged_models.c.id == model_id, logged_models.c.workspace_id == scope.workspace_id)
    tx.execute(update(logged_models).where(*of_scope).values(**values))


def add_params(tx: Tx, model_id: int, params: Iterable[Param]) -> None:
    """Insert the params whose keys are free."""
    rows = [{"model_id": model_id, "key": param.key, "value": param.value} for param in params]
    if rows:
        tx.execute(tx.insert(logged_model_params).on_conflict_do_nothing(), rows)


def set_tags(tx: Tx, model_id: int, tags: Iterable[Tag]) -> None:
    """Insert or overwrite tags."""
    rows = [{"model_id": model_id, "key": tag.key, "value": tag.value} for tag in tags]
    if rows:
        statement = tx.insert(logged_model_tags)
        set_ = {"value": statement.excluded.value}
        tx.execute(statement.on_conflict_do_update(index_elements=["model_id", "key"], set_=set_), rows)


def delete_tag(tx: Tx, model_id: int, key: str) -> bool:
    """Delete a tag; False when it was not there."""
    of_key = (logged_model_tags.c.model_id == model_id, logged_model_tags.c.key == key)
    return tx.execute(delete(logged_model_tags).where(*of_key)).rowcount > 0


def doomed(
    tx: Tx,
    scope: Scope,
    before_ms: int,
    experiment_ids: Sequence[int],
    *,
    limit: int,
    after: int = 0,
    locked: bool = False,
) -> list[Holder]:
    """Up to `limit` models by id, from after one: deleted before that instant, or of these experiments.

    `locked` ones stay as they are until the transaction ends.
    """
    models = logged_models.c
    is_doomed = or_(
        and_(models.lifecycle_stage == Stage.DELETED, models.updated_ms < before_ms),
        models.experiment_id.in_(experiment_ids),
    )
    query = select(models.id, models.uuid, models.artifact_uri)
    query = query.where(models.workspace_id == scope.workspace_id, models.id > after, is_doomed)
    query = query.order_by(models.id).limit(limit)
    return [Holder(*row) for row in tx.execute(query.with_for_update() if locked else query)]


def remove(tx: Tx, scope: Scope, model_id: int) -> None:
    """Remove a model for good, with all that hangs on it but its artifacts."""
    of_scope = (logged_models.c.id == model_id, logged_models.c.workspace_id == scope.workspace_id)
    tx.execute(delete(logged_models).where(*of_scope))


def _model(row: Any) -> LoggedModel:
    return LoggedModel(
        row.id,
        row.uuid,
        row.experiment_id,
        row.name,
        row.model_type,
        row.source_run_id,
        row.status,
        row.artifact_uri,
        Stage(row.lifecycle_stage),
        row.created_ms,
        row.updated_ms,
    )


def _fill(tx: Tx, models: list[LoggedModel]) -> list[LoggedModel]:
    by_id = {model.id: model for model in models}
    params, tags, metrics = logged_model_params.c, logged_model_tags.c, logged_model_metrics.c
    for row in tx.execute(select(logged_model_params).where(params.model_id.in_(by_id)).order_by(params.key)):
        by_id[row.model_id].params.append(Param(row.key, row.value))
    for row in tx.execute(select(logged_model_tags).where(tags.model_id.in_(by_id)).order_by(tags.key)):
        by_id[row.model_id].tags.append(Tag(row.key, row.value))
    measured = select(logged_model_metrics, runs.c.uuid).join(runs, runs.c.id == metrics.run_id)
    for row in tx.execute(measured.where(metrics.model_id.in_(by_id)).order_by(metrics.id)):
        value = _NAN if row.is_nan else row.value
        dataset = (row.dataset_name, row.dataset_digest)
        by_id[row.model_id].metrics.append(ModelMetric(row.key, value, row.timestamp_ms, row.step, row.uuid, *dataset))
    return models
