"""What is said of a change: as MLflow's own server says it, measured with version 3.17.2."""

import json
from typing import Any

import pytest

from tidemill.registry.announcing import Announcement, Change
from tidemill.registry.webhooks.events import body_of

NAMED = {"name": "m", "version": "1"}


@pytest.mark.parametrize(
    ("change", "version", "details", "data"),
    [
        (Change.MODEL_CREATED, 0, {}, {"name": "m", "tags": {}, "description": ""}),
        (
            Change.MODEL_CREATED,
            0,
            {"tags": {"a": "b"}, "description": "d"},
            {"name": "m", "tags": {"a": "b"}, "description": "d"},
        ),
        (
            Change.VERSION_CREATED,
            1,
            {"source": "s3://b", "run_id": "", "tags": {}, "description": ""},
            {**NAMED, "source": "s3://b", "run_id": None, "tags": {}, "description": None},
        ),
        (Change.VERSION_TAG_SET, 1, {"key": "k", "value": "v"}, {**NAMED, "key": "k", "value": "v"}),
        (Change.VERSION_TAG_DELETED, 1, {"key": "k", "value": "v"}, {**NAMED, "key": "k"}),
        (Change.ALIAS_SET, 1, {"alias": "a"}, {"name": "m", "alias": "a", "version": "1"}),
        (Change.ALIAS_DELETED, 1, {"alias": "a"}, {"name": "m", "alias": "a"}),
        (
            Change.PROMPT_VERSION_CREATED,
            1,
            {"tags": {"mlflow.prompt.is_prompt": "true", "mlflow.prompt.text": "Hello", "vt": "x"}},
            {**NAMED, "template": "Hello", "tags": {"vt": "x"}, "description": None},
        ),
        (Change.PROMPT_TAG_SET, 0, {"key": "k", "value": "v"}, {"name": "m", "key": "k", "value": "v"}),
        (Change.PROMPT_TAG_DELETED, 0, {"key": "k"}, {"name": "m", "key": "k"}),
        (Change.PROMPT_ALIAS_CREATED, 1, {"alias": "a"}, {"name": "m", "alias": "a", "version": "1"}),
        (Change.PROMPT_ALIAS_DELETED, 1, {"alias": "a"}, {"name": "m", "alias": "a"}),
        (
            Change.STAGE_CHANGED,
            1,
            {"from_stage": "None", "to_stage": "Production"},
            {**NAMED, "from_stage": "None", "to_stage": "Production"},
        ),
        (Change.MODEL_RENAMED, 0, {"new_name": "n"}, {"name": "m", "new_name": "n"}),
    ],
)
def test_each_change_is_said_in_an_envelope(
    change: Change, version: int, details: dict[str, Any], data: dict[str, Any]
) -> None:
    body = json.loads(body_of(Announcement(change, "m", version, details), 1_790_000_000_123))
    entity, action = change.value.split(".")
    at = "2026-09-21T14:13:20.123000+00:00"
    assert body == {"entity": entity, "action": action, "timestamp": at, "data": data}
