"""Writes of what runs took in and gave out; the callers have found the run in its workspace."""

from typing import Any, Literal

from sqlalchemy import select

from tidemill.core.database import Tx
from tidemill.tracking.inputs.tables import input_datasets, run_dataset_input_tags, run_dataset_inputs, run_models
from tidemill.tracking.runs.models import InputDataset, ModelUse, RunHead

CONTEXT_TAG = "mlflow.data.context"
Direction = Literal["input", "output"]


def attach_model(tx: Tx, run: RunHead, use: ModelUse, direction: Direction) -> None:
    """Say that a run took or gave a model; the first step that was said stays."""
    values = {"run_id": run.id, "model_uuid": use.model_uuid, "direction": direction, "step": use.step}
    tx.execute(tx.insert(run_models).values(**values).on_conflict_do_nothing())


def attach_dataset(tx: Tx, run: RunHead, dataset: InputDataset) -> None:
    """The first description of a dataset in an experiment stays, and so do the first tags of an input."""
    described = {
        "experiment_id": run.experiment_id,
        "name": dataset.name,
        "digest": dataset.digest,
        "source_type": dataset.source_type,
        "source": dataset.source,
        "schema": dataset.schema,
        "profile": dataset.profile,
    }
    tx.execute(tx.insert(input_datasets).values(**described).on_conflict_do_nothing())
    columns = input_datasets.c
    same = (columns.experiment_id == run.experiment_id, columns.name == dataset.name, columns.digest == dataset.digest)
    dataset_id = tx.execute(select(columns.id).where(*same)).scalar_one()
    context = next((tag.value for tag in dataset.tags if tag.key == CONTEXT_TAG), "")
    used = {"run_id": run.id, "dataset_id": dataset_id, "context": context}
    statement = tx.insert(run_dataset_inputs).values(**used).on_conflict_do_nothing().returning(run_dataset_inputs.c.id)
    input_id = tx.execute(statement).scalar_one_or_none()
    if input_id is not None and dataset.tags:
        rows: list[dict[str, Any]] = [
            {"input_id": input_id, "key": tag.key, "value": tag.value} for tag in dataset.tags
        ]
        tx.execute(tx.insert(run_dataset_input_tags), rows)
