"""What runs took in and gave out: datasets and logged models."""

from collections.abc import Iterator, Sequence

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.identity import Scope
from tidemill.core.lineage import Edge, Kind, Thing, link
from tidemill.kit.errors import InvalidError
from tidemill.tracking.inputs import store
from tidemill.tracking.inputs.store import Direction
from tidemill.tracking.runs.models import InputDataset, ModelUse
from tidemill.tracking.runs.service import require_active

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
        self,
        scope: Scope,
        uuid: str,
        datasets: Sequence[InputDataset],
        models: Sequence[ModelUse],
        direction: Direction,
    ) -> None:
        def unit(tx: Tx) -> None:
            run = require_active(tx, scope, uuid)
            for dataset in datasets:
                store.attach_dataset(tx, run, dataset)
            for use in models:
                store.attach_model(tx, run, use, direction)
            link(tx, scope, _edges(uuid, datasets, models, direction))
            event = Event("run", scope.workspace_id, run.experiment_id, run.uuid)
            tx.after_commit.append(lambda: self._events.publish(event))

        await self._database.write(unit)


def _edges(
    uuid: str, datasets: Sequence[InputDataset], models: Sequence[ModelUse], direction: Direction
) -> Iterator[Edge]:
    """Of what was attached, as lineage."""
    run = Thing(Kind.RUN, uuid)
    for dataset in datasets:
        yield Edge(Thing(Kind.DATASET, f"{dataset.name}@{dataset.digest}"), run)
    for use in models:
        model = Thing(Kind.LOGGED_MODEL, use.model_uuid)
        yield Edge(model, run) if direction == "input" else Edge(run, model)


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
