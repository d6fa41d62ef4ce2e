"""Metrics that measure a logged model: the same points once more, by model and dataset.

A model has few of them, so each is a row; the run's own series holds the history.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.runs.models import RunHead

if TYPE_CHECKING:
    from tidemill.tracking.metrics.logging import MetricPoint

_INSERT = """
INSERT INTO logged_model_metrics
  (model_id, run_id, key, value, is_nan, step, timestamp_ms, dataset_name, dataset_digest)
SELECT m.id, ?, ?, ?, ?, ?, ?, ?, ? FROM logged_models m WHERE m.uuid = ? AND m.workspace_id = ?
AND NOT EXISTS (
  SELECT 1 FROM logged_model_metrics o WHERE o.model_id = m.id AND o.run_id = ? AND o.key = ? AND o.step = ?
  AND o.timestamp_ms = ? AND o.is_nan = ? AND COALESCE(o.value, 0) = ? AND o.dataset_name = ? AND o.dataset_digest = ?)
"""


def append(tx: Tx, scope: Scope, run: RunHead, points: "Sequence[MetricPoint]") -> None:
    """Add the points that name a model of this workspace; a point that is there already is not added again."""
    for point in points:
        if point.model_id:
            is_nan = point.value != point.value
            identity = (run.id, point.key, point.step, point.timestamp, is_nan)
            value = None if is_nan else point.value
            dataset = (point.dataset_name or "", point.dataset_digest or "")
            row = (run.id, point.key, value, is_nan, point.step, point.timestamp, *dataset)
            tx.sql(_INSERT, (*row, point.model_id, scope.workspace_id, *identity, value or 0.0, *dataset))
