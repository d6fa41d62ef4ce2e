"""What a search of models or of versions can speak of, in MLflow's words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tidemill.core.search import (
    KEYED_STRING,
    LISTED_STRING,
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
    parse_filter,
    parse_order,
    split_path,
    string,
    strings,
    unquote,
)
from tidemill.kit.errors import InvalidError
from tidemill.registry.catalog.models import PROMPT_TAG

_ENTITIES = {"attribute": Entity.ATTRIBUTE, "tag": Entity.TAG, "tags": Entity.TAG}
_SHOWN = 200
_GREATEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one kind of thing; `order` gives what each order key means."""

    texts: Collection[str]
    listed: Collection[str]
    numbers: Collection[str]
    order: Mapping[str, str]
    order_error: str

    def parse_filter(self, text: str) -> tuple[Clause, ...]:
        """The clauses of a filter. Raises InvalidError, in MLflow's words, for what it cannot mean."""
        return tuple(self._clause(comparison) for comparison in parse_filter(text, are_strays_quoted=False))

    def parse_order(self, texts: Sequence[str]) -> tuple[OrderKey, ...]:
        """The keys of an order_by list. Raises InvalidError."""
        keys: dict[str, OrderKey] = {}
        for text in texts:
            path, descending = parse_order(text)
            name = self.order.get(path)
            if name is None:
                valid = ", ".join(repr(key) for key in sorted(self.order))
                raise InvalidError(self.order_error.format(key=path[:_SHOWN], valid=valid))
            if name in keys:
                raise InvalidError(f"`order_by` contains duplicate fields: {[each[:_SHOWN] for each in texts[:10]]}")
            keys[name] = OrderKey(Entity.ATTRIBUTE, name, descending)
        return tuple(keys.values())

    def _clause(self, comparison: Comparison) -> Clause:
        word, key = split_path(comparison.left)
        if word is not None and word not in _ENTITIES:
            raise InvalidError(
                f"Invalid entity type '{word[:_SHOWN]}'. Valid entity types are {tuple(_ENTITIES)}",
                hint="such as name, attribute.name, tags.t",
            )
        if word is not None and _ENTITIES[word] is Entity.TAG:
            return _tag(comparison, key)
        return self._attribute(comparison, key)

    def _attribute(self, comparison: Comparison, key: str) -> Clause:
        known = {*self.texts, *self.numbers}
        if key not in known:
            raise invalid_key(Entity.ATTRIBUTE, key, known)
        if comparison.operator in PRESENCE:
            raise InvalidError(
                f"IS NULL / IS NOT NULL is only supported for tags, not for attribute '{key}'",
                hint="everything has its attributes",
            )
        is_list = comparison.value is not None and comparison.value.kind is Kind.GROUP
        if is_list and (key not in self.listed or comparison.operator not in MEMBERSHIP):
            raise InvalidError(
                f"Only {sorted(self.listed)} attributes support comparison with a list of quoted string values.",
                hint=f"write {key} = ...",
            )
        if key in self.numbers:
            return _number(comparison, key)
        if comparison.operator in MEMBERSHIP:
            return Clause(Entity.ATTRIBUTE, key, Comparator(comparison.operator), strings(comparison))
        value = string(comparison, "attributes")
        allowed = LISTED_STRING if key in self.listed else STRING
        if comparison.operator not in allowed:
            raise InvalidError(
                f"Invalid comparator for attribute: {comparison.operator[:_SHOWN]}",
                hint=f"{key} can be compared by {', '.join(sorted(map(str, allowed)))}",
            )
        return Clause(Entity.ATTRIBUTE, key, Comparator(comparison.operator), value)


MODELS = Fields(
    texts=("name",),
    listed=("name",),
    numbers=(),
    order={"name": "name", "timestamp": "updated", "last_updated_timestamp": "updated"},
    order_error="Invalid order by key '{key}' specified. Valid keys are '{{{valid}}}'",
)
VERSIONS = Fields(
    texts=("name", "run_id", "source_path"),
    listed=("name", "run_id"),
    numbers=("version_number",),
    order={
        "name": "name",
        "version_number": "version",
        "creation_timestamp": "created",
        "last_updated_timestamp": "updated",
    },
    order_error="Invalid attribute key '{key}' specified. Valid keys are '{{{valid}}}'",
)


def wants_prompts(clauses: Sequence[Clause]) -> tuple[bool, tuple[Clause, ...]]:
    """Whether a filter asks for prompts, which are hidden else, and what it says besides.

    Only "the tag equals true" asks; whatever else is said of that tag means "no prompts", as MLflow reads it.
    """
    about = [clause for clause in clauses if clause.entity is Entity.TAG and clause.key == PROMPT_TAG]
    asks = any(clause.comparator is Comparator.EQ and clause.value == "true" for clause in about)
    return asks, tuple(clause for clause in clauses if clause not in about)


def _tag(comparison: Comparison, key: str) -> Clause:
    value = None if comparison.operator in PRESENCE else string(comparison, "tag (e.g. 'my-value')")
    if comparison.operator not in KEYED_STRING:
        raise InvalidError(
            f"Invalid comparator for tag: {comparison.operator[:_SHOWN]}",
            hint=f"a tag can be compared by {', '.join(sorted(map(str, KEYED_STRING)))}",
        )
    return Clause(Entity.TAG, key, Comparator(comparison.operator), value)


def _number(comparison: Comparison, key: str) -> Clause:
    if comparison.operator not in NUMERIC:
        raise InvalidError(
            f"Invalid comparator for attribute {key}: {comparison.operator[:_SHOWN]}",
            hint=f"{key} can be compared by {', '.join(sorted(map(str, NUMERIC)))}",
        )
    text = unquote(comparison.value.text) if comparison.value else ""
    if not (text.removeprefix("-").isdecimal() and text.isascii()):
        raise InvalidError(f"Invalid value for numeric attribute '{key}': {text[:_SHOWN]}", hint="write a whole number")
    number = int(text) if len(text) < len(str(_GREATEST)) else _GREATEST * (-1 if text[0] == "-" else 1)
    return Clause(Entity.ATTRIBUTE, key, comparator_of(comparison, NUMERIC), number)
