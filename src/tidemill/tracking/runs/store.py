"""Writes and single-run queries over runs, always within one workspace; `reading.py` loads many at once.

Driver-level SQL is used where a call of the training loop passes: making and finding the run, params, tags.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments.models import Stage, Tag
from tidemill.tracking.locations import Holder
from tidemill.tracking.runs.models import Param, Run, RunHead
from tidemill.tracking.runs.tables import HEAD_LENGTH, runs

_HEAD = "SELECT id, uuid, experiment_id, lifecycle_stage FROM runs WHERE uuid = ? AND workspace_id = ?"
_ADD = """
INSERT INTO runs (workspace_id, experiment_id, uuid, name, user_id, status, start_ms, lifecycle_stage, artifact_uri)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id
"""
_ADD_PARAM = """
INSERT INTO run_params (run_id, experiment_id, key, value, value_head) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (run_id, key) DO NOTHING
"""
_SET_TAG = """
INSERT INTO run_tags (run_id, experiment_id, key, value, value_head) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value, value_head = excluded.value_head
"""


def head(tx: Tx, scope: Scope, uuid: str) -> RunHead | None:
    """What a write needs to know of the run of this id, whatever its stage."""
    rows = tx.sql(_HEAD, (uuid, scope.workspace_id))
    if not rows:
        return None
    id_, uuid, experiment_id, stage = rows[0]
    return RunHead(id_, uuid, experiment_id, Stage(stage))


def artifact_root(tx: Tx, scope: Scope, uuid: str) -> str | None:
    """Where the artifacts of the run of this id lie, whatever its stage; None where there is none."""
    rows = tx.sql("SELECT artifact_uri FROM runs WHERE uuid = ? AND workspace_id = ?", (uuid, scope.workspace_id))
    return str(rows[0][0]) if rows else None


def starts(tx: Tx, scope: Scope, uuids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Row id and start in ms of each of these runs that the workspace has, in the order asked."""
    query = select(runs.c.uuid, runs.c.id, runs.c.start_ms)
    rows = tx.execute(query.where(runs.c.workspace_id == scope.workspace_id, runs.c.uuid.in_(uuids)))
    found = {row.uuid: (row.id, row.start_ms or 0) for row in rows}
    return {uuid: found[uuid] for uuid in dict.fromkeys(uuids) if uuid in found}


def add(tx: Tx, scope: Scope, run: Run) -> int:
    """Insert a run, whatever its `id`, without what belongs to it; returns its row id."""
    values = (run.uuid, run.name, run.user_id, run.status, run.start_ms, run.stage, run.artifact_uri)
    return int(tx.sql(_ADD, (scope.workspace_id, run.experiment_id, *values))[0][0])


def change(tx: Tx, scope: Scope, run_id: int, values: Mapping[str, Any]) -> None:
    """Set columns of a run."""
    if values:
        of_run = (runs.c.id == run_id, runs.c.workspace_id == scope.workspace_id)
        tx.execute(update(runs).where(*of_run).values(**values))


def set_stage(tx: Tx, scope: Scope, run_id: int, stage: Stage, deleted_ms: int | None) -> None:
    """Delete or restore a run."""
    change(tx, scope, run_id, {"lifecycle_stage": stage, "deleted_ms": deleted_ms})


def change_stage_of_experiment(
    tx: Tx, scope: Scope, experiment_id: int, *, before: Stage, after: Stage, deleted_ms: int | None
) -> None:
    """Delete or restore all runs of an experiment that are in the stage before."""
    of_experiment = (
        runs.c.workspace_id == scope.workspace_id,
        runs.c.experiment_id == experiment_id,
        runs.c.lifecycle_stage == before,
    )
    tx.execute(update(runs).where(*of_experiment).values(lifecycle_stage=after, deleted_ms=deleted_ms))


def add_params(tx: Tx, run: RunHead, params: Sequence[Param]) -> None:
    """Insert the params whose keys are free; those that are taken stay as they are."""
    tx.sql_many(_ADD_PARAM, [_row(run, param.key, param.value) for param in params])


def params_of(tx: Tx, run: RunHead, keys: Sequence[str]) -> dict[str, str]:
    """The stored values of these params."""
    marks = ", ".join("?" * len(keys))
    return dict(tx.sql(f"SELECT key, value FROM run_params WHERE run_id = ? AND key IN ({marks})", (run.id, *keys)))  # noqa: S608


def set_tags(tx: Tx, run: RunHead, tags: Sequence[Tag]) -> None:
    """Insert or overwrite tags."""
    tx.sql_many(_SET_TAG, [_row(run, tag.key, tag.value) for tag in tags])


def tag_of(tx: Tx, run: RunHead, key: str) -> str | None:
    """The value of a tag, if it is set."""
    rows = tx.sql("SELECT value FROM run_tags WHERE run_id = ? AND key = ?", (run.id, key))
    return rows[0][0] if rows else None


def delete_tag(tx: Tx, run: RunHead, key: str) -> bool:
    """Delete a tag; False when it was not there."""
    return bool(tx.sql("DELETE FROM run_tags WHERE run_id = ? AND key = ? RETURNING id", (run.id, key)))


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
    """Up to `limit` runs by id, from after one: deleted before that instant, or of these experiments.

    `locked` ones stay as they are until the transaction ends.
    """
    is_doomed = or_(
        and_(runs.c.lifecycle_stage == Stage.DELETED, runs.c.deleted_ms < before_ms),
        runs.c.experiment_id.in_(experiment_ids),
    )
    query = select(runs.c.id, runs.c.uuid, runs.c.artifact_uri)
    query = query.where(runs.c.workspace_id == scope.workspace_id, runs.c.id > after, is_doomed)
    query = query.order_by(runs.c.id).limit(limit)
    return [Holder(*row) for row in tx.execute(query.with_for_update() if locked else query)]


def remove(tx: Tx, scope: Scope, run_id: int) -> None:
    """Remove a run for good, with all that hangs on it but its artifacts."""
    tx.execute(delete(runs).where(runs.c.id == run_id, runs.c.workspace_id == scope.workspace_id))


def _row(run: RunHead, key: str, value: str) -> tuple[int, int, str, str, str]:
    return run.id, run.experiment_id, key, value, value[:HEAD_LENGTH]
