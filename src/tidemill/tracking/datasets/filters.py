"""What a search of datasets can speak of: the words, which comparators each takes, and what it may be ordered by."""

from collections.abc import Collection, Sequence

from tidemill.core.search import (
    MEMBERSHIP,
    NUMERIC,
    PATTERN,
    STRING,
    Clause,
    Comparator,
    Comparison,
    Entity,
    OrderKey,
    comparator_of,
    number,
    parse_filter,
    parse_order,
    split_path,
    string,
    strings,
)
from tidemill.kit.errors import InvalidError

_TIMES = frozenset({"created_time", "last_update_time"})
_STRINGS = frozenset({"name", "created_by", "last_updated_by"})
_LISTED = "name"
_TEXT = NUMERIC | PATTERN
_NAME = _TEXT | {Comparator.IN}
_ORDERED = frozenset({"name", *_TIMES})
_TAGS = "tags"
_SHOWN = 200
_INT64 = 1 << 63


def parse_dataset_filter(text: str) -> tuple[Clause, ...]:
    """The clauses of a filter of datasets. Raises InvalidError, in MLflow's words, for what it cannot mean."""
    return tuple(_clause(comparison) for comparison in parse_filter(text))


def parse_dataset_order(texts: Sequence[str]) -> tuple[OrderKey, ...]:
    """The keys of an order_by list, each where it first stands. Raises InvalidError."""
    keys: dict[str, OrderKey] = {}
    for text in texts:
        path, descending = parse_order(text)
        word, key = split_path(path)
        if word == _TAGS:
            raise InvalidError("Invalid order_by entity: tag", hint=f"order by one of {', '.join(sorted(_ORDERED))}")
        _check_key(word, key, _ORDERED)
        keys.setdefault(key, OrderKey(Entity.ATTRIBUTE, key, descending))
    return tuple(keys.values())


def _clause(comparison: Comparison) -> Clause:
    word, key = split_path(comparison.left)
    if word == _TAGS:
        comparator = comparator_of(comparison, STRING)
        return Clause(Entity.TAG, key, comparator, string(comparison, "tag (e.g. 'my-value')"))
    _check_key(word, key, _TIMES | _STRINGS)
    if key in _TIMES:
        return _time(comparison, key)
    comparator = comparator_of(comparison, _NAME if key == _LISTED else _TEXT)
    value = strings(comparison) if comparator in MEMBERSHIP else string(comparison, "attributes")
    return Clause(Entity.ATTRIBUTE, key, comparator, value)


def _time(comparison: Comparison, key: str) -> Clause:
    if comparison.value is None:
        raise InvalidError(f"{comparison.operator} is not for the attribute '{key}'", hint="every dataset has it")
    value = number(comparison, f"numeric attribute: {key}")
    if isinstance(value, float) and abs(value) < _INT64:
        raise InvalidError(
            f"Invalid value for numeric attribute '{key}': '{value}'", hint="write whole milliseconds since 1970"
        )
    return Clause(Entity.ATTRIBUTE, key, comparator_of(comparison, NUMERIC), value)


def _check_key(word: str | None, key: str, valid: Collection[str]) -> None:
    hint = f"datasets have {', '.join(sorted(_TIMES | _STRINGS))} and, in filters, tags.K"
    if word is not None:
        raise InvalidError(f"Invalid identifier token '{word[:_SHOWN]}' specified", hint=hint)
    if key not in valid:
        keys = ", ".join(f"'{name}'" for name in sorted(valid))
        raise InvalidError(f"Invalid attribute key '{key[:_SHOWN]}' specified. Valid keys are: {{{keys}}}", hint=hint)
