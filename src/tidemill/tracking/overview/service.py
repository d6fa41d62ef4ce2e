"""Reading what pages show, each in one unit of work."""

from collections.abc import Mapping

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments import store as experiments
from tidemill.tracking.experiments.models import View
from tidemill.tracking.experiments.service import require as require_experiment
from tidemill.tracking.overview import keys, store
from tidemill.tracking.overview.keys import first_keys
from tidemill.tracking.overview.models import ExperimentSummary, Fields, Listing, RunCounts, RunDetails
from tidemill.tracking.runs.service import require as require_run

_CHILDREN_SHOWN = 100
_NONE = RunCounts(0, 0, 0, None)


class Overviews:
    """Reads experiments and runs together with what surrounds them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def experiment(self, scope: Scope, experiment_id: int) -> ExperimentSummary:
        """One experiment with how its runs fare."""

        def unit(tx: Tx) -> ExperimentSummary:
            experiment = require_experiment(tx, scope, experiment_id)
            counts = store.counts_of_experiments(tx, [experiment_id])
            return ExperimentSummary(experiment, counts.get(experiment_id, _NONE))

        return await self._database.read(unit)

    async def experiments(
        self, scope: Scope, listing: Listing, *, with_best: bool = False
    ) -> tuple[int, list[ExperimentSummary]]:
        """How many experiments there are in all, and one page of them, each with its best run if that is asked."""

        def unit(tx: Tx) -> tuple[int, list[ExperimentSummary]]:
            total, ids = store.page_of_experiments(tx, scope, listing)
            counts = store.counts_of_experiments(tx, ids)
            found = experiments.load(tx, scope, ids)
            best = {item.id: store.best_run(tx, item.id) for item in found if with_best}
            return total, [ExperimentSummary(item, counts.get(item.id, _NONE), best.get(item.id)) for item in found]

        return await self._database.read(unit)

    async def fields(self, scope: Scope, experiment_id: int, view: View, search: str, limit: int) -> Fields:
        """The keys of metrics, params and tags among the runs of an experiment that hold all words of a text."""

        def unit(tx: Tx) -> Fields:
            require_experiment(tx, scope, experiment_id)
            metrics, params, tags = (
                first_keys(keys.keys_of(tx, table, experiment_id, view), search, limit) for table in keys.TABLES
            )
            return Fields(metrics, params, tags, keys.has_children(tx, experiment_id))

        return await self._database.read(unit)

    async def run_counts(self, scope: Scope) -> Mapping[str, int]:
        """How many active runs of the workspace are in each status."""
        return await self._database.read(lambda tx: store.counts_by_status(tx, scope))

    async def run(self, scope: Scope, uuid: str) -> RunDetails:
        """Everything about one run but its histories and artifacts."""

        def unit(tx: Tx) -> RunDetails:
            run = require_run(tx, scope, uuid)
            name = experiments.names(tx, scope, [run.experiment_id]).get(run.experiment_id, "")
            family = store.family_of(tx, scope, run, _CHILDREN_SHOWN)
            return RunDetails(run, name, family, store.models_of(tx, scope, run))

        return await self._database.read(unit)
