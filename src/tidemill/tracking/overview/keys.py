"""Which keys the runs of an experiment have, be they thousands in millions of rows: read from covering indexes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Tx
from tidemill.tracking.experiments.models import Stage, View
from tidemill.tracking.overview.models import KeyCount, Keys
from tidemill.tracking.runs.models import PARENT_TAG

METRICS, PARAMS, TAGS = TABLES = ("latest_metrics", "run_params", "run_tags")
_VARIES = {METRICS: "0", PARAMS: "MIN(value_head) <> MAX(value_head)", TAGS: "MIN(value_head) <> MAX(value_head)"}


def keys_of(tx: Tx, table: str, experiment_id: int, view: View) -> list[KeyCount]:
    """The keys in a table of TABLES among the runs of an experiment; runs of other stages make keys vary, too.

    The indexes know nothing of stages. So all rows are counted, and then those of the other runs, which are mostly
    the few deleted ones, are subtracted.
    """
    rows = tx.sql(
        f"SELECT key, COUNT(*), {_VARIES[table]} FROM {table} WHERE experiment_id = ? GROUP BY key ORDER BY key",  # noqa: S608
        (experiment_id,),
    )
    hidden = _hidden(tx, table, experiment_id, [stage for stage in Stage if stage not in view.stages])
    counts = (KeyCount(key, count - hidden[key], bool(varies)) for key, count, varies in rows)
    return [each for each in counts if each.runs > 0]


def first_keys(keys: Sequence[KeyCount], search: str, limit: int) -> Keys:
    """Of the keys that hold all words of a text those that most runs have, as many as the limit says."""
    words = search.lower().split()
    found = [each for each in keys if all(word in each.key.lower() for word in words)]
    return Keys(sorted(found, key=lambda each: -each.runs)[:limit], len(found))


def has_children(tx: Tx, experiment_id: int) -> bool:
    """Whether some run of the experiment, whatever its stage, names a parent."""
    query = "SELECT 1 FROM run_tags WHERE experiment_id = ? AND key = ? LIMIT 1"
    return bool(tx.sql(query, (experiment_id, PARENT_TAG)))


def _hidden(tx: Tx, table: str, experiment_id: int, stages: Sequence[Stage]) -> Counter[Any]:
    at_stages, parameter = tx.any_of([str(stage) for stage in stages])
    # CROSS JOIN: SQLite would rather begin with the keys, of which there are many more than of such runs.
    query = f"""SELECT k.key, COUNT(*) FROM runs r CROSS JOIN {table} k
    WHERE r.experiment_id = ? AND r.lifecycle_stage {at_stages} AND k.run_id = r.id GROUP BY k.key"""  # noqa: S608
    return Counter(dict(tx.sql(query, (experiment_id, parameter))) if stages else {})
