"""Which datasets the runs of experiments took as input."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.search import binary

MAX_SUMMARIES = 1000

# Steps from one context of a dataset to the next by the index, instead of reading every run that took it.
_SUMMARIES = """
WITH RECURSIVE
taken AS (
    SELECT d.id, d.experiment_id, d.name, d.digest
    FROM input_datasets d JOIN experiments e ON e.id = d.experiment_id
    WHERE e.id {of_experiments} AND e.workspace_id = ?
        AND EXISTS (SELECT 1 FROM run_dataset_inputs i WHERE i.dataset_id = d.id)
    ORDER BY d.experiment_id, {name}, {digest} LIMIT ?
),
uses (dataset_id, context) AS (
    SELECT t.id, (SELECT min(i.context) FROM run_dataset_inputs i WHERE i.dataset_id = t.id) FROM taken t
    UNION ALL
    SELECT u.dataset_id, (
        SELECT min(i.context) FROM run_dataset_inputs i WHERE i.dataset_id = u.dataset_id AND i.context > u.context
    ) FROM uses u WHERE u.context IS NOT NULL
)
SELECT d.experiment_id, d.name, d.digest, u.context FROM uses u JOIN taken d ON d.id = u.dataset_id
WHERE u.context IS NOT NULL ORDER BY d.experiment_id, {name}, {digest}, {context} LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class DatasetSummary:
    """A dataset that runs of an experiment took as input, in one of its contexts; "" is none."""

    experiment_id: int
    name: str
    digest: str
    context: str


class InputDatasets:
    """Lists the datasets that runs of a workspace took."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def summaries(self, scope: Scope, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
        """The datasets of these experiments, once for each context, by experiment, name and digest; the first thousand.

        Experiments of other workspaces are left out. Deleted ones count, and deleted runs, as both can come back.
        """
        return await self._database.read(lambda tx: _summaries(tx, scope, experiment_ids))


def _summaries(tx: Tx, scope: Scope, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
    condition, parameter = tx.any_of(sorted(set(experiment_ids)))
    columns = {"name": "d.name", "digest": "d.digest", "context": "u.context"}
    ordered = {name: binary(tx.dialect, column) for name, column in columns.items()}
    query = _SUMMARIES.format(of_experiments=condition, **ordered)
    return [
        DatasetSummary(*row) for row in tx.sql(query, (parameter, scope.workspace_id, MAX_SUMMARIES, MAX_SUMMARIES))
    ]
