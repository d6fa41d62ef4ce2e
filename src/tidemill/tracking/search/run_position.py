"""Whether a page's beginning, which comes back from the client, is a place in this order."""

from collections.abc import Sequence
from typing import Any

from tidemill.kit.errors import InvalidError
from tidemill.tracking.search.clauses import Entity, OrderKey
from tidemill.tracking.search.columns import MISSING, VALUE, Position
from tidemill.tracking.search.run_sources import COLUMNS

_INT64 = range(-(2**63), 2**63)


def check_position(keys: Sequence[OrderKey], position: Position) -> None:
    """Raise InvalidError for the place of another order, or of none."""
    if len(keys) != len(position) or not all(_fits(key, *place) for key, place in zip(keys, position, strict=True)):
        raise InvalidError(
            "Invalid page token: it is not of a search with this order_by", hint="begin again without page_token"
        )


def _fits(key: OrderKey, rank: int, value: Any) -> bool:
    if rank != VALUE:
        return VALUE < rank <= MISSING and value is None
    if not _is_number(key):
        return isinstance(value, str)
    return isinstance(value, float) or (type(value) is int and value in _INT64)


def _is_number(key: OrderKey) -> bool:
    if key.entity is Entity.ATTRIBUTE:
        return COLUMNS[key.key].endswith("_ms")
    return key.entity is Entity.METRIC
