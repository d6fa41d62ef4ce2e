"""The use of a process as charts draw it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from tidemill.compute.usage import store
from tidemill.compute.usage.folding import Fold
from tidemill.compute.usage.models import Measure
from tidemill.compute.usage.store import Place, Tails
from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.core.series import Points
from tidemill.kit.errors import NotFoundError

MOST_POINTS = 2000


@dataclass(frozen=True, slots=True)
class ProcessUse:
    """The curves of one process; those that are not known here are left out."""

    attempt: int
    rank: int
    curves: Mapping[Measure, Fold]


class Usage:
    """Reads what is kept, and by `unwritten` what was just seen."""

    def __init__(self, database: Database, unwritten: Callable[[Place], Tails] = lambda place: {}) -> None:
        self._database = database
        self._unwritten = unwritten

    async def of_process(
        self, scope: Scope, uuid: str, *, attempt: int | None = None, rank: int = 0, points: int = 500
    ) -> ProcessUse:
        """The curves of a process, each in up to so many points. Raises NotFoundError where there is none."""
        place, kept = await self._database.read(partial(_kept, scope=scope, uuid=uuid, attempt=attempt, rank=rank))
        curves = dict(kept)
        for measure, (times, values) in self._unwritten(place).items():
            fresh = Fold.of(Points.of([0] * len(times), times, values))
            curves[measure] = Fold.joined([curves[measure], fresh]) if measure in curves else fresh
        shown = {measure: curves[measure].shown(points) for measure in Measure if measure in curves}
        return ProcessUse(place.attempt, place.rank, shown)


def _kept(tx: Tx, scope: Scope, uuid: str, attempt: int | None, rank: int) -> tuple[Place, Mapping[Measure, Fold]]:
    place = store.place_of(tx, scope, uuid, attempt, rank)
    if place is None:
        raise NotFoundError(
            f"no process of rank {rank} of a workload {uuid[:50]!r} has been started",
            hint="GET /api/v1/workloads/<id> names its attempts and processes",
        )
    return place, store.curves(tx, place)
