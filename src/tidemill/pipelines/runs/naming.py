"""Tasks of pipeline runs in a line each, for whoever shows where something came from."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.core.lineage import Described
from tidemill.pipelines.runs import store

_AT_ONCE = 200


def tasks_named(tx: Tx, scope: Scope, ids: Sequence[str]) -> Mapping[str, Described]:
    """Tasks as lineage knows them: `<id of the run>/<path of the task>`."""
    found: dict[str, Described] = {}
    for some in _batches(ids):
        wanted = [(run, path) for run, _, path in (id_.partition("/") for id_ in some)]
        for run, name, path, state in store.named_tasks(tx, scope, wanted):
            page = f"pipelines/runs/{run}?task={quote(path, safe='')}"
            found[f"{run}/{path}"] = Described(path, name, page, state)
    return found


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
