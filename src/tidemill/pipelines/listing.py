"""Lists in pages: what filters and orders of pipelines, versions and runs may say, and where a page begins.

A page token holds the place of the last row shown (its value in the order, and its id) and the listing that it came
from. So a page costs the same however far down it is, and a token is used alone or with its own listing, and no other.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Label, and_, false, func, or_, true

from tidemill.kit.errors import InvalidError

DEFAULT_PAGE = 20
GREATEST_PAGE = 200
MAX_PREDICATES = 50
MAX_VALUES = 1000
_AGAIN = "begin again without page_token, and change nothing but page_size from page to page"
_INT64 = range(-(2**63), 2**63)
_SHOWN = 100
_SORT, _ID = "listing_value", "listing_id"


class Operation(StrEnum):
    """How a predicate compares."""

    EQUALS = "EQUALS"
    NOT_EQUALS = "NOT_EQUALS"
    GREATER_THAN = "GREATER_THAN"
    GREATER_THAN_EQUALS = "GREATER_THAN_EQUALS"
    LESS_THAN = "LESS_THAN"
    LESS_THAN_EQUALS = "LESS_THAN_EQUALS"
    IN = "IN"
    IS_SUBSTRING = "IS_SUBSTRING"


class Kind(StrEnum):
    """What the values of a key are. A timestamp is milliseconds since 1970."""

    TEXT = "text"
    INT = "int"
    TIMESTAMP = "timestamp"


class Predicate(msgspec.Struct, frozen=True):
    """A test of one key. `values` are several for IN only."""

    key: str
    operation: Operation
    values: tuple[str | int, ...]


class Listing(msgspec.Struct, frozen=True):
    """A page of a list, as it is asked for. Without `sort_by` the oldest come first; page_size 0 leaves it to us."""

    predicates: tuple[Predicate, ...] = ()
    sort_by: str = ""
    descending: bool = False
    page_size: int = 0
    page_token: str = ""

    @property
    def size(self) -> int:
        """How many rows a page has: too large a page is cut, as Kubeflow does."""
        if self.page_size < 0:
            raise InvalidError(f"page_size must not be negative, and is {self.page_size}")
        return min(self.page_size or DEFAULT_PAGE, GREATEST_PAGE)


@dataclass(frozen=True, slots=True)
class Field:
    """A key that may be filtered and sorted by. `column` is anything that SQL can compute of a row."""

    column: ColumnElement[Any]
    kind: Kind


class Place(msgspec.Struct, frozen=True, array_like=True):
    """What a page token holds."""

    of: str
    listing: Listing
    value: str | int
    id: int


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The parts of a query for one page: `select(table, *marks).where(where, after).order_by(*order).limit(limit)`.

    `where` alone is what is to be counted.
    """

    where: ColumnElement[bool]
    after: ColumnElement[bool]
    order: Sequence[ColumnElement[Any]]
    marks: Sequence[Label[Any]]
    size: int
    token_of: Callable[[str | int, int], str]

    @property
    def limit(self) -> int:
        """One more than are shown, to know whether there are more."""
        return self.size + 1

    def page(self, rows: Sequence[Any]) -> tuple[Sequence[Any], str]:
        """The rows to show, and the token of the next page; empty on the last."""
        shown = rows[: self.size]
        if len(rows) <= self.size:
            return shown, ""
        last = shown[-1]
        return shown, self.token_of(getattr(last, _SORT), getattr(last, _ID))


def page_query(
    listing: Listing, fields: Mapping[str, Field], *, id_column: ColumnElement[int], default_sort: str, of: object = ""
) -> PageQuery:
    """The query of a listing's page. `of` tells lists apart whose listings may be equal: its repr() is part of tokens.

    Raises InvalidError for keys, values or a token that do not fit.
    """
    listing, place = resumed(listing, of)
    field = fields[check_key(listing.sort_by or default_sort, fields, "sort_by")]
    sort = _sortable(field)
    mark = sort.label(_SORT), id_column.label(_ID)
    order = (sort.desc(), id_column.desc()) if listing.descending else (sort.asc(), id_column.asc())
    where = and_(true(), *(_test(predicate, fields) for predicate in checked(listing, kinds_of(fields))))
    after = true() if place is None else _after(place, sort, id_column, listing, field.kind)
    return PageQuery(where, after, order, mark, listing.size, lambda value, id_: token_of(listing, of, value, id_))


def kinds_of(fields: Mapping[str, Field]) -> dict[str, Kind]:
    """The kind of each key."""
    return {key: field.kind for key, field in fields.items()}


