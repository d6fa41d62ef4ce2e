"""Loading runs with all that belongs to them: one query per kind of thing, however many runs.

A search answers with up to 50,000 runs of dozens of params and metrics each, so rows go straight from the driver
into the domain's structs.
"""

from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments.models import Stage, Tag
from tidemill.tracking.runs.models import PARENT_TAG, InputDataset, LatestMetric, ModelUse, Param, Run, Selection

_RUN_COLUMNS = "id, uuid, experiment_id, name, user_id, status, start_ms, end_ms, lifecycle_stage, artifact_uri"
_BATCH = 5000
_NAN = float("nan")


def load(
    tx: Tx, scope: Scope, ids: Sequence[int], selection: Selection | None = None, *, extremes: bool = True
) -> list[Run]:
    """The runs of these row ids, in this order; ids of other workspaces are left out.

    With a selection they have no more metrics, params and tags than it names, and no texts of their datasets. Without
    `extremes` their metrics are their latest points and no more.
    """
    loaded: list[Run] = []
    for start in range(0, len(ids), _BATCH):
        condition, parameter = tx.any_of(ids[start : start + _BATCH])
        # The plus keeps SQLite from walking every run of the workspace instead of looking these up.
        query = f"SELECT {_RUN_COLUMNS} FROM runs WHERE id {condition} AND +workspace_id = ?"  # noqa: S608
        found = {row[0]: _run(row) for row in tx.sql(query, (parameter, scope.workspace_id))}
        runs = [found[id_] for id_ in ids[start : start + _BATCH] if id_ in found]
        loaded += _fill(tx, runs, selection, extremes=extremes)
    return loaded


def by_uuid(tx: Tx, scope: Scope, uuid: str) -> Run | None:
    """The run of this id, whatever its stage."""
    rows = tx.sql(f"SELECT {_RUN_COLUMNS} FROM runs WHERE uuid = ? AND workspace_id = ?", (uuid, scope.workspace_id))  # noqa: S608
    return _fill(tx, [_run(rows[0])])[0] if rows else None


def count_children(tx: Tx, scope: Scope, runs: Sequence[Run], stages: Sequence[Stage]) -> dict[str, int]:
    """How many children at these stages each of these runs has; runs without any are left out."""
    at_stages, stage_names = tx.any_of([str(stage) for stage in stages])
    experiments, experiment_ids = tx.any_of(sorted({run.experiment_id for run in runs}))
    uuids, parameter = tx.any_of([run.uuid for run in runs])
    query = f"""SELECT t.value_head, COUNT(*) FROM run_tags t JOIN runs r ON r.id = t.run_id
    WHERE t.experiment_id {experiments} AND t.key = ? AND t.value_head {uuids}
    AND r.workspace_id = ? AND r.lifecycle_stage {at_stages} GROUP BY t.value_head"""  # noqa: S608
    parameters = (experiment_ids, PARENT_TAG, parameter, scope.workspace_id, stage_names)
    return dict(tx.sql(query, parameters)) if runs else {}


def _run(row: Any) -> Run:
    id_, uuid, experiment_id, name, user_id, status, start_ms, end_ms, stage, artifact_uri = row
    return Run(id_, uuid, experiment_id, name, user_id, status, start_ms, end_ms, Stage(stage), artifact_uri)


def _fill(tx: Tx, runs: list[Run], selection: Selection | None = None, *, extremes: bool = True) -> list[Run]:
    by_id = {run.id: run for run in runs}
    condition, parameter = tx.any_of(list(by_id))

    def keyed(table: str, columns: str, keys: Sequence[str] | None) -> list[Any]:
        if keys is None:
            return tx.sql(_children(table, f"run_id, key, {columns}", condition), (parameter,))
        among, names = tx.any_of(list(keys))
        query = _children(table, f"run_id, key, {columns}", f"{condition} AND key {among}")
        return tx.sql(query, (parameter, names)) if keys else []

    for run_id, key, value in keyed("run_params", "value", selection and selection.params):
        by_id[run_id].params.append(Param(key, value))
    for run_id, key, value in keyed("run_tags", "value", selection and selection.tags):
        by_id[run_id].tags.append(Tag(key, value))
    columns = f"value, is_nan, timestamp_ms, step{', min_value, max_value, points' if extremes else ''}"
    for run_id, key, value, is_nan, *rest in keyed("latest_metrics", columns, selection and selection.metrics):
        by_id[run_id].metrics.append(LatestMetric(key, _NAN if is_nan else value, *rest))
    _fill_inputs(tx, by_id, condition, parameter, with_texts=selection is None)
    columns = "run_id, model_uuid, step, direction"
    for run_id, model, step, direction in tx.sql(
        _children("run_models", columns, condition, order="model_uuid"), (parameter,)
    ):
        run = by_id[run_id]
        (run.model_inputs if direction == "input" else run.model_outputs).append(ModelUse(model, step))
    return runs


def _children(table: str, columns: str, condition: str, order: str = "key") -> str:
    return f"SELECT {columns} FROM {table} WHERE run_id {condition} ORDER BY run_id, {order}"  # noqa: S608


def _fill_inputs(tx: Tx, by_id: dict[int, Run], condition: str, parameter: Any, *, with_texts: bool) -> None:
    texts = "d.source, d.schema, d.profile" if with_texts else "'', NULL, NULL"
    rows = tx.sql(
        f"""SELECT i.run_id, i.id, d.name, d.digest, d.source_type, {texts}
        FROM run_dataset_inputs i JOIN input_datasets d ON d.id = i.dataset_id
        WHERE i.run_id {condition} ORDER BY i.run_id, i.id""",  # noqa: S608
        (parameter,),
    )
    if not rows:
        return
    inputs: dict[int, InputDataset] = {}
    for run_id, input_id, name, digest, source_type, source, schema, profile in rows:
        inputs[input_id] = InputDataset(name, digest, source_type, source, schema, profile, [])
        by_id[run_id].datasets.append(inputs[input_id])
    condition, parameter = tx.any_of(list(inputs))
    query = f"SELECT input_id, key, value FROM run_dataset_input_tags WHERE input_id {condition}"  # noqa: S608
    for input_id, key, value in sorted(tx.sql(query, (parameter,))):  # by key, whatever the database collates
        inputs[input_id].tags.append(Tag(key, value))
