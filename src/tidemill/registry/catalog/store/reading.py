"""Loading models and versions, many at once, with all that belongs to them. Driver-level SQL: searches pass here."""

from collections.abc import Sequence
from typing import Any

from tidemill.core.database import Tx
from tidemill.core.identity import Scope
from tidemill.registry.catalog.models import ModelVersion, RegisteredModel, RegistryTag, Stage, State, VersionStatus

_MODELS = """
SELECT id, name, is_prompt, description, card, owner, state, last_version, created_ms, updated_ms
FROM registered_models WHERE id {condition} AND +workspace_id = ?
"""
_VERSIONS = """
SELECT v.id, v.model_id, m.name, v.version, v.description, v.card, v.user_id, v.stage, v.state, v.status,
    v.status_message, v.source, v.storage_location, v.run_id, v.run_link, v.logged_model_uuid, v.created_ms,
    v.updated_ms
FROM model_versions v JOIN registered_models m ON m.id = v.model_id
WHERE v.id {condition} AND +v.workspace_id = ?
"""
# One seek a model and stage, however many versions there are.
_NEWEST = """
SELECT (
    SELECT v.id FROM model_versions v WHERE v.model_id = m.id AND v.stage = s.stage ORDER BY v.version DESC LIMIT 1
) FROM registered_models m CROSS JOIN (
    SELECT 'None' AS stage UNION ALL SELECT 'Staging' UNION ALL SELECT 'Production' UNION ALL SELECT 'Archived'
) s WHERE m.id {condition}
"""
_MODEL_TAGS = "SELECT model_id, key, value, kind FROM registered_model_tags WHERE model_id {condition} ORDER BY key"
_VERSION_TAGS = "SELECT version_id, key, value, kind FROM model_version_tags WHERE version_id {condition} ORDER BY key"
_MODEL_ALIASES = "SELECT model_id, alias, version FROM model_aliases WHERE model_id {condition} ORDER BY alias"

# Looking a word up costs a third of calling its enumeration, and a page of models has hundreds of versions.
_STAGES = {str(each): each for each in Stage}
_STATES = {str(each): each for each in State}
_STATUSES = {str(each): each for each in VersionStatus}


def models(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[RegisteredModel]:
    """The models of these row ids, in this order, with their newest versions; ids of other workspaces are left out."""
    if not ids:
        return []
    condition, parameter = _any_of(tx, ids)
    rows = tx.sql(_MODELS.format(condition=condition), (parameter, scope.workspace_id))
    found = {row[0]: _model(row) for row in rows}
    for model_id, key, value, kind in tx.sql(_MODEL_TAGS.format(condition=condition), (parameter,)):
        if model_id in found:
            found[model_id].tags.append(RegistryTag(key, value, kind))
    for model_id, alias, version in tx.sql(_MODEL_ALIASES.format(condition=condition), (parameter,)):
        if model_id in found:
            found[model_id].aliases[alias] = version
    newest = [row[0] for row in tx.sql(_NEWEST.format(condition=condition), (parameter,)) if row[0] is not None]
    for version in sorted(versions(tx, scope, newest), key=lambda each: each.version):
        found[version.model_id].latest.append(version)
    return [found[id_] for id_ in ids if id_ in found]


def versions(tx: Tx, scope: Scope, ids: Sequence[int]) -> list[ModelVersion]:
    """The versions of these row ids, in this order; ids of other workspaces are left out."""
    if not ids:
        return []
    condition, parameter = _any_of(tx, ids)
    rows = tx.sql(_VERSIONS.format(condition=condition), (parameter, scope.workspace_id))
    found = {row[0]: _version(row) for row in rows}
    for version_id, key, value, kind in tx.sql(_VERSION_TAGS.format(condition=condition), (parameter,)):
        if version_id in found:
            found[version_id].tags.append(RegistryTag(key, value, kind))
    _fill_aliases(tx, list(found.values()))
    return [found[id_] for id_ in ids if id_ in found]


def version(tx: Tx, scope: Scope, id_: int) -> ModelVersion:
    """The version of a row id that is there."""
    return versions(tx, scope, [id_])[0]


def _any_of(tx: Tx, ids: Sequence[int]) -> tuple[str, Any]:
    """A condition for some ids; one alone is no list to take apart."""
    return ("= ?", ids[0]) if len(ids) == 1 else tx.any_of(ids)


def _fill_aliases(tx: Tx, found: Sequence[ModelVersion]) -> None:
    condition, parameter = _any_of(tx, list({version.model_id for version in found}))
    known: dict[tuple[int, int], list[str]] = {}
    for model_id, alias, number in tx.sql(_MODEL_ALIASES.format(condition=condition), (parameter,)):
        known.setdefault((model_id, number), []).append(alias)
    if known:
        for version in found:
            version.aliases = known.get((version.model_id, version.version), [])


def _model(row: Any) -> RegisteredModel:
    id_, name, is_prompt, description, card, owner, state, last_version, created_ms, updated_ms = row
    return RegisteredModel(
        id_, name, bool(is_prompt), description, card, owner, _STATES[state], last_version, created_ms, updated_ms
    )


def _version(row: Any) -> ModelVersion:
    id_, model_id, name, number, description, card, user_id, stage, state, status, *rest = row
    return ModelVersion(
        id_,
        model_id,
        name,
        number,
        description,
        card,
        user_id,
        _STAGES[stage],
        _STATES[state],
        _STATUSES[status],
        *rest,
    )
