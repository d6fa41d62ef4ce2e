"""Whether a page's beginning, which comes back from the client, is a place in this order."""

from collections.abc import Sequence

from tidemill.core.search import Entity, OrderKey, Position
from tidemill.core.search import check_position as check_places
from tidemill.tracking.search.run_sources import NUMBERS


def check_position(keys: Sequence[OrderKey], position: Position) -> None:
    """Raise InvalidError for the place of another order, or of none."""
    check_places(position, are_numbers(keys))


def are_numbers(keys: Sequence[OrderKey]) -> list[bool]:
    """Of each key of an order of runs, whether its values are numbers."""
    return [key.key in NUMBERS if key.entity is Entity.ATTRIBUTE else key.entity is Entity.METRIC for key in keys]
