"""Where the files of versions are, and which runs and logged models have them: these are not removed for good."""

from collections.abc import Sequence
from typing import NamedTuple

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.sources import RUNS, lies_below, scheme_of
from tidemill.tracking import Holder

_OF_RUNS = "SELECT run_id, storage_location FROM model_versions WHERE run_id {condition} AND +workspace_id = ?"
_OF_MODELS = """
SELECT DISTINCT logged_model_uuid FROM model_versions WHERE logged_model_uuid {condition} AND +workspace_id = ?
"""
_PLACES = """
SELECT v.id, m.name, v.version, v.storage_location FROM model_versions v JOIN registered_models m ON m.id = v.model_id
WHERE v.id > ? AND +v.workspace_id = ? ORDER BY v.id LIMIT ?
"""


class Place(NamedTuple):
    """Where a version's files are said to be."""

    id: int
    name: str
    version: int
    location: str


def places_after(tx: Tx, scope: Scope, version_id: int, limit: int) -> list[Place]:
    """Up to `limit` versions by row, from after this one."""
    return [Place(*row) for row in tx.sql(_PLACES, (version_id, scope.workspace_id, limit))]


def holders_needed(tx: Tx, scope: Scope, holders: Sequence[Holder]) -> set[str]:
    """Those of some runs and logged models, by id, whose files some version needs."""
    condition, parameter = tx.any_of([holder.uuid for holder in holders])
    of_models = tx.sql(_OF_MODELS.format(condition=condition), (parameter, scope.workspace_id))
    roots = {holder.uuid: holder.artifact_uri for holder in holders}
    of_runs = tx.sql(_OF_RUNS.format(condition=condition), (parameter, scope.workspace_id))
    return {row[0] for row in of_models} | {run for run, place in of_runs if _lies_in(place, roots[run])}


def _lies_in(place: str, root: str) -> bool:
    return scheme_of(place) == RUNS or lies_below(place, root)
