"""Putting known runs straight into the tables, so that a search can be held against what is known."""

import math
from collections.abc import Sequence

from tests.tracking.search.oracle import KnownRun
from tidemill.core.database import Tx
from tidemill.tracking.runs.tables import HEAD_LENGTH

WORKSPACES = (1, 2)
EXPERIMENTS = {1: 1, 2: 1, 3: 1, 4: 2}
"""Which workspace each experiment is in."""


def fill(tx: Tx, runs: Sequence[KnownRun]) -> None:
    """Insert the workspaces, the experiments and these runs."""
    tx.sql_many(
        "INSERT INTO workspaces (id, name, description, created_ms) VALUES (?, ?, '', 0)",
        [(workspace_id, f"w{workspace_id}") for workspace_id in WORKSPACES],
    )
    tx.sql_many(
        """INSERT INTO experiments
        (id, workspace_id, name, artifact_location, lifecycle_stage, created_ms, updated_ms)
        VALUES (?, ?, ?, '', 'active', 0, 0)""",
        [(id_, workspace_id, f"e{id_}") for id_, workspace_id in EXPERIMENTS.items()],
    )
    _fill_runs(tx, runs)
    _fill_metrics(tx, runs)
    for table in ("params", "tags"):
        tx.sql_many(
            f"INSERT INTO run_{table} (run_id, experiment_id, key, value, value_head) VALUES (?, ?, ?, ?, ?)",
            [
                (run.id, run.experiment_id, key, value, value[:HEAD_LENGTH])
                for run in runs
                for key, value in getattr(run, table).items()
            ],
        )
    _fill_datasets(tx, runs)


def empty(tx: Tx) -> None:
    """Delete all that `fill` inserted."""
    for table in ("experiments", "workspaces"):
        tx.sql(f"DELETE FROM {table}")


def _fill_runs(tx: Tx, runs: Sequence[KnownRun]) -> None:
    tx.sql_many(
        """INSERT INTO runs (id, workspace_id, experiment_id, uuid, name, user_id, status, start_ms, end_ms,
        lifecycle_stage, artifact_uri) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                run.id,
                run.workspace_id,
                run.experiment_id,
                run.uuid,
                run.name,
                run.user_id,
                run.status,
                run.start,
                run.end,
                run.stage,
                run.artifact_uri,
            )
            for run in runs
        ],
    )


def _fill_metrics(tx: Tx, runs: Sequence[KnownRun]) -> None:
    tx.sql_many(
        """INSERT INTO latest_metrics
        (run_id, experiment_id, key, value, is_nan, step, timestamp_ms, min_value, max_value, points)
        VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, 1)""",
        [
            (
                run.id,
                run.experiment_id,
                key,
                None if math.isnan(metric.last) else metric.last,
                math.isnan(metric.last),
                metric.smallest,
                metric.largest,
            )
            for run in runs
            for key, metric in run.metrics.items()
        ],
    )


def _fill_datasets(tx: Tx, runs: Sequence[KnownRun]) -> None:
    known: dict[tuple[int, str, str], int] = {}
    for run in runs:
        for name, digest, _ in run.datasets:
            known.setdefault((run.experiment_id, name, digest), len(known) + 1)
    tx.sql_many(
        """INSERT INTO input_datasets (id, experiment_id, name, digest, source_type, source)
        VALUES (?, ?, ?, ?, '', '')""",
        [(id_, *dataset) for dataset, id_ in known.items()],
    )
    tx.sql_many(
        "INSERT INTO run_dataset_inputs (run_id, dataset_id, context) VALUES (?, ?, ?)",
        [
            (run.id, known[run.experiment_id, name, digest], context)
            for run in runs
            for name, digest, context in run.datasets
        ],
    )
