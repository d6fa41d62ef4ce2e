"""What the registry asks of runs and logged models, inside its own transaction: where their files are."""

import json
from typing import Any, cast

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.tracking.experiments.models import Tag
from tidemill.tracking.logged_models import store as models
from tidemill.tracking.logged_models.models import LoggedModel
from tidemill.tracking.runs import store as runs

VERSIONS_TAG = "mlflow.modelVersions"
"""The tag of a logged model that lists the versions made of it: `[{"name": ..., "version": ...}]`."""
_MOST_LISTED = 1000


def run_root(tx: Tx, scope: Scope, uuid: str) -> str | None:
    """Where a run's artifacts lie, deleted or not; None where the workspace has no such run."""
    return runs.artifact_root(tx, scope, uuid)


def note_version(tx: Tx, scope: Scope, model: LoggedModel, name: str, version: int) -> None:
    """Say in a logged model's tag that a version was made of it; of very many, only the last are kept."""
    value = next((tag.value for tag in model.tags if tag.key == VERSIONS_TAG), "[]")
    listed = [*_listed(value), {"name": name, "version": version}][-_MOST_LISTED:]
    models.set_tags(tx, model.id, [Tag(VERSIONS_TAG, json.dumps(listed))])


def _listed(text: str) -> list[Any]:
    try:
        known: object = json.loads(text)
    except ValueError:
        return []  # somebody set the tag by hand; what it said was no list
    return cast("list[Any]", known) if isinstance(known, list) else []
