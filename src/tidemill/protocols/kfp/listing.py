"""Pages of a list that is in memory, with the filters, orders and tokens of those that the database makes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any, Generic, TypeVar

from tidemill.pipelines import Kind, Listing, Operation, Predicate, check_key, checked, resumed, token_of

Row = TypeVar("Row")
Value = str | int

_ORDERED: Mapping[Operation, Callable[[Any, Any], bool]] = {
    Operation.GREATER_THAN: gt,
    Operation.GREATER_THAN_EQUALS: ge,
    Operation.LESS_THAN: lt,
    Operation.LESS_THAN_EQUALS: le,
}


@dataclass(frozen=True, slots=True)
class Attribute(Generic[Row]):
    """What a key stands for."""

    kind: Kind
    of: Callable[[Row], Value]


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """The rows of a page, and how many all pages have."""

    rows: Sequence[Row]
    total: int


def page_of(
    rows: Sequence[Row],
    listing: Listing,
    attributes: Mapping[str, Attribute[Row]],
    *,
    id_of: Callable[[Row], int],
    default_sort: str,
    of: object,
) -> tuple[Found[Row], str]:
    """A page of rows, and the token of the next; `of` is as `page_query` takes it."""
    listing, place = resumed(listing, of)
    predicates = checked(listing, {key: attribute.kind for key, attribute in attributes.items()})
    value_of = attributes[check_key(listing.sort_by or default_sort, attributes, "sort_by")].of
    passing = [row for row in rows if all(_passes(row, predicate, attributes) for predicate in predicates)]
    passing.sort(key=lambda row: (value_of(row), id_of(row)), reverse=listing.descending)
    follows = lt if listing.descending else gt
    further = passing
    if place is not None:
        further = [row for row in passing if _is_behind(follows, (value_of(row), id_of(row)), (place.value, place.id))]
    shown = further[: listing.size]
    more = len(further) > len(shown)
    token = token_of(listing, of, value_of(shown[-1]), id_of(shown[-1])) if more else ""
    return Found(shown, len(passing)), token


def _is_behind(follows: Callable[[Any, Any], bool], row: tuple[Value, int], place: tuple[Value, int]) -> bool:
    """Whether a row comes after a place; a place that a made-up token holds may be of another kind."""
    return type(row[0]) is type(place[0]) and follows(row, place)


def _passes(row: Row, predicate: Predicate, attributes: Mapping[str, Attribute[Row]]) -> bool:
    value = attributes[predicate.key].of(row)
    match predicate.operation:
        case Operation.EQUALS | Operation.IN:
            return value in predicate.values
        case Operation.NOT_EQUALS:
            return value not in predicate.values
        case Operation.IS_SUBSTRING:
            return str(predicate.values[0]).lower() in str(value).lower()
        case operation:
            return _ORDERED[operation](value, predicate.values[0])
