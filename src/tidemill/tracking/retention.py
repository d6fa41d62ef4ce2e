"""Removing for good what was deleted long ago: until then everything deleted can be restored."""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
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
    kept: int = 0
    """Runs and models that stay, deleted as they are, since somebody needs their files."""

    def __add__(self, other: "Removed") -> "Removed":
        return Removed(
            self.experiments + other.experiments,
            self.runs + other.runs,
            self.models + other.models,
            self.files + other.files,
            self.bytes + other.bytes,
            self.folders | other.folders,
            self.kept + other.kept,
        )


Progress = Callable[[Removed], None]

HoldersNeeded = Callable[[Tx, Scope, Sequence[Holder]], Collection[str]]
"""Which of some runs and logged models, by id, another slice needs the files of."""


class Retention:
    """Removes experiments, runs and logged models of a workspace for good, in transactions of a tenth of a second.

    A run goes whole or not at all: with its params, tags, metrics and the rows of its artifacts, whose bytes the
    blob collector frees. One whose files another slice needs stays, deleted as it is, with its experiment. What is
    restored meanwhile stays. Killed in between, the next call goes on.
    """

    def __init__(self, database: Database, needed: Sequence[HoldersNeeded] = (), clock: Clock = now_ms) -> None:
        self._database = database
        self._needed = tuple(needed)
        self._clock = clock

    async def survey(self, scope: Scope, before_ms: int) -> Removed:
        """What `remove` would remove."""
        doomed = partial(_deleted_before, scope, before_ms, locked=False)
        removal = _Removal(scope, before_ms, doomed, self._needed)
        removed = Removed(experiments=await self._database.read(removal.count_experiments))
        for kind in _KINDS:
            last = 0
            while (found := await self._database.read(partial(removal.look, kind, last)))[0]:
                last, removed = found[0], removed + found[1]
        return removed

    async def remove(self, scope: Scope, before_ms: int, progress: Progress) -> Removed:
        """Remove what was deleted before that instant; `progress` is told the sums after each transaction."""
        doomed = partial(_deleted_before, scope, before_ms, locked=True)
        return await self._carry_out(_Removal(scope, before_ms, doomed, self._needed), progress)

    async def tagged(self, scope: Scope, key: str) -> list[int]:
        """The ids of the experiments that have this tag."""
        found = await self._database.read(lambda tx: experiments.tagged(tx, scope, key))
        return [experiment.id for experiment in found]

    async def remove_tagged(self, scope: Scope, key: str, progress: Progress) -> Removed:
        """Delete the experiments that have this tag, whatever is in them, and remove them at once."""
        await self._database.write(lambda tx: self._delete_tagged(tx, scope, key))
        doomed = partial(_deleted_and_tagged, scope, key)
        return await self._carry_out(_Removal(scope, 0, doomed, self._needed), progress)

    async def _carry_out(self, removal: "_Removal", progress: Progress) -> Removed:
        removed = Removed()
        steps = [*(partial(removal.remove_some, kind) for kind in _KINDS), removal.remove_empty_experiments]
        for step in steps:
            while gone := await self._database.write(step):
                removed += gone
                progress(removed)
        return removed + Removed(kept=await self._database.write(removal.count_kept))

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
    needed: Sequence[HoldersNeeded]

    def look(self, kind: _Kind, after: int, tx: Tx) -> tuple[int, Removed]:
        """The next few after a row: the last one's row (0 at the end), and what they amount to."""
        found = kind.store.doomed(tx, self.scope, self.before_ms, self.experiments(tx), limit=_AT_ONCE, after=after)
        kept = self._kept(tx, found)
        going = [holder for holder in found if holder.uuid not in kept]
        amount = sum((kind.one + self._files(tx, holder) for holder in going), Removed(kept=len(found) - len(going)))
        return found[-1].id if found else 0, amount

    def remove_some(self, kind: _Kind, tx: Tx) -> Removed | None:
        """Remove as many as fit into a short transaction; None when nothing is left."""
        deadline = time.monotonic() + _UNIT_S
        removed: Removed | None = None
        for holder in self._next_few(kind, tx):
            removed = (removed or Removed()) + kind.one + self._files(tx, holder)
            if (folder := _own_folder(holder)) is not None:
                artifacts.remove(tx, self.scope, folder)
            kind.store.remove(tx, self.scope, holder.id)
            if time.monotonic() > deadline:
                break
        return removed

    def remove_empty_experiments(self, tx: Tx) -> Removed | None:
        """Remove the experiments themselves in which nothing is left; None when there are none."""
        removed: Removed | None = None
        for experiment_id in self.experiments(tx):
            if any(kind.store.doomed(tx, self.scope, 0, [experiment_id], limit=1) for kind in _KINDS):
                continue
            folder = ArtifactPath((str(experiment_id),))  # where files lie that belong to no run or model of it
            removed = (removed or Removed()) + Removed(experiments=1) + _amount(tx, self.scope, folder)
            artifacts.remove(tx, self.scope, folder)
            experiments.remove(tx, self.scope, experiment_id)
        return removed

    def count_experiments(self, tx: Tx) -> int:
        """How many experiments would go: those of which nothing stays."""
        return sum(not self._keeps(tx, experiment_id) for experiment_id in self.experiments(tx))

    def count_kept(self, tx: Tx) -> int:
        """How many runs and models are left, since somebody needs their files."""
        everywhere = self.experiments(tx)
        return sum(len(kept) for kind in _KINDS for kept in self._all_kept(kind, self.before_ms, everywhere, tx))

    def _keeps(self, tx: Tx, experiment_id: int) -> bool:
        return any(kept for kind in _KINDS for kept in self._all_kept(kind, 0, [experiment_id], tx))

    def _all_kept(self, kind: _Kind, before_ms: int, experiment_ids: Sequence[int], tx: Tx) -> Iterator[set[str]]:
        last = 0
        while found := kind.store.doomed(tx, self.scope, before_ms, experiment_ids, limit=_AT_ONCE, after=last):
            yield self._kept(tx, found)
            last = found[-1].id

    def _next_few(self, kind: _Kind, tx: Tx) -> list[Holder]:
        """The next ones of which nobody needs the files."""
        last, doomed = 0, self.experiments(tx)
        while found := kind.store.doomed(
            tx, self.scope, self.before_ms, doomed, limit=_AT_ONCE, after=last, locked=True
        ):
            kept = self._kept(tx, found)
            if going := [holder for holder in found if holder.uuid not in kept]:
                return going
            last = found[-1].id
        return []

    def _kept(self, tx: Tx, holders: Sequence[Holder]) -> set[str]:
        return {uuid for needed in self.needed if holders for uuid in needed(tx, self.scope, holders)}

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
