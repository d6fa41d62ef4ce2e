"""What has just ended, at hand for whoever waits for it.

An end is final: who hears that a workload has ended need not ask the tables what became of it. It is a hint like every
event: what is not here is in the tables.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from tidemill.compute.models import Change, Result, Workload
from tidemill.compute.records import Standing
from tidemill.core.identity import Scope

_MOST = 512
"""What a wait for a thousand can miss between two looks, and results of 8 MiB at most."""


class Endings:
    """The last workloads that this server's controller has brought to their end. It may be used by any thread."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, tuple[int, Standing]] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, changes: Iterable[Change]) -> None:
        """Changes that were committed: those that were a workload's last are kept for a while."""
        ended = {each.after.uuid: each for each in changes if each.after.state.is_final}
        with self._lock:
            for uuid, last in ended.items():
                self._held[uuid] = last.after.workspace_id, _standing(last.after, last.reason)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)

    def of(self, scope: Scope, uuids: Sequence[str]) -> dict[str, Standing]:
        """Where those of these stand that ended lately, in the workspace of the scope."""
        with self._lock:
            found = {uuid: known for uuid in uuids if (known := self._held.get(uuid)) is not None}
        return {
            uuid: standing for uuid, (workspace_id, standing) in found.items() if workspace_id == scope.workspace_id
        }


def _standing(workload: Workload, reason: str) -> Standing:
    """As the tables would tell it: with what rank 0 gave, where that lies in its row."""
    end = next((process.end for process in workload.processes if process.rank == 0), None)
    result = end.result if end is not None else None
    if result is not None and result.digest:
        result = None
    told = None if result is None else Result(result.data, result.raised, "", len(result.data))
    return Standing(workload.uuid, workload.state, reason, told)