def resumed(listing: Listing, of: object) -> tuple[Listing, Place | None]:
    """The listing that a page belongs to, and where the page begins; a token that comes alone brings its listing."""
    if not listing.page_token:
        return listing, None
    place = _read_token(listing.page_token)
    bare = msgspec.structs.replace(listing, page_token="", page_size=0)
    comes_alone = not listing.predicates and not listing.sort_by
    if place.of != _fingerprint(of) or not (comes_alone or bare == place.listing):
        raise InvalidError("the page token is of another list, filter or order", hint=_AGAIN)
    return msgspec.structs.replace(place.listing, page_size=listing.page_size), place


def token_of(listing: Listing, of: object, value: str | int, id_: int) -> str:
    """The token of the page after the row with this value in the order, and this id."""
    bare = msgspec.structs.replace(listing, page_token="", page_size=0)
    content = msgspec.json.encode(Place(_fingerprint(of), bare, value, id_))
    return base64.urlsafe_b64encode(content).decode()


def check_key(key: str, known: Mapping[str, object], what: str) -> str:
    """The key, where it is known; InvalidError with those that are."""
    if key not in known:
        raise InvalidError(f"{what}: there is no {key[:_SHOWN]!r}", hint=f"one of {', '.join(sorted(known))}")
    return key


def checked(listing: Listing, kinds: Mapping[str, Kind]) -> Sequence[Predicate]:
    """The predicates, whose values are of their keys' kinds. Raises InvalidError."""
    if len(listing.predicates) > MAX_PREDICATES:
        raise InvalidError(f"a filter has at most {MAX_PREDICATES} predicates, not {len(listing.predicates)}")
    return [_checked(predicate, kinds) for predicate in listing.predicates]


def _checked(predicate: Predicate, kinds: Mapping[str, Kind]) -> Predicate:
    kind = kinds[check_key(predicate.key, kinds, "filter")]
    if len(predicate.values) > MAX_VALUES:
        raise InvalidError(f"filter: {predicate.key} is compared with {len(predicate.values)} values, at most 1000")
    if predicate.operation is not Operation.IN and len(predicate.values) != 1:
        raise InvalidError(f"filter: {predicate.key} {predicate.operation} takes one value")
    if predicate.operation is Operation.IS_SUBSTRING and kind is not Kind.TEXT:
        raise InvalidError(f"filter: IS_SUBSTRING is for text, and {predicate.key} is {kind}")
    values = tuple(_value(predicate.key, kind, value) for value in predicate.values)
    return msgspec.structs.replace(predicate, values=values)


def _value(key: str, kind: Kind, value: str | int) -> str | int:
    if kind is Kind.TEXT:
        return str(value)
    if isinstance(value, int) and value in _INT64:
        return value
    raise InvalidError(
        f"filter: {key} is a {kind}, and {str(value)[:_SHOWN]!r} is none",
        hint="give a timestamp_value" if kind is Kind.TIMESTAMP else "give an int_value or a long_value",
    )


def _test(predicate: Predicate, fields: Mapping[str, Field]) -> ColumnElement[bool]:
    column, values = fields[predicate.key].column, predicate.values
    match predicate.operation:
        case Operation.EQUALS:
            return column == values[0]
        case Operation.NOT_EQUALS:
            return column.is_distinct_from(values[0])
        case Operation.GREATER_THAN:
            return column > values[0]
        case Operation.GREATER_THAN_EQUALS:
            return column >= values[0]
        case Operation.LESS_THAN:
            return column < values[0]
        case Operation.LESS_THAN_EQUALS:
            return column <= values[0]
        case Operation.IN:
            return column.in_(values) if values else false()
        case Operation.IS_SUBSTRING:
            return column.icontains(str(values[0]), autoescape=True)


def _sortable(field: Field) -> ColumnElement[Any]:
    """What is not there yet stands before everything that is."""
    if not getattr(field.column, "nullable", False):
        return field.column
    return func.coalesce(field.column, "" if field.kind is Kind.TEXT else _INT64.start)


def _after(
    place: Place, sort: ColumnElement[Any], id_column: ColumnElement[int], listing: Listing, kind: Kind
) -> ColumnElement[bool]:
    if isinstance(place.value, str) is not (kind is Kind.TEXT) or place.id not in _INT64:
        raise InvalidError("the page token is not of a list in this order", hint=_AGAIN)
    further = sort < place.value if listing.descending else sort > place.value
    later = id_column < place.id if listing.descending else id_column > place.id
    return or_(further, and_(sort == place.value, later))


def _read_token(token: str) -> Place:
    try:
        return msgspec.json.decode(base64.b64decode(token, altchars=b"-_", validate=True), type=Place)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidError("this is no page token", hint=_AGAIN) from error


def _fingerprint(of: object) -> str:
    return hashlib.sha256(repr(of).encode()).hexdigest()[:12]
