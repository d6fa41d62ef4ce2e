"""What a search of experiments can speak of, in MLflow's words; `run_fields.py` is the same for runs."""

from collections.abc import Sequence

from tidemill.core.search import (
    EQUALITY,
    KEYED_STRING,
    MEMBERSHIP,
    NUMERIC,
    PRESENCE,
    STRING,
    Clause,
    Comparator,
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

ID = "experiment_id"

_ENTITIES = {"attribute": Entity.ATTRIBUTE, "tag": Entity.TAG, "tags": Entity.TAG}
_NUMBERS = frozenset({"creation_time", "last_update_time"})
_KEYS = _NUMBERS | {"name", ID}


def parse_experiment_filter(text: str) -> tuple[Clause, ...]:
    """The clauses of a filter of experiments; ids are numbers in them. Raises InvalidError."""
    return tuple(_clause(comparison) for comparison in parse_filter(text, are_strays_quoted=False))


def parse_experiment_order(texts: Sequence[str]) -> tuple[OrderKey, ...]:
    """The keys that an order_by list names, each where it first stands. Raises InvalidError."""
    keys: dict[str, OrderKey] = {}
    for text in texts:
        path, descending = parse_order(text)
        entity, key = _entity_and_key(path)
        if entity is Entity.TAG:
            raise InvalidError("Invalid order_by entity: tag", hint=f"order by one of {', '.join(sorted(_KEYS))}")
        _check_attribute(key)
        keys.setdefault(key, OrderKey(entity, key, descending))
    return tuple(keys.values())


def _clause(comparison: Comparison) -> Clause:
    entity, key = _entity_and_key(comparison.left)
    if entity is Entity.TAG:
        return _tag(comparison, key)
    _check_attribute(key)
    if comparison.operator in PRESENCE:
        raise InvalidError(
            f"IS NULL / IS NOT NULL is only supported for tags, not for attribute '{key}'",
            hint="every experiment has its attributes",
        )
    if key in _NUMBERS:
        return _time(comparison, key)
    if key == ID:
        return _id(comparison)
    if comparison.value is not None and comparison.value.kind is Kind.GROUP:
        raise InvalidError(
            f"Only ['{ID}'] attributes support comparison with a list of quoted string values.",
            hint=f"write {key} = '...' or {key} LIKE '...%'",
        )
    value = string(comparison, "attributes")
    return Clause(entity, key, comparator_of(comparison, STRING), value)


def _entity_and_key(path: str) -> tuple[Entity, str]:
    word, key = split_path(path)
    if word is None:
        return Entity.ATTRIBUTE, key
    if word not in _ENTITIES:
        raise InvalidError(
            f"Invalid entity type '{word[:200]}'. Valid entity types are {tuple(_ENTITIES)}",
            hint="such as name, attribute.creation_time, tags.t",
        )
    return _ENTITIES[word], key


def _check_attribute(key: str) -> None:
    if key not in _KEYS:
        raise invalid_key(Entity.ATTRIBUTE, key, _KEYS)


def _tag(comparison: Comparison, key: str) -> Clause:
    value = None if comparison.operator in PRESENCE else string(comparison, "tag (e.g. 'my-value')")
    if comparison.operator not in KEYED_STRING:
        raise InvalidError(
            f"Invalid comparator for tag: {comparison.operator[:200]}",
            hint=f"a tag can be compared by {', '.join(sorted(map(str, KEYED_STRING)))}",
        )
    return Clause(Entity.TAG, key, Comparator(comparison.operator), value)


def _time(comparison: Comparison, key: str) -> Clause:
    value = number(comparison, f"numeric attribute: {key}")
    written = comparison.value.text if comparison.value else ""
    if not written.removeprefix("-").isdecimal():
        raise InvalidError(
            f"Invalid value for numeric attribute '{key}': '{written[:200]}'",
            hint="write whole milliseconds since 1970",
        )
    return Clause(Entity.ATTRIBUTE, key, comparator_of(comparison, NUMERIC), value)


def _id(comparison: Comparison) -> Clause:
    if comparison.operator in MEMBERSHIP:
        ids = tuple(_number_of(text) for text in strings(comparison))
        return Clause(Entity.ATTRIBUTE, ID, Comparator(comparison.operator), ids)
    value = string(comparison, "attributes")
    if comparison.operator not in EQUALITY:
        raise InvalidError(
            f"Invalid comparator for {ID}: {comparison.operator[:200]}", hint="ids are compared by =, !=, IN and NOT IN"
        )
    return Clause(Entity.ATTRIBUTE, ID, Comparator(comparison.operator), (_number_of(value),))


def _number_of(text: str) -> int:
    """The id in a text. Ids fit 64 bits; what does not is no experiment's, so that any number that is none will do."""
    digits = text.strip()
    if not digits.removeprefix("-").isdecimal():
        raise InvalidError(
            f"Invalid experiment ID '{text[:200]}'. Experiment ID must be a valid integer.",
            hint="ids are the numbers in the addresses of experiments",
        )
    return int(digits) if len(digits) < 18 else -1
