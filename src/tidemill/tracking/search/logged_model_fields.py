"""What a search of logged models can speak of, in MLflow's words; `run_fields.py` is the same for runs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from tidemill.core.search import (
    LISTED_STRING,
    MEMBERSHIP,
    NUMERIC,
    PRESENCE,
    Clause,
    Comparator,
    Comparison,
    Entity,
    Kind,
    OrderKey,
    number,
    parse_model_comparisons,
    split_path,
    string,
    strings,
    unquote,
)
from tidemill.kit.errors import InvalidError
from tidemill.tracking.logged_models.models import ModelStatus

_ENTITIES = {
    "attributes": Entity.ATTRIBUTE,
    "metrics": Entity.METRIC,
    "params": Entity.PARAM,
    "tags": Entity.TAG,
}
_ALIASES = {
    "creation_timestamp": "creation_time",
    "creation_timestamp_ms": "creation_time",
    "last_updated_timestamp": "last_updated_time",
    "last_updated_timestamp_ms": "last_updated_time",
}
_TIMES = frozenset({"creation_time", *_ALIASES})
_STRINGS = frozenset(
    {
        "artifact_location",
        "experiment_id",
        "lifecycle_stage",
        "model_id",
        "model_type",
        "name",
        "source_run_id",
        "status",
    }
)
_STATUS_PREFIX = "LOGGED_MODEL_"
_NUMBERED_STATUSES = {str(number): str(status) for number, status in enumerate(ModelStatus)}
_SHOWN_ORDER = ("<", "<=", ">", ">=", "=", "!=", "LIKE", "ILIKE", "IN", "NOT IN")
_WORDS = {Entity.METRIC: "metrics", Entity.PARAM: "params", Entity.TAG: "tags", Entity.ATTRIBUTE: "attributes"}


@dataclass(frozen=True, slots=True)
class ModelOrder:
    """One entry of order_by as clients send it; the dataset narrows a metric to its values there."""

    field_name: str
    ascending: bool = True
    dataset_name: str = ""
    dataset_digest: str = ""


def parse_model_filter(text: str) -> tuple[Clause, ...]:
    """The clauses of a filter of logged models. Raises InvalidError, in MLflow's words, for what it cannot mean."""
    return tuple(_clause(comparison) for comparison in parse_model_comparisons(text))


def parse_model_order(entries: Sequence[ModelOrder]) -> tuple[OrderKey, ...]:
    """The keys of an order of logged models, without the ties that always follow. Raises InvalidError."""
    return tuple(_order_key(entry) for entry in entries)


def parse_model_datasets(datasets: Sequence[tuple[str, str]]) -> tuple[tuple[str, str | None], ...]:
    """The (name, digest) pairs that a search is narrowed to; without a digest, any of that name."""
    if not all(name for name, _ in datasets):
        raise InvalidError("`dataset_name` in the `datasets` clause must be specified.")
    return tuple((name, digest or None) for name, digest in datasets)


def _clause(comparison: Comparison) -> Clause:
    word, key = split_path(comparison.left)
    if word is not None and word not in _ENTITIES:
        raise InvalidError(
            f"Invalid entity type: {word[:200]!r}. Expected one of {tuple(_ENTITIES)}.",
            hint="such as name, attributes.model_type, metrics.m, params.p, tags.t",
        )
    entity = Entity.ATTRIBUTE if word is None else _ENTITIES[word]
    if comparison.operator in PRESENCE:
        raise InvalidError(
            f"Invalid comparison: {comparison.left[:200]} {comparison.operator}. Expected a comparison with 3 tokens.",
            hint="a comparison holds only for models that have the key",
        )
    if entity is Entity.ATTRIBUTE:
        return _attribute(comparison, key)
    if entity is Entity.METRIC:
        comparator = _comparator(comparison, entity, key, NUMERIC)
        return Clause(entity, key, comparator, number(comparison, "metric"))
    return _string(comparison, entity, key, "tag" if entity is Entity.TAG else "parameter")


def _attribute(comparison: Comparison, key: str) -> Clause:
    if key not in _TIMES and key not in _STRINGS:
        valid = ", ".join(sorted(_TIMES | _STRINGS))
        raise InvalidError(
            f"Invalid attribute key '{key[:200]}' specified. Valid keys are {valid}",
            hint="metrics, params and tags are named with their kind: metrics.m, params.p, tags.t",
        )
    name = _ALIASES.get(key, key)
    if key in _TIMES:
        comparator = _comparator(comparison, Entity.ATTRIBUTE, key, NUMERIC)
        return Clause(Entity.ATTRIBUTE, name, comparator, number(comparison, f"numeric attribute: {key}"))
    clause = _string(comparison, Entity.ATTRIBUTE, name, "attributes")
    return clause if key != "status" else _short_status(clause)


def _string(comparison: Comparison, entity: Entity, key: str, what: str) -> Clause:
    comparator = _comparator(comparison, entity, key, LISTED_STRING)
    value = strings(comparison) if comparator in MEMBERSHIP else _text(comparison, what)
    return Clause(entity, key, comparator, value)


def _text(comparison: Comparison, what: str) -> str:
    """A text, which may stand without quotes: MLflow's own example is params.lr = 0.01."""
    value = comparison.value
    if value is not None and value.kind in (Kind.NUMBER, Kind.PATH, Kind.SUM):
        return unquote(value.text)
    return string(comparison, what)


def _short_status(clause: Clause) -> Clause:
    """A status is called READY, LOGGED_MODEL_READY or 2; the clause says the first of these."""
    if isinstance(clause.value, tuple):
        return replace(clause, value=tuple(_status(str(value)) for value in clause.value))
    return replace(clause, value=_status(str(clause.value)))


def _status(text: str) -> str:
    return _NUMBERED_STATUSES.get(text, text).removeprefix(_STATUS_PREFIX)


def _comparator(comparison: Comparison, entity: Entity, key: str, allowed: Collection[Comparator]) -> Comparator:
    if comparison.operator in allowed:
        return Comparator(comparison.operator)
    names = ", ".join(repr(name) for name in _SHOWN_ORDER if name in allowed)
    raise InvalidError(
        f"Invalid comparison operator for {_WORDS[entity]}.{key[:200]}: '{comparison.operator[:200]}'. "
        f"Expected one of ({names}).",
        hint="numbers are compared by size, texts by = != LIKE ILIKE IN NOT IN",
    )


def _order_key(entry: ModelOrder) -> OrderKey:
    word, key = split_path(entry.field_name)
    dataset = (entry.dataset_name, entry.dataset_digest or None) if entry.dataset_name else None
    if word == "metrics" and key:
        return OrderKey(Entity.METRIC, key, not entry.ascending, dataset=dataset)
    name = entry.field_name
    if name not in _TIMES and name not in _STRINGS:
        raise InvalidError(
            f"Invalid order by field name: {name[:200]}",
            hint=f"order by metrics.KEY or one of {', '.join(sorted(_TIMES | _STRINGS))}",
        )
    return OrderKey(Entity.ATTRIBUTE, _ALIASES.get(name, name), not entry.ascending)
