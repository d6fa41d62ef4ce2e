"""Use cases over experiments. Each is one unit of work."""

import contextlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlparse

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.idempotency import once
from tidemill.core.identity import DEFAULT_WORKSPACE_ID, Scope
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import AlreadyExistsError, ConflictError, InvalidError, NotFoundError
from tidemill.tracking.experiments import store
from tidemill.tracking.experiments.models import Experiment, Stage, Tag
from tidemill.tracking.locations import ARTIFACT_SCHEME
from tidemill.tracking.names import check_key

DEFAULT_NAME = "Default"
DEFAULT_ID = 0
MAX_NAME_LENGTH = 500
_HOST_SCHEMES = ("http", "https", "ftp", "sftp", "hdfs")


class StageOfRuns(Protocol):
    """Deletes or restores the runs of an experiment with it: runs stand above experiments, and are handed in."""

    def __call__(
        self, tx: Tx, scope: Scope, experiment_id: int, *, before: Stage, after: Stage, deleted_ms: int | None
    ) -> None: ...


class _New(NamedTuple):
    name: str
    location: str | None
    tags: Sequence[Tag]
    id: int | None = None


class Experiments:
    """Creates, changes and finds experiments of a workspace."""

    def __init__(self, database: Database, events: EventBus, stage_of_runs: StageOfRuns, clock: Clock = now_ms) -> None:
        self._database = database
        self._events = events
        self._stage_of_runs = stage_of_runs
        self._clock = clock

    async def prepare(self, scope: Scope) -> None:
        """Make sure that the default workspace has its Default experiment, with MLflow's id 0."""

        def unit(tx: Tx) -> None:
            if store.by_id(tx, scope, DEFAULT_ID) is None and scope.workspace_id == DEFAULT_WORKSPACE_ID:
                self._add(tx, scope, _New(DEFAULT_NAME, None, (), DEFAULT_ID))

        with contextlib.suppress(AlreadyExistsError):  # another server that starts makes it just now
            await self._database.write(unit)

    async def create(self, scope: Scope, name: str, artifact_location: str | None, tags: Sequence[Tag]) -> int:
        """Create an experiment; returns its id."""
        _check_name(name)
        if artifact_location:
            _check_location(artifact_location)
        _check_tags(tags)
        new = _New(name, artifact_location, tags)

        def unit(tx: Tx) -> int:
            return int(once(tx, scope, "experiments/create", lambda: self._add(tx, scope, new)))

        return await self._database.write(unit)

    async def get(self, scope: Scope, experiment_id: int) -> Experiment:
        """The experiment of this id, whatever its stage."""
        return await self._database.read(lambda tx: require(tx, scope, experiment_id))

    async def get_by_name(self, scope: Scope, name: str) -> Experiment:
        """The experiment of exactly this name, whatever its stage."""
        found = await self._database.read(lambda tx: store.by_name(tx, scope, name))
        if found is None:
            raise NotFoundError(f"Could not find experiment with name '{name}'")
        return found

    async def rename(self, scope: Scope, experiment_id: int, name: str) -> None:
        """Give an active experiment another name."""
        _check_name(name)

        def unit(tx: Tx) -> None:
            experiment = require(tx, scope, experiment_id)
            if experiment.stage is not Stage.ACTIVE:
                raise ConflictError("Cannot rename a non-active experiment.", hint="restore it first")
            holder = store.by_name(tx, scope, name)
            if holder is not None and holder.id != experiment_id:
                raise _taken(holder)
            self._change(tx, scope, experiment_id, {"name": name})

        await self._database.write(unit)

    async def delete(self, scope: Scope, experiment_id: int) -> None:
        """Delete an experiment and its active runs; all can be restored."""

        def unit(tx: Tx) -> None:
            _require_stage(tx, scope, experiment_id, Stage.ACTIVE)
            self._change(tx, scope, experiment_id, {"lifecycle_stage": Stage.DELETED})
            self._stage_of_runs(
                tx, scope, experiment_id, before=Stage.ACTIVE, after=Stage.DELETED, deleted_ms=self._clock()
            )

        await self._database.write(unit)

    async def restore(self, scope: Scope, experiment_id: int) -> None:
        """Restore a deleted experiment and all its runs."""

        def unit(tx: Tx) -> None:
            _require_stage(tx, scope, experiment_id, Stage.DELETED)
            self._change(tx, scope, experiment_id, {"lifecycle_stage": Stage.ACTIVE})
            self._stage_of_runs(tx, scope, experiment_id, before=Stage.DELETED, after=Stage.ACTIVE, deleted_ms=None)

        await self._database.write(unit)

    async def set_tag(self, scope: Scope, experiment_id: int, tag: Tag) -> None:
        """Set a tag of an active experiment."""
        check_key(tag.key, "key")

        def unit(tx: Tx) -> None:
            require_active(tx, scope, experiment_id)
            store.set_tags(tx, experiment_id, [tag])
            self._tell(tx, scope, experiment_id)

        await self._database.write(unit)

    async def delete_tag(self, scope: Scope, experiment_id: int, key: str) -> None:
        """Delete a tag of an active experiment."""

        def unit(tx: Tx) -> None:
            require_active(tx, scope, experiment_id)
            if not store.delete_tag(tx, experiment_id, key):
                raise NotFoundError(f"No tag with name: {key} in experiment with id {experiment_id}")
            self._tell(tx, scope, experiment_id)

        await self._database.write(unit)

    def _add(self, tx: Tx, scope: Scope, new: _New) -> int:
        if (holder := store.by_name(tx, scope, new.name)) is not None:
            raise _taken(holder)
        now = self._clock()
        values: dict[str, object] = {
            "name": new.name,
            "artifact_location": new.location or "",
            "lifecycle_stage": Stage.ACTIVE,
            "created_ms": now,
            "updated_ms": now,
        }
        id_ = store.add(tx, scope, values if new.id is None else {"id": new.id, **values})
        if not new.location:
            store.change(tx, scope, id_, {"artifact_location": f"{ARTIFACT_SCHEME}:/{id_}"})
        store.set_tags(tx, id_, new.tags)
        self._tell(tx, scope, id_)
        return id_

    def _change(self, tx: Tx, scope: Scope, experiment_id: int, values: dict[str, object]) -> None:
        store.change(tx, scope, experiment_id, {**values, "updated_ms": self._clock()})
        self._tell(tx, scope, experiment_id)

    def _tell(self, tx: Tx, scope: Scope, experiment_id: int) -> None:
        event = Event("experiment", scope.workspace_id, experiment_id)
        tx.after_commit.append(lambda: self._events.publish(event))


