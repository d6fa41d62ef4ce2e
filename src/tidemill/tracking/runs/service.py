"""Use cases over runs. Each is one unit of work."""

from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.core.lineage import link
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.kit.ids import friendly_name, random_hex
from tidemill.tracking.experiments.models import Stage, Tag
from tidemill.tracking.experiments.service import require_active as require_active_experiment
from tidemill.tracking.locations import run_artifact_uri
from tidemill.tracking.names import MAX_PARAM_LENGTH, MAX_TAG_LENGTH, check_key
from tidemill.tracking.runs import reading, store
from tidemill.tracking.runs.models import Param, Run, RunHead, RunStatus
from tidemill.tracking.runs.origins import origins

RUN_NAME_TAG = "mlflow.runName"


class Runs:
    """Creates, changes and finds runs of a workspace."""

    def __init__(self, database: Database, events: EventBus, clock: Clock = now_ms) -> None:
        self._database = database
        self._events = events
        self._clock = clock

    async def create(
        self, scope: Scope, experiment_id: int, *, name: str, user_id: str, start_ms: int, tags: Sequence[Tag]
    ) -> Run:
        """Create a run in an active experiment; without a name it gets a friendly one."""
        name = _chosen_name(name, tags)
        if len({tag.key for tag in tags}) < len(tags):
            raise InvalidError("a tag key stands more than once in the request", hint="send each key once")

        kept = [*_cut([tag for tag in tags if tag.key != RUN_NAME_TAG]), Tag(RUN_NAME_TAG, name)]

        def unit(tx: Tx) -> Run:
            created: list[Run] = []

            def add() -> str:
                experiment = require_active_experiment(tx, scope, experiment_id)
                uuid = random_hex()
                uri = run_artifact_uri(experiment.artifact_location, uuid)
                run = Run(0, uuid, experiment_id, name, user_id, RunStatus.RUNNING, start_ms, None, Stage.ACTIVE, uri)
                run.id = store.add(tx, scope, run)
                run.tags = sorted(kept, key=lambda tag: tag.key)
                head = RunHead(run.id, uuid, experiment_id, Stage.ACTIVE)
                store.set_tags(tx, head, run.tags)
                link(tx, scope, origins(uuid, run.tags))
                self._tell(tx, scope, head)
                created.append(run)
                return uuid

            uuid = once(tx, scope, "runs/create", add)
            return created[0] if created else require(tx, scope, uuid)

        return await self._database.write(unit)

    async def get(self, scope: Scope, uuid: str) -> Run:
        """The run of this id with all that belongs to it, whatever its stage."""
        return await self._database.read(lambda tx: require(tx, scope, uuid))

    async def update(
        self, scope: Scope, uuid: str, *, status: RunStatus | None, end_ms: int | None, name: str | None
    ) -> Run:
        """Change what is given of an active run; an empty name changes nothing."""

        def unit(tx: Tx) -> Run:
            head = require_active(tx, scope, uuid)
            values: dict[str, Any] = {"status": status, "end_ms": end_ms, "name": name or None}
            store.change(tx, scope, head.id, {key: value for key, value in values.items() if value is not None})
            if name:
                store.set_tags(tx, head, [Tag(RUN_NAME_TAG, name)])
            self._tell(tx, scope, head)
            return require(tx, scope, uuid)

        return await self._database.write(unit)

    async def delete(self, scope: Scope, uuid: str) -> None:
        """Delete a run so that it can be restored; repeating it is harmless."""
        await self._set_stage(scope, uuid, Stage.DELETED, self._clock())

    async def restore(self, scope: Scope, uuid: str) -> None:
        """Restore a deleted run; repeating it is harmless."""
        await self._set_stage(scope, uuid, Stage.ACTIVE, None)

    async def log_param(self, scope: Scope, uuid: str, param: Param) -> None:
        """Say a param once; the same value again is harmless, another one is refused."""
        check_key(param.key, "key", "Param key")

        def unit(tx: Tx) -> None:
            head = require_active(tx, scope, uuid)
            changed = log_params(tx, head, [param])
            if changed:
                raise InvalidError(
                    f"Changing param values is not allowed. Param with key='{param.key}' was already logged with "
                    f"value='{changed[0][1]}' for run ID='{uuid}'. Attempted logging new value '{changed[0][2]}'.",
                    hint="log it under another key, or start another run",
                )
            self._tell(tx, scope, head)

        await self._database.write(unit)

    async def set_tag(self, scope: Scope, uuid: str, tag: Tag) -> None:
        """Set a tag; `mlflow.runName` also names the run."""
        check_key(tag.key, "key")

        def unit(tx: Tx) -> None:
            head = require_active(tx, scope, uuid)
            set_tags(tx, scope, head, [tag])
            self._tell(tx, scope, head)

        await self._database.write(unit)

    async def delete_tag(self, scope: Scope, uuid: str, key: str) -> None:
        """Delete a tag that is there."""

        def unit(tx: Tx) -> None:
            head = require_active(tx, scope, uuid)
            if not store.delete_tag(tx, head, key):
                raise NotFoundError(f"No tag with name: {key} in run with id {uuid}")
            self._tell(tx, scope, head)

        await self._database.write(unit)

    async def _set_stage(self, scope: Scope, uuid: str, stage: Stage, deleted_ms: int | None) -> None:
        def unit(tx: Tx) -> None:
            head = _require_head(tx, scope, uuid)
            if head.stage is not stage:
                store.set_stage(tx, scope, head.id, stage, deleted_ms)
            self._tell(tx, scope, head)

        await self._database.write(unit)

    def _tell(self, tx: Tx, scope: Scope, run: RunHead) -> None:
        event = Event("run", scope.workspace_id, run.experiment_id, run.uuid)
        tx.after_commit.append(lambda: self._events.publish(event))


