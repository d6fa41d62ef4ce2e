"""The JSON texts of records: by msgspec where they are plain JSON, which is most of the time and several times faster.

Clients write JSON as Python does, with NaN, Infinity and halves of surrogate pairs. Those come through as they came.
One value is always written in the same way, whatever call it came with, so that equal inputs have one digest.
"""

import hashlib
import json
import math
from collections.abc import Iterable
from typing import Any, TypeGuard

import msgspec

from tidemill.kit.errors import InvalidError

MAX_DEPTH = 100
_plain = msgspec.json.Encoder()
_plain_canonical = msgspec.json.Encoder(order="deterministic")
_odd = json.JSONEncoder(separators=(",", ":"))
_odd_canonical = json.JSONEncoder(separators=(",", ":"), sort_keys=True)

Object = dict[str, Any]


def read_json(text: str) -> tuple[Any, bool]:
    """The value of a JSON text, and whether it is plain JSON. Raises ValueError and RecursionError."""
    try:
        return msgspec.json.decode(text), True
    except msgspec.MsgspecError:
        return json.loads(text), False


def write_json(value: Any, *, is_plain: bool) -> str:
    """The value as JSON that either database can hold; `is_plain` where it is known to have come from plain JSON."""
    if is_plain or _is_finite(value):
        try:
            return _plain.encode(value).decode()
        except UnicodeEncodeError:
            pass
    return _odd.encode(value)


def digest_of(value: Any, *, is_plain: bool) -> str:
    """64 hexadecimal digits, the same for equal values whatever the order of their keys."""
    if is_plain or _is_finite(value):
        try:
            return hashlib.sha256(_plain_canonical.encode(value)).hexdigest()
        except UnicodeEncodeError:
            pass
    return hashlib.sha256(_odd_canonical.encode(value).encode()).hexdigest()


def check_depth(value: Any, text: str) -> None:
    """Return if a value with this text is not nested too deeply, else raise InvalidError.

    What can just be read here may not be readable again from deeper in the stack, or by a client.
    """
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level if _is_container(outer) for inner in _items(outer) if _is_container(inner)]
        if not level:
            return
    raise InvalidError(
        f"a record is nested more than {MAX_DEPTH} deep",
        hint="log it as an artifact, and put its address into the record",
    )


def _is_finite(value: Any) -> bool:
    pending: list[Any] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, float):
            if not math.isfinite(item):
                return False
        elif _is_container(item):
            pending += _items(item)
    return True


def _is_container(value: Any) -> TypeGuard[list[Any] | Object]:
    return isinstance(value, list | dict)


def _items(container: list[Any] | Object) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container
