"""Metrics that measure a logged model: the same points once more, by model and dataset.

A model has few of them, so each is a row; the run's own series holds the history.
"""

from collections.abc import Iterable
from typing import Protocol

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Edge, Kind, Thing, link
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.tracking.metrics.batch import LoggedPoint
from tidemill.tracking.runs.models import RunHead


class ModelPoint(LoggedPoint, Protocol):
    """A logged point that may name a model, and the dataset that it was measured on."""

    @property
    def model_id(self) -> str | None: ...
    @property
    def dataset_name(self) -> str | None: ...
    @property
    def dataset_digest(self) -> str | None: ...


_COLUMNS = "model_id, run_id, key, value, is_nan, step, timestamp_ms, dataset_name, dataset_digest"
_FIND = "SELECT id, source_run_id FROM logged_models WHERE uuid = ? AND workspace_id = ? AND lifecycle_stage = 'active'"
_IS_THERE = """
SELECT 1 FROM logged_model_metrics WHERE model_id = ? AND run_id = ? AND key = ? AND step = ? AND timestamp_ms = ?
AND is_nan = ? AND COALESCE(value, 0) = ? AND dataset_name = ? AND dataset_digest = ? LIMIT 1
"""


def append(tx: Tx, scope: Scope, run: RunHead, points: Iterable[ModelPoint]) -> None:
    """Add the points that name a model; a point that is there already is not added again.

    That a run measures a model of another run is remembered as lineage: an evaluation. Raises NotFoundError for a model
    that the workspace does not have, InvalidError for half a dataset.
    """
    measured: dict[str, str] = {}
    for point in [each for each in points if each.model_id or each.dataset_name or each.dataset_digest]:
        if bool(point.dataset_name) != bool(point.dataset_digest):
            raise InvalidError("Both dataset_name and dataset_digest must be provided if one is provided")
        if point.model_id:
            found = tx.sql(_FIND, (point.model_id, scope.workspace_id))
            if not found:
                raise NotFoundError(f"Logged model with ID '{point.model_id[:100]}' not found.")
            model_id, measured[point.model_id] = found[0]
            _add(tx, model_id, run, point)
    others = [uuid for uuid, source_run in measured.items() if source_run != run.uuid]
    if others:
        link(tx, scope, [Edge(Thing(Kind.LOGGED_MODEL, uuid), Thing(Kind.RUN, run.uuid)) for uuid in others])


def _add(tx: Tx, model_id: int, run: RunHead, point: ModelPoint) -> None:
    is_nan = point.value != point.value
    dataset = (point.dataset_name or "", point.dataset_digest or "")
    where = (model_id, run.id, point.key)
    when = (is_nan, point.step, point.timestamp)
    if not tx.sql(_IS_THERE, (*where, point.step, point.timestamp, is_nan, 0.0 if is_nan else point.value, *dataset)):
        marks = ", ".join("?" * 9)
        row = (*where, None if is_nan else point.value, *when, *dataset)
        tx.sql(f"INSERT INTO logged_model_metrics ({_COLUMNS}) VALUES ({marks})", row)  # noqa: S608
