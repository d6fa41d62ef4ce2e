"""Pages by place: a token holds the last row's value in the order and its id, and the list that it came from."""

import base64
import binascii
import hashlib
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Table, and_, or_, select, true

from tidemill.core.database import Tx
from tidemill.kit.errors import InvalidError
from tidemill.registry.kubeflow.models import Listing, Order

_INT64 = range(-(2**63), 2**63)
_AGAIN = "begin again without nextPageToken, and change nothing but pageSize from page to page"


class _Place(msgspec.Struct, frozen=True, array_like=True):
    of: str
    value: int
    id: int


def page_of_ids(
    tx: Tx, table: Table, conditions: list[ColumnElement[bool]], listing: Listing, of: object
) -> tuple[list[int], str]:
    """The row ids of a page, and the token of the next. `of` tells lists apart: its repr() is part of tokens."""
    columns = {Order.CREATE_TIME: table.c.created_ms, Order.LAST_UPDATE_TIME: table.c.updated_ms, Order.ID: table.c.id}
    sort, id_ = columns[listing.order], table.c.id
    mark = _fingerprint(listing, of)
    after = _after(_read(listing.token, mark), sort, id_, listing) if listing.token else true()
    order = (sort.desc(), id_.desc()) if listing.descending else (sort.asc(), id_.asc())
    query = select(id_.label("id"), sort.label("value")).where(*conditions, after).order_by(*order)
    rows: list[Any] = list(tx.execute(query.limit(listing.size + 1)))
    shown = rows[: listing.size]
    token = _write(_Place(mark, shown[-1].value, shown[-1].id)) if len(rows) > listing.size else ""
    return [row.id for row in shown], token


def _after(place: _Place, sort: ColumnElement[Any], id_: ColumnElement[Any], listing: Listing) -> ColumnElement[bool]:
    if listing.descending:
        return or_(sort < place.value, and_(sort == place.value, id_ < place.id))
    return or_(sort > place.value, and_(sort == place.value, id_ > place.id))


def _read(token: str, mark: str) -> _Place:
    try:
        place = msgspec.json.decode(base64.b64decode(token, altchars=b"-_", validate=True), type=_Place)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InvalidError("this is no page token", hint=_AGAIN) from error
    if place.of != mark or place.value not in _INT64 or place.id not in _INT64:
        raise InvalidError("the page token is of another list, filter or order", hint=_AGAIN)
    return place


def _write(place: _Place) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _fingerprint(listing: Listing, of: object) -> str:
    asked = repr((listing.order, listing.descending, listing.filter, of))
    return hashlib.sha256(asked.encode()).hexdigest()[:12]
