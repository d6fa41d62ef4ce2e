"""Use cases over logged models. Each is one unit of work."""

from collections.abc import Sequence

from tidemill.core.database import Database, Tx
from tidemill.core.events import Event, EventBus
from tidemill.core.idempotency import once
from tidemill.core.identity import Scope
from tidemill.core.lineage import Edge, Kind, Thing, link
from tidemill.kit.clock import Clock, now_ms
from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.kit.ids import friendly_name, random_hex
from tidemill.tracking.experiments.models import Stage, Tag
from tidemill.tracking.experiments.service import require_active as require_active_experiment
from tidemill.tracking.locations import model_artifact_uri
from tidemill.tracking.logged_models import store
from tidemill.tracking.logged_models.models import LoggedModel, ModelStatus, NewModel
from tidemill.tracking.runs.models import Param

_FORBIDDEN_IN_NAME = ("/", ":", ".", "%", '"', "'")


class LoggedModels:
    """Creates, changes and finds logged models of a workspace."""

    def __init__(self, database: Database, events: EventBus, clock: Clock = now_ms) -> None:
        self._database = database
        self._events = events
        self._clock = clock

    async def create(self, scope: Scope, new: NewModel) -> LoggedModel:
        """Create a pending model in an active experiment; without a name it gets a friendly one."""
        _check_name(new.name)
        _check_once("param", [param.key for param in new.params])
        _check_once("tag", [tag.key for tag in new.tags])

        def add(tx: Tx) -> str:
            experiment = require_active_experiment(tx, scope, new.experiment_id)
            uuid, now = f"m-{random_hex()}", self._clock()
            values = {
                "experiment_id": new.experiment_id,
                "uuid": uuid,
                "name": new.name or friendly_name(),
                "model_type": new.model_type,
                "source_run_id": new.source_run_id,
                "status": ModelStatus.PENDING,
                "artifact_uri": model_artifact_uri(experiment.artifact_location, uuid),
                "lifecycle_stage": Stage.ACTIVE,
                "created_ms": now,
                "updated_ms": now,
            }
            id_ = store.add(tx, scope, values)
            store.add_params(tx, id_, new.params)
            store.set_tags(tx, id_, new.tags)
            if new.source_run_id:
                link(tx, scope, [Edge(Thing(Kind.RUN, new.source_run_id), Thing(Kind.LOGGED_MODEL, uuid))])
            self._tell(tx, scope, new.experiment_id, new.source_run_id)
            return uuid

        def unit(tx: Tx) -> LoggedModel:
            return require(tx, scope, once(tx, scope, "logged-models/create", lambda: add(tx)), deleted_too=True)

        return await self._database.write(unit)

    async def get(self, scope: Scope, uuid: str, *, deleted_too: bool = False) -> LoggedModel:
        """The model of this id."""
        return await self._database.read(lambda tx: require(tx, scope, uuid, deleted_too=deleted_too))

    async def finalize(self, scope: Scope, uuid: str, status: ModelStatus) -> LoggedModel:
        """Say how the upload of a model's files ended."""

        def unit(tx: Tx) -> LoggedModel:
            model = require(tx, scope, uuid)
            store.change(tx, scope, model.id, {"status": status, "updated_ms": self._clock()})
            self._tell(tx, scope, model.experiment_id, model.source_run_id)
            return require(tx, scope, uuid)

        return await self._database.write(unit)

    async def log_params(self, scope: Scope, uuid: str, params: Sequence[Param]) -> None:
        """Say params once; the same values again are harmless, others are refused."""
        _check_once("param", [param.key for param in params])

        def unit(tx: Tx) -> None:
            model = require(tx, scope, uuid, deleted_too=True)
            known = {param.key: param.value for param in model.params}
            for param in params:
                if known.get(param.key, param.value) != param.value:
                    raise InvalidError(
                        f"Changing param values is not allowed. Param with key='{param.key}' was already logged with "
                        f"value='{known[param.key]}' for model ID='{uuid}'."
                    )
            store.add_params(tx, model.id, params)

        await self._database.write(unit)

    async def set_tags(self, scope: Scope, uuid: str, tags: Sequence[Tag]) -> None:
        """Set tags."""

        def unit(tx: Tx) -> None:
            model = require(tx, scope, uuid, deleted_too=True)
            store.set_tags(tx, model.id, {tag.key: tag for tag in tags}.values())
            self._tell(tx, scope, model.experiment_id, model.source_run_id)

        await self._database.write(unit)

    async def delete_tag(self, scope: Scope, uuid: str, key: str) -> None:
        """Delete a tag that is there."""

        def unit(tx: Tx) -> None:
            model = require(tx, scope, uuid)
            if not store.delete_tag(tx, model.id, key):
                raise NotFoundError(f"No tag with key '{key}' found for model with ID '{uuid}'.")

        await self._database.write(unit)

    async def delete(self, scope: Scope, uuid: str) -> None:
        """Delete a model so that it can still be read on demand; repeating it is harmless."""

        def unit(tx: Tx) -> None:
            model = require(tx, scope, uuid, deleted_too=True)
            store.change(tx, scope, model.id, {"lifecycle_stage": Stage.DELETED, "updated_ms": self._clock()})
            self._tell(tx, scope, model.experiment_id, model.source_run_id)

        await self._database.write(unit)

    def _tell(self, tx: Tx, scope: Scope, experiment_id: int, run_id: str) -> None:
        event = Event("model", scope.workspace_id, experiment_id, run_id or None)
        tx.after_commit.append(lambda: self._events.publish(event))


def require(tx: Tx, scope: Scope, uuid: str, *, deleted_too: bool = False) -> LoggedModel:
    """The model of this id; NotFoundError where the workspace has none, or has it deleted."""
    model = store.by_uuid(tx, scope, uuid)
    if model is None or (model.stage is Stage.DELETED and not deleted_too):
        raise NotFoundError(f"Logged model with ID '{uuid[:100]}' not found.")
    return model


def _check_name(name: str) -> None:
    if any(character in name for character in _FORBIDDEN_IN_NAME):
        raise InvalidError(
            f"Invalid model name ('{name}') provided. Model name must be a non-empty string and cannot contain the "
            f"following characters: {_FORBIDDEN_IN_NAME}"
        )


def _check_once(what: str, keys: Sequence[str]) -> None:
    if len(set(keys)) < len(keys):
        raise InvalidError(f"a {what} key stands more than once in the request", hint="send each key once")
