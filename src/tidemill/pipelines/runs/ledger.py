"""The tasks of a run as they are stored, and what a driver's next transaction makes of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tidemill.compute import Submission
from tidemill.kit.ids import new_uuid
from tidemill.pipelines.ir.graph import Graph
from tidemill.pipelines.plan.models import Execute, Finish, Instance, State
from tidemill.pipelines.runs.counting import Tally
from tidemill.pipelines.runs.executor_input import content_of
from tidemill.pipelines.runs.launching import Launch
from tidemill.pipelines.runs.store import TaskRow


@dataclass(slots=True)
class Batch:
    """What is stored together, and done after."""

    changed: dict[str, Instance] = field(default_factory=dict[str, Instance])
    uuids: dict[str, str] = field(default_factory=dict[str, str])
    """Of instances that are new."""
    wanted: dict[str, Execute] = field(default_factory=dict[str, Execute])
    """What is to be executed, by path."""
    launches: dict[str, Launch] = field(default_factory=dict[str, Launch])
    """How that is done."""
    keys: dict[str, str] = field(default_factory=dict[str, str])
    """Cache keys, by path."""
    submitted: dict[str, Submission] = field(default_factory=dict[str, Submission])
    cancelled: list[str] = field(default_factory=list[str])
    finish: Finish | None = None

    def digests(self) -> set[str]:
        """The blobs that what has changed consists of."""
        return {
            digest
            for instance in self.changed.values()
            for artifacts in instance.outputs.artifacts.values()
            for artifact in artifacts
            for digest, _ in content_of(artifact).values()
        }


class Ledger:
    """The rows of a run's tasks, by path, and how many are in which state."""

    def __init__(self, graph: Graph, rows: Iterable[TaskRow]) -> None:
        self.rows = {row.instance.path: row for row in rows}
        self._tally = Tally(graph)
        for row in self.rows.values():
            self._tally.take(None, row.instance)

    def uuid(self, path: str, batch: Batch) -> str:
        """The id of a task: the one that it has, or the one that it will have."""
        known = self.rows.get(path)
        return known.uuid if known is not None else batch.uuids.setdefault(path, new_uuid())

    def instance(self, batch: Batch, path: str) -> Instance | None:
        """A task as it will be; None where there is none yet."""
        row = self.rows.get(path)
        return batch.changed.get(path, row.instance if row is not None else None)

    def counts(self, batch: Batch) -> Mapping[str, int]:
        """Steps by state, once a batch is stored. To be asked once for each."""
        for path, instance in batch.changed.items():
            known = self.rows.get(path)
            self._tally.take(known.instance if known is not None else None, instance)
        return self._tally.counts

    def changed(self, batch: Batch, now_ms: int) -> list[TaskRow]:
        """The rows that a batch changes."""
        return [self._row(instance, batch, now_ms) for instance in batch.changed.values()]

    def take(self, rows: Iterable[TaskRow]) -> None:
        """These are stored."""
        self.rows |= {row.instance.path: row for row in rows}

    def _row(self, instance: Instance, batch: Batch, now_ms: int) -> TaskRow:
        known = self.rows.get(instance.path)
        submission = batch.submitted.get(instance.path)
        launch = batch.launches.get(instance.path) if submission is not None else None
        began = now_ms if instance.state is not State.READY else None
        if known is not None and known.instance.attempt == instance.attempt and known.started_ms is not None:
            began = known.started_ms
        return TaskRow(
            uuid=self.uuid(instance.path, batch),
            instance=instance,
            workload=submission.uuid if submission is not None else known.workload if known is not None else "",
            created_ms=known.created_ms if known is not None else now_ms,
            started_ms=began,
            ended_ms=now_ms if instance.state.is_final else None,
            cache_key=batch.keys.get(instance.path, known.cache_key if known is not None else None),
            how=launch.how if launch is not None else known.how if known is not None else "",
            notes=launch.notes if launch is not None else known.notes if known is not None else (),
        )
