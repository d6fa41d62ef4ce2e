"""What the messages of Kubeflow's registry have in common."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from tidemill.kit.errors import InvalidError, NotFoundError
from tidemill.protocols.model_registry.properties import Properties, properties_of
from tidemill.registry import KubeflowListing, KubeflowOrder, KubeflowPage, KubeflowResource

Item = TypeVar("Item")
_MOST_ON_A_PAGE = 1000
_DEFAULT_PAGE = 100
_SORTS = {"": False, "ASC": False, "DESC": True}

Wire = dict[str, Any]
"""A resource on the wire: what is empty is left out."""


class Told(msgspec.Struct, rename="camel"):
    """What every resource may say."""

    custom_properties: Properties | None = None
    description: str | None = None
    external_id: str | None = None
    state: str | None = None


class ById(msgspec.Struct):
    id: str


class Find(msgspec.Struct, rename="camel"):
    name: str = ""
    external_id: str = ""
    parent_resource_id: str = ""


class ListQuery(msgspec.Struct, rename="camel"):
    id: str = ""
    """Of what the list is, where it is one of something."""
    page_size: str = ""
    order_by: str = ""
    sort_order: str = ""
    next_page_token: str = ""
    filter_query: str = ""
    artifact_type: str = ""


def listing_of(query: ListQuery) -> KubeflowListing:
    """A list's query in our words. Raises InvalidError."""
    size = _size(query.page_size)
    order = query.order_by or KubeflowOrder.ID
    if order not in tuple(KubeflowOrder):
        raise InvalidError(f"orderBy: there is no {order[:50]!r}", hint=f"one of {', '.join(KubeflowOrder)}")
    sort = query.sort_order.upper()
    if sort not in _SORTS:
        raise InvalidError(f"sortOrder: there is no {sort[:50]!r}", hint="ASC or DESC")
    return KubeflowListing(size, KubeflowOrder(order), _SORTS[sort], query.next_page_token, query.filter_query)


def wire_page(page: KubeflowPage[Item], query: ListQuery, wire_of: Callable[[Item], Wire]) -> Wire:
    """A page as every list gives it."""
    items = [wire_of(item) for item in page.items]
    size = _size(query.page_size)
    return {"items": items, "nextPageToken": page.next_token, "pageSize": size, "size": len(items)}


def number_of(text: str, what: str) -> int:
    """An id as its number. Raises NotFoundError for what can be nobody's."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFoundError(f"no {what} has the id {text[:100]!r}", hint="ids are numbers, such as 7")
    return int(text)


def said_fields(message: msgspec.Struct, names: Iterable[str]) -> Wire:
    """The fields of a message that are given, by their names on the wire."""
    encoded = {field.name: field.encode_name for field in msgspec.structs.fields(message)}
    given = {encoded[name]: getattr(message, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def wire_common(found: KubeflowResource) -> Wire:
    """What the wire tells of artifacts and of records of serving alike."""
    return {
        **found.fields,
        "id": str(found.id),
        "name": found.name,
        "description": found.description,
        "externalId": found.external_id,
        "customProperties": properties_of(found.properties),
        "createTimeSinceEpoch": str(found.created_ms),
        "lastUpdateTimeSinceEpoch": str(found.updated_ms),
    }


def without_empty(wire: Wire) -> Wire:
    """A resource without what is not told of it."""
    return {name: value for name, value in wire.items() if value not in (None, "")}


def one_of(value: str | None, known: tuple[str, ...], what: str) -> str | None:
    """A value of an enumeration. Raises InvalidError."""
    if value is not None and value not in known:
        raise InvalidError(f"{what}: there is no {value[:50]!r}", hint=f"one of {', '.join(known)}")
    return value


def _size(text: str) -> int:
    if not text:
        return _DEFAULT_PAGE
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) > 0):
        raise InvalidError(f"pageSize is a number of 1 or more, and not {text[:50]!r}")
    return min(int(text), _MOST_ON_A_PAGE)
