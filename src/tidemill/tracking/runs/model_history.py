"""The tag in which MLflow 2 keeps the models that a run logged, as a JSON list."""

from typing import Any, cast

import msgspec

from tidemill.core.database import Database, Tx
from tidemill.core.identity import Scope
from tidemill.kit.errors import InvalidError, TooLargeError
from tidemill.tracking.experiments.models import Tag
from tidemill.tracking.runs import store
from tidemill.tracking.runs.service import require_active

HISTORY_TAG = "mlflow.log-model.history"
_MANDATORY = ("run_id", "artifact_path", "utc_time_created", "flavors")
_KEPT = (*_MANDATORY[:3], "model_uuid", "flavors")
_MAX_LENGTH = 1_000_000


class ModelHistory:
    """Appends to the list, in one unit of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, scope: Scope, uuid: str, model_json: str) -> None:
        """Add the record of one logged model, given as JSON text."""
        record = _record(model_json)

        def unit(tx: Tx) -> None:
            run = require_active(tx, scope, uuid)
            known = _list(store.tag_of(tx, run, HISTORY_TAG))
            value = msgspec.json.encode([*known, record]).decode()
            if len(value) > _MAX_LENGTH:
                raise TooLargeError("the run's history of logged models is full", hint="start another run")
            store.set_tags(tx, run, [Tag(HISTORY_TAG, value)])

        await self._database.write(unit)


def _record(model_json: str) -> dict[str, Any]:
    try:
        model: Any = msgspec.json.decode(model_json)
    except (msgspec.MsgspecError, RecursionError):
        raise InvalidError(f"Malformed model info. \n {model_json[:200]} \n is not a valid JSON.") from None
    if not isinstance(model, dict):
        raise InvalidError("Malformed model info: it must be a JSON object.")
    if lacking := {name for name in _MANDATORY if name not in model}:
        raise InvalidError(f"Model json is missing mandatory fields: {lacking}")
    return {name: model[name] for name in _KEPT if name in model}


def _list(text: str | None) -> list[Any]:
    if text is None:
        return []
    try:
        known: object = msgspec.json.decode(text)
    except msgspec.MsgspecError:
        return []  # somebody set the tag by hand; what it said was no history
    return cast("list[Any]", known) if isinstance(known, list) else []
