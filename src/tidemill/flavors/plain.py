"""Values as plain Python and as JSON can tell them."""

import base64
import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from tidemill.flavors import libraries


def unboxed(value: Any) -> Any:
    """NumPy's arrays as lists and its numbers as Python's; the rest as it is."""
    return cast("Any", value).tolist() if isinstance(value, np.ndarray | np.generic) else value


def plain(value: Any) -> Any:
    """A table as a list of objects, arrays as lists, bytes as base64, times as ISO 8601, what is no number as null."""
    told: Any = _whole(value)
    if isinstance(told, Mapping):
        return {str(key): plain(one) for key, one in cast("Mapping[Any, Any]", told).items()}
    if isinstance(told, list | tuple | set | frozenset):
        return [plain(one) for one in cast("Sequence[Any]", told)]
    return _single(told)


def is_none(value: Any) -> bool:
    """Whether a cell of a table has no value."""
    missing = type(value).__name__ in ("NAType", "NaTType")
    return value is None or missing or (isinstance(value, float) and math.isnan(value))


def _whole(value: Any) -> Any:
    """A framework's container as Python's."""
    if libraries.is_of(value, "pandas") and hasattr(value, "to_dict"):
        return value.to_dict(orient="records") if type(value).__name__ == "DataFrame" else value.tolist()
    if hasattr(value, "detach"):  # a tensor of PyTorch
        return value.detach().cpu().numpy().tolist()
    if hasattr(value, "toarray"):  # a sparse matrix
        return value.toarray().tolist()
    return unboxed(value)


def _single(value: Any) -> Any:
    if is_none(value):
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if isinstance(value, bool | int | str) else str(value)
