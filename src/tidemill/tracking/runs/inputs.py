"""What runs took in and gave out: datasets and logged models."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError
from tidemill.tracking.datasets.tables import input_datasets, run_dataset_input_tags, run_dataset_inputs
from tidemill.tracking.logged_models.tables import run_models
from tidemill.tracking.runs.models import InputDataset, ModelUse, RunHead
from tidemill.tracking.runs.service import require_active

CONTEXT_TAG = "mlflow.data.context"
_LIMITS = {"name": 500, "digest": 36, "source": 65_535, "schema": 1_048_575, "profile": 16_777_215}
_MAX_TAG_KEY = 255
_MAX_TAG_VALUE = 500


class RunInputs:
    """Attaches datasets and models to active runs; attaching the same again changes nothing."""

    def __init__(self, database: Database, events: EventBus) -> None:
        self._database = database
        self._events = events

    async def log_inputs(
        self, scope: Scope, uuid: str, datasets: Sequence[InputDataset], models: Sequence[ModelUse]
    ) -> None:
        """Say which datasets and models a run took."""
        for dataset in datasets:
            _check_dataset(dataset)
        await self._attach(scope, uuid, datasets, models, "input")

    async def log_outputs(self, scope: Scope, uuid: str, models: Sequence[ModelUse]) -> None:
        """Say which models a run gave."""
        await self._attach(scope, uuid, (), models, "output")

    async def _attach(
        self, scope: Scope, uuid: str, datasets: Sequence[InputDataset], models: Sequence[ModelUse], direction: str
    ) -> None:
        def unit(tx: Tx) -> None:
            run = require_active(tx, scope, uuid)
            for dataset in datasets:
                _attach_dataset(tx, run, dataset)
            for use in models:
                values = {"run_id": run.id, "model_uuid": use.model_uuid, "direction": direction, "step": use.step}
                tx.execute(tx.insert(run_models).values(**values).on_conflict_do_nothing())
            event = Event("run", scope.workspace_id, run.experiment_id, run.uuid)
            tx.after_commit.append(lambda: self._events.publish(event))

        await self._database.write(unit)


def _attach_dataset(tx: Tx, run: RunHead, dataset: InputDataset) -> None:
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


def _check_dataset(dataset: InputDataset) -> None:
    for name, limit in _LIMITS.items():
        if len(getattr(dataset, name) or "") > limit:
            raise InvalidError(f"'{name}' exceeds the maximum length of {limit} characters")
    for tag in dataset.tags:
        if len(tag.key) > _MAX_TAG_KEY:
            raise InvalidError(f"'key' exceeds the maximum length of {_MAX_TAG_KEY} characters")
        if len(tag.value) > _MAX_TAG_VALUE:
            raise InvalidError(f"'value' exceeds the maximum length of {_MAX_TAG_VALUE} characters")
    if len({tag.key for tag in dataset.tags}) < len(dataset.tags):
        raise InvalidError("a tag key stands more than once in one input", hint="send each key once")
