"""What lineage says of tracking's things: a handful of queries, however many things there are."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select, tuple_

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Described
from tidemill.tracking.experiments.models import Stage
from tidemill.tracking.experiments.tables import experiments
from tidemill.tracking.inputs.tables import input_datasets
from tidemill.tracking.logged_models.tables import logged_models
from tidemill.tracking.runs.tables import runs

_AT_ONCE = 500
_DELETED = "deleted"


def runs_named(tx: Tx, scope: Scope, uuids: Sequence[str]) -> Mapping[str, Described]:
    """Runs by their ids; one in the bin is there."""
    columns = (runs.c.uuid, runs.c.name, runs.c.status, runs.c.experiment_id, runs.c.lifecycle_stage)
    of_workspace = select(*columns, experiments.c.name.label("experiment")).join(experiments)
    found: dict[str, Described] = {}
    for some in _batches(uuids):
        for row in tx.execute(of_workspace.where(runs.c.workspace_id == scope.workspace_id, runs.c.uuid.in_(some))):
            page = f"experiments/{row.experiment_id}/runs/{row.uuid}"
            state = row.status if row.lifecycle_stage == Stage.ACTIVE else _DELETED
            found[row.uuid] = Described(row.name, row.experiment, page, state)
    return found


def logged_models_named(tx: Tx, scope: Scope, uuids: Sequence[str]) -> Mapping[str, Described]:
    """Logged models by their ids; one in the bin is there."""
    models = logged_models.c
    columns = (models.uuid, models.name, models.status, models.experiment_id, models.lifecycle_stage)
    found: dict[str, Described] = {}
    for some in _batches(uuids):
        of_some = (models.workspace_id == scope.workspace_id, models.uuid.in_(some))
        for row in tx.execute(select(*columns).where(*of_some)):
            page = f"experiments/{row.experiment_id}/models/{row.uuid}"
            state = row.status if row.lifecycle_stage == Stage.ACTIVE else _DELETED
            found[row.uuid] = Described(row.name, row.uuid, page, state)
    return found


def datasets_named(tx: Tx, scope: Scope, ids: Sequence[str]) -> Mapping[str, Described]:
    """Datasets that runs took, by name and digest: `<name>@<digest>`. Their page is the experiment that knows it."""
    datasets, pairs = input_datasets.c, {id_: id_.rpartition("@")[::2] for id_ in ids}
    columns = (datasets.name, datasets.digest, datasets.experiment_id)
    query = select(*columns).join(experiments).where(experiments.c.workspace_id == scope.workspace_id)
    found: dict[str, Described] = {}
    for some in _batches(list(pairs)):
        among = tuple_(datasets.name, datasets.digest).in_([pairs[id_] for id_ in some])
        for row in tx.execute(query.where(among).order_by(datasets.experiment_id.desc())):
            page = f"experiments/{row.experiment_id}"
            found[f"{row.name}@{row.digest}"] = Described(row.name, row.digest, page)
    return found


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
