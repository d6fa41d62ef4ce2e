"""The sampler: looks at all running processes of this server's backends every few seconds, and keeps what it sees.

The last samples are in memory, for whoever looks now; every half minute, and when the server ends, they are written, so
that one that is killed loses as much of the curves, and nothing else. When a process has ended its curves are folded.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog

from tidemill.compute.backends.port import Backend, NodeSample, Sample
from tidemill.compute.models import ProcessKey
from tidemill.compute.usage import store
from tidemill.compute.usage.models import Measure, UseNow
from tidemill.compute.usage.rates import at_begin, values_of
from tidemill.compute.usage.store import Place, RunningProcess, Tails
from tidemill.core.database import Database, Tx
from tidemill.kit.clock import Clock, now_ms

WRITTEN_AFTER = 15
"""So many samples are written together."""

_FOLDED_AFTER = 40
_LEFT_AT_ONCE = 100
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Track:
    """What is known of a running process, and not written yet."""

    place: Place
    before: Sample
    last: UseNow
    waiting: dict[Measure, tuple[list[int], list[float]]] = field(
        default_factory=dict[Measure, tuple[list[int], list[float]]]
    )
    samples: int = 0
    parts: int = 0


class UsageSampler:
    """Samples processes and nodes."""

    def __init__(
        self, database: Database, backends: Sequence[Backend], *, period_s: float, clock: Clock = now_ms
    ) -> None:
        self._database = database
        self._backends = backends
        self._period_s = period_s
        self._clock = clock
        self._tracks: dict[ProcessKey, _Track] = {}
        self._nodes: dict[str, NodeSample] = {}

    async def run(self) -> None:
        """Sample until cancelled."""
        await self.fold_what_is_left()
        try:
            while True:
                begin_ms = self._clock()
                await self.sample()
                await asyncio.sleep(max(0.1, self._period_s - (self._clock() - begin_ms) / 1000))
        finally:
            if self._tracks:
                await self._write_waiting(list(self._tracks.values()), [])

    async def sample(self) -> None:
        """Look once at everything that runs."""
        running = {each.key: each for each in await self._database.read(store.running)}
        for backend in self._backends:
            try:
                samples = await backend.usage(list(running))
                self._nodes |= {each.node: each for each in await backend.node_usage()}
            except Exception:  # noqa: BLE001 - one that is away says nothing of the others
                _log.exception("the use of processes could not be learned", backend=backend.name)
                continue
            for sample in samples:
                if sample.key in running:
                    self._take(running[sample.key], sample)
        await self._keep([key for key in self._tracks if key not in running])

    def of_workloads(self, uuids: Iterable[str]) -> Mapping[str, UseNow]:
        """What the running ones among these workloads use now, all processes of each together."""
        wanted = set(uuids)
        found: dict[str, UseNow] = {}
        for key, track in self._tracks.items():
            if key.workload in wanted:
                found[key.workload] = _sum(found.get(key.workload), track.last)
        return found

    def of_nodes(self) -> Mapping[str, NodeSample]:
        """What is used of this server's nodes now."""
        return self._nodes

    def unwritten(self, place: Place) -> Tails:
        """Samples of a process that are not in the tables yet."""
        for track in self._tracks.values():
            if track.place == place:
                return track.waiting
        return {}

    def _take(self, process: RunningProcess, sample: Sample) -> None:
        track = self._tracks.get(process.key)
        begins = at_begin(sample, process.started_ms)
        # After a restart of the server it may have run for long: its whole use is not that of the last few seconds.
        is_young = sample.at_ms - process.started_ms < 2000 * self._period_s
        values = values_of(sample, track.before if track else begins if is_young else None)
        if track is None:
            track = self._tracks[process.key] = _Track(process.place, sample, UseNow(sample.at_ms))
        track.before, track.last = sample, _now(sample, values)
        track.samples += 1
        for measure, value in values.items():
            times, numbers = track.waiting.setdefault(measure, ([], []))
            times.append(sample.at_ms)
            numbers.append(value)

    async def _keep(self, ended: Sequence[ProcessKey]) -> None:
        """Write what is due, and fold what has ended or has many parts."""
        due = [self._tracks[key] for key in ended]
        due += [track for key, track in self._tracks.items() if track.samples >= WRITTEN_AFTER and key not in ended]
        if not due:
            return
        folded = [self._tracks[key].place for key in ended]
        folded += [track.place for track in due if track.parts >= _FOLDED_AFTER and track.place not in folded]
        if await self._write_waiting(due, folded):
            for key in ended:
                del self._tracks[key]

    async def _write_waiting(self, due: Sequence[_Track], folded: Sequence[Place]) -> bool:
        """Write the samples that wait; False where it could not be done, and is done with what comes next."""
        tails = [(track.place, track.waiting) for track in due]
        try:
            await self._database.write(partial(_write, tails=tails, folded=folded))
        except Exception:  # noqa: BLE001 - use is not worth more than what is used
            _log.exception("the use of processes could not be written yet", processes=len(due))
            return False
        for track in due:
            track.parts = 0 if track.place in folded else track.parts + 1
            track.waiting, track.samples = {}, 0
        return True

    async def fold_what_is_left(self) -> None:
        """Fold the curves of what ended while no server looked."""
        while left := await self._database.read(lambda tx: store.ended_with_tails(tx, _LEFT_AT_ONCE)):
            await self._database.write(partial(_write, tails=[], folded=left))


def _write(tx: Tx, tails: Sequence[tuple[Place, Tails]], folded: Sequence[Place]) -> None:
    store.add_tails(tx, tails)
    for place in folded:
        store.fold(tx, place)


def _now(sample: Sample, values: Mapping[Measure, float]) -> UseNow:
    def rate(measure: Measure, scale: int) -> int | None:
        return round(values[measure] * scale) if measure in values else None

    return UseNow(
        sample.at_ms,
        rate(Measure.CPU, 1000),
        sample.memory_bytes,
        sample.gpu_milli,
        sample.gpu_memory_bytes,
        rate(Measure.RECEIVED, 1),
        rate(Measure.SENT, 1),
    )


def _sum(one: UseNow | None, other: UseNow) -> UseNow:
    if one is None:
        return other
    return UseNow(
        max(one.at_ms, other.at_ms),
        _added(one.cpu_milli, other.cpu_milli),
        _added(one.memory_bytes, other.memory_bytes),
        _added(one.gpu_milli, other.gpu_milli),
        _added(one.gpu_memory_bytes, other.gpu_memory_bytes),
        _added(one.received_per_s, other.received_per_s),
        _added(one.sent_per_s, other.sent_per_s),
    )


def _added(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other
