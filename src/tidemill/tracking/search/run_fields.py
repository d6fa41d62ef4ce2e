"""What a search of runs can speak of: the words, which comparators each takes, and what it may be ordered by."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from tidemill.core.search import (
    KEYED_STRING,
    LISTED_STRING,
    MEMBERSHIP,
    NUMERIC,
    PRESENCE,
    Clause,
    Comparison,
    Entity,
    Kind,
    OrderKey,
    comparator_of,
    invalid_key,
    number,
    parse_filter,
    parse_order,
    split_path,
    string,
    strings,
)
from tidemill.kit.errors import InvalidError

MAX_ORDER_KEYS = 20

_ENTITIES = {
    word: entity
    for entity, words in {
        Entity.METRIC: ("metric", "metrics"),
        Entity.PARAM: ("param", "params", "parameter", "parameters"),
        Entity.TAG: ("tag", "tags"),
        Entity.ATTRIBUTE: ("attribute", "attributes", "attr", "run"),
        Entity.DATASET: ("dataset", "datasets"),
    }.items()
    for word in words
}
NUMBERS = frozenset({"start_time", "end_time"})
"""The attributes that MLflow compares with numbers."""
TABLE_NUMBERS = NUMBERS | {"duration"}
"""Those that our own tables know. MLflow's endpoints refuse the others, as MLflow does."""
_STRINGS = frozenset({"run_id", "run_name", "status", "artifact_uri", "user_id"})
_ORDER_ALIASES = {"created": "start_time", "Created": "start_time"}
_FILTER_ALIASES = {"run name": "run_name", "Run name": "run_name", "Run Name": "run_name", **_ORDER_ALIASES}
_LISTED = "run_id"
_DATASET_FIELDS = frozenset({"name", "digest", "context"})
_STRING_NAMES = {Entity.PARAM: "parameter (e.g. 'my-value')", Entity.TAG: "tag (e.g. 'my-value')"}


def parse_run_filter(text: str, numbers: AbstractSet[str] = NUMBERS) -> tuple[Clause, ...]:
    """The clauses of a filter of runs. Raises InvalidError, in MLflow's words, for what it cannot mean."""
    return tuple(_clause(comparison, numbers) for comparison in parse_filter(text))


def parse_run_order(texts: Sequence[str]) -> tuple[OrderKey, ...]:
    """The keys that an order_by list names, without the ties that always follow. Raises InvalidError."""
    keys = tuple(parse_run_order_key(text) for text in texts)
    if len({(key.entity, key.key) for key in keys}) < len(keys):
        raise InvalidError(
            f"`order_by` contains duplicate fields: {list(texts)}", hint="name each field once: the first place counts"
        )
    if len(keys) > MAX_ORDER_KEYS:
        raise InvalidError(
            f"`order_by` has {len(keys)} entries, at most {MAX_ORDER_KEYS} are taken", hint="leave out the last ones"
        )
    return keys


def parse_run_order_key(text: str, numbers: AbstractSet[str] = NUMBERS) -> OrderKey:
    """One entry of order_by, such as "metrics.`val loss` DESC"."""
    path, descending = parse_order(text)
    entity, key = _entity_and_key(path)
    if entity is Entity.DATASET:
        raise InvalidError("Invalid identifier type 'dataset'", hint="runs cannot be ordered by their datasets")
    if entity is Entity.ATTRIBUTE:
        key = _attribute(key, _ORDER_ALIASES, numbers)
    return OrderKey(entity, key, descending)


def _clause(comparison: Comparison, numbers: AbstractSet[str]) -> Clause:
    entity, key = _entity_and_key(comparison.left)
    if entity is Entity.ATTRIBUTE:
        key = _attribute(key, _FILTER_ALIASES, numbers)
    if entity is Entity.DATASET and key not in _DATASET_FIELDS:
        raise invalid_key(entity, key, _DATASET_FIELDS)
    if comparison.operator in PRESENCE and entity not in (Entity.PARAM, Entity.TAG):
        raise InvalidError(
            f"IS NULL / IS NOT NULL is only supported for tags and params, not for '{entity}' '{key}'",
            hint="a comparison holds only for runs that have the key",
        )
    match entity:
        case Entity.METRIC:
            return _numeric(comparison, entity, key, "metric")
        case Entity.PARAM | Entity.TAG:
            return _keyed_string(comparison, entity, key)
        case Entity.ATTRIBUTE if key in numbers:
            return _numeric(comparison, entity, key, f"numeric attribute: {key}")
        case Entity.ATTRIBUTE:
            return _attribute_string(comparison, key)
        case Entity.DATASET:
            return _listed_string(comparison, entity, key, "dataset attributes")


def _entity_and_key(path: str) -> tuple[Entity, str]:
    word, key = split_path(path)
    if word is None:
        return Entity.ATTRIBUTE, key
    if word not in _ENTITIES:
        valid = [str(entity) for entity in Entity]
        raise InvalidError(
            f"Invalid entity type '{word[:200]}'. Valid values are {valid}",
            hint="such as metrics.m, params.p, tags.t, attributes.status, datasets.name",
        )
    return _ENTITIES[word], key


def _attribute(key: str, aliases: dict[str, str], numbers: AbstractSet[str]) -> str:
    name = aliases.get(key, key)
    if name not in numbers and name not in _STRINGS:
        raise invalid_key(Entity.ATTRIBUTE, key, numbers | _STRINGS | set(aliases))
    return name


def _numeric(comparison: Comparison, entity: Entity, key: str, what: str) -> Clause:
    value = number(comparison, what)
    return Clause(entity, key, comparator_of(comparison, NUMERIC), value)


def _keyed_string(comparison: Comparison, entity: Entity, key: str) -> Clause:
    value = None if comparison.operator in PRESENCE else string(comparison, _STRING_NAMES[entity])
    return Clause(entity, key, comparator_of(comparison, KEYED_STRING), value)


def _attribute_string(comparison: Comparison, key: str) -> Clause:
    is_list = comparison.value is not None and comparison.value.kind is Kind.GROUP
    if is_list and key != _LISTED:
        raise InvalidError(
            f"Only ['{_LISTED}'] attributes support comparison with a list of quoted string values.",
            hint=f"write {key} = '...' or {key} LIKE '...%'",
        )
    return _listed_string(comparison, Entity.ATTRIBUTE, key, "attributes")


def _listed_string(comparison: Comparison, entity: Entity, key: str, what: str) -> Clause:
    comparator = comparator_of(comparison, LISTED_STRING)
    value = strings(comparison) if comparator in MEMBERSHIP else string(comparison, what)
    return Clause(entity, key, comparator, value)
