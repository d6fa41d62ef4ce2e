"""Reading the parts of a comparison: names, strings, numbers and lists, with the refusals that MLflow words alike."""

from collections.abc import Collection

from tidemill.core.search.clauses import Comparator, Entity
from tidemill.core.search.grammar import Comparison, parse_group
from tidemill.core.search.tokens import Kind, Token
from tidemill.kit.errors import InvalidError

_QUOTES = "'\"`"
_MAX_PATTERN = 10_000
_SHOWN = 200
_INT64 = 1 << 63
_MOST_DIGITS = 20  # with its sign; Python refuses to read thousands
_LIST_ERROR = "While parsing a list in the query, expected"


def split_path(path: str) -> tuple[str | None, str]:
    """The entity word and the key of a path; no word where there is no dot. Quotes around either are taken off."""
    head, dot, rest = path.partition(".")
    return (unquote(head), unquote(rest)) if dot else (None, unquote(path))


def unquote(text: str) -> str:
    """The text without the one pair of quotes around it, if there is one."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in _QUOTES else text


def comparator_of(comparison: Comparison, allowed: Collection[Comparator]) -> Comparator:
    """The comparator, if it is one of these."""
    if comparison.operator in allowed:
        return Comparator(comparison.operator)
    names = sorted(str(comparator) for comparator in allowed)
    raise InvalidError(
        f"Invalid comparator '{comparison.operator[:_SHOWN]}' not one of '{{{', '.join(map(repr, names))}}}'",
        hint=f"{comparison.left[:_SHOWN]} can be compared by {', '.join(names)}",
    )


def number(comparison: Comparison, what: str) -> float | int:
    """The value as a number: an int where it is written as one and fits 64 bits. `what` is what MLflow calls it."""
    value = _value(comparison)
    if value.kind is not Kind.NUMBER:
        raise InvalidError(
            f"Expected numeric value type for {what}. Found {value.text[:_SHOWN]}",
            hint=f"write the number without quotes, such as {comparison.left[:_SHOWN]} > 0.5",
        )
    return parse_number(value.text)


def parse_number(text: str) -> float | int:
    """The number of a NUMBER token."""
    as_float = float(text)
    is_small = text.removeprefix("-").isdecimal() and -_INT64 < as_float < _INT64 and len(text) <= _MOST_DIGITS
    return int(text) if is_small else as_float


def string(comparison: Comparison, what: str) -> str:
    """The value as a quoted string. `what` is what MLflow calls it: parameter, tag, attributes, dataset attributes."""
    value = _value(comparison)
    if value.kind is Kind.STRING:
        return _checked(comparison, unquote(value.text))
    if value.kind in (Kind.PATH, Kind.SUM):
        raise InvalidError(
            "Parameter value is either not quoted or unidentified quote types used for string value "
            f"{value.text[:_SHOWN]}. Use either single or double quotes.",
            hint=f"write {comparison.left[:_SHOWN]} {comparison.operator} '{unquote(value.text)[:_SHOWN]}'",
        )
    raise InvalidError(
        f"Expected a quoted string value for {what}. Got value {value.text[:_SHOWN]}",
        hint=f"write {comparison.left[:_SHOWN]} = '{value.text.strip('()')[:_SHOWN]}'",
    )


def strings(comparison: Comparison) -> tuple[str, ...]:
    """The value as a list of quoted strings: what IN takes."""
    value = _value(comparison)
    items = [item for item in parse_group(value) if item.text != ","] if value.kind is Kind.GROUP else [value]
    hint = f"write {comparison.left[:_SHOWN]} IN ('a', 'b')"
    if not items:
        raise InvalidError(f"{_LIST_ERROR} a non-empty list of string values, but got empty list", hint=hint)
    if all(item.kind is Kind.STRING for item in items):
        return tuple(unquote(item.text) for item in items)
    if all(item.kind in (Kind.STRING, Kind.NUMBER) for item in items):
        shown = ", ".join(item.text[:_SHOWN] for item in items[:5])
        got = f"different type in list: ({shown}{',' if len(items) == 1 else ''})"
        raise InvalidError(f"{_LIST_ERROR} string value, punctuation, or whitespace, but got {got}", hint=hint)
    raise InvalidError(f"{_LIST_ERROR} a non-empty list of string values, but got ill-formed list.", hint=hint)


def invalid_key(entity: Entity, key: str, valid: Collection[str]) -> InvalidError:
    """The refusal of an attribute or dataset field that does not exist."""
    keys = ", ".join(f"'{name}'" for name in sorted(valid))
    return InvalidError(
        f"Invalid {entity} key '{key[:_SHOWN]}' specified. Valid keys are '{{{keys}}}'",
        hint="metrics, params and tags are named with their kind: metrics.m, params.p, tags.t",
    )


def _value(comparison: Comparison) -> Token:
    if comparison.value is None:
        raise AssertionError("IS (NOT) NULL has no value to read")
    return comparison.value


def _checked(comparison: Comparison, text: str) -> str:
    if comparison.operator in (Comparator.LIKE, Comparator.ILIKE) and len(text) > _MAX_PATTERN:
        raise InvalidError(
            f"Invalid pattern: it is {len(text)} characters long, at most {_MAX_PATTERN} are taken",
            hint="compare whole values with =",
        )
    return text