def require(tx: Tx, scope: Scope, experiment_id: int) -> Experiment:
    """The experiment of this id; NotFoundError where the workspace has none."""
    found = store.by_id(tx, scope, experiment_id)
    if found is None:
        raise _missing(experiment_id)
    return found


def require_active(tx: Tx, scope: Scope, experiment_id: int) -> Experiment:
    """The experiment of this id, which must be active."""
    found = require(tx, scope, experiment_id)
    if found.stage is not Stage.ACTIVE:
        raise InvalidError(
            f"The experiment {experiment_id} must be in the 'active' state. Current state is {found.stage}.",
            hint="restore it first",
        )
    return found


def _require_stage(tx: Tx, scope: Scope, experiment_id: int, stage: Stage) -> None:
    if require(tx, scope, experiment_id).stage is not stage:
        raise _missing(experiment_id)


def _missing(experiment_id: int) -> NotFoundError:
    return NotFoundError(f"No Experiment with id={experiment_id} exists")


def _taken(holder: Experiment) -> AlreadyExistsError:
    deleted = holder.stage is Stage.DELETED
    return AlreadyExistsError(
        f"Experiment(name={holder.name}) already exists." + (" It is deleted." if deleted else ""),
        hint="restore it, or choose another name" if deleted else "use it, or choose another name",
    )


def _check_name(name: str) -> None:
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidError(f"'name' exceeds the maximum length of {MAX_NAME_LENGTH} characters")


def _check_location(location: str) -> None:
    """A location is only handed back to clients: the server itself opens nothing but its own artifact store."""
    try:
        parts = urlparse(location)  # which knows parameters of some schemes only
    except ValueError as error:
        raise InvalidError(f"'artifact_location' is not a URL: {error}") from error
    if parts.fragment or parts.params:
        raise InvalidError("'artifact_location' URL can't include fragments or params.")
    if parts.scheme == "runs":
        raise InvalidError(f"Artifact location cannot be a runs:/ URI. Given: '{location[:500]}'")
    if parts.scheme in _HOST_SCHEMES or (parts.scheme == ARTIFACT_SCHEME and parts.netloc):
        raise InvalidError(
            f"'artifact_location' cannot use the '{parts.scheme}' scheme: the server it names may not be this one",
            hint="leave it out to use this server's own artifact store",
        )


def _check_tags(tags: Sequence[Tag]) -> None:
    for tag in tags:
        check_key(tag.key, "key")
    if len({tag.key for tag in tags}) < len(tags):
        raise InvalidError("a tag key stands more than once in the request", hint="send each key once")
