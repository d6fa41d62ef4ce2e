"""The parent and children of a run, which are joined by a tag only."""

from dataclasses import dataclass
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.runs.models import Run
from tidemill.tracking.runs.tables import HEAD_LENGTH

PARENT_TAG = "mlflow.parentRunId"
_CHILDREN = """
FROM run_tags t JOIN runs r ON r.id = t.run_id
WHERE t.experiment_id = ? AND t.key = ? AND t.value_head = ? AND r.workspace_id = ? AND r.lifecycle_stage = 'active'
"""


@dataclass(frozen=True, slots=True)
class Relative:
    """A run as its relatives' pages name it."""

    uuid: str
    name: str
    status: str
    start_ms: int | None


@dataclass(frozen=True, slots=True)
class Family:
    """The parent, the first children in order of start, and how many children there are."""

    parent: Relative | None
    children: list[Relative]
    children_total: int


def family_of(tx: Tx, scope: Scope, run: Run, limit: int) -> Family:
    """The relatives of a run."""
    query = (run.experiment_id, PARENT_TAG, run.uuid[:HEAD_LENGTH], scope.workspace_id)
    total = tx.sql(f"SELECT COUNT(*) {_CHILDREN}", query)[0][0]
    columns = "SELECT r.uuid, r.name, r.status, r.start_ms"
    children = tx.sql(f"{columns} {_CHILDREN} ORDER BY r.start_ms, r.id LIMIT ?", (*query, limit)) if total else []
    return Family(_parent(tx, scope, run), [Relative(*row) for row in children], total)


def _parent(tx: Tx, scope: Scope, run: Run) -> Relative | None:
    if (uuid := run.tag(PARENT_TAG)) is None:
        return None
    query = "SELECT uuid, name, status, start_ms FROM runs WHERE uuid = ? AND workspace_id = ?"
    rows: list[Any] = tx.sql(query, (uuid, scope.workspace_id))
    return Relative(*rows[0]) if rows else None
