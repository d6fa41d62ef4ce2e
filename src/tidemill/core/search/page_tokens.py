"""Page tokens: where the next page of a search begins, as opaque text that only fits the search that it came from.

A token holds the *place* of the last thing shown (its value for each key of the order), not a number of things to skip.
So a page costs the same however far down it is, and what is added or deleted meanwhile neither repeats nor hides
anything else. An offset into "newest first" would show the last run of a page again whenever a new run had begun.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast

from tidemill.core.search.columns import MISSING, VALUE, Position
from tidemill.core.search.tokens import is_storable
from tidemill.kit.errors import InvalidError

_FINGERPRINT_LENGTH = 12
_SHOWN = 100
AGAIN = "begin again without page_token, and change nothing but max_results from page to page"
_INT64 = range(-(2**63), 2**63)


def write_token(position: Position, asked: object) -> str:
    """The token of a position. `asked` is what all pages of a search have in common; its repr() must tell it."""
    content = json.dumps([fingerprint(asked), position], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode()


def read_token(token: str, asked: object, are_numbers: Sequence[bool]) -> Position:
    """The position in a token; `are_numbers` says of each key of the order whether its values are numbers.

    Raises InvalidError for what is no token, or that of another search.
    """
    try:
        decoded = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidError("Invalid page token, could not base64-decode", hint=AGAIN) from error
    try:
        content: Any = json.loads(decoded)
    except (ValueError, RecursionError) as error:
        raise InvalidError(f"Invalid page token, decoded value={decoded[:_SHOWN]!r}", hint=AGAIN) from error
    match content:
        case [str() as found, places] if isinstance(places, list):
            position = _position(cast("list[Any]", places))
        case _:
            raise InvalidError(f"Invalid page token, parsed value={str(content)[:_SHOWN]}", hint=AGAIN)
    if found != fingerprint(asked):
        raise InvalidError("Invalid page token: it is of another search", hint=AGAIN)
    check_position(position, are_numbers)
    return position


def check_position(position: Position, are_numbers: Sequence[bool]) -> None:
    """Raise InvalidError for a position that is none in an order of such keys."""
    fits = len(position) == len(are_numbers) and all(
        _fits(rank, value, is_number=is_number) for (rank, value), is_number in zip(position, are_numbers, strict=True)
    )
    if not fits:
        raise InvalidError("Invalid page token: it is not of a search with this order_by", hint=AGAIN)


def _position(places: list[Any]) -> Position:
    found: list[tuple[int, Any]] = []
    for place in places:
        match place:
            case [int() as rank, value] if type(rank) is int:
                found.append((rank, value))
            case _:
                raise InvalidError(f"Invalid page token, parsed value={str(places)[:_SHOWN]}", hint=AGAIN)
    return tuple(found)


def _fits(rank: int, value: Any, *, is_number: bool) -> bool:
    if rank != VALUE:
        return VALUE < rank <= MISSING and value is None
    if not is_number:
        return isinstance(value, str) and is_storable(value)
    return (type(value) is float and value == value) or (type(value) is int and value in _INT64)


def fingerprint(asked: object) -> str:
    """A short name of what was asked, by its repr()."""
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:_FINGERPRINT_LENGTH]
