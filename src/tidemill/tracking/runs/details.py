"""A run with its relatives and models: what its page shows."""

from dataclasses import dataclass

from sqlalchemy import select

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments import store as experiments
from tidemill.tracking.logged_models.tables import logged_models
from tidemill.tracking.runs.family import Family, family_of
from tidemill.tracking.runs.models import Run
from tidemill.tracking.runs.service import require

_CHILDREN_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A logged model as a run's page names it."""

    uuid: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class RunDetails:
    run: Run
    experiment_name: str
    family: Family
    models: list[ModelLine]


class RunPages:
    """Reads what the page of a run shows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def details(self, scope: Scope, uuid: str) -> RunDetails:
        """Everything about one run but its histories and artifacts."""

        def unit(tx: Tx) -> RunDetails:
            run = require(tx, scope, uuid)
            name = experiments.names(tx, scope, [run.experiment_id]).get(run.experiment_id, "")
            return RunDetails(run, name, family_of(tx, scope, run, _CHILDREN_SHOWN), _models(tx, scope, run))

        return await self._database.read(unit)


def _models(tx: Tx, scope: Scope, run: Run) -> list[ModelLine]:
    uuids = [use.model_uuid for use in run.model_outputs]
    columns = logged_models.c
    query = select(columns.uuid, columns.name, columns.status).where(
        columns.workspace_id == scope.workspace_id, columns.uuid.in_(uuids)
    )
    return [ModelLine(*row) for row in tx.execute(query.order_by(columns.created_ms))]
