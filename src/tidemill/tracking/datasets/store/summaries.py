"""Which datasets the runs of experiments took as input."""

from collections.abc import Sequence

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.datasets.models import DatasetSummary
from tidemill.tracking.search.sql import binary

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


def summaries(tx: Tx, scope: Scope, experiment_ids: Sequence[int], limit: int) -> list[DatasetSummary]:
    """The input datasets of these experiments, once for each context, by experiment, name and digest; the first."""
    condition, parameter = tx.any_of(sorted(set(experiment_ids)))
    columns = {"name": "d.name", "digest": "d.digest", "context": "u.context"}
    ordered = {name: binary(tx.dialect, column) for name, column in columns.items()}
    query = _SUMMARIES.format(of_experiments=condition, **ordered)
    return [DatasetSummary(*row) for row in tx.sql(query, (parameter, scope.workspace_id, limit, limit))]
