"""Removing for good what was deleted long ago: until then everything deleted can be restored."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError
from tidemill.tracking.artifacts import store as artifacts
from tidemill.tracking.artifacts.paths import ArtifactPath, parse_path
from tidemill.tracking.experiments import store as experiments
from tidemill.tracking.experiments.models import Stage
from tidemill.tracking.locations import Holder, stored_folder
from tidemill.tracking.logged_models import store as models
from tidemill.tracking.runs import store as runs

_AT_ONCE = 200
_UNIT_S = 0.1  # how long one transaction may hold up the server's own writes


@dataclass(frozen=True, slots=True)
class Removed:
    """What is removed for good, or would be: counts, the bytes of artifact files, and the folders these lie in."""

    experiments: int = 0
    runs: int = 0
    models: int = 0
    files: int = 0
    bytes: int = 0
    folders: frozenset[tuple[int, str]] = field(default=frozenset(), repr=False)

    def __add__(self, other: "Removed") -> "Removed":
        return Removed(
            self.experiments + other.experiments,
            self.runs + other.runs,
            self.models + other.models,
            self.files + other.files,
            self.bytes + other.bytes,
            self.folders | other.folders,
        )


Progress = Callable[[Removed], None]


class Retention:
    """Removes experiments, runs and logged models of a workspace for good, in transactions of a tenth of a second.

    A run goes whole or not at all: with its params, tags, metrics and the rows of its artifacts, whose bytes the
    blob collector frees. What is restored meanwhile stays. Killed in between, the next call goes on.
    """

    def __init__(self, database: Database, clock: Clock = now_ms) -> None:
        self._database = database
        self._clock = clock

    async def survey(self, scope: Scope, before_ms: int) -> Removed:
        """What `remove` would remove."""
        removal = _Removal(scope, before_ms, partial(_deleted_before, scope, before_ms, locked=False))
        removed = Removed(experiments=len(await self._database.read(removal.experiments)))
        for kind in _KINDS:
            last = 0
            while (found := await self._database.read(partial(removal.look, kind, last)))[0]:
                last, removed = found[0], removed + found[1]
        return removed

    async def remove(self, scope: Scope, before_ms: int, progress: Progress) -> Removed:
        """Remove what was deleted before that instant; `progress` is told the sums after each transaction."""
        return await self._carry_out(
            _Removal(scope, before_ms, partial(_deleted_before, scope, before_ms, locked=True)), progress
        )

    async def tagged(self, scope: Scope, key: str) -> list[int]:
        """The ids of the experiments that have this tag."""
        found = await self._database.read(lambda tx: experiments.tagged(tx, scope, key))
        return [experiment.id for experiment in found]

    async def remove_tagged(self, scope: Scope, key: str, progress: Progress) -> Removed:
        """Delete the experiments that have this tag, whatever is in them, and remove them at once."""
        await self._database.write(lambda tx: self._delete_tagged(tx, scope, key))
        return await self._carry_out(_Removal(scope, 0, partial(_deleted_and_tagged, scope, key)), progress)

    async def _carry_out(self, removal: "_Removal", progress: Progress) -> Removed:
        removed = Removed()
        steps = [*(partial(removal.remove_some, kind) for kind in _KINDS), removal.remove_empty_experiments]
        for step in steps:
            while gone := await self._database.write(step):
                removed += gone
                progress(removed)
        return removed

    def _delete_tagged(self, tx: Tx, scope: Scope, key: str) -> None:
        now = self._clock()
        for experiment in experiments.tagged(tx, scope, key):
            if experiment.stage is Stage.ACTIVE:
                values = {"lifecycle_stage": Stage.DELETED, "updated_ms": now}
                experiments.change(tx, scope, experiment.id, values)
                runs.change_stage_of_experiment(
                    tx, scope, experiment.id, before=Stage.ACTIVE, after=Stage.DELETED, deleted_ms=now
                )


class _Store(Protocol):
    """What the stores of runs and of logged models have in common."""

    def doomed(
        self,
        tx: Tx,
        scope: Scope,
        before_ms: int,
        experiment_ids: Sequence[int],
        *,
        limit: int,
        after: int = 0,
        locked: bool = False,
    ) -> list[Holder]: ...

    def remove(self, tx: Tx, scope: Scope, id_: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class _Kind:
    """Runs or logged models: their store, and one of them as a count."""

    store: _Store
    one: Removed


_KINDS = (_Kind(runs, Removed(runs=1)), _Kind(models, Removed(models=1)))


@dataclass(frozen=True, slots=True)
class _Removal:
    """What goes: all of the experiments that `experiments` names, and what was deleted before an instant."""

    scope: Scope
    before_ms: int
    experiments: Callable[[Tx], list[int]]

    def look(self, kind: _Kind, after: int, tx: Tx) -> tuple[int, Removed]:
        """The next few after a row: the last one's row (0 at the end), and what they amount to."""
        found = kind.store.doomed(tx, self.scope, self.before_ms, self.experiments(tx), limit=_AT_ONCE, after=after)
        amount = sum((kind.one + self._files(tx, holder) for holder in found), Removed())
        return found[-1].id if found else 0, amount

    def remove_some(self, kind: _Kind, tx: Tx) -> Removed | None:
        """Remove as many as fit into a short transaction; None when nothing is left."""
        deadline = time.monotonic() + _UNIT_S
        found = kind.store.doomed(tx, self.scope, self.before_ms, self.experiments(tx), limit=_AT_ONCE, locked=True)
        removed: Removed | None = None
        for holder in found:
            removed = (removed or Removed()) + kind.one + self._files(tx, holder)
            if (folder := _own_folder(holder)) is not None:
                artifacts.remove(tx, self.scope, folder)
            kind.store.remove(tx, self.scope, holder.id)
            if time.monotonic() > deadline:
                break
        return removed

    def remove_empty_experiments(self, tx: Tx) -> Removed | None:
        """Remove the experiments themselves once nothing is in them; None when nothing is left."""
        doomed = self.experiments(tx)
        if not doomed or any(kind.store.doomed(tx, self.scope, 0, doomed, limit=1) for kind in _KINDS):
            return None
        removed = Removed(experiments=len(doomed))
        for experiment_id in doomed:
            folder = ArtifactPath((str(experiment_id),))  # where files lie that belong to no run or model of it
            removed += _amount(tx, self.scope, folder)
            artifacts.remove(tx, self.scope, folder)
            experiments.remove(tx, self.scope, experiment_id)
        return removed

    def _files(self, tx: Tx, holder: Holder) -> Removed:
        folder = _own_folder(holder)
        return Removed() if folder is None else _amount(tx, self.scope, folder)


def _deleted_before(scope: Scope, before_ms: int, tx: Tx, *, locked: bool) -> list[int]:
    return experiments.deleted_before(tx, scope, before_ms, locked=locked)


def _deleted_and_tagged(scope: Scope, key: str, tx: Tx) -> list[int]:
    return [found.id for found in experiments.tagged(tx, scope, key) if found.stage is Stage.DELETED]


def _amount(tx: Tx, scope: Scope, folder: ArtifactPath) -> Removed:
    files, size = artifacts.totals(tx, scope, folder)
    folders = frozenset({(scope.workspace_id, folder.text)}) if files else frozenset[tuple[int, str]]()
    return Removed(files=files, bytes=size, folders=folders)


def _own_folder(holder: Holder) -> ArtifactPath | None:
    """Where a run's or model's artifacts lie in our store; None for another store, or a folder that others may use."""
    folder = stored_folder(holder.artifact_uri)
    try:
        path = None if folder is None else parse_path(folder)
    except InvalidError:
        return None
    return path if path is not None and holder.uuid in path.names else None