def require(tx: Tx, scope: Scope, uuid: str) -> Run:
    """The run of this id; NotFoundError where the workspace has none."""
    run = reading.by_uuid(tx, scope, uuid)
    if run is None:
        raise _missing(uuid)
    return run


def require_active(tx: Tx, scope: Scope, uuid: str) -> RunHead:
    """The head of the run of this id, which must be active."""
    head = _require_head(tx, scope, uuid)
    if head.stage is not Stage.ACTIVE:
        raise InvalidError(
            f"The run {uuid} must be in the 'active' state. Current state is {head.stage}.", hint="restore it first"
        )
    return head


def log_params(tx: Tx, run: RunHead, params: Sequence[Param]) -> list[tuple[str, str, str]]:
    """Add params; returns (key, old, new) of those that are there with another value."""
    cut = [Param(param.key, param.value[:MAX_PARAM_LENGTH]) for param in params]
    store.add_params(tx, run, cut)
    stored = store.params_of(tx, run, [param.key for param in cut])
    return [(p.key, stored[p.key], p.value) for p in cut if stored[p.key] != p.value]


def set_tags(tx: Tx, scope: Scope, run: RunHead, tags: Sequence[Tag]) -> None:
    """Set tags, each key once; `mlflow.runName` also names the run, and an empty one does nothing.

    What they say of where the run comes from is remembered as lineage.
    """
    kept = [tag for tag in tags if tag.key != RUN_NAME_TAG or tag.value]
    store.set_tags(tx, run, _cut(kept))
    link(tx, scope, origins(run.uuid, kept))
    for tag in kept:
        if tag.key == RUN_NAME_TAG:
            store.change(tx, scope, run.id, {"name": tag.value})


def _require_head(tx: Tx, scope: Scope, uuid: str) -> RunHead:
    head = store.head(tx, scope, uuid)
    if head is None:
        raise _missing(uuid)
    return head


def _missing(uuid: str) -> NotFoundError:
    return NotFoundError(f"Run with id={uuid} not found")


def _cut(tags: Sequence[Tag]) -> list[Tag]:
    return [Tag(tag.key, tag.value[:MAX_TAG_LENGTH]) for tag in tags]


def _chosen_name(name: str, tags: Sequence[Tag]) -> str:
    tagged = next((tag.value for tag in tags if tag.key == RUN_NAME_TAG), "")
    if name and tagged and name != tagged:
        raise InvalidError(
            f"Both 'run_name' argument and '{RUN_NAME_TAG}' tag are specified, but with different values "
            f"(run_name='{name}', {RUN_NAME_TAG}='{tagged}')."
        )
    return name or tagged or friendly_name()
