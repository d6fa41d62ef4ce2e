"""Which events a webhook may be told of, and what is said of each.

What MLflow has an event for is said as its server says it (docs/mechanisms/webhooks.md); the others are Tidemill's own:
the model's name, the version where there is one, and what the change is about.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from tidemill.registry.announcing import Announcement, Change

_MLFLOW_NAMES = {
    "registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted",
    "model_version_alias.created", "model_version_alias.deleted", "prompt.created", "prompt_version.created",
    "prompt_tag.set", "prompt_tag.deleted", "prompt_version_tag.set", "prompt_version_tag.deleted",
    "prompt_alias.created", "prompt_alias.deleted", "budget_policy.exceeded",
}  # fmt: skip
_BUDGET = "budget_policy.exceeded"
MLFLOW_EVENTS = frozenset(_MLFLOW_NAMES)
"""Those that MLflow's clients know: they cannot read a webhook that has another."""
EVENTS = frozenset(change.value for change in Change) | MLFLOW_EVENTS

_TEMPLATE_TAG = "mlflow.prompt.text"
_EXAMPLE_BUDGET: Mapping[str, object] = {
    "budget_policy_id": "bp-abc123",
    "budget_unit": "USD",
    "budget_amount": 100.0,
    "current_spend": 105.5,
    "duration_unit": "MONTHS",
    "duration_value": 1,
    "target_scope": "ENDPOINT",
    "workspace": "default",
    "target_value": "ep-abc123",
    "window_start": 1704067200000,
}


def body_of(announcement: Announcement, now_ms: int) -> str:
    """What is sent of a change: MLflow's envelope around what is said of it."""
    return _envelope(announcement.change.value, data_of(announcement), now_ms)


def example_of(event: str, now_ms: int) -> str:
    """What is sent to try a webhook out."""
    if event == _BUDGET:
        return _envelope(event, _EXAMPLE_BUDGET, now_ms)
    is_prompt = event.startswith("prompt")
    details: dict[str, object] = {
        "key": "example_key",
        "value": "example_value",
        "alias": "example_alias",
        "source": "models:/example",
        "run_id": "",
        "tags": {"example_key": "example_value"},
        "description": "An example",
        "template": "Hello {{name}}",
        "from_stage": "None",
        "to_stage": "Production",
    }
    change, name = Change(event), "example_prompt" if is_prompt else "example_model"
    version = 0 if event.split(".")[0] in ("registered_model", "registered_model_tag", "prompt", "prompt_tag") else 1
    if change not in _DATA:
        details = {key: details[key] for key in _OF_OUR_OWN.get(change, ())}
    return _envelope(event, data_of(Announcement(change, name, version, details)), now_ms)


def data_of(announcement: Announcement) -> Mapping[str, object]:
    """What is said of a change."""
    if (made := _DATA.get(announcement.change)) is not None:
        return made(announcement)
    version = {"version": str(announcement.version)} if announcement.version else {}
    return {"name": announcement.name, **version, **announcement.details}


def _envelope(event: str, data: Mapping[str, object], now_ms: int) -> str:
    entity, action = event.split(".")
    at = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(timespec="microseconds")
    return json.dumps({"entity": entity, "action": action, "timestamp": at, "data": data}, default=str)


def _created(said: Announcement) -> Mapping[str, object]:
    return {"name": said.name, "tags": _shown(_tags(said)), "description": said.details.get("description") or ""}


def _version_created(said: Announcement) -> Mapping[str, object]:
    return {
        **_named(said),
        "source": said.details.get("source") or "",
        "run_id": said.details.get("run_id") or None,
        "tags": _tags(said),
        "description": said.details.get("description") or None,
    }


def _prompt_version_created(said: Announcement) -> Mapping[str, object]:
    tags = _tags(said)
    template = said.details.get("template") or tags.get(_TEMPLATE_TAG, "")
    described = {"tags": _shown(tags), "description": said.details.get("description") or None}
    return {**_named(said), "template": template, **described}


def _tag_set(said: Announcement) -> Mapping[str, object]:
    return {**_named(said), "key": said.details.get("key", ""), "value": said.details.get("value", "")}


def _tag_deleted(said: Announcement) -> Mapping[str, object]:
    return {**_named(said), "key": said.details.get("key", "")}


def _alias_created(said: Announcement) -> Mapping[str, object]:
    return {"name": said.name, "alias": said.details.get("alias", ""), "version": str(said.version)}


def _alias_deleted(said: Announcement) -> Mapping[str, object]:
    return {"name": said.name, "alias": said.details.get("alias", "")}


def _named(said: Announcement) -> Mapping[str, object]:
    return {"name": said.name, "version": str(said.version)} if said.version else {"name": said.name}


def _tags(said: Announcement) -> Mapping[str, Any]:
    found = said.details.get("tags")
    return cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else {}


def _shown(tags: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without those by which MLflow's clients know a prompt."""
    return {key: value for key, value in tags.items() if not key.startswith("mlflow.prompt.")}


_DATA: Mapping[Change, Callable[[Announcement], Mapping[str, object]]] = {
    Change.MODEL_CREATED: _created,
    Change.VERSION_CREATED: _version_created,
    Change.VERSION_TAG_SET: _tag_set,
    Change.VERSION_TAG_DELETED: _tag_deleted,
    Change.ALIAS_SET: _alias_created,
    Change.ALIAS_DELETED: _alias_deleted,
    Change.PROMPT_CREATED: _created,
    Change.PROMPT_VERSION_CREATED: _prompt_version_created,
    Change.PROMPT_TAG_SET: _tag_set,
    Change.PROMPT_TAG_DELETED: _tag_deleted,
    Change.PROMPT_VERSION_TAG_SET: _tag_set,
    Change.PROMPT_VERSION_TAG_DELETED: _tag_deleted,
    Change.PROMPT_ALIAS_CREATED: _alias_created,
    Change.PROMPT_ALIAS_DELETED: _alias_deleted,
}
_OF_OUR_OWN: Mapping[Change, tuple[str, ...]] = {
    Change.MODEL_TAG_SET: ("key", "value"),
    Change.MODEL_TAG_DELETED: ("key",),
    Change.STAGE_CHANGED: ("from_stage", "to_stage"),
}
